"""The ``feed_positions`` collection: how far each process has read the change stream."""

from typing import Any

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store

COLLECTION = "feed_positions"
INDEXES = [IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=30 * 24 * 3600)]

ResumeToken = dict[str, Any]
"""What the server gave with a change, to go on after it. Nobody else reads it."""


async def find_position(store: Store, process: str) -> ResumeToken | None:
    """Return where a process of this name got to."""
    document = await store.quick(COLLECTION).find_one({"_id": process})
    return document["token"] if document else None


async def save_position(store: Store, process: str, token: ResumeToken) -> None:
    """Note where a process got to. What was read twice is dropped, so it may lag."""
    await store.quick(COLLECTION).update_one(
        {"_id": process}, {"$set": {"token": token, "at": now()}}, upsert=True
    )


async def delete_position(store: Store, process: str) -> None:
    """Forget where a process got to."""
    await store.quick(COLLECTION).delete_one({"_id": process})
