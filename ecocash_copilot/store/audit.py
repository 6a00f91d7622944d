"""The ``audit`` collection: numbered entries, and a head that says how many there are.

Entries are inserted, never updated or deleted. The head holds the number and the hash of the newest
entry, so that one cut off at the end is missed as well.
"""

from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.store.client import Document, Store, Tx
from schemas.consent import AuditEntry

COLLECTION = "audit"
INDEXES = [IndexModel([("subject", ASCENDING)], name="by_subject")]

GENESIS = "0" * 64
"""What the first entry carries as the hash of the one before."""

HEADS = "audit_head"
"""The collection that holds the head."""

_HEAD = "head"


@dataclass(frozen=True)
class AuditHead:
    """Where the record ends."""

    count: int = 0
    hash: str = GENESIS


async def find_audit_head(store: Store, tx: Tx | None = None) -> AuditHead:
    """Return the head; that of an empty record where there is none."""
    document = await store.kept(HEADS).find_one({"_id": _HEAD}, session=tx)
    return AuditHead(document["count"], document["hash"]) if document else AuditHead()


async def insert_audit_entry(store: Store, tx: Tx, entry: AuditEntry) -> None:
    """Add an entry and move the head on to it.

    Raises:
        DuplicateKeyError: another took the number.
        RuntimeError: the head is not where the entry follows it.
    """
    head = {"count": entry.seq, "hash": entry.hash}
    if entry.seq == 1:
        await store.kept(HEADS).insert_one({"_id": _HEAD, **head}, session=tx)
    else:
        moved = await store.kept(HEADS).update_one(
            {"_id": _HEAD, "count": entry.seq - 1, "hash": entry.previous},
            {"$set": head},
            session=tx,
        )
        if moved.matched_count != 1:
            raise RuntimeError(f"the audit record does not end before entry {entry.seq}")
    document = entry.model_dump()
    await store.kept(COLLECTION).insert_one({"_id": entry.seq, **document}, session=tx)


async def find_audit_documents(store: Store, after: int, up_to: int) -> list[dict[str, Any]]:
    """Return entries as they are kept, in order of their number, ``after < number <= up_to``.

    They are not parsed: somebody may have changed them.
    """
    cursor = store.kept(COLLECTION).find({"_id": {"$gt": after, "$lte": up_to}})
    return await cursor.sort("_id", ASCENDING).to_list()


async def find_audit_entries(store: Store, subject: str) -> list[AuditEntry]:
    """Return what the record says about one thing, oldest first."""
    cursor = store.kept(COLLECTION).find({"subject": subject})
    return sorted([parse_entry(each) async for each in cursor], key=lambda entry: entry.seq)


async def has_audit_after(store: Store, seq: int) -> bool:
    """Return whether there are entries beyond a number."""
    found = await store.kept(COLLECTION).find_one({"_id": {"$gt": seq}}, {"_id": 1})
    return found is not None


def parse_entry(document: Document) -> AuditEntry:
    """Return the entry that a document holds.

    Raises:
        pydantic.ValidationError: it does not hold one.
    """
    return AuditEntry.model_validate({k: v for k, v in document.items() if k != "_id"})
