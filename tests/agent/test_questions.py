"""What a question for consent tells: what it is about, what follows, how long it takes."""

from datetime import timedelta
from typing import Any

import pytest

from ecocash_copilot.actions.audit import list_audit
from ecocash_copilot.actions.tickets import close_by_customer, find_open_ticket_for, move, reply
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.wallet import find_transactions
from schemas.identity import Customer
from schemas.session import Session
from schemas.ticket import REOPEN_DAYS, TicketStatus
from schemas.ticket_record import Ticket
from schemas.wallet import Transaction, TransactionFilter, TransactionKind
from schemas.widgets import ConfirmationDialog
from tests.support.assistant import Desk
from tests.support.tickets import AGENT, opened, transaction

DAYS = {"date_from": "2026-02-01", "date_to": "2026-02-28"}
ABOUT_A_TICKET: list[tuple[str, dict[str, Any]]] = [
    ("eco_add_to_ticket", {"text": "Since Monday."}),
    ("eco_escalate_ticket", {"reason": "Urgent."}),
    ("eco_close_ticket", {"reason": "It came."}),
    ("eco_request_reversal", {"reason": "Wrong number."}),
    ("eco_share_statement", DAYS),
]
AT_ONCE = {"eco_close_ticket", "eco_share_statement"}


async def asked(
    desk: Desk, customer: Customer, tool: str, arguments: dict[str, Any]
) -> ConfirmationDialog:
    return await desk.assistant.confirmations.question(
        customer, new_id("cv"), tool, arguments, new_id("wd")
    )


async def own_ticket(desk: Desk, session: Session, **fields: Any) -> Ticket:
    return await opened(desk.store, session.customer.id, **fields)


async def sent_lately(desk: Desk, session: Session) -> Transaction:
    """Return a payment of the demo wallet that no ticket is about."""
    customer_id, wanted = session.customer.id, TransactionFilter(kind=TransactionKind.SEND)
    rows, _ = await find_transactions(desk.store, customer_id, wanted, before=None, limit=5)
    free = [
        each
        for each in rows
        if await find_open_ticket_for(desk.store, customer_id, each.reference) is None
    ]
    return free[0]


async def solved(store: Store, ticket: Ticket, days_ago: float) -> None:
    """Let a ticket have been solved some days ago."""
    await move(store, AGENT, ticket.id, ticket.version, TicketStatus.RESOLVED)
    moment = now() - timedelta(days=days_ago)
    await store.kept("tickets").update_one(
        {"_id": ticket.id}, {"$set": {"ticket.resolved_at": moment.isoformat()}}
    )


@pytest.mark.parametrize(("tool", "more"), ABOUT_A_TICKET, ids=[tool for tool, _ in ABOUT_A_TICKET])
async def test_a_question_about_a_ticket_names_ticket_and_transaction(
    desk: Desk, session: Session, tool: str, more: dict[str, Any]
):
    item = transaction(7)
    ticket = await own_ticket(desk, session, transaction=item)
    dialog = await asked(desk, session.customer, tool, {"ticket_id": ticket.id, **more})
    assert f"Your ticket {ticket.id}: {ticket.subject}" in dialog.consequences
    of_it = f"The transaction {item.reference}: {item.amount}, {item.counterparty.name}."
    assert of_it in dialog.consequences
    assert dialog.amount == item.amount
    (entry,) = await list_audit(desk.store, dialog.consent_id)
    assert entry.data["shown"]["consequences"] == dialog.consequences


@pytest.mark.parametrize(("tool", "more"), ABOUT_A_TICKET, ids=[tool for tool, _ in ABOUT_A_TICKET])
async def test_a_question_says_how_long_it_takes(
    desk: Desk, session: Session, tool: str, more: dict[str, Any]
):
    ticket = await own_ticket(desk, session, transaction=transaction())
    dialog = await asked(desk, session.customer, tool, {"ticket_id": ticket.id, **more})
    if tool in AT_ONCE:
        assert dialog.consequences[-1] == "This happens at once."
    else:
        assert dialog.consequences[-1].startswith("Answer, usually by: ")
        assert "Solution: " in dialog.consequences[-1]


async def test_a_ticket_without_a_transaction_is_named_alone(desk: Desk, session: Session):
    ticket = await own_ticket(desk, session)
    arguments = {"ticket_id": ticket.id, "reason": "Urgent."}
    dialog = await asked(desk, session.customer, "eco_escalate_ticket", arguments)
    assert f"Your ticket {ticket.id}: {ticket.subject}" in dialog.consequences
    assert not any("transaction" in line for line in dialog.consequences)
    assert dialog.amount is None


async def test_nothing_is_told_of_a_ticket_of_somebody_else(desk: Desk, session: Session):
    ticket = await opened(desk.store, "c-1002", transaction=transaction())
    arguments = {"ticket_id": ticket.id, "reason": "Mine?"}
    dialog = await asked(desk, session.customer, "eco_request_reversal", arguments)
    said = " ".join(dialog.consequences)
    assert transaction().reference not in said
    assert ticket.subject not in said
    assert dialog.amount is None


async def test_once_support_has_answered_the_solution_alone_is_promised(
    desk: Desk, session: Session
):
    ticket = await own_ticket(desk, session)
    await reply(desk.store, AGENT, ticket.id, ticket.version, "We look into it.")
    arguments = {"ticket_id": ticket.id, "text": "Thanks."}
    dialog = await asked(desk, session.customer, "eco_add_to_ticket", arguments)
    assert dialog.consequences[-1].startswith("Solution, usually by: ")


async def test_a_ticket_that_is_late_promises_no_time_that_is_over(desk: Desk, session: Session):
    ticket = await own_ticket(desk, session)
    past = (now() - timedelta(days=1)).isoformat()
    await desk.store.kept("tickets").update_one(
        {"_id": ticket.id},
        {"$set": {"ticket.first_reply.due_at": past, "ticket.resolution.due_at": past}},
    )
    arguments = {"ticket_id": ticket.id, "text": "And now?"}
    dialog = await asked(desk, session.customer, "eco_add_to_ticket", arguments)
    assert dialog.consequences[-1] == "This takes longer than usual. We are on it."


async def test_nothing_is_promised_for_a_ticket_that_is_solved(desk: Desk, session: Session):
    ticket = await own_ticket(desk, session)
    await solved(desk.store, ticket, 1)
    arguments = {"ticket_id": ticket.id, "text": "One more thing."}
    dialog = await asked(desk, session.customer, "eco_add_to_ticket", arguments)
    assert dialog.consequences[-1] == "No time is set for an answer."


async def test_a_reversal_without_a_ticket_says_that_one_is_opened(desk: Desk, session: Session):
    item = await sent_lately(desk, session)
    arguments = {"transaction_reference": item.reference, "reason": "Wrong number."}
    dialog = await asked(desk, session.customer, "eco_request_reversal", arguments)
    of_it = f"The transaction {item.reference}: {item.amount}, {item.counterparty.name}."
    assert of_it in dialog.consequences
    assert "You get a ticket number and can follow it here." in dialog.consequences
    assert dialog.consequences[-1].startswith("Answer, usually by: ")


async def test_a_reversal_names_the_open_ticket_that_it_goes_into(desk: Desk, session: Session):
    item = await sent_lately(desk, session)
    ticket = await own_ticket(desk, session, transaction=item)
    arguments = {"transaction_reference": item.reference, "reason": "Wrong number."}
    dialog = await asked(desk, session.customer, "eco_request_reversal", arguments)
    assert f"Your ticket {ticket.id}: {ticket.subject}" in dialog.consequences
    assert "You get a ticket number and can follow it here." not in dialog.consequences


# -- closing ----------------------------------------------------------------------------------


async def closing(desk: Desk, session: Session, ticket: Ticket) -> list[str]:
    arguments = {"ticket_id": ticket.id, "reason": "It is done."}
    return (await asked(desk, session.customer, "eco_close_ticket", arguments)).consequences


async def test_closing_an_open_ticket_can_be_taken_back_for_some_days(desk: Desk, session: Session):
    said = await closing(desk, session, await own_ticket(desk, session))
    assert f"You can open it again within {REOPEN_DAYS} days." in said
    assert "Support stops working on it." in said


async def test_the_days_to_reopen_count_from_when_it_was_solved(desk: Desk, session: Session):
    ticket = await own_ticket(desk, session)
    await solved(desk.store, ticket, REOPEN_DAYS - 1)
    said = await closing(desk, session, ticket)
    assert any(line.startswith("You can open it again until Tomorrow, ") for line in said)
    assert not any("within" in line for line in said)
    assert "Support stops working on it." not in said


async def test_nothing_is_promised_that_reopening_refuses(desk: Desk, session: Session):
    ticket = await own_ticket(desk, session)
    await solved(desk.store, ticket, REOPEN_DAYS + 1)
    said = await closing(desk, session, ticket)
    assert "You can't open it again. You can send a new report instead." in said
    assert not any("within" in line or "until" in line for line in said)
    closed = await desk.store.transact(
        lambda tx: close_by_customer(desk.store, tx, session.customer.id, ticket.id)
    )
    assert closed.resolved_at is not None
    assert now() - closed.resolved_at > timedelta(days=REOPEN_DAYS)
