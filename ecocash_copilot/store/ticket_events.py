"""The ``ticket_events`` collection: the history of each ticket, only ever added to.

``untold`` marks an event whose message has not reached the customer's chat yet. ``key`` is what a
page calls something that was written there: sent again under it, it is kept once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.ticket import TicketId
from schemas.ticket_record import TicketEvent, TicketEventKind

COLLECTION = "ticket_events"
INDEXES = [
    IndexModel([("ticket_id", ASCENDING), ("version", ASCENDING)], name="by_version", unique=True),
    IndexModel([("untold", ASCENDING)], name="by_untold", sparse=True),
    # One field, so that the embedded server looks a key up by it alone.
    IndexModel([("key", ASCENDING)], name="by_key", unique=True, sparse=True),
]


_OURS = ("_id", "untold", "key")
"""What a document holds beside its event."""


def _events(store: Store) -> Collection:
    return store.kept(COLLECTION)


def event_id(ticket_id: TicketId, version: int) -> str:
    """Return the id of an event: ``TCK-100042:3``."""
    return f"{ticket_id}:{version}"


async def insert_event(
    store: Store,
    tx: Tx | None,
    event: TicketEvent,
    *,
    untold: bool = False,
    key: str | None = None,
) -> None:
    """Write an event as part of a transaction.

    Args:
        untold: a message about it is still to be put into the customer's chat.
        key: the page's own, for this ticket and kind of event.

    Raises:
        DuplicateKeyError: the ticket has an event of this version, or under this key.
    """
    document = event_document(event)
    if key is not None:
        document["key"] = _key(event.ticket_id, event.kind, key)
    if untold:
        document["untold"] = event.at
    await _events(store).insert_one(document, session=tx)


async def find_events(
    store: Store,
    ticket_id: TicketId,
    after_version: int = 0,
    tx: Tx | None = None,
    *,
    limit: int = 0,
) -> list[TicketEvent]:
    """Return a ticket's events after a version, oldest first.

    Args:
        limit: of more than so many, the newest alone; 0 for all.
    """
    cursor = _events(store).find(
        {"ticket_id": ticket_id, "version": {"$gt": after_version}}, session=tx
    )
    newest = cursor.sort("version", DESCENDING).limit(limit)
    return [parse_event(each) async for each in newest][::-1]


async def has_event(
    store: Store, tx: Tx | None, ticket_id: TicketId, kind: TicketEventKind, key: str
) -> bool:
    """Return whether a page's key stands for an event that was kept."""
    found = await _events(store).find_one({"key": _key(ticket_id, kind, key)}, session=tx)
    return found is not None


def _key(ticket_id: TicketId, kind: TicketEventKind, key: str) -> str:
    return f"{ticket_id}/{kind.value}/{key}"


async def find_untold(store: Store, before: datetime) -> list[TicketEvent]:
    """Return events from before a moment that no message tells of, oldest first."""
    found = [parse_event(each) async for each in _events(store).find({"untold": {"$lt": before}})]
    return sorted(found, key=lambda each: (each.at, each.version))


async def mark_told(store: Store, event: TicketEvent) -> None:
    """Note that the customer's chat has the message about an event."""
    await _events(store).update_one(
        {"_id": event_id(event.ticket_id, event.version)}, {"$unset": {"untold": ""}}
    )


async def insert_events(store: Store, events: Sequence[TicketEvent]) -> None:
    """Write many events at once, of tickets that nobody else can know yet."""
    if events:
        await _events(store).insert_many([event_document(each) for each in events], ordered=False)


async def delete_events(store: Store, tx: Tx, ticket_id: TicketId) -> None:
    """Remove a ticket's history; only demo tickets are ever removed."""
    await _events(store).delete_many({"ticket_id": ticket_id, "version": {"$gt": 0}}, session=tx)


def event_document(event: TicketEvent) -> Document:
    """Return an event as it is kept."""
    document: dict[str, Any] = event.model_dump(mode="json", exclude={"at"})
    document["_id"] = event_id(event.ticket_id, event.version)
    document["at"] = event.at
    return document


def parse_event(document: Document) -> TicketEvent:
    """Return an event from its document."""
    document = {name: each for name, each in document.items() if name not in _OURS}
    return TicketEvent.model_validate(document)
