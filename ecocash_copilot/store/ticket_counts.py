"""The ``ticket_counts`` collection: how many tickets there are, kept with every change.

There are four kinds of documents, each in several shards, so that changes of different tickets
seldom meet in one; their sum is exact.

- ``n``: tickets by state, for each value of each way to narrow the board;
- ``due``: open tickets of one state by when they are due, for all and for each assignee. By that a
  column knows how much of its index to read, and overdue tickets are counted unread;
- ``late``: tickets with a running clock, by when it runs out and by assignee, in spans of several
  widths, so that a few numbers say what is overdue on each desk;
- ``opened``: open tickets by the day on which they were opened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pymongo import ASCENDING, IndexModel, UpdateOne

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from ecocash_copilot.store.ticket_keys import (
    CLOCKED_STATES,
    day_of,
    facets,
    is_open,
    rank,
)
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket

COLLECTION = "ticket_counts"
INDEXES = [IndexModel([("group", ASCENDING)], name="by_group")]
"""``group`` is the kind and the facet: ``n:assignee``."""

_SHARDS = {
    "n:all": 16,
    "n:category": 8,
    "n:locale": 8,
    "n:assignee": 4,
    "due:all": 4,
    "due:assignee": 2,
    "late:8d": 4,
    "late:1d": 4,
    "late:1h": 4,
    "opened:all": 4,
}
_SPANS = {"all": timedelta(hours=3), "assignee": timedelta(days=1)}
"""Width of the buckets of ``due``, for each facet that has them.

Counted from midnight in UTC, three buckets of three hours are the day from 8 to 17 in Harare.
"""

_LATE = {
    "late:8d": timedelta(days=8),
    "late:1d": timedelta(days=1),
    "late:1h": timedelta(hours=1),
}
"""Width of the spans of ``late``, each a whole part of the one before.

What is in the spans of one of the one before is in one document (in each shard), so that only what
a moment cuts through is looked into more closely.
"""

_EPOCH = datetime.fromtimestamp(0, UTC)


class Cell(NamedTuple):
    """One number in one document."""

    group: str
    value: str
    status: str
    """Of ``due`` documents; else empty."""
    path: str


@dataclass
class Tally:
    """How many tickets there are with one value of a facet."""

    by_status: Counter[TicketStatus] = field(default_factory=Counter[TicketStatus])
    name: str = ""
    """Of the assignee, where that is the facet."""


@dataclass
class DueTimes:
    """Open tickets of one state, by the bucket of time in which their place is."""

    span: timedelta
    counts: Counter[int] = field(default_factory=Counter[int])
    """Number of a bucket, counted from 1970, to how many tickets are in it."""

    def bucket(self, moment: datetime) -> int:
        """Return the number of the bucket that holds a moment."""
        return (moment - _EPOCH) // self.span

    def begin(self, bucket: int) -> datetime:
        """Return the moment at which a bucket begins."""
        return _EPOCH + bucket * self.span


def _counts(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def change_counts(store: Store, tx: Tx, before: Ticket | None, after: Ticket | None) -> None:
    """Count a change as part of its transaction; None is a ticket that is not there."""
    ticket = after or before
    if ticket is None:
        return
    changed = _cells(after)
    changed.subtract(_cells(before))
    # In one order, so that transactions do not wait for one another in a circle.
    updates = [
        UpdateOne(
            {"_id": document_id},
            {"$inc": increments, "$set": _labels(cell, _names([ticket]))},
            upsert=True,
        )
        for document_id, (cell, added) in sorted(_grouped({_number(ticket): changed}).items())
        if (increments := {f"counts.{path}": count for path, count in added.items() if count})
    ]
    if updates:
        await _counts(store).bulk_write(updates, session=tx)


class NewCounts:
    """Counts of many new tickets, collected and then written at once."""

    def __init__(self) -> None:
        self._by_number: dict[int, Counter[Cell]] = {}
        self._names: dict[str, str] = {}

    def add(self, tickets: Iterable[Ticket]) -> None:
        """Count tickets that are not counted yet."""
        for ticket in tickets:
            # The shards of each group divide this, so that one number stands for a shard of each.
            number = _number(ticket) % max(_SHARDS.values())
            self._by_number.setdefault(number, Counter()).update(_cells(ticket))
            self._names |= _names([ticket])

    async def write(self, store: Store) -> None:
        """Add what was collected to what is kept, while nobody else changes it."""
        # Documents are replaced whole: the embedded server takes long to add to many paths of one.
        for document_id, (cell, added) in _grouped(self._by_number).items():
            kept = await _counts(store).find_one({"_id": document_id})
            total = Counter(added)
            total.update(kept["counts"] if kept else {})
            document = {**_labels(cell, self._names), "counts": dict(total)}
            await _counts(store).replace_one({"_id": document_id}, document, upsert=True)


async def find_tally(store: Store, facet: str = "all", value: str = "all") -> Tally:
    """Return how many tickets there are with one value of a facet."""
    return _tally(await _find(store, f"n:{facet}", value))


async def find_tallies(store: Store, facet: str) -> dict[str, Tally]:
    """Return how many tickets there are with each value of a facet."""
    by_value: dict[str, list[Document]] = {}
    async for document in _counts(store).find({"group": f"n:{facet}"}):
        by_value.setdefault(document["value"], []).append(document)
    return {value: _tally(documents) for value, documents in by_value.items()}


async def find_due_times(
    store: Store, status: TicketStatus, facet: str = "all", value: str = "all"
) -> DueTimes:
    """Return when open tickets of a state are due; the facet is ``all`` or ``assignee``."""
    documents = await _find(store, f"due:{facet}", value, status.value)
    return DueTimes(_SPANS[facet], _sum(each["counts"] for each in documents))


async def count_due(
    store: Store, status: TicketStatus, moment: datetime, facet: str, value: str
) -> tuple[int, datetime | None]:
    """Return how many open tickets of a state are due some time before a moment, and until when.

    That is the beginning of the bucket that holds the moment; what is in it is left to others. None
    instead if there is nothing in it.
    """
    span = _SPANS[facet]
    last = (moment - _EPOCH) // span
    # The numbers have as many digits for centuries, so they sort as their strings do.
    end, due, within = str(last), 0, 0
    for document in await _find(store, f"due:{facet}", value, status.value):
        counts = document["counts"]
        due += sum(count for bucket, count in counts.items() if bucket < end)
        within += counts.get(end, 0)
    return due, _EPOCH + last * span if within else None


async def count_late_by_assignee(store: Store, moment: datetime) -> tuple[Counter[str], datetime]:
    """Return how many clocks on each desk ran out some time before a moment, and until when.

    That is the beginning of the hour that holds the moment; what is in it is left to others.
    """
    ids = [
        _document_id(group, within, "", shard)
        for group, within, _ in _spans(moment)
        for shard in range(_SHARDS[group])
    ]
    ends = {group: number for group, _, number in _spans(moment)}
    late: dict[str, int] = {}
    async for document in _counts(store).find({"_id": {"$in": ids}}):
        # The numbers have as many digits for centuries, so they sort as their strings do.
        end = str(ends[document["group"]])
        for path, count in document["counts"].items():
            number, _, desk = path.partition("/")
            if number < end:
                late[desk] = late.get(desk, 0) + count
    by_assignee = Counter({desk.replace("/", "."): count for desk, count in late.items()})
    return by_assignee, _EPOCH + ends["late:1h"] * _LATE["late:1h"]


async def find_opened_days(store: Store) -> Counter[int]:
    """Return how many open tickets were opened on each day, counted from 1970 in UTC."""
    return _sum(each["counts"] for each in await _find(store, "opened:all", "all"))


async def drop_empty(store: Store) -> int:
    """Forget moments at which no ticket is left; return in how many documents.

    No count changes by it. Due now and then: each moment that passed leaves a few bytes behind.
    """
    dropped = 0
    for group in ("due:all", "due:assignee", *_LATE, "opened:all"):
        async for document in _counts(store).find({"group": group}):
            empty = {f"counts.{each}": 0 for each, count in document["counts"].items() if not count}
            if empty:
                # Only where each is still empty: a count that rises meanwhile stays.
                result = await _counts(store).update_one(
                    {"_id": document["_id"], **empty}, {"$unset": dict.fromkeys(empty, "")}
                )
                dropped += result.modified_count
    await _counts(store).delete_many({"group": {"$in": list(_LATE)}, "counts": {}})
    return dropped


def _cells(ticket: Ticket | None) -> Counter[Cell]:
    if ticket is None:
        return Counter()
    status, values = ticket.status.value, facets(ticket)
    cells = [Cell(f"n:{facet}", value, "", status) for facet, value in values.items()]
    if is_open(ticket.status):
        for facet, span in _SPANS.items():
            bucket = (rank(ticket) - _EPOCH) // span
            cells.append(Cell(f"due:{facet}", values[facet], status, str(bucket)))
        cells.append(Cell("opened:all", "all", "", str(day_of(ticket.created_at))))
    if ticket.status in CLOCKED_STATES:
        # No id of staff holds a slash, but a dot, with which a path would go a step down.
        desk = values["assignee"].replace(".", "/")
        cells += [
            Cell(group, within, "", f"{number}/{desk}")
            for group, within, number in _spans(rank(ticket))
        ]
    return Counter(cells)


def _spans(moment: datetime) -> Iterator[tuple[str, str, int]]:
    """Yield each span of ``late`` that holds a moment: group, the span around it, number."""
    within = "all"
    for group, width in _LATE.items():
        number = (moment - _EPOCH) // width
        yield group, within, number
        within = str(number)


def _grouped(
    by_number: Mapping[int, Mapping[Cell, int]],
) -> dict[str, tuple[Cell, Counter[str]]]:
    """Return, for each document that changes, one of its cells and what is added to which path."""
    documents: dict[str, tuple[Cell, Counter[str]]] = {}
    for number, cells in by_number.items():
        for cell, count in cells.items():
            document_id = _document_id(cell.group, cell.value, cell.status, number)
            _, added = documents.setdefault(document_id, (cell, Counter()))
            added[cell.path] += count
    return documents


async def _find(store: Store, group: str, value: str, status: str = "") -> list[Document]:
    ids = [_document_id(group, value, status, shard) for shard in range(_SHARDS[group])]
    return await _counts(store).find({"_id": {"$in": ids}}).to_list()


def _document_id(group: str, value: str, status: str, number: int) -> str:
    return f"{group}:{value}/{status}/{number % _SHARDS[group]:02d}"


def _labels(cell: Cell, names: Mapping[str, str]) -> dict[str, str]:
    labels = {"group": cell.group, "value": cell.value, "status": cell.status}
    if cell.group == "n:assignee" and names.get(cell.value):
        labels["name"] = names[cell.value]
    return labels


def _names(tickets: Iterable[Ticket]) -> dict[str, str]:
    return {each.assignee or "": each.assignee_name or "" for each in tickets}


def _number(ticket: Ticket) -> int:
    return int(ticket.id.removeprefix("TCK-"))


def _tally(documents: Iterable[Document]) -> Tally:
    tally = Tally()
    for document in documents:
        tally.name = document.get("name", tally.name)
        for status, count in document["counts"].items():
            tally.by_status[TicketStatus(status)] += count
    return tally


def _sum(counted: Iterable[Mapping[str, int]]) -> Counter[int]:
    # There are thousands of numbers where there are many tickets: each is parsed once.
    total: dict[str, int] = {}
    for counts in counted:
        for number, count in counts.items():
            total[number] = total.get(number, 0) + count
    return Counter({int(number): count for number, count in total.items() if count > 0})
