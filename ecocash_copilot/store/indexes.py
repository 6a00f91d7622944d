"""Creates every index at start. Each module declares its own."""

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from ecocash_copilot.store import (
    audit,
    codes,
    consents,
    conversations,
    counters,
    evidence,
    feed_positions,
    handovers,
    messages,
    outbox,
    preferences,
    presence,
    sessions,
    staff_roster,
    staff_sessions,
    statements,
    ticket_counts,
    ticket_events,
    tickets,
    wallet,
)
from ecocash_copilot.store.client import Store

DECLARED: dict[str, list[IndexModel]] = {
    module.COLLECTION: module.INDEXES
    for module in (
        conversations,
        handovers,
        evidence,
        messages,
        sessions,
        preferences,
        staff_sessions,
        staff_roster,
        codes,
        wallet,
        tickets,
        ticket_events,
        ticket_counts,
        statements,
        outbox,
        consents,
        audit,
        feed_positions,
        presence,
    )
}

_WITHOUT = (counters.COLLECTION, audit.HEADS)
"""Collections without indexes that transactions write to: not every server creates one in there."""

_EXISTS = 48


async def create_indexes(store: Store) -> None:
    """Create the collections and indexes that are not there yet. Safe in several processes."""
    for collection, indexes in DECLARED.items():
        if indexes:
            await store.database[collection].create_indexes(indexes)
    there = await store.database.list_collection_names()
    for collection in _WITHOUT:
        if collection not in there:
            await _create(store, collection)


async def _create(store: Store, collection: str) -> None:
    try:
        await store.database.create_collection(collection, check_exists=False)
    except OperationFailure as error:
        if error.code != _EXISTS:
            raise
