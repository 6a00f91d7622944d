"""The ``staff_sessions`` collection. The secret itself is never kept: the id is its SHA-256."""

from datetime import datetime

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Store
from schemas.session import SessionId
from schemas.staff import StaffSession

COLLECTION = "staff_sessions"
INDEXES = [IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0)]


def _sessions(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_staff_session(store: Store, session: StaffSession) -> None:
    """Write a new session."""
    staff = session.staff.model_dump(mode="json")
    # A set has no order of its own; kept sorted, the same roles are the same document.
    staff["roles"] = sorted(staff["roles"])
    document = session.model_dump(exclude={"id", "staff"})
    await _sessions(store).insert_one({"_id": session.id, "staff": staff, **document})


async def find_staff_session(store: Store, session_id: SessionId) -> StaffSession | None:
    """Return a session that has not expired; expired ones may still be there for a minute."""
    document = await _sessions(store).find_one({"_id": session_id})
    if document is None or document["expires_at"] <= now():
        return None
    document["id"] = document.pop("_id")
    return StaffSession.model_validate(document)


async def extend_staff_session(store: Store, session_id: SessionId, expires_at: datetime) -> None:
    """Move a session's expiry."""
    await store.quick(COLLECTION).update_one(
        {"_id": session_id}, {"$set": {"expires_at": expires_at}}
    )


async def delete_staff_session(store: Store, session_id: SessionId) -> bool:
    """Revoke a session. False if there was none."""
    result = await _sessions(store).delete_one({"_id": session_id})
    return result.deleted_count == 1
