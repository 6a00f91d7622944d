"""The ``counters`` collection: numbers that rise and are never given twice.

It holds a handful of documents, so that the embedded server's scan for ``find_one_and_update``
costs nothing.
"""

from pymongo import ReturnDocument

from ecocash_copilot.store.client import Store, Tx

COLLECTION = "counters"


async def next_number(store: Store, tx: Tx, name: str, first: int = 1) -> int:
    """Take the next number as part of a transaction: undone with it, else never given again.

    Args:
        name: of the series, such as ``tickets``.
        first: the number that a new series begins with.
    """
    taken = await store.kept(COLLECTION).find_one_and_update(
        {"_id": name},
        {"$inc": {"value": 1}},
        return_document=ReturnDocument.AFTER,
        session=tx,
    )
    if taken is None:
        await store.kept(COLLECTION).insert_one({"_id": name, "value": first}, session=tx)
        return first
    return int(taken["value"])


async def skip_numbers(store: Store, name: str, upto: int) -> None:
    """Never give a number up to this one, which was given by hand."""
    await store.kept(COLLECTION).update_one({"_id": name}, {"$max": {"value": upto}}, upsert=True)


async def last_number(store: Store, name: str) -> int:
    """Return the last number that was given, 0 before the first."""
    taken = await store.kept(COLLECTION).find_one({"_id": name})
    return int(taken["value"]) if taken else 0
