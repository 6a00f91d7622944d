"""The ``consents`` collection: each moves from state to state by conditional updates alone.

While a consent is open (pending or confirmed) it carries three more fields: ``open_key``, which
names its customer, tool and arguments and is unique, so that one question is open once;
``open_for``, its customer; and ``open_until``, its expiry. They go when it closes, so that their
sparse indexes hold only what is open now.
"""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.consent import Consent, ConsentId, ConsentState
from schemas.identity import CustomerId

COLLECTION = "consents"
INDEXES = [
    IndexModel([("open_key", ASCENDING)], name="open_once", unique=True, sparse=True),
    IndexModel([("open_for", ASCENDING)], name="open_for_customer", sparse=True),
    IndexModel([("open_until", ASCENDING)], name="open_until", sparse=True),
]

_OPEN = frozenset({ConsentState.PENDING, ConsentState.CONFIRMED})
_OPEN_FIELDS = ("open_key", "open_for", "open_until")


def _consents(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_consent(store: Store, tx: Tx, consent: Consent) -> None:
    """Write a new consent, which is pending.

    Raises:
        DuplicateKeyError: one for the same call is open.
    """
    document = consent.model_dump(exclude={"id"})
    document |= {"state": consent.state.value, "shown": consent.shown.model_dump(mode="json")}
    document |= {
        "_id": consent.id,
        "open_key": _open_key(consent.customer_id, consent.tool, consent.arguments_hash),
        "open_for": consent.customer_id,
        "open_until": consent.expires_at,
    }
    await _consents(store).insert_one(document, session=tx)


async def find_consent(store: Store, consent_id: ConsentId, tx: Tx | None = None) -> Consent | None:
    """Return a consent, whoever it belongs to."""
    document = await _consents(store).find_one({"_id": consent_id}, session=tx)
    return _parse(document) if document else None


async def find_open_consent(
    store: Store, customer_id: CustomerId, tool: str, arguments_hash: str, tx: Tx | None = None
) -> Consent | None:
    """Return the consent to exactly this call that is open, maybe past its expiry."""
    key = _open_key(customer_id, tool, arguments_hash)
    document = await _consents(store).find_one({"open_key": key}, session=tx)
    return _parse(document) if document else None


async def find_open_consents(
    store: Store, customer_id: CustomerId, tx: Tx | None = None
) -> list[Consent]:
    """Return the customer's open consents, oldest first, maybe past their expiry."""
    cursor = _consents(store).find({"open_for": customer_id}, session=tx)
    found = [_parse(document) async for document in cursor]
    return sorted(found, key=lambda consent: consent.id)


async def find_due_consents(store: Store, moment: datetime, limit: int) -> list[Consent]:
    """Return open consents whose time was over at ``moment``, ``limit`` at most."""
    cursor = _consents(store).find({"open_until": {"$lte": moment}}).limit(limit)
    return [_parse(document) async for document in cursor]


async def find_confirmed_consents(store: Store, moment: datetime) -> list[Consent]:
    """Return what was confirmed, is not carried out, and may still be at ``moment``."""
    cursor = _consents(store).find(
        {"open_until": {"$gt": moment}, "state": ConsentState.CONFIRMED.value}
    )
    return [_parse(document) async for document in cursor]


async def move_consent(
    store: Store,
    tx: Tx,
    consent: Consent,
    to: ConsentState,
    changes: dict[str, Any] | None = None,
) -> bool:
    """Move a consent on from the state it was read in. False if it is not there any more.

    Args:
        changes: fields to set with the state; ``expires_at`` moves the expiry.
    """
    update: dict[str, Any] = {"$set": {**(changes or {}), "state": to.value}}
    if to not in _OPEN:
        update["$unset"] = dict.fromkeys(_OPEN_FIELDS, "")
    elif "expires_at" in update["$set"]:
        update["$set"]["open_until"] = update["$set"]["expires_at"]
    result = await _consents(store).update_one(
        {"_id": consent.id, "customer_id": consent.customer_id, "state": consent.state.value},
        update,
        session=tx,
    )
    return result.matched_count == 1


async def set_consent_result(
    store: Store, tx: Tx, consent_id: ConsentId, result: dict[str, Any]
) -> None:
    """Note what came of a consent that was moved to executed in this transaction."""
    await _consents(store).update_one(
        {"_id": consent_id, "state": ConsentState.EXECUTED.value},
        {"$set": {"result": result}},
        session=tx,
    )


def _open_key(customer_id: CustomerId, tool: str, arguments_hash: str) -> str:
    return f"{customer_id}/{tool}/{arguments_hash}"


def _parse(document: Document) -> Consent:
    document["id"] = document.pop("_id")
    for name in _OPEN_FIELDS:
        document.pop(name, None)
    return Consent.model_validate(document)
