"""Write the demo wallets to MongoDB, once."""

from datetime import date
from typing import Any

from pymongo import ReturnDocument

from ecocash_copilot.store.client import Store
from ecocash_copilot.store.tickets import replace_tickets
from ecocash_copilot.store.wallet import replace_wallet
from mcp_server.demo.generate import generate

_ID = "demo"


async def seed(store: Store, anchor_day: date, *, reset: bool = False) -> date:
    """Write every demo wallet and its tickets unless they are there already.

    The first call decides the anchor day, and it stays: references that a customer has seen remain
    valid on later days. Safe to repeat after a crash and to run in several processes at once.

    Args:
        anchor_day: the Harare day to anchor to when nothing is written yet.
        reset: write anew, anchored to ``anchor_day``; tickets of the demo customers are dropped.

    Returns:
        The day the wallets are anchored to.
    """
    seeds = store.kept("demo_seeds")
    if reset:
        await seeds.delete_one({"_id": _ID})
    claimed: dict[str, Any] | None = await seeds.find_one_and_update(
        {"_id": _ID},
        {"$setOnInsert": {"anchor_day": anchor_day.isoformat(), "complete": False}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    if claimed is None:
        raise RuntimeError("an upsert that returns its document found none")
    anchor = date.fromisoformat(claimed["anchor_day"])
    if claimed["complete"]:
        return anchor
    for wallet in generate(anchor):
        customer_id = wallet.customer.id
        await replace_wallet(store, customer_id, wallet.balances, wallet.transactions)
        await replace_tickets(store, customer_id, wallet.tickets)
    await seeds.update_one({"_id": _ID}, {"$set": {"complete": True}})
    return anchor
