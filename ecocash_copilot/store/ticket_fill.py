"""Whole ticket histories written at once: demo tickets, and many for measurements."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from pymongo.errors import DuplicateKeyError

from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.statements import delete_statements
from ecocash_copilot.store.ticket_counts import NewCounts, change_counts
from ecocash_copilot.store.ticket_events import delete_events, insert_event, insert_events
from ecocash_copilot.store.tickets import (
    delete_ticket,
    drop_early_tickets,
    find_customer_tickets,
    insert_ticket,
    insert_tickets,
)
from schemas.identity import CustomerId
from schemas.ticket_record import Ticket, TicketEvent

_MOST = 10_000
_BATCH = 500
"""More in one command can be more than the embedded server's cache takes."""


@dataclass(frozen=True)
class History:
    """A ticket as it is, and everything that made it so."""

    ticket: Ticket
    events: tuple[TicketEvent, ...]


async def replace_histories(
    store: Store, customer_id: CustomerId, histories: Sequence[History]
) -> None:
    """Write a customer's tickets in place of what there was, in one transaction."""
    for _ in range(2):
        # Where another process writes the same meanwhile, its tickets are found anew and replaced.
        with suppress(DuplicateKeyError):
            await _replace_histories(store, customer_id, histories)
            return
    await _replace_histories(store, customer_id, histories)


async def _replace_histories(
    store: Store, customer_id: CustomerId, histories: Sequence[History]
) -> None:
    await drop_early_tickets(store, customer_id)
    present = await find_customer_tickets(store, customer_id, _MOST)

    async def work(tx: Tx) -> None:
        for ticket in present:
            await delete_ticket(store, tx, ticket.id)
            await delete_events(store, tx, ticket.id)
            await delete_statements(store, tx, ticket.id)
            await change_counts(store, tx, ticket, None)
        for history in histories:
            await insert_ticket(store, tx, history.ticket)
            for event in history.events:
                await insert_event(store, tx, event)
            await change_counts(store, tx, None, history.ticket)

    await store.transact(work)


async def fill_tickets(store: Store, histories: Iterable[History], *, events: bool = True) -> None:
    """Write many new tickets fast, not in one transaction. Nobody knows them until it is done.

    Args:
        histories: taken and written in batches.
        events: write the events too; measurements of the board do without.
    """
    counts, source = NewCounts(), iter(histories)
    while batch := list(islice(source, _BATCH)):
        tickets = [each.ticket for each in batch]
        await insert_tickets(store, tickets)
        if events:
            await insert_events(store, [event for each in batch for event in each.events])
        counts.add(tickets)
    await counts.write(store)
