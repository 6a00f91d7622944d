"""Creates every index at start. Each module declares its own."""

from pymongo import IndexModel

from ecocash_copilot.store import codes, conversations, messages, sessions, tickets, wallet
from ecocash_copilot.store.client import Store

DECLARED: dict[str, list[IndexModel]] = {
    module.COLLECTION: module.INDEXES
    for module in (conversations, messages, sessions, codes, wallet, tickets)
}


async def create_indexes(store: Store) -> None:
    """Create the indexes that are not there yet. Safe in several processes at once."""
    for collection, indexes in DECLARED.items():
        await store.database[collection].create_indexes(indexes)
