"""The ``presence`` collection: who looks at a ticket, and who types. Everything in it expires."""

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Document, Store
from schemas.feed import Presence, PresenceKind

COLLECTION = "presence"
INDEXES = [
    IndexModel([("subject", ASCENDING)], name="by_subject"),
    # The server deletes with a delay, so readers look at expires_at as well.
    IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
]


def _presence(store: Store) -> Collection:
    return store.quick(COLLECTION)


async def put_presence(store: Store, presence: Presence) -> None:
    """Write who is at what, or renew it."""
    document = presence.model_dump()
    await _presence(store).update_one(
        {"_id": id_of(presence)},
        {"$set": {**document, "kind": presence.kind.value}},
        upsert=True,
    )


async def delete_presence(
    store: Store, subject: str, kind: PresenceKind, who: str, tab: str = ""
) -> bool:
    """Take it back; False if there was nothing."""
    result = await _presence(store).delete_one({"_id": presence_id(subject, kind, who, tab)})
    return result.deleted_count == 1


async def find_presence(store: Store, subject: str) -> list[Presence]:
    """Return who is at a subject now."""
    moment = now()
    cursor = _presence(store).find({"subject": subject})
    found = [_parse(document) async for document in cursor]
    return [presence for presence in found if presence.expires_at > moment]


def presence_id(subject: str, kind: PresenceKind, who: str, tab: str = "") -> str:
    """Return a document's id; it begins with the subject, so that a deletion tells it."""
    return "|".join((subject, kind.value, who, *([tab] if tab else [])))


def id_of(presence: Presence) -> str:
    """Return the id of its document."""
    return presence_id(presence.subject, presence.kind, presence.who, presence.tab)


def _parse(document: Document) -> Presence:
    document.pop("_id")
    return Presence.model_validate(document)
