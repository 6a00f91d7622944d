"""Seeding: once, and anchored to its first day."""

from datetime import timedelta

from ecocash_copilot.store.client import Store
from ecocash_copilot.store.tickets import find_ticket, find_tickets
from ecocash_copilot.store.wallet import find_balances, find_transaction
from mcp_server.demo.generate import generate
from mcp_server.demo.seed import seed
from tests.mcp_server.parts import ANCHOR, create_indexes, demo

LATER = ANCHOR + timedelta(days=3)


async def counts(store: Store) -> dict[str, int]:
    names = ("wallets", "transactions", "tickets")
    return {each: await store.quick(each).count_documents({}) for each in names}


async def test_it_writes_once_and_keeps_its_anchor(store: Store):
    await create_indexes(store)
    assert await seed(store, ANCHOR) == ANCHOR
    assert await counts(store) == {"wallets": 3, "transactions": 63, "tickets": 1}
    assert await seed(store, LATER) == ANCHOR
    assert await counts(store) == {"wallets": 3, "transactions": 63, "tickets": 1}
    reference = demo("c-1001").transactions[0].reference
    found = await find_transaction(store, "c-1001", reference)
    assert found == demo("c-1001").transactions[0]


async def test_reset_anchors_anew_and_leaves_nothing_of_before(store: Store):
    await seed(store, ANCHOR)
    assert await seed(store, LATER, reset=True) == LATER
    assert await counts(store) == {"wallets": 3, "transactions": 63, "tickets": 1}
    later = generate(LATER)[0]
    assert await find_transaction(store, "c-1001", demo("c-1001").transactions[0].reference) is None
    for wanted in later.transactions:
        assert await find_transaction(store, "c-1001", wanted.reference) == wanted
    assert tuple(await find_balances(store, "c-1001")) == later.balances


async def test_a_seeding_that_was_cut_short_is_finished_with_its_own_anchor(store: Store):
    await seed(store, ANCHOR)
    await store.kept("demo_seeds").update_one({"_id": "demo"}, {"$set": {"complete": False}})
    await store.kept("transactions").delete_many({"kind": "send"})
    assert await seed(store, LATER) == ANCHOR
    assert await counts(store) == {"wallets": 3, "transactions": 63, "tickets": 1}


async def test_tickets_belong_to_their_customer(store: Store):
    await seed(store, ANCHOR)
    (ticket,) = await find_tickets(store, "c-1001")
    assert ticket == demo("c-1001").tickets[0]
    assert await find_ticket(store, "c-1001", ticket.id) == ticket
    assert await find_ticket(store, "c-1002", ticket.id) is None
    assert await find_tickets(store, "c-1002") == []
