"""The ``preferences`` collection: what customers chose for themselves, whichever phone they use."""

from pymongo import IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store, Tx
from schemas.identity import CustomerId, Locale

COLLECTION = "preferences"
INDEXES: list[IndexModel] = []
"""Documents are read by their id alone, which is the customer's."""


async def find_locale(store: Store, customer_id: CustomerId, tx: Tx | None = None) -> Locale | None:
    """Return the language that a customer has chosen; None while they have chosen none."""
    document = await store.kept(COLLECTION).find_one({"_id": customer_id}, session=tx)
    try:
        return Locale(document["locale"]) if document else None
    except (KeyError, ValueError):
        return None


async def put_locale(store: Store, customer_id: CustomerId, locale: Locale) -> None:
    """Keep the language that a customer has chosen."""
    await store.kept(COLLECTION).update_one(
        {"_id": customer_id}, {"$set": {"locale": locale.value, "chosen_at": now()}}, upsert=True
    )
