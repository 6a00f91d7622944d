"""Exact counts of the board's columns, read once for all boards that ask at the same moment."""

import asyncio

from ecocash_copilot.actions.tickets import column_counts
from ecocash_copilot.core.expiring_cache import ExpiringCache
from ecocash_copilot.store.client import Store
from schemas.staff import Staff
from schemas.ticket import TicketStatus
from schemas.ticket_board import TicketFilter

GATHER_SECONDS = 0.5
"""How long a board waits after a change before it counts: many changes are counted once."""

_SHARED_SECONDS = 0.4
"""Less than boards wait, so that what is shared is younger than the change it is asked for."""

Counts = dict[TicketStatus, int | None]

_reads: ExpiringCache[tuple[str, TicketFilter], asyncio.Task[Counts]] = ExpiringCache(500)


async def shared_counts(store: Store, staff: Staff, condition: TicketFilter) -> Counts:
    """Return how many tickets match, by state; None where nobody has counted.

    The caller has been let in as staff that works tickets: others may have started the reading.
    """
    key = (store.database.name, condition)
    reading = _reads.get(key)
    if reading is None or (reading.done() and reading.exception() is not None):
        reading = asyncio.create_task(column_counts(store, staff, condition))
        _reads.put(key, reading, _SHARED_SECONDS)
    return await asyncio.shield(reading)


def total(counts: Counts) -> int | None:
    """Return the sum over the columns; None where one of them was not counted."""
    known = [count for count in counts.values() if count is not None]
    return sum(known) if len(known) == len(counts) else None
