"""Write the demo wallets and tickets to MongoDB, once."""

from contextlib import suppress
from datetime import date

from pymongo.errors import DuplicateKeyError

from ecocash_copilot.store.client import Collection, Document, Store
from ecocash_copilot.store.counters import skip_numbers
from ecocash_copilot.store.ticket_fill import replace_histories
from ecocash_copilot.store.ticket_keys import NUMBERS
from ecocash_copilot.store.wallet import replace_wallet
from mcp_server.demo.board import LAST_NUMBER, board_histories
from mcp_server.demo.generate import generate

_WALLETS, _BOARD = "demo-2", "board"
"""Names of what was written. A new shape of the documents takes a new name: written anew."""


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
    if reset:
        await _seeds(store).delete_one({"_id": _WALLETS})
    anchor, complete = await _claim(store, _WALLETS, anchor_day)
    if complete:
        return anchor
    for wallet in generate(anchor):
        customer_id = wallet.customer.id
        await replace_wallet(store, customer_id, wallet.balances, wallet.transactions)
        await replace_histories(store, customer_id, wallet.histories)
    await _complete(store, _WALLETS)
    return anchor


async def seed_board(store: Store, anchor_day: date) -> None:
    """Write the tickets of other demo customers unless they are there already.

    As safe to repeat as ``seed``. Numbers of tickets to come follow those given here.
    """
    anchor, complete = await _claim(store, _BOARD, anchor_day)
    if complete:
        return
    await skip_numbers(store, NUMBERS, LAST_NUMBER)
    for history in board_histories(anchor):
        await replace_histories(store, history.ticket.customer_id, [history])
    await _complete(store, _BOARD)


def _seeds(store: Store) -> Collection:
    return store.kept("demo_seeds")


async def _claim(store: Store, name: str, anchor_day: date) -> tuple[date, bool]:
    """Return the anchor day that was chosen first, and whether all was written."""
    claim: Document = {"_id": name, "anchor_day": anchor_day.isoformat(), "complete": False}
    with suppress(DuplicateKeyError):
        await _seeds(store).insert_one(claim)
    claimed = await _seeds(store).find_one({"_id": name}) or claim
    return date.fromisoformat(claimed["anchor_day"]), claimed["complete"]


async def _complete(store: Store, name: str) -> None:
    await _seeds(store).update_one({"_id": name}, {"$set": {"complete": True}})
