"""The ``handovers`` collection: stretches of conversations that a person leads."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.handover import Handover, HandoverId, HandoverState
from schemas.identity import CustomerId
from schemas.message import ConversationId

COLLECTION = "handovers"
INDEXES = [
    # Set while a handover is open: so each conversation has one open handover at most.
    IndexModel([("open_in", ASCENDING)], name="by_open", unique=True, sparse=True),
    # Also set while it is open: those that wait or run are found without reading the old ones.
    IndexModel([("open_since", ASCENDING)], name="by_open_since", sparse=True),
    # And this: how many chats one customer waits in.
    IndexModel([("open_of", ASCENDING)], name="by_open_customer", sparse=True),
]
MOST_OPEN = 500

_OPEN = frozenset({HandoverState.WAITING, HandoverState.TAKEN})
_EVER = datetime.fromtimestamp(0, UTC)


def _handovers(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_handover(store: Store, tx: Tx, handover: Handover) -> None:
    """Write a new handover.

    Raises:
        DuplicateKeyError: its conversation has an open one.
    """
    document = handover.model_dump(exclude={"id"})
    document |= {
        "open_in": handover.conversation_id,
        "open_since": handover.created_at,
        "open_of": handover.customer_id,
    }
    await _handovers(store).insert_one({"_id": handover.id, **document}, session=tx)


async def find_handover(
    store: Store, handover_id: HandoverId, tx: Tx | None = None
) -> Handover | None:
    """Return a handover."""
    document = await _handovers(store).find_one({"_id": handover_id}, session=tx)
    return parse_handover(document) if document else None


async def find_open_handover(store: Store, conversation_id: ConversationId) -> Handover | None:
    """Return a conversation's open handover."""
    document = await _handovers(store).find_one({"open_in": conversation_id})
    return parse_handover(document) if document else None


async def find_open_handovers(store: Store) -> list[Handover]:
    """Return every open handover, oldest first, ``MOST_OPEN`` at most."""
    cursor = _handovers(store).find({"open_since": {"$gt": _EVER}})
    return [
        parse_handover(document)
        async for document in cursor.sort("open_since", ASCENDING).limit(MOST_OPEN)
    ]


async def find_waiting_of(store: Store, customer_id: CustomerId) -> list[Handover]:
    """Return a customer's handovers that nobody has taken yet, latest first."""
    cursor = _handovers(store).find({"open_of": customer_id})
    found = [parse_handover(document) async for document in cursor.limit(MOST_OPEN)]
    waiting = [each for each in found if each.state is HandoverState.WAITING]
    return sorted(waiting, key=lambda each: each.created_at, reverse=True)


async def move_handover(
    store: Store,
    tx: Tx,
    handover: Handover,
    state: HandoverState,
    changes: Mapping[str, Any],
) -> Handover | None:
    """Move a handover, if nobody has moved it since it was read.

    Returns:
        It as it is now; None if somebody was first.
    """
    update: dict[str, Any] = {"$set": {"state": state, **changes}, "$inc": {"version": 1}}
    if state not in _OPEN:
        update["$unset"] = {"open_in": "", "open_since": "", "open_of": ""}
    # Not find_one_and_update, for which the embedded server reads the whole collection.
    result = await _handovers(store).update_one(
        {"_id": handover.id, "version": handover.version}, update, session=tx
    )
    return await find_handover(store, handover.id, tx) if result.matched_count else None


def parse_handover(document: Document) -> Handover:
    """Return a document of this collection, as read or as a change stream brings it."""
    fields = {name: document[name] for name in Handover.model_fields if name in document}
    return Handover.model_validate({**fields, "id": document["_id"]})
