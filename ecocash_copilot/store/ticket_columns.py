"""Windows of the board's columns and of searches, each read from narrow ranges of an index.

A column of an open state is read from its most urgent ticket on: the counts say when tickets are
due, so that a range is chosen which holds about as many as are wanted. They only guide: what is in
the column is for its index to say, from end to end. Resolved and closed tickets are read back from
now, in stretches that follow how many the last one held. A column that was read a moment ago is
first read where its tickets were then.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.expiring_cache import ExpiringCache
from ecocash_copilot.store.client import Document, Store
from ecocash_copilot.store.ticket_counts import (
    DueTimes,
    count_due,
    count_late_by_assignee,
    find_due_times,
    find_tally,
)
from ecocash_copilot.store.ticket_keys import (
    BOARD_FIELDS,
    CLOCKED_STATES,
    NOBODY,
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

_REMEMBERED_SPARE = 1.3
"""The same where the column was read before."""

_WHOLE = 3.0
"""The same where a column begins: nobody knows where in its first bucket the first ticket is."""

_END = ":"
"""Sorts after the digits that every place begins with."""

_GUIDE_SECONDS = 2.0
_guides: ExpiringCache[tuple[str, TicketStatus, str, str], "Guide"] = ExpiringCache(500)

_REMEMBERED_SECONDS = 300.0
_fronts: ExpiringCache[tuple[str, str], datetime] = ExpiringCache(500)
"""Up to when the first tickets of an open column were likely to be when it was last read."""
_paces: ExpiringCache[tuple[str, str], timedelta] = ExpiringCache(500)
"""How far apart the tickets of a column that has ended were, likewise."""


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
    if is_open(wanted.status):
        await _read_onward(reader)
    else:
        await _read_back(reader)
    return reader.window()


async def count_due_before(
    store: Store, status: TicketStatus, moment: datetime, facet: str = "all", value: str = "all"
) -> int:
    """Return how many tickets of an open column have their place before a moment.

    The facet is ``all`` or ``assignee``.
    """
    due, counted_until = await count_due(store, status, moment, facet, value)
    if counted_until is None:
        return due
    prefix = column(value, status)
    bounds = {"$gte": prefix + stamp(counted_until), "$lt": prefix + stamp(moment)}
    within = await store.kept(COLLECTION).count_documents({BOARD_FIELDS[facet]: bounds})
    return due + within


async def count_overdue_by_assignee(store: Store, moment: datetime) -> Counter[str]:
    """Return how many tickets with a clock that ran out each assignee has."""
    overdue, counted_until = await count_late_by_assignee(store, moment)
    for status in CLOCKED_STATES:
        prefix = column("all", status)
        bounds = {"$gte": prefix + stamp(counted_until), "$lt": prefix + stamp(moment)}
        cursor = store.kept(COLLECTION).find({BOARD_FIELDS["all"]: bounds}, {"assignee": 1})
        overdue.update([each["assignee"] or NOBODY async for each in cursor])
    return overdue


class _Reader:
    """Collects the tickets of one window, range by range."""

    def __init__(self, store: Store, wanted: Column, after: str | None, limit: int) -> None:
        self.store = store
        self.wanted = wanted
        self.limit = limit
        self.begins = moment_of(after) if after is not None else None
        self.read = 0
        self.exhausted = False
        """Nothing is left in the column."""
        self.reached: str | None = None
        """The place up to which all was read."""
        self._after = after
        self._found: list[tuple[str, Ticket]] = []
        self._field = BOARD_FIELDS[wanted.facet]
        self._prefix = column(wanted.value, wanted.status)

    @property
    def missing(self) -> int:
        """How many tickets are still to be found; one more than are shown tells of a next."""
        return self.limit + 1 - len(self._found)

    @property
    def done(self) -> bool:
        return self.missing <= 0 or self.exhausted or self.read >= MAX_READ

    async def take(self, start: datetime | None, end: datetime | None) -> int:
        """Read the places from ``start`` until before ``end``; return how many were read.

        None is an end of the column. No more are read than are missing, where all of them fit.
        """
        low = self._prefix + (stamp(start) if start else "")
        high = self._prefix + (stamp(end) if end else _END)
        bounds = {"$gte": low, "$lt": high}
        onward = is_open(self.wanted.status)
        if self._after is not None:
            bounds |= {"$gt" if onward else "$lt": self._prefix + self._after}
            if onward:
                del bounds["$gte"]
        cursor = self.store.kept(COLLECTION).find({self._field: bounds}, self._projection())
        cursor = cursor.sort(self._field, ASCENDING if onward else DESCENDING)
        documents = await (
            cursor if self.wanted.conditions else cursor.limit(self.missing)
        ).to_list()
        self.read += len(documents)
        for document in documents:
            if self._fits(document):
                place = document[self._field][len(self._prefix) :]
                self._found.append((place, parse_ticket(document)))
        self._after = None
        edge = end if onward else start
        self.reached = f"{stamp(edge)}/" if edge else None
        return len(documents)

    @property
    def key(self) -> tuple[str, str]:
        """Stands for the column and how much of it is read, whenever that is."""
        column_itself = replace(self.wanted, due_before=None)
        return self.store.database.name, f"{column_itself} {self.limit}"

    def front(self) -> datetime | None:
        """Return up to when as many as were found are likely to be found again, if enough were."""
        if len(self._found) < self.limit:
            return None
        first, last = (moment_of(self._found[place][0]) for place in (0, -1))
        return first + (last - first) * _REMEMBERED_SPARE + _MILLISECOND

    def pace(self, end: datetime) -> timedelta | None:
        """Return how far apart tickets are that were found back from a moment, if enough were."""
        if len(self._found) < self.limit:
            return None
        return (end - moment_of(self._found[-1][0])) / len(self._found)

    def window(self) -> Window:
        shown = self._found[: self.limit]
        if len(self._found) > self.limit:
            return Window([ticket for _, ticket in shown], shown[-1][0])
        next_place = None if self.exhausted else self.reached
        return Window([ticket for _, ticket in shown], next_place)

    def _projection(self) -> dict[str, int]:
        return {"ticket": 1, self._field: 1, **dict.fromkeys(self.wanted.conditions, 1)}

    def _fits(self, document: Document) -> bool:
        return all(document.get(name) == each for name, each in self.wanted.conditions.items())


async def _read_onward(reader: _Reader) -> None:
    """Read a column of an open state from the earliest place on."""
    start, last = reader.begins, reader.wanted.due_before
    if start is None and (front := _fronts.get(reader.key)):
        start = min(front, last or front)
        await reader.take(None, start)
        reader.exhausted = start == last
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
    if reader.begins is None and (front := reader.front()):
        _fronts.put(reader.key, front, _REMEMBERED_SECONDS)


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
    wanted = reader.wanted
    tally = await find_tally(reader.store, wanted.facet, wanted.value)
    total = tally.by_status[wanted.status]
    if total <= 0:
        reader.exhausted = True
        return
    # The moment of the last ticket shown is read again, up to that ticket; without one, clocks of
    # other processes may be ahead. How the tickets are spread is known where they were read before;
    # else the first stretch takes in a few, should some months hold them all.
    begins = end = reader.begins + _MILLISECOND if reader.begins else now() + _AHEAD
    pace = _paces.get(reader.key)
    span = pace * reader.missing * _REMEMBERED_SPARE if pace else _USUAL * reader.limit / total / 3
    span = min(max(span, _HOUR / 60), _USUAL)
    earliest = end - _LONGEST
    while end > earliest and not reader.done:
        start = max(end - span, earliest)
        count = await reader.take(start, end)
        end = start
        span = _next_span(span, count, reader.missing)
        if reader.begins is None and reader.read >= total:
            reader.exhausted = True
    reader.exhausted = reader.exhausted or end <= earliest
    if pace := reader.pace(begins):
        _paces.put(reader.key, pace, _REMEMBERED_SECONDS)


def _next_span(span: timedelta, count: int, missing: int) -> timedelta:
    if not count:
        return span * 8
    # One more than there were: of a few, nobody knows whether there are as few elsewhere.
    return span * min(max(_SPARE * missing / (count + 1), 0.25), 16.0)
