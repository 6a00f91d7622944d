"""The ``sessions`` collection. The secret itself is never kept: the id is its SHA-256."""

from datetime import datetime

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Store
from schemas.identity import Customer, CustomerId, Locale
from schemas.message import ConversationId
from schemas.session import Session, SessionId

COLLECTION = "sessions"
INDEXES = [
    IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    IndexModel([("customer.id", ASCENDING)], name="by_customer"),
]


def _sessions(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_session(store: Store, session: Session) -> None:
    """Write a new session."""
    document = session.model_dump(exclude={"id"})
    await _sessions(store).insert_one({"_id": session.id, **document})


async def find_session(store: Store, session_id: SessionId) -> Session | None:
    """Return a session that has not expired; expired ones may still be there for a minute."""
    document = await _sessions(store).find_one({"_id": session_id})
    if document is None or document["expires_at"] <= now():
        return None
    document["id"] = document.pop("_id")
    return Session.model_validate(document)


async def extend_session(store: Store, session_id: SessionId, expires_at: datetime) -> None:
    """Move a session's expiry."""
    await store.quick(COLLECTION).update_one(
        {"_id": session_id}, {"$set": {"expires_at": expires_at}}
    )


async def set_session_conversation(
    store: Store, session_id: SessionId, conversation_id: ConversationId | None
) -> bool:
    """Note which conversation is open. False if there is no such session any more."""
    result = await _sessions(store).update_one(
        {"_id": session_id}, {"$set": {"conversation_id": conversation_id}}
    )
    return result.matched_count == 1


async def swap_session_conversation(
    store: Store,
    session_id: SessionId,
    expected: ConversationId | None,
    conversation_id: ConversationId,
) -> bool:
    """Open another conversation than ``expected``. False if another one is open already."""
    result = await _sessions(store).update_one(
        {"_id": session_id, "conversation_id": expected},
        {"$set": {"conversation_id": conversation_id}},
    )
    return result.matched_count == 1


async def set_session_customer(store: Store, session_id: SessionId, customer: Customer) -> bool:
    """Change what is known of the customer. False if there is no such session any more."""
    result = await _sessions(store).update_one(
        {"_id": session_id}, {"$set": {"customer": customer.model_dump(mode="json")}}
    )
    return result.matched_count == 1


async def set_sessions_locale(store: Store, customer_id: CustomerId, locale: Locale) -> None:
    """Change the language of all of a customer's sessions."""
    await _sessions(store).update_many(
        {"customer.id": customer_id}, {"$set": {"customer.locale": locale.value}}
    )


async def delete_session(store: Store, session_id: SessionId) -> bool:
    """Revoke a session. False if there was none."""
    result = await _sessions(store).delete_one({"_id": session_id})
    return result.deleted_count == 1
