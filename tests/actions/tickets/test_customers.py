"""What customers do with their tickets."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from ecocash_copilot.actions.tickets import (
    access_ticket,
    add_information,
    close_by_customer,
    escalate,
    find_open_ticket_for,
    list_events,
    list_statements,
    list_tickets,
    move,
    open_ticket,
    rate,
    reopen,
    reply,
    request_reversal,
    share_statement,
)
from ecocash_copilot.actions.tickets.effects import foreseen
from ecocash_copilot.core.clock import HARARE, now
from ecocash_copilot.core.errors import Conflict, Invalid, NotAllowed, NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.outbox import find_notices
from ecocash_copilot.store.wallet import replace_wallet
from schemas.identity import Customer, Locale
from schemas.mutations import AddToTicket, EscalateTicket, Mutation, RequestReversal
from schemas.notice import TicketNews
from schemas.ticket import Evidence, TicketCategory, TicketStatus
from schemas.ticket_record import (
    Actor,
    ActorKind,
    Ticket,
    TicketEventKind,
    TicketPriority,
)
from schemas.wallet import Transaction
from tests.support.known import known
from tests.support.tickets import AGENT, OPERATOR, new_ticket, opened, transaction

STRANGER = Customer(id="c-2")


def evidence() -> Evidence:
    return Evidence(id=new_id("ev"), name="slip.jpg", media_type="image/jpeg", size=1200)


async def do(store: Store, act: Callable[..., Awaitable[Ticket]], *given: Any) -> Ticket:
    """Carry out what a consent allows."""
    return await store.transact(lambda tx: act(store, tx, *given))


@pytest.mark.parametrize("waits", [False, True], ids=["worked on", "waits for the customer"])
@pytest.mark.parametrize(
    ("act", "call"),
    [
        (add_information, AddToTicket(ticket_id="TCK-100043", text="Since Monday.")),
        (escalate, EscalateTicket(ticket_id="TCK-100043", reason="Urgent.")),
        (request_reversal, RequestReversal(ticket_id="TCK-100043", reason="Wrong number.")),
    ],
    ids=["add", "escalate", "reversal"],
)
async def test_what_is_foreseen_before_a_consent_is_what_comes_of_it(
    store: Store, act: Callable[..., Awaitable[Ticket]], call: Mutation, waits: bool
):
    before = await opened(store, transaction=transaction())
    if waits:
        before = await move(store, AGENT, before.id, 1, TicketStatus.PENDING_CUSTOMER)
    after = await do(store, act, "c-1", before.id, "Since Monday.")
    assert foreseen(before, call, after.updated_at) == after
    assert after != before


async def test_a_ticket_is_opened_with_everything_that_was_said(store: Store, customer: Customer):
    new = new_ticket(
        category=TicketCategory.WRONG_NUMBER,
        transaction=transaction(),
        answers={"number_meant": "+263772418905"},
        evidence=[evidence()],
        locale=Locale.SN,
    )
    ticket = await store.transact(lambda tx: open_ticket(store, tx, new, via="mcp"))
    assert ticket.id == "TCK-100043"
    assert await access_ticket(store, customer, ticket.id) == ticket
    for name in type(new).model_fields:
        assert getattr(ticket, name) == getattr(new, name)
    assert (ticket.status, ticket.version, ticket.unread) == (TicketStatus.NEW, 1, True)
    assert (ticket.priority, ticket.team) == (TicketPriority.HIGH, "reversals")
    assert "US$45.00, Privilege Sibanda" in ticket.subject
    assert ticket.first_reply.due_at == ticket.due_at
    assert now() < known(ticket.due_at) < known(ticket.resolution.due_at)
    (event,) = await list_events(store, ticket.id)
    assert (event.version, event.kind, event.at) == (1, TicketEventKind.OPENED, ticket.created_at)
    assert event.actor == Actor(kind=ActorKind.CUSTOMER, id="c-1", name="Tariro Dube", via="mcp")
    assert (event.text, event.evidence) == (new.description, new.evidence)
    (notice,) = await find_notices(store, "c-1")
    assert notice.type == "ticket.opened"
    assert isinstance(notice.data, TicketNews)
    assert notice.data.ticket_id == ticket.id


async def test_numbers_are_unique_and_rise_however_many_open_at_once(store: Store):
    tickets = await asyncio.gather(*(opened(store, f"c-{each}") for each in range(50)))
    numbers = [int(each.id.removeprefix("TCK-")) for each in tickets]
    assert sorted(numbers) == list(range(100_043, 100_093))
    by_number = sorted(tickets, key=lambda each: each.id)
    assert len({each.consent_id for each in by_number}) == 50


async def test_of_fifty_tickets_under_one_consent_one_is_opened(store: Store):
    new = new_ticket()
    results = await asyncio.gather(
        *(store.transact(lambda tx: open_ticket(store, tx, new)) for _ in range(50))
    )
    (kept,) = await list_tickets(store, "c-1")
    assert results == [kept] * 50


async def test_a_transaction_has_one_open_ticket_of_its_customer(store: Store):
    first = await opened(store, transaction=transaction())
    with pytest.raises(Conflict):
        await opened(store, transaction=transaction())
    assert await find_open_ticket_for(store, "c-1", transaction().reference) == first
    assert await find_open_ticket_for(store, "c-2", transaction().reference) is None
    await opened(store, "c-2", transaction=transaction())
    closed = await do(store, close_by_customer, "c-1", first.id)
    assert await find_open_ticket_for(store, "c-1", transaction().reference) is None
    second = await opened(store, transaction=transaction())
    assert second.id > closed.id


async def test_other_customers_tickets_look_like_none_at_all(store: Store):
    ticket = await opened(store)
    acts = [
        access_ticket(store, STRANGER, ticket.id),
        rate(store, STRANGER, ticket.id, 5),
        reopen(store, STRANGER, ticket.id),
        do(store, add_information, "c-2", ticket.id, "hello"),
        do(store, escalate, "c-2", ticket.id, "now"),
        do(store, close_by_customer, "c-2", ticket.id),
        do(store, request_reversal, "c-2", ticket.id),
        do(store, share_statement, "c-2", ticket.id, date(2026, 10, 1), date(2026, 10, 2)),
        access_ticket(store, STRANGER, "TCK-999999"),
    ]
    said = {str(each) for each in await asyncio.gather(*acts, return_exceptions=True)}
    assert said == {"There is no such ticket."}
    assert await list_tickets(store, "c-2") == []


async def test_information_wakes_a_ticket_that_waits_for_its_customer(store: Store):
    ticket = await opened(store)
    waiting = await reply(
        store, AGENT, ticket.id, 1, "Which bank?", then=TicketStatus.PENDING_CUSTOMER
    )
    assert (waiting.due_at, waiting.unread) == (None, False)
    assert waiting.resolution.left_seconds is not None
    file = evidence()
    woken = await do(store, add_information, "c-1", ticket.id, "Steward", [file])
    assert (woken.status, woken.unread) == (TicketStatus.IN_PROGRESS, True)
    assert woken.evidence == [file]
    assert woken.due_at == woken.resolution.due_at is not None
    event = (await list_events(store, ticket.id))[-1]
    assert (event.kind, event.text, event.evidence) == (
        TicketEventKind.INFORMED,
        "Steward",
        [file],
    )
    assert event.changes["status"] == ("pending_customer", "in_progress")


async def test_what_is_added_needs_words_or_files_and_an_unclosed_ticket(store: Store):
    ticket = await opened(store)
    with pytest.raises(Invalid):
        await do(store, add_information, "c-1", ticket.id, "  ")
    with pytest.raises(Invalid):
        await do(store, add_information, "c-1", ticket.id, "x", [evidence() for _ in range(13)])
    await do(store, close_by_customer, "c-1", ticket.id)
    with pytest.raises(Conflict):
        await do(store, add_information, "c-1", ticket.id, "hello")
    with pytest.raises(Conflict):
        await do(store, close_by_customer, "c-1", ticket.id)


async def test_escalating_and_asking_for_a_reversal_happen_once_and_raise_the_priority(
    store: Store,
):
    ticket = await opened(store, transaction=transaction())
    assert ticket.priority is TicketPriority.LOW
    asked = await do(store, request_reversal, "c-1", ticket.id, "please")
    assert (asked.priority, asked.reversal_requested) == (TicketPriority.HIGH, True)
    assert known(asked.due_at) < known(ticket.due_at)
    escalated = await do(store, escalate, "c-1", ticket.id, "now")
    assert escalated.escalated
    for act in (request_reversal, escalate):
        with pytest.raises(Conflict):
            await do(store, act, "c-1", ticket.id, "again")
    plain = await opened(store)
    with pytest.raises(Conflict, match="not about a transaction"):
        await do(store, request_reversal, "c-1", plain.id)


def paid(number: int, day: date) -> Transaction:
    """A payment at noon of a day in Harare."""
    noon = datetime.combine(day, time(12), HARARE)
    return transaction(number).model_copy(update={"occurred_at": noon})


async def test_support_sees_the_days_that_were_shared_as_they_were(store: Store):
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    payments = [paid(number, day) for number, day in enumerate(days)]
    await replace_wallet(store, "c-1", [], payments)
    await replace_wallet(store, "c-2", [], [paid(9, last)])
    ticket = await opened(store)
    shared = await do(store, share_statement, "c-1", ticket.id, first, last)
    event = (await list_events(store, ticket.id, 1))[0]
    assert (event.kind, event.text) == (
        TicketEventKind.STATEMENT_SHARED,
        "2026-10-01/2026-10-31",
    )
    await replace_wallet(store, "c-1", [], [])
    (statement,) = await list_statements(store, AGENT, shared)
    assert statement.transactions == [payments[2], payments[1]]
    assert (statement.total, statement.date_from, statement.date_to) == (2, first, last)
    assert await list_statements(store, AGENT, await opened(store)) == []
    with pytest.raises(NotAllowed):
        await list_statements(store, OPERATOR, shared)


async def test_a_rating_comes_after_the_resolution_and_can_be_replaced(
    store: Store, customer: Customer
):
    ticket = await opened(store)
    with pytest.raises(Conflict):
        await rate(store, customer, ticket.id, 5)
    await move(store, AGENT, ticket.id, 1, TicketStatus.RESOLVED)
    for stars in (0, 6):
        with pytest.raises(Invalid):
            await rate(store, customer, ticket.id, stars)
    with pytest.raises(Invalid):
        await rate(store, customer, ticket.id, 4, "x" * 501)
    rated = await rate(store, customer, ticket.id, 2, " slow ")
    assert (rated.rating, rated.rating_comment) == (2, "slow")
    assert await rate(store, customer, ticket.id, 2, "slow") == rated
    assert (await rate(store, customer, ticket.id, 5)).rating == 5
    given = [each.changes["rating"] for each in await list_events(store, ticket.id, 2)]
    assert given == [("", "2"), ("2", "5")]


async def test_reopening_is_for_seven_days_and_for_what_is_over(store: Store, customer: Customer):
    ticket = await opened(store)
    with pytest.raises(Conflict, match="open already"):
        await reopen(store, customer, ticket.id)
    await move(store, AGENT, ticket.id, 1, TicketStatus.RESOLVED)
    again = await reopen(store, customer, ticket.id, "It came back")
    assert (again.status, again.reopened, again.unread) == (TicketStatus.IN_PROGRESS, 1, True)
    assert again.resolved_at is None
    assert again.resolution.due_at == again.due_at is not None
    resolved = await move(store, AGENT, ticket.id, again.version, TicketStatus.RESOLVED)
    closed = await move(store, AGENT, ticket.id, resolved.version, TicketStatus.CLOSED)
    assert closed.resolved_at == resolved.resolved_at
    long_ago = (now() - timedelta(days=7, minutes=1)).isoformat()
    await store.kept("tickets").update_one(
        {"_id": ticket.id}, {"$set": {"ticket.resolved_at": long_ago}}
    )
    with pytest.raises(Conflict, match="7 days"):
        await reopen(store, customer, ticket.id)


async def test_a_promise_that_was_broken_stays_so_when_the_ticket_is_reopened(
    store: Store, customer: Customer
):
    ticket = await opened(store)
    days_ago = (now() - timedelta(days=30)).isoformat()
    await store.kept("tickets").update_one(
        {"_id": ticket.id}, {"$set": {"ticket.resolution.due_at": days_ago}}
    )
    resolved = await move(store, AGENT, ticket.id, 1, TicketStatus.RESOLVED)
    assert resolved.resolution.breached
    again = await reopen(store, customer, ticket.id)
    assert again.resolution.breached
    assert again.resolution.due_at is not None
    assert again.resolution.due_at > now()


async def test_reopening_is_refused_while_another_is_open_for_the_transaction(
    store: Store, customer: Customer
):
    ticket = await opened(store, transaction=transaction())
    await move(store, AGENT, ticket.id, 1, TicketStatus.RESOLVED)
    await opened(store, transaction=transaction())
    with pytest.raises(Conflict, match="Another ticket"):
        await reopen(store, customer, ticket.id)


async def test_a_transaction_that_fails_leaves_nothing_of_a_ticket(store: Store):
    class GiveUpError(Exception):
        pass

    async def work(tx: Any) -> None:
        await open_ticket(store, tx, new_ticket())
        raise GiveUpError

    with pytest.raises(GiveUpError):
        await store.transact(work)
    for name in ("tickets", "ticket_events", "ticket_counts", "outbox"):
        assert await store.kept(name).count_documents({}) == 0
    with pytest.raises(NotFound):
        await access_ticket(store, Customer(id="c-1"), "TCK-100043")
