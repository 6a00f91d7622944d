"""Wishes to change a ticket, or to get money back: which ticket or transaction, then the call.

The call changes nothing: the run pauses before it, and the customer's tap on the dialog decides.
"""

import re
from datetime import timedelta
from typing import Any

from ecocash_copilot.agent.offline import answers
from ecocash_copilot.agent.offline.answers import Answer
from ecocash_copilot.agent.offline.classifier import Intent
from ecocash_copilot.agent.offline.complaints import category_of
from ecocash_copilot.agent.offline.conversation import (
    ADD,
    CLOSE,
    ESCALATE,
    REVERSE,
    SHARE,
    TICKETS,
    TRANSACTION,
    TRANSACTIONS,
    Conversation,
    ToolStep,
)
from ecocash_copilot.agent.offline.meaning import Understanding
from ecocash_copilot.agent.offline.step import Call, filter_arguments, is_narrow
from ecocash_copilot.agent.offline.text import fold, words
from ecocash_copilot.agent.offline.vocabulary import pattern, word_set
from schemas.mutations import MAX_REASON
from schemas.ticket import Tickets, TicketStatus, TicketSummary
from schemas.wallet import Direction, Transaction, TransactionPage, TransactionStatus

TICKET_ACTS = {
    Intent.ADD_TO_TICKET: ADD,
    Intent.ESCALATE_TICKET: ESCALATE,
    Intent.CLOSE_TICKET: CLOSE,
    Intent.SHARE_STATEMENT: SHARE,
}
"""Wishes for a ticket, and the tool that each leads to."""

STATEMENT_DAYS = 30
"""What "my statement" covers where no days are named."""

_A_FEW = 5
_LONGEST_ADDITION = 2000
_FEWEST_WORDS = 2
_OPEN = (TicketStatus.NEW, TicketStatus.IN_PROGRESS, TicketStatus.PENDING_CUSTOMER)
_NOT_CLOSED = (*_OPEN, TicketStatus.RESOLVED)
_RETURNABLE = (TransactionStatus.COMPLETED, TransactionStatus.PENDING)
_COLON = re.compile(r":\s+|:\s*$")


def ticket_act(wish: Understanding, conversation: Conversation) -> Call | Answer:
    """Find the ticket that is meant, and ask to change it; list the tickets where several fit."""
    done = conversation.steps[-1] if conversation.steps else None
    named = {"ticket_id": wish.ticket_id} if wish.ticket_id else {}
    if done is None:
        return Call(TICKETS, {**named, "show_card": False})
    found = done.read(Tickets)
    if found is None:
        return answers.failure(done)
    said = wish.said or conversation.message
    adding = wish.intent is Intent.ADD_TO_TICKET
    wordless = adding and addition(said) is None
    if done.shown:
        return Answer("add_on_card" if wordless else "which_ticket")
    fitting = _fitting(found, wish.intent, f"{said} {conversation.message}")
    if not fitting:
        return _nothing_to_change(found)
    if len(fitting) > 1 or wordless:
        return Call(TICKETS, named)
    return Call(TICKET_ACTS[wish.intent], _arguments(wish, fitting[0], said, conversation))


def _fitting(found: Tickets, intent: Intent, said: str) -> list[TicketSummary]:
    """Return the tickets that a wish can mean: open ones, and of the complaint that it names."""
    fitting = [each for each in found.tickets if each.status in _OPEN]
    if not fitting and intent in (Intent.CLOSE_TICKET, Intent.ADD_TO_TICKET):
        fitting = [each for each in found.tickets if each.status in _NOT_CLOSED]
    category = category_of(said)
    of_category = [each for each in fitting if each.category is category]
    return of_category if len(of_category) == 1 else fitting


def _nothing_to_change(found: Tickets) -> Answer:
    if len(found.tickets) == 1:
        ticket = found.tickets[0]
        return Answer("ticket_over", id=ticket.id, status=answers.ticket_status(ticket))
    return Answer("no_open_ticket" if found.tickets else "tickets_none")


def _arguments(
    wish: Understanding, ticket: TicketSummary, said: str, conversation: Conversation
) -> dict[str, Any]:
    named = {"ticket_id": ticket.id}
    if wish.intent is Intent.ADD_TO_TICKET:
        return {**named, "text": (addition(said) or said)[:_LONGEST_ADDITION]}
    if wish.intent is not Intent.SHARE_STATEMENT:
        return {**named, "reason": _reason(said)}
    today = conversation.profile.today
    last = min(wish.filter.date_to or today, today)
    first = wish.filter.date_from or last - timedelta(days=STATEMENT_DAYS)
    return {
        **named,
        "date_from": min(first, last).isoformat(),
        "date_to": last.isoformat(),
    }


def _reason(said: str) -> str:
    return " ".join(said.split())[:MAX_REASON]


def addition(message: str) -> str | None:
    """Return what a message wants to have added; None where it says no more than the wish.

    What stands after a colon is meant, else what stands after "that"; else the whole message,
    where it holds more than the words of such a wish.
    """
    if colon := _COLON.search(message.strip()):
        return message.strip()[colon.end() :].strip() or None
    that = pattern("acts", "that").search(message.lower())
    said = message[that.end() :].strip() if that else message.strip()
    wish = word_set("acts", "wish_to_add")
    more = [word for word in words(fold(said)) if word not in wish]
    return said if len(more) >= _FEWEST_WORDS else None


# --- money back ----------------------------------------------------------------------------------


def reversal(wish: Understanding, conversation: Conversation) -> Call | Answer:
    """Find the transaction that is meant, and ask for its reversal; else list what was sent."""
    said = wish.said or conversation.message
    if wish.ticket_id:
        return Call(REVERSE, {"ticket_id": wish.ticket_id, "reason": _reason(said)})
    done = conversation.steps[-1] if conversation.steps else None
    reference = wish.reference or _looked_at(wish, conversation)
    if done is None and reference:
        return Call(TRANSACTION, {"reference": reference, "show_card": False})
    wanted = wish.filter.model_copy(update={"direction": Direction.OUT, "status": None})
    known = wish.latest or is_narrow(wish.filter)
    if done is None:
        hidden = False if known else None
        return Call(TRANSACTIONS, filter_arguments(wanted, limit=_A_FEW, show_card=hidden))
    if done.name == TRANSACTION:
        return _ask_for(done, said)
    page = done.read(TransactionPage)
    if page is None:
        return answers.failure(done)
    if done.shown:
        return Answer("which_reversal" if page.total else "transactions_none")
    if not page.transactions:
        return Answer("transactions_none")
    if page.total == 1 or wish.latest:
        found = page.transactions[0].reference
        return Call(TRANSACTION, {"reference": found, "show_card": False})
    return Call(TRANSACTIONS, filter_arguments(wanted, limit=_A_FEW))


def _ask_for(done: ToolStep, said: str) -> Call | Answer:
    """Ask for a reversal, unless the transaction is none that money could come back from."""
    found = done.read(Transaction)
    if found is None:
        return answers.failure(done)
    if found.direction is not Direction.OUT or found.status not in _RETURNABLE:
        what = answers.transaction(done, helping=False)
        return Answer("not_reversible", what=what)
    return Call(REVERSE, {"transaction_reference": found.reference, "reason": _reason(said)})


def _looked_at(wish: Understanding, conversation: Conversation) -> str | None:
    """Return the transaction whose card was shown last, unless the wish names another."""
    if wish.latest or is_narrow(wish.filter) or conversation.last_tool() != TRANSACTION:
        return None
    shown = conversation.last_transaction()
    return shown.reference if shown else None
