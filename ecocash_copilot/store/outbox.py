"""The ``outbox`` collection: notices, each written with the change that it tells of.

A notice waits in ``waiting`` (its ``next_at``), one indexed field that is gone once it is sent or
given up. Whoever posts it moves that moment on first, by a conditional update, which keeps others
away until the lease ends.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.identity import CustomerId
from schemas.notice import DeliveryState, Notice

COLLECTION = "outbox"
INDEXES = [
    IndexModel([("waiting", ASCENDING)], name="by_waiting", sparse=True),
    IndexModel([("dead_at", ASCENDING)], name="by_death", sparse=True),
    IndexModel([("customer_id", ASCENDING), ("at", DESCENDING)], name="by_customer"),
    IndexModel([("sent_at", ASCENDING)], name="sent_expiry", expireAfterSeconds=30 * 86400),
]
"""A notice that was sent is kept for thirty days."""

_SHORTEST, _LONGEST = timedelta(seconds=10), timedelta(days=4000)
"""The first and the last stretch of time to look through."""

_ERROR_LENGTH = 300


def _outbox(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_notice(store: Store, tx: Tx, notice: Notice) -> None:
    """Write a notice as part of the transaction of its change."""
    await _outbox(store).insert_one(notice_document(notice), session=tx)


async def claim_due_notices(
    store: Store, moment: datetime, lease_until: datetime, limit: int = 20
) -> list[Notice]:
    """Take notices that are due; nobody else gets them before the lease ends.

    A claim counts as an attempt. One that is neither marked nor renewed is due again when its
    lease ends.
    """
    claimed: list[Notice] = []
    for document in await _due(store, moment, limit):
        result = await _outbox(store).update_one(
            {"_id": document["_id"], "waiting": document["waiting"]},
            {"$set": {"waiting": lease_until}, "$inc": {"attempts": 1}},
        )
        if result.matched_count:
            taken = {"waiting": lease_until, "attempts": document["attempts"] + 1}
            claimed.append(parse_notice({**document, **taken}))
    return claimed


async def find_next_due(store: Store) -> datetime | None:
    """Return when the next waiting notice is due, perhaps now; None if not within a day."""
    moment = now()
    span = _SHORTEST
    if await _due(store, moment, 1):
        return moment
    while span < timedelta(days=1):
        query = {"waiting": {"$gt": moment, "$lte": moment + span}}
        found = await _outbox(store).find_one(query, {"waiting": 1}, sort=[("waiting", ASCENDING)])
        if found is not None:
            return found["waiting"]
        span *= 4
    return None


async def mark_sent(store: Store, notice_id: str) -> bool:
    """Note that a notice was taken. False if it did not wait any more."""
    return await _settle(store, notice_id, DeliveryState.SENT, {"sent_at": now()})


async def mark_failed(store: Store, notice_id: str, next_at: datetime, error: str) -> bool:
    """Let a notice wait until it is tried again. False if it did not wait any more."""
    result = await _outbox(store).update_one(
        {"_id": notice_id, "state": DeliveryState.WAITING.value},
        {"$set": {"waiting": next_at, "last_error": error[:_ERROR_LENGTH]}},
    )
    return result.matched_count == 1


async def mark_dead(store: Store, notice_id: str, error: str) -> bool:
    """Give a notice up. False if it did not wait any more."""
    changes = {"dead_at": now(), "last_error": error[:_ERROR_LENGTH]}
    return await _settle(store, notice_id, DeliveryState.DEAD, changes)


async def find_dead_notices(
    store: Store, limit: int = 50, before: datetime | None = None
) -> list[Notice]:
    """Return notices that were given up, latest first.

    Args:
        limit: how many at most.
        before: only those given up before this moment.
    """
    end, span = before or now() + timedelta(seconds=1), timedelta(hours=1)
    found: list[Document] = []
    while len(found) < limit and span < _LONGEST:
        start = end - span
        cursor = _outbox(store).find({"dead_at": {"$gte": start, "$lt": end}})
        found += await cursor.sort("dead_at", DESCENDING).limit(limit - len(found)).to_list()
        end, span = start, span * 4
    return [parse_notice(each) for each in found]


async def find_notices(store: Store, customer_id: CustomerId, limit: int = 20) -> list[Notice]:
    """Return a customer's notices, latest first."""
    cursor = _outbox(store).find({"customer_id": customer_id}).sort("at", DESCENDING).limit(limit)
    return [parse_notice(each) async for each in cursor]


async def resend(store: Store, notice_ids: Sequence[str], moment: datetime) -> int:
    """Let notices that were given up wait again, due now, as if never tried; return how many."""
    result = await _outbox(store).update_many(
        {"_id": {"$in": list(notice_ids)}, "state": DeliveryState.DEAD.value},
        {
            "$set": {"state": DeliveryState.WAITING.value, "waiting": moment, "attempts": 0},
            "$unset": {"dead_at": ""},
        },
    )
    return result.modified_count


async def resend_all(store: Store, moment: datetime) -> int:
    """Let every notice that was given up wait again, as ``resend`` does; return how many."""
    count = 0
    while given_up := await find_dead_notices(store, 500):
        resent = await resend(store, [each.id for each in given_up], moment)
        if not resent:
            break  # Somebody else does the same.
        count += resent
    return count


async def _due(store: Store, moment: datetime, limit: int) -> list[Document]:
    """Return what is due, longest ago first: nobody waits behind what comes in meanwhile."""
    # The embedded server reads all that the bounds cover, so the stretches are short where all is
    # well. After an outage one of them holds much, until that is sent.
    found: list[Document] = []
    for start, end in _stretches(moment):
        query = {"waiting": {"$gt": start, "$lte": end}}
        cursor = _outbox(store).find(query).sort("waiting", ASCENDING)
        found += await cursor.limit(limit - len(found)).to_list()
        if len(found) == limit:
            break
    return found


def _stretches(moment: datetime) -> list[tuple[datetime, datetime]]:
    """Return stretches of time up to a moment, the oldest and longest first."""
    ends, span = [moment], _SHORTEST
    while span < _LONGEST:
        ends.append(ends[-1] - span)
        span *= 4
    return list(pairwise(ends[::-1]))


async def _settle(
    store: Store, notice_id: str, state: DeliveryState, changes: dict[str, Any]
) -> bool:
    result = await _outbox(store).update_one(
        {"_id": notice_id, "state": DeliveryState.WAITING.value},
        {"$set": {"state": state.value, **changes}, "$unset": {"waiting": ""}},
    )
    return result.matched_count == 1


def notice_document(notice: Notice) -> Document:
    """Return a notice as it is kept."""
    document: dict[str, Any] = notice.model_dump(mode="json", exclude={"id", "at", "next_at"})
    document |= {"_id": notice.id, "at": notice.at, "next_at": notice.next_at}
    if notice.state is DeliveryState.WAITING:
        document["waiting"] = notice.next_at
    return document


def parse_notice(document: Document) -> Notice:
    """Return a notice from its document."""
    fields = {name: document[name] for name in Notice.model_fields if name in document}
    fields["id"] = document["_id"]
    fields["next_at"] = document.get("waiting", document["next_at"])
    return Notice.model_validate(fields)
