"""Evidence: the ``evidence`` collection says what each file is and whose; GridFS holds its bytes.

The description is written first. So whatever a crash leaves behind has one, and the sweep that
removes files which never became part of a ticket finds it.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from gridfs import AsyncGridFSBucket, NoFile
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.identity import CustomerId
from schemas.ticket import Evidence, EvidenceId, TicketId
from schemas.widgets import WidgetId

COLLECTION = "evidence"
INDEXES = [
    # A file's place in its form, such as "c-1/ms_...-1/0": of two files for one place, one wins.
    IndexModel([("place", ASCENDING)], name="by_place", unique=True, sparse=True),
    # Set until the file is part of a ticket, so the sweep reads only what it may remove.
    IndexModel([("loose_since", ASCENDING)], name="by_loose", sparse=True),
]
BUCKET = "evidence_files"
_FIELDS = {"name": 1, "media_type": 1, "size": 1}
_REMOVED = "removed"
"""In place of the ticket's id: the file is being removed."""


def _evidence(store: Store) -> Collection:
    return store.kept(COLLECTION)


def _bucket(store: Store) -> AsyncGridFSBucket:
    return AsyncGridFSBucket(
        store.database, BUCKET, write_concern=store.kept(COLLECTION).write_concern
    )


async def insert_evidence(
    store: Store,
    evidence: Evidence,
    content: bytes,
    customer_id: CustomerId,
    widget_id: WidgetId,
    places: int,
) -> bool:
    """Keep a file in the first free one of a form's places. False if every place is taken."""
    document = {
        **evidence.model_dump(exclude={"id"}),
        "_id": evidence.id,
        "customer_id": customer_id,
        "loose_since": now(),
    }
    for place in _places(customer_id, widget_id, places):
        try:
            await _evidence(store).insert_one({**document, "place": place})
        except DuplicateKeyError:
            continue
        await _write(store, evidence, content)
        return True
    return False


async def _write(store: Store, evidence: Evidence, content: bytes) -> None:
    try:
        await _bucket(store).upload_from_stream_with_id(evidence.id, evidence.name, content)
    except BaseException:
        await delete_loose(store, evidence.id)
        raise


async def count_places(
    store: Store, customer_id: CustomerId, widget_id: WidgetId, places: int
) -> int:
    """Return how many of a form's places are taken."""
    names = _places(customer_id, widget_id, places)
    return await _evidence(store).count_documents({"place": {"$in": names}})


def _places(customer_id: CustomerId, widget_id: WidgetId, places: int) -> list[str]:
    return [f"{customer_id}/{widget_id}/{place}" for place in range(places)]


async def find_evidence(
    store: Store, ids: Sequence[EvidenceId], customer_id: CustomerId | None = None
) -> list[Evidence]:
    """Return what files are, in the order asked for, leaving out those that there are not.

    With ``customer_id`` those of others are left out, too.
    """
    query: dict[str, Any] = {"_id": {"$in": list(ids)}, "ticket_id": {"$ne": _REMOVED}}
    if customer_id is not None:
        query["customer_id"] = customer_id
    return await _find(store, query, ids)


async def find_attached(store: Store, evidence_id: EvidenceId) -> Evidence | None:
    """Return what a file is, whoever it belongs to, if it is part of a ticket."""
    query = {"_id": evidence_id, "ticket_id": {"$nin": [None, _REMOVED]}}
    found = await _find(store, query, [evidence_id])
    return found[0] if found else None


async def read_evidence(store: Store, evidence_id: EvidenceId) -> bytes | None:
    """Return a file's bytes, or None if there are none."""
    try:
        stream = await _bucket(store).open_download_stream(evidence_id)
        return await stream.read()
    except NoFile:
        return None


async def attach_evidence(
    store: Store, tx: Tx, customer_id: CustomerId, ids: Sequence[EvidenceId], ticket_id: TicketId
) -> list[Evidence]:
    """Make a customer's files part of a ticket; files of others, or of other tickets, stay out.

    Returns:
        What of them is part of the ticket now, in the order asked for.
    """
    mine = {"_id": {"$in": list(ids)}, "customer_id": customer_id}
    await _evidence(store).update_many(
        {**mine, "ticket_id": None},
        {"$set": {"ticket_id": ticket_id}, "$unset": {"loose_since": "", "place": ""}},
        session=tx,
    )
    return await _find(store, {**mine, "ticket_id": ticket_id}, ids, tx)


async def delete_loose(
    store: Store, evidence_id: EvidenceId, customer_id: CustomerId | None = None
) -> bool:
    """Remove a file that is part of no ticket. With ``customer_id`` only if it is theirs."""
    query: dict[str, Any] = {"_id": evidence_id, "ticket_id": {"$in": [None, _REMOVED]}}
    if customer_id is not None:
        query["customer_id"] = customer_id
    # From here on no ticket takes it; where a crash comes now, the sweep does the rest.
    claim = await _evidence(store).update_one(query, {"$set": {"ticket_id": _REMOVED}})
    if not claim.matched_count:
        return False
    with suppress(NoFile):
        await _bucket(store).delete(evidence_id)
    await _evidence(store).delete_one({"_id": evidence_id})
    return True


async def renew_loose(
    store: Store, ids: Sequence[EvidenceId], customer_id: CustomerId
) -> list[Evidence]:
    """Count the time of a customer's files that are part of no ticket from now on; return them."""
    loose = {"_id": {"$in": list(ids)}, "customer_id": customer_id, "ticket_id": None}
    await _evidence(store).update_many(loose, {"$set": {"loose_since": now()}})
    return await _find(store, loose, ids)


async def find_loose(store: Store, before: datetime, limit: int) -> list[EvidenceId]:
    """Return files that were kept before a moment and are part of no ticket."""
    cursor = _evidence(store).find({"loose_since": {"$lt": before}}, {"_id": 1}).limit(limit)
    return [cast("str", document["_id"]) async for document in cursor]


async def find_loose_in_form(
    store: Store, customer_id: CustomerId, widget_id: WidgetId, places: int, before: datetime
) -> list[EvidenceId]:
    """Return files in a form's places that were kept before a moment."""
    names = _places(customer_id, widget_id, places)
    query = {"place": {"$in": names}, "loose_since": {"$lt": before}}
    cursor = _evidence(store).find(query, {"_id": 1})
    return [cast("str", document["_id"]) async for document in cursor]


async def _find(
    store: Store, query: dict[str, Any], ids: Sequence[EvidenceId], tx: Tx | None = None
) -> list[Evidence]:
    cursor = _evidence(store).find(query, _FIELDS, session=tx)
    found = {document["_id"]: _parse(document) async for document in cursor}
    return [found[each] for each in ids if each in found]


def _parse(document: Document) -> Evidence:
    return Evidence(
        id=document["_id"],
        name=document["name"],
        media_type=document["media_type"],
        size=document["size"],
    )
