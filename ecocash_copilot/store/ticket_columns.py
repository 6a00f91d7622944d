"""Windows of the board's columns and of searches, each read from narrow ranges of an index.

A column of an open state is read from its most urgent ticket on: the counts say when tickets are
due, so that a range is chosen which holds about as many as are wanted. They only guide: what is in
the column is for its index to say, from end to end. Resolved and closed tickets are read back from
now, in stretches that follow how many the last one held. A window that was read a moment ago is
first read as far as its tickets reached then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

from pymongo import ASCENDING, DESCENDING

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.expiring_cache import ExpiringCache
from ecocash_copilot.store.client import Document, Store
from ecocash_copilot.store.ticket_counts import (
    DueTimes,
    find_due_times,
    find_tally,
)
from ecocash_copilot.store.ticket_keys import (
    BOARD_FIELDS,
    column,
    is_open,
    moment_of,
    stamp,
)
from ecocash_copilot.store.tickets import COLLECTION, parse_ticket
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket

MAX_READ = 1000
"""Tickets that one window reads at most, where conditions leave few of them."""

_HOUR = timedelta(hours=1)
_MILLISECOND = timedelta(milliseconds=1)
_AHEAD = timedelta(minutes=1)
_USUAL = timedelta(days=90)
_LONGEST = timedelta(days=4000)
_SPARE = 1.6
"""How many times what is wanted a range is expected to hold, so that one is mostly enough.

The server reads what is too much, and mostly sends no more than is wanted. On the embedded one a
second range costs as much as thirty tickets too many.
"""

_WHOLE = 3.0
"""The same where a column begins: nobody knows where in its first bucket the first ticket is."""

_END = ":"
"""Sorts after the digits that every place begins with."""

_GUIDE_SECONDS = 2.0
_guides: ExpiringCache[tuple[str, TicketStatus, str, str], "Guide"] = ExpiringCache(500)

_REMEMBERED_SECONDS = 300.0
_LEAVING = 0.3
"""What part of a window it is remembered with beyond its end, for tickets that leave it."""
_fronts: ExpiringCache[tuple[str, str], str] = ExpiringCache(500)
"""The place as far as which a window was read. Many tickets are due at one moment, when support
opens, so it is a place and not a moment."""


@dataclass(frozen=True)
class Column:
    """The tickets in one state with one value of a facet, and what else must hold."""

    status: TicketStatus
    facet: str = "all"
    value: str = "all"
    conditions: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    """Plain fields of the document and their values."""
    due_before: datetime | None = None
    """Only those whose place is before this moment."""


@dataclass(frozen=True)
class Window:
    """Some tickets of a column, and the place after which the next window begins, if any."""

    tickets: list[Ticket]
    next_place: str | None


async def find_window(store: Store, wanted: Column, after: str | None, limit: int) -> Window:
    """Return the tickets of a column from a place on: urgent first, or latest first.

    A window in which conditions leave few tickets may hold fewer than ``limit``, and have a next.

    Args:
        wanted: the column.
        after: place of the last ticket before the window; None begins with the column.
        limit: how many tickets.

    Raises:
        ValueError: ``after`` is no place.
    """
    reader = _Reader(store, wanted, after, limit)
    await reader.take_remembered()
    if is_open(wanted.status):
        await _read_onward(reader)
    else:
        await _read_back(reader)
    reader.remember()
    return reader.window()


class _Reader:
    """Collects the tickets of one window, range by range."""

    def __init__(self, store: Store, wanted: Column, after: str | None, limit: int) -> None:
        self.store = store
        self.wanted = wanted
        self.limit = limit
        self.first_page = after is None
        self.begins = moment_of(after) if after is not None else None
        """Where to read on; None is the beginning of the column."""
        self.read = 0
        self.exhausted = False
        """Nothing is left in the column."""
        self.reached: str | None = None
        """The place up to which all was read."""
        self._after = after
        self._found: list[tuple[str, Document]] = []
        self._spare = ceil(limit * _LEAVING)
        self._onward = is_open(wanted.status)
        self._field = BOARD_FIELDS[wanted.facet]
        self._prefix = column(wanted.value, wanted.status)
        # It stands for the window whenever it is read.
        self._key = (store.database.name, f"{replace(wanted, due_before=None)} {after} {limit}")

    @property
    def missing(self) -> int:
        """How many tickets are still to be found; one more than are shown tells of a next."""
        return self.limit + 1 - len(self._found)

    @property
    def done(self) -> bool:
        return self.missing <= 0 or self.exhausted or self.read >= MAX_READ

    async def take_remembered(self) -> None:
        """Read as far as the window reached when it was last read, if it was."""
        front, last = _fronts.get(self._key), self.wanted.due_before
        if front is None or (last is not None and front >= stamp(last)):
            return
        to_front = {"$lte" if self._onward else "$gte": self._prefix + front}
        bounds = self._bounds(None, None)
        del bounds["$lt" if self._onward else "$gte"]
        await self._read(bounds | to_front)
        self.begins, self.reached, self._after = moment_of(front), front, front

    def remember(self) -> None:
        """Keep how far the window reached, if it is full."""
        if self.missing <= 0:
            front, _ = self._found[: self.limit + 1 + self._spare][-1]
            _fronts.put(self._key, front, _REMEMBERED_SECONDS)

    async def take(self, start: datetime | None, end: datetime | None) -> int:
        """Read the places from ``start`` until before ``end``; return how many were read.

        None is an end of the column. Where all fit, few more are read than are missing.
        """
        count = await self._read(self._bounds(start, end))
        self._after = None
        edge = end if self._onward else start
        self.reached = f"{stamp(edge)}/" if edge else None
        return count

    def window(self) -> Window:
        shown = self._found[: self.limit]
        next_place = None if self.exhausted else self.reached
        if self.missing <= 0:
            next_place = shown[-1][0]
        return Window([parse_ticket(document) for _, document in shown], next_place)

    def _bounds(self, start: datetime | None, end: datetime | None) -> dict[str, str]:
        bounds = {
            "$gte": self._prefix + (stamp(start) if start else ""),
            "$lt": self._prefix + (stamp(end) if end else _END),
        }
        if self._after is not None:
            bounds["$gt" if self._onward else "$lt"] = self._prefix + self._after
            if self._onward:
                del bounds["$gte"]
        return bounds

    async def _read(self, bounds: dict[str, str]) -> int:
        projection = {"ticket": 1, self._field: 1, **dict.fromkeys(self.wanted.conditions, 1)}
        cursor = self.store.kept(COLLECTION).find({self._field: bounds}, projection)
        cursor = cursor.sort(self._field, ASCENDING if self._onward else DESCENDING)
        if not self.wanted.conditions:
            cursor = cursor.limit(self.missing + self._spare)
        documents = await cursor.to_list()
        self.read += len(documents)
        self._found += [
            (each[self._field][len(self._prefix) :], each) for each in documents if self._fits(each)
        ]
        return len(documents)

    def _fits(self, document: Document) -> bool:
        return all(document.get(name) == each for name, each in self.wanted.conditions.items())


async def _read_onward(reader: _Reader) -> None:
    """Read a column of an open state from the earliest place on."""
    start, last = reader.begins, reader.wanted.due_before
    looks = 0
    while not reader.done:
        guide = await _guide(reader.store, reader.wanted)
        # Where conditions, or an uneven spread, leave fewer than expected, look farther each time.
        end = guide.reach(start, reader.missing * 2**looks)
        if last is not None and (end is None or end > last):
            end = last
        await reader.take(start, end)
        reader.exhausted = end in (None, last)
        start, looks = end, looks + 1


@dataclass(frozen=True)
class Guide:
    """Where the tickets of an open column are likely to be."""

    due: DueTimes
    filled: list[int]
    """Buckets in which there are tickets, in order."""
    share: float
    """What part of the tickets in ``due`` is in the column."""

    def reach(self, start: datetime | None, wanted: int) -> datetime | None:
        """Return the moment up to which there are likely to be so many; None is the end."""
        due, expected = self.due, 0.0
        # The counts of whole buckets are exact, but what part of them is in the column is not.
        enough = wanted if self.share == 1 else wanted * _SPARE
        for bucket in self.filled:
            begins, ends = due.begin(bucket), due.begin(bucket + 1)
            if start is not None and ends <= start:
                continue
            most = wanted * (_SPARE if start or expected else _WHOLE)
            begins = max(begins, start or begins)
            held = due.counts[bucket] * self.share
            left = (ends - begins) / due.span * held
            if expected + left > most:
                part = (most - expected) / held
                return min(begins + part * due.span + _MILLISECOND, ends)
            expected += left
            if expected >= enough:
                return ends
        return None


async def _guide(store: Store, wanted: Column) -> Guide:
    """Return what the counts say of a column, or said a moment ago."""
    key = (store.database.name, wanted.status, wanted.facet, wanted.value)
    guide = _guides.get(key)
    if guide is None:
        guide = await _read_guide(store, wanted)
        _guides.put(key, guide, _GUIDE_SECONDS)
    return guide


async def _read_guide(store: Store, wanted: Column) -> Guide:
    if wanted.facet in ("all", "assignee"):
        due = await find_due_times(store, wanted.status, wanted.facet, wanted.value)
        return Guide(due, sorted(due.counts), 1.0)
    due = await find_due_times(store, wanted.status)
    own = (await find_tally(store, wanted.facet, wanted.value)).by_status[wanted.status]
    return Guide(due, sorted(due.counts), own / max(due.counts.total(), own, 1))


async def _read_back(reader: _Reader) -> None:
    """Read a column of a state that has ended from the latest place back."""
    if reader.done:
        return
    wanted = reader.wanted
    tally = await find_tally(reader.store, wanted.facet, wanted.value)
    total = tally.by_status[wanted.status]
    if total <= 0:
        reader.exhausted = True
        return
    # The moment of the last ticket shown is read again, up to that ticket; without one, clocks of
    # other processes may be ahead. Nobody knows how the tickets are spread, so the first stretch
    # takes in a few, should some months hold them all.
    end = reader.begins + _MILLISECOND if reader.begins else now() + _AHEAD
    span = min(max(_USUAL * reader.limit / total / 3, _HOUR / 60), _USUAL)
    earliest = end - _LONGEST
    while end > earliest and not reader.done:
        start = max(end - span, earliest)
        count = await reader.take(start, end)
        end = start
        span = _next_span(span, count, reader.missing)
        if reader.first_page and reader.read >= total:
            reader.exhausted = True
    reader.exhausted = reader.exhausted or end <= earliest


def _next_span(span: timedelta, count: int, missing: int) -> timedelta:
    if not count:
        return span * 8
    # One more than there were: of a few, nobody knows whether there are as few elsewhere.
    return span * min(max(_SPARE * missing / (count + 1), 0.25), 16.0)
