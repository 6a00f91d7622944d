"""The ``conversations`` collection, and the claim that lets one turn at a time run in each.

A claim is a run id and a lease. It is taken and checked in one update, so that of any number of
processes one wins. ``lease_until`` is always set, in the past when nothing runs: the filter then
needs no ``$or``, which would make the embedded server scan the collection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.identity import CustomerId
from schemas.message import Conversation, ConversationId, Speaker

COLLECTION = "conversations"
INDEXES = [
    IndexModel([("customer_id", ASCENDING), ("updated_at", DESCENDING)], name="by_customer"),
    IndexModel([("run_id", ASCENDING)], name="by_run", sparse=True),
]
MAX_TITLE = 80

_IDLE = datetime.fromtimestamp(0, UTC)
_PERSONS = [Speaker.QUEUE, Speaker.AGENT]
_FIELDS = {name: 1 for name in Conversation.model_fields if name != "id"}


@dataclass(frozen=True)
class Claim:
    """Who is at work in a conversation."""

    run_id: str
    client_key: str | None
    """The key of the message that it was taken for, if the page gave one."""


def _conversations(store: Store) -> Collection:
    # A claim that a crash takes back frees the conversation, and last_seq heals: see messages.py.
    return store.quick(COLLECTION)


async def insert_conversation(store: Store, conversation: Conversation) -> None:
    """Write a new conversation; nothing runs in it.

    Raises:
        DuplicateKeyError: the id is taken.
    """
    document = conversation.model_dump(exclude={"id"})
    await store.kept(COLLECTION).insert_one(
        {"_id": conversation.id, **document, "lease_until": _IDLE}
    )


async def find_conversation(
    store: Store, conversation_id: ConversationId, tx: Tx | None = None
) -> Conversation | None:
    """Return a conversation, whoever it belongs to."""
    document = await _conversations(store).find_one({"_id": conversation_id}, _FIELDS, session=tx)
    return _parse(document) if document else None


async def find_conversations(
    store: Store, customer_id: CustomerId, limit: int, before: datetime | None = None
) -> list[Conversation]:
    """Return a customer's conversations that hold a message, latest first.

    Args:
        limit: how many at most.
        before: only those last changed before this moment; None starts at the latest.
    """
    query: dict[str, Any] = {"customer_id": customer_id, "title": {"$gt": ""}}
    if before is not None:
        query["updated_at"] = {"$lt": before}
    cursor = _conversations(store).find(query, _FIELDS).sort("updated_at", DESCENDING).limit(limit)
    return [_parse(document) async for document in cursor]


async def claim_turn(
    store: Store,
    conversation_id: ConversationId,
    customer_id: CustomerId,
    run_id: str,
    lease_until: datetime,
    *,
    client_key: str | None = None,
    title: str | None = None,
    any_speaker: bool = False,
) -> bool:
    """Take the conversation's one turn, if it is this customer's and no live claim is on it.

    While a person is to speak, or speaks, there is no turn to take.

    Args:
        client_key: key of the message that is about to be kept, for those who send it again.
        title: the conversation's title from now on; None leaves it.
        any_speaker: the turn says nothing for the assistant, so who speaks does not matter.
    """
    moment = now()
    changes: dict[str, Any] = {
        "run_id": run_id,
        "client_key": client_key,
        "lease_until": lease_until,
        "updated_at": moment,
    }
    if title is not None:
        changes["title"] = title[:MAX_TITLE]
    query: dict[str, Any] = {
        "_id": conversation_id,
        "customer_id": customer_id,
        "lease_until": {"$lte": moment},
    }
    if not any_speaker:
        query["speaker"] = {"$nin": _PERSONS}
    result = await _conversations(store).update_one(query, {"$set": changes})
    return result.matched_count == 1


async def renew_turns(store: Store, run_ids: Sequence[str], lease_until: datetime) -> int:
    """Extend the claims of turns that still run; return how many still hold."""
    if not run_ids:
        return 0
    result = await _conversations(store).update_many(
        {"run_id": {"$in": list(run_ids)}}, {"$set": {"lease_until": lease_until}}
    )
    return result.matched_count


async def end_turn(
    store: Store, conversation_id: ConversationId, run_id: str, last_seq: int = 0
) -> bool:
    """Give up a claim and note the newest message. False if the claim was no longer held."""
    result = await _conversations(store).update_one(
        {"_id": conversation_id, "run_id": run_id},
        {
            "$set": {"lease_until": _IDLE, "updated_at": now()},
            "$unset": {"run_id": ""},
            "$max": {"last_seq": last_seq},
        },
    )
    return result.matched_count == 1


async def set_speaker(
    store: Store,
    tx: Tx,
    conversation_id: ConversationId,
    speaker: Speaker,
    handover_id: str | None,
    expected: str | None,
) -> bool:
    """Say who speaks from now on. False if another handover than the expected one is open.

    Where it is an agent, a turn under way loses its claim.
    """
    changes: dict[str, Any] = {"speaker": speaker, "handover_id": handover_id, "declines": 0}
    update: dict[str, Any] = {"$set": changes}
    if speaker is Speaker.AGENT:
        changes["lease_until"] = _IDLE
        update["$unset"] = {"run_id": ""}
    result = await _conversations(store).update_one(
        {"_id": conversation_id, "handover_id": expected}, update, session=tx
    )
    return result.matched_count == 1


async def note_message(
    store: Store, conversation_id: ConversationId, seq: int, tx: Tx | None = None
) -> None:
    """Note a conversation's newest message, where no turn ends with it."""
    await _conversations(store).update_one(
        {"_id": conversation_id},
        {"$set": {"updated_at": now()}, "$max": {"last_seq": seq}},
        session=tx,
    )


async def count_decline(store: Store, conversation_id: ConversationId) -> None:
    """Count one more dialog that the customer declined."""
    await _conversations(store).update_one({"_id": conversation_id}, {"$inc": {"declines": 1}})


async def note_done(
    store: Store, conversation_id: ConversationId, title: str | None = None
) -> None:
    """Note that what was confirmed is done: declined dialogs are counted anew.

    Args:
        title: the conversation's title from now on; None leaves it.
    """
    changes: dict[str, Any] = {"declines": 0}
    if title is not None:
        changes["title"] = title[:MAX_TITLE]
    await _conversations(store).update_one({"_id": conversation_id}, {"$set": changes})


async def find_claim(store: Store, conversation_id: ConversationId) -> Claim | None:
    """Return the live claim on a conversation, if there is one."""
    document = await _conversations(store).find_one(
        {"_id": conversation_id, "lease_until": {"$gt": now()}}, {"run_id": 1, "client_key": 1}
    )
    return Claim(document["run_id"], document["client_key"]) if document else None


async def release_turns(store: Store) -> int:
    """Give up every claim there is; return how many there were.

    Only right where no other process uses the database: at the start of the embedded server.
    """
    result = await _conversations(store).update_many(
        {"run_id": {"$gt": ""}}, {"$set": {"lease_until": _IDLE}, "$unset": {"run_id": ""}}
    )
    return result.matched_count


def _parse(document: Document) -> Conversation:
    document["id"] = document.pop("_id")
    return Conversation.model_validate(document)
