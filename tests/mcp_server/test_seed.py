"""Seeding: once, and anchored to its first day."""

import asyncio
from collections import Counter
from datetime import timedelta

from ecocash_copilot.actions.tickets import list_events, list_tickets, open_ticket
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.ticket_counts import find_tally
from ecocash_copilot.store.wallet import find_balances, find_transaction
from mcp_server.demo.board import LAST_NUMBER, board_histories
from mcp_server.demo.generate import generate
from mcp_server.demo.seed import seed, seed_board
from schemas.identity import Locale
from schemas.ticket import TicketCategory, TicketStatus
from tests.mcp_server.parts import ANCHOR, demo
from tests.support.tickets import new_ticket

LATER = ANCHOR + timedelta(days=3)


async def counts(store: Store) -> dict[str, int]:
    names = ("wallets", "transactions", "tickets")
    return {each: await store.quick(each).count_documents({}) for each in names}


async def test_it_writes_once_and_keeps_its_anchor(store: Store):
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
    await store.kept("demo_seeds").update_one({"_id": "demo-2"}, {"$set": {"complete": False}})
    await store.kept("transactions").delete_many({"kind": "send"})
    assert await seed(store, LATER) == ANCHOR
    assert await counts(store) == {"wallets": 3, "transactions": 63, "tickets": 1}


async def test_tickets_belong_to_their_customer(store: Store):
    await seed(store, ANCHOR)
    (ticket,) = await list_tickets(store, "c-1001")
    assert ticket.summary() == demo("c-1001").tickets[0]
    assert await list_tickets(store, "c-1002") == []


async def test_the_board_is_filled_once_in_every_state_category_and_language(store: Store):
    await seed(store, ANCHOR)
    for anchor in (ANCHOR, LATER):
        await seed_board(store, anchor)
    tickets = [each.ticket for each in board_histories(ANCHOR)]
    assert await counts(store) == {"wallets": 3, "transactions": 63, "tickets": 1 + len(tickets)}
    assert {each.status for each in tickets} == set(TicketStatus)
    assert {each.category for each in tickets} == set(TicketCategory)
    assert {each.locale for each in tickets} == set(Locale)
    tally = await find_tally(store)
    assert sum(tally.by_status.values()) == 1 + len(tickets)
    new = await store.transact(lambda tx: open_ticket(store, tx, new_ticket()))
    assert int(new.id.removeprefix("TCK-")) == LAST_NUMBER + 1


async def test_replicas_that_start_at_once_write_it_once(store: Store):
    anchors = await asyncio.gather(*(seed(store, ANCHOR) for _ in range(3)))
    await asyncio.gather(*(seed_board(store, each) for each in anchors))
    board = len(list(board_histories(ANCHOR)))
    assert await counts(store) == {"wallets": 3, "transactions": 63, "tickets": 1 + board}
    assert sum((await find_tally(store)).by_status.values()) == 1 + board


async def test_a_demo_ticket_has_its_history_and_is_counted_once(store: Store):
    for anchor in (ANCHOR, LATER):
        await seed(store, anchor, reset=True)
    (history,) = generate(LATER)[0].histories
    assert await list_events(store, history.ticket.id) == list(history.events)
    assert [each.version for each in history.events] == [1, 2, 3, 4]
    assert (await find_tally(store)).by_status == Counter({TicketStatus.IN_PROGRESS: 1})
