"""How long the board's reads take at 1,000 and at 100,000 tickets.

Both sizes are on one server of the kind that the product runs, each in a database of its own, and
the server starts anew once they are written. Each read is made on both by turns, so that both meet
the same machine; the ratio is the median of the pairs' ratios. The clock is set to the middle of
a working day, when the present cuts through the most clocks that are about to run out.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import time_machine

from bench.figures import Figure, p50
from bench.stage import Stage
from ecocash_copilot.actions.tickets import (
    board_column,
    column_counts,
    load_per_agent,
    search_tickets,
    ticket_ageing,
    ticket_breaches,
)
from ecocash_copilot.core.clock import HARARE, now
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from ecocash_copilot.store.indexes import create_indexes
from schemas.identity import Locale
from schemas.ticket import TicketCategory, TicketStatus
from schemas.ticket_board import TicketFilter, TicketPage
from tests.support.tickets import AGENT, SUPERVISOR, fill

PART = "columns"
SIZES = (1_000, 100_000)
ROUNDS = 101
WARM_UP = 2
AIM = "<= 1.2"
PAGE = 20
"""Cards a column of the board is read by."""

_NOON = datetime(2026, 3, 4, 12, 40, tzinfo=HARARE)
"""A Wednesday."""

_CACHE = "4G"
"""Of the server: with less, filling takes several times as long."""

_MINE = TicketFilter(assignee="agent-3")
_UNASSIGNED = TicketFilter(unassigned=True)
_BREACHING = TicketFilter(breaching=True)
_CATEGORY = TicketFilter(category=TicketCategory.DOUBLE_DEBIT)
_LANGUAGE = TicketFilter(locale=Locale.SN)
_BOTH = TicketFilter(category=TicketCategory.DOUBLE_DEBIT, locale=Locale.SN)

Read = Callable[[Store, int], Awaitable[object]]
"""Reads so many tickets at most."""


async def measure(_stage: Stage) -> list[Figure]:
    """Fill both databases, and time every kind of read."""
    figures: list[Figure] = []
    with TemporaryDirectory() as folder, time_machine.travel(_NOON):
        async with _open(Path(folder)) as stores:
            for size, store in zip(SIZES, stores, strict=True):
                await create_indexes(store)
                await fill(store, size, now(), events=False)
        async with _open(Path(folder)) as stores:
            for name, read in _reads().items():
                figures += await _time(name, read, stores)
    return figures


@asynccontextmanager
async def _open(folder: Path) -> AsyncGenerator[list[Store]]:
    """Start the server and open the database of each size."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(EmbeddedMongoDB(folder, cache=_CACHE))
        opened = (open_store(server.uri, f"tickets_{size}", embedded=True) for size in SIZES)
        yield [await stack.enter_async_context(store) for store in opened]


async def _time(name: str, read: Read, stores: list[Store]) -> list[Figure]:
    """Time one read on both sizes, by turns, each for as many tickets as the smaller one has."""
    found = await read(stores[0], PAGE)
    limit = len(found.tickets) if isinstance(found, TicketPage) and found.tickets else PAGE
    pairs = [
        [await _seconds(read, store, limit) for store in stores] for _ in range(ROUNDS + WARM_UP)
    ]
    small, large = zip(*pairs[WARM_UP:], strict=True)
    ratio = p50([one / other for one, other in zip(large, small, strict=True)])
    return [
        _figure(f"{name}, {SIZES[0]:,} tickets, p50", p50(small) * 1000, "ms"),
        _figure(f"{name}, {SIZES[1]:,} tickets, p50", p50(large) * 1000, "ms"),
        _figure(f"{name}, {SIZES[1]:,} against {SIZES[0]:,}", ratio, "times", AIM),
    ]


async def _seconds(read: Read, store: Store, limit: int) -> float:
    begun = time.perf_counter()
    await read(store, limit)
    return time.perf_counter() - begun


# -- what is read ------------------------------------------------------------------------------


def _reads() -> Mapping[str, Read]:
    """Return every kind of read that the board and its supervisor make, by name."""
    reads: dict[str, Read] = {}
    for status in TicketStatus:
        reads[f"column {status.value}"] = partial(_column, status=status)
    running, ended = TicketStatus.IN_PROGRESS, TicketStatus.CLOSED
    for name, condition in (
        ("mine", _MINE),
        ("unassigned", _UNASSIGNED),
        ("category", _CATEGORY),
        ("language", _LANGUAGE),
        ("category and language", _BOTH),
    ):
        reads[f"column in_progress, {name}"] = partial(_column, status=running, filters=condition)
        reads[f"column closed, {name}"] = partial(_column, status=ended, filters=condition)
    reads |= {
        "column in_progress, breaching": partial(_column, status=running, filters=_BREACHING),
        "column in_progress, second page": _second_page,
        "counts": partial(_counts, filters=None),
        "counts, mine": partial(_counts, filters=_MINE),
        "counts, category": partial(_counts, filters=_CATEGORY),
        "counts, breaching": partial(_counts, filters=_BREACHING),
        "load per agent": lambda store, _: load_per_agent(store, SUPERVISOR),
        "ageing": lambda store, _: ticket_ageing(store, SUPERVISOR),
        "breaches": lambda store, limit: ticket_breaches(store, SUPERVISOR, limit),
    }
    words = TicketFilter(text="groceries")
    reads["column in_progress, words"] = partial(_column, status=running, filters=words)
    for name, text in (
        ("a number", "TCK-500700"),
        ("a phone", "0771000700"),
        ("a reference", "MP260301.1412.L00701"),
        ("a word", "groceries"),
        ("two words", "groceries place77"),
        ("no such word", "nothinglikeit"),
    ):
        reads[f"search, {name}"] = partial(_search, text=text)
    return reads


async def _column(
    store: Store, limit: int, *, status: TicketStatus, filters: TicketFilter | None = None
) -> TicketPage:
    return await board_column(store, AGENT, status, filters, None, limit)


async def _second_page(store: Store, limit: int) -> TicketPage:
    status = TicketStatus.IN_PROGRESS
    first = await board_column(store, AGENT, status, None, None, limit)
    assert first.next_cursor is not None
    return await board_column(store, AGENT, status, None, first.next_cursor, limit)


async def _counts(store: Store, _limit: int, *, filters: TicketFilter | None) -> object:
    return await column_counts(store, AGENT, filters)


async def _search(store: Store, limit: int, *, text: str) -> TicketPage:
    return await search_tickets(store, AGENT, text, None, limit)


def _figure(name: str, value: float, unit: str, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, aim=aim)
