"""What a ticket is counted in: which numbers of which documents of ``ticket_counts``.

There are four kinds of documents, each in several shards, so that changes of different tickets
seldom meet in one; their sum is exact.

- ``n``: tickets by state, for each value of each way to narrow the board;
- ``due``: open tickets of one state by when they are due, for all and for each assignee. By that a
  column knows how much of its index to read;
- ``clock``: tickets with a running clock, by when it runs out and by state, for all and by
  assignee, in spans of several widths, so that a few numbers say what ran out before a moment;
- ``opened``: open tickets by the day on which they were opened.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from ecocash_copilot.store.ticket_keys import (
    CLOCKED_STATES,
    NOBODY,
    day_of,
    facets,
    is_open,
    rank,
)
from schemas.ticket_record import Ticket

EPOCH = datetime.fromtimestamp(0, UTC)

DUE_SPANS = {"all": timedelta(hours=3), "assignee": timedelta(days=1)}
"""Width of the buckets of ``due``, for each facet that has them.

Counted from midnight in UTC, three buckets of three hours are the day from 8 to 17 in Harare.
"""

CLOCK_FACETS = ("all", "assignee")

CLOCK_SPANS = {
    "8d": timedelta(days=8),
    "1d": timedelta(days=1),
    "1h": timedelta(hours=1),
    "1ms": timedelta(milliseconds=1),
}
"""Width of the spans of ``clock``, each a whole part of the one before.

What is in the spans of one of the one before is in one document (in each shard), so that only what
a moment cuts through is looked into more closely. No moment cuts through the last.
"""

SHARDS = {
    "n:all": 16,
    "n:category": 8,
    "n:locale": 8,
    "n:assignee": 4,
    "due:all": 4,
    "due:assignee": 2,
    **{f"clock:all:{span}": 2 for span in CLOCK_SPANS},
    **{f"clock:assignee:{span}": 4 for span in CLOCK_SPANS},
    "opened:all": 4,
}
"""Documents that the numbers of a group are spread over, by the number of the ticket.

Of the clocks by assignee, those of nobody's tickets alone are: each desk's are in one document, or
reading what all desks have would be as many times as much.
"""


class Cell(NamedTuple):
    """One number in one document."""

    group: str
    """The kind, and the facet and span if it has any: ``n:assignee``."""
    value: str
    status: str
    """Of ``due`` documents; else empty."""
    shard: int
    path: str

    @property
    def document_id(self) -> str:
        """Id of the document that it is in."""
        return document_id(self.group, self.value, self.status, self.shard)


class Span(NamedTuple):
    """One span of time of one width."""

    width: str
    within: str
    """Number of the wider span around it, or ``all``."""
    number: int
    """Counted from 1970."""


def cells_of(ticket: Ticket | None) -> Counter[Cell]:
    """Return the numbers that a ticket adds one to; none where there is no ticket."""
    return Counter() if ticket is None else Counter(_cells(ticket))


def clock_spans(moment: datetime) -> Iterator[Span]:
    """Yield the spans of ``clock`` that hold a moment, widest first."""
    within = "all"
    for width, length in CLOCK_SPANS.items():
        number = (moment - EPOCH) // length
        yield Span(width, within, number)
        within = str(number)


def parse_clock_path(path: str) -> tuple[str, str]:
    """Return the state and the facet's value that follow the number in a path."""
    status, _, value = path.partition("/")
    return status, value.replace("/", ".")


def document_id(group: str, value: str, status: str, shard: int) -> str:
    """Return the id of a document of counts."""
    return f"{group}:{value}/{status}/{shard:02d}"


def by_document(cells: Mapping[Cell, int]) -> dict[str, tuple[Cell, Counter[str]]]:
    """Return, for each document that changes, one of its cells and what is added to which path."""
    documents: dict[str, tuple[Cell, Counter[str]]] = {}
    for cell, count in cells.items():
        _, added = documents.setdefault(cell.document_id, (cell, Counter()))
        added[cell.path] += count
    return documents


def _cells(ticket: Ticket) -> Iterator[Cell]:
    number = int(ticket.id.removeprefix("TCK-"))
    status, values, moment = ticket.status.value, facets(ticket), rank(ticket)

    def cell(group: str, value: str, state: str, path: str, spread_by: int = number) -> Cell:
        return Cell(group, value, state, spread_by % SHARDS[group], path)

    for facet, value in values.items():
        yield cell(f"n:{facet}", value, "", status)
    if is_open(ticket.status):
        for facet, width in DUE_SPANS.items():
            bucket = (moment - EPOCH) // width
            yield cell(f"due:{facet}", values[facet], status, str(bucket))
        yield cell("opened:all", "all", "", str(day_of(ticket.created_at)))
    if ticket.status in CLOCKED_STATES:
        for facet in CLOCK_FACETS:
            value = values[facet]
            spread_by = number if value in ("all", NOBODY) else crc32(value.encode())
            # No id of staff holds a slash, but a dot, with which a path would go a step down.
            counted = f"{status}/{value.replace('.', '/')}"
            for span in clock_spans(moment):
                path = f"{span.number}/{counted}"
                yield cell(f"clock:{facet}:{span.width}", span.within, "", path, spread_by)
