"""The ``ticket_counts`` collection: how many tickets there are, kept with every change.

What is counted, and in which documents, is for ``ticket_cells`` to say.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel, UpdateOne

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from ecocash_copilot.store.ticket_cells import (
    CLOCK_FACETS,
    CLOCK_SPANS,
    DUE_SPANS,
    EPOCH,
    SHARDS,
    Cell,
    by_document,
    cells_of,
    clock_spans,
    document_id,
    parse_clock_path,
)
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket

COLLECTION = "ticket_counts"
INDEXES = [IndexModel([("group", ASCENDING)], name="by_group")]
"""``group`` is the kind and the facet or span: ``n:assignee``."""


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
        return (moment - EPOCH) // self.span

    def begin(self, bucket: int) -> datetime:
        """Return the moment at which a bucket begins."""
        return EPOCH + bucket * self.span


def _counts(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def change_counts(store: Store, tx: Tx, before: Ticket | None, after: Ticket | None) -> None:
    """Count a change as part of its transaction; None is a ticket that is not there."""
    ticket = after or before
    if ticket is None:
        return
    changed = cells_of(after)
    changed.subtract(cells_of(before))
    # In one order, so that transactions do not wait for one another in a circle.
    updates = [
        UpdateOne(
            {"_id": name},
            {"$inc": increments, "$set": _labels(cell, _names([ticket]))},
            upsert=True,
        )
        for name, (cell, added) in sorted(by_document(changed).items())
        if (increments := {f"counts.{path}": count for path, count in added.items() if count})
    ]
    if updates:
        await _counts(store).bulk_write(updates, session=tx)


class NewCounts:
    """Counts of many new tickets, collected and then written at once."""

    def __init__(self) -> None:
        self._cells: Counter[Cell] = Counter()
        self._names: dict[str, str] = {}

    def add(self, tickets: Iterable[Ticket]) -> None:
        """Count tickets that are not counted yet."""
        for ticket in tickets:
            self._cells.update(cells_of(ticket))
            self._names |= _names([ticket])

    async def write(self, store: Store) -> None:
        """Add what was collected to what is kept, while nobody else changes it."""
        # Documents are replaced whole: the embedded server takes long to add to many paths of one.
        for name, (cell, added) in by_document(self._cells).items():
            kept = await _counts(store).find_one({"_id": name})
            total = Counter(added)
            total.update(kept["counts"] if kept else {})
            document = {**_labels(cell, self._names), "counts": dict(total)}
            await _counts(store).replace_one({"_id": name}, document, upsert=True)


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
    return DueTimes(DUE_SPANS[facet], _sum(each["counts"] for each in documents))


async def count_ran_out(
    store: Store, moment: datetime, facet: str = "all"
) -> Counter[tuple[TicketStatus, str]]:
    """Return how many clocks ran out before a moment, by the ticket's state and value of a facet.

    The facet is ``all`` or ``assignee``.
    """
    spans = {f"clock:{facet}:{span.width}": span for span in clock_spans(moment)}
    ids = [
        document_id(group, span.within, "", shard)
        for group, span in spans.items()
        for shard in range(SHARDS[group])
    ]
    ran_out: dict[str, int] = {}
    async for document in _counts(store).find({"_id": {"$in": ids}}):
        # The numbers have as many digits for centuries, so they sort as their strings do.
        end = str(spans[document["group"]].number)
        for path, count in document["counts"].items():
            number, _, counted = path.partition("/")
            if number < end:
                ran_out[counted] = ran_out.get(counted, 0) + count
    by_value: Counter[tuple[TicketStatus, str]] = Counter()
    for counted, count in ran_out.items():
        status, value = parse_clock_path(counted)
        by_value[TicketStatus(status), value] += count
    return by_value


async def find_opened_days(store: Store) -> Counter[int]:
    """Return how many open tickets were opened on each day, counted from 1970 in UTC."""
    return _sum(each["counts"] for each in await _find(store, "opened:all", "all"))


async def drop_empty(store: Store) -> int:
    """Forget moments at which no ticket is left; return in how many documents.

    No count changes by it. Due now and then: each moment that passed leaves a few bytes behind.
    """
    dropped = 0
    clocks = [f"clock:{facet}:{width}" for facet in CLOCK_FACETS for width in CLOCK_SPANS]
    for group in ("due:all", "due:assignee", *clocks, "opened:all"):
        async for document in _counts(store).find({"group": group}):
            empty = {f"counts.{each}": 0 for each, count in document["counts"].items() if not count}
            if empty:
                # Only where each is still empty: a count that rises meanwhile stays.
                result = await _counts(store).update_one(
                    {"_id": document["_id"], **empty}, {"$unset": dict.fromkeys(empty, "")}
                )
                dropped += result.modified_count
    await _counts(store).delete_many({"group": {"$in": clocks}, "counts": {}})
    return dropped


async def _find(store: Store, group: str, value: str, status: str = "") -> list[Document]:
    ids = [document_id(group, value, status, shard) for shard in range(SHARDS[group])]
    return await _counts(store).find({"_id": {"$in": ids}}).to_list()


def _labels(cell: Cell, names: Mapping[str, str]) -> dict[str, str]:
    labels = {"group": cell.group, "value": cell.value, "status": cell.status}
    if cell.group == "n:assignee" and names.get(cell.value):
        labels["name"] = names[cell.value]
    return labels


def _names(tickets: Iterable[Ticket]) -> dict[str, str]:
    return {each.assignee or "": each.assignee_name or "" for each in tickets}


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
