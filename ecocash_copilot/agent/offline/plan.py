"""From what is wanted to the next step: a tool call, or the answer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from ecocash_copilot.agent.offline import answers
from ecocash_copilot.agent.offline.answers import Answer
from ecocash_copilot.agent.offline.classifier import Intent
from ecocash_copilot.agent.offline.complaints import broad_filter, category_of, what_about
from ecocash_copilot.agent.offline.conversation import (
    BALANCES,
    HELP,
    PREPARE,
    REVERSE,
    TICKETS,
    TRANSACTION,
    TRANSACTIONS,
    Conversation,
    ToolStep,
)
from ecocash_copilot.agent.offline.meaning import Understanding
from ecocash_copilot.agent.offline.step import Call, filter_arguments, is_narrow
from ecocash_copilot.agent.offline.ticket_acts import TICKET_ACTS, reversal, ticket_act
from ecocash_copilot.core.clock import HARARE
from schemas.identity import parse_msisdn
from schemas.prepared_report import help_reasons
from schemas.ticket import TicketCategory
from schemas.wallet import (
    Transaction,
    TransactionFilter,
    TransactionKind,
    TransactionPage,
    TransactionStatus,
)

MOST_STEPS = 4
"""Tool calls of one turn; a longer chain would be a mistake."""

_A_FEW = 5
_MANY = 20
_LONGEST_DESCRIPTION = 2000
_LONGEST_QUERY = 200
_CONTACT = "contact customer care"


def next_step(
    wish: Understanding, conversation: Conversation, tools: Collection[str]
) -> Call | Answer:
    """Return what to do next in this turn.

    Args:
        wish: what the customer wants.
        conversation: with the steps already taken in this turn.
        tools: names of the tools that may be called.
    """
    if wish.gap is not None:
        return Answer(wish.gap.value)
    step = _acted(wish, conversation, tools)
    if step is None:
        step = _steps_by_intent().get(wish.intent, _say_it)(wish, conversation)
    if not isinstance(step, Call):
        return step
    if step.name not in tools:
        return Answer("unavailable")
    return Answer("error") if len(conversation.steps) >= MOST_STEPS else step


def _acted(
    wish: Understanding, conversation: Conversation, tools: Collection[str]
) -> Call | Answer | None:
    """Return the step towards a report, or a change of a ticket, where there are tools for it."""
    if wish.intent in _REPORTS and PREPARE in tools:
        return _report(wish, conversation)
    if wish.intent is not Intent.REQUEST_REVERSAL:
        return None
    if PREPARE in tools and category_of(conversation.message) in _ASK_MORE_FIRST:
        return _report(wish, conversation)
    return reversal(wish, conversation) if REVERSE in tools else None


def _steps_by_intent() -> Mapping[Intent, Callable[[Understanding, Conversation], Call | Answer]]:
    return {
        Intent.BALANCE: _balance,
        Intent.TRANSACTIONS: _transactions,
        Intent.TRANSACTION_DETAIL: _one_transaction,
        Intent.TRANSACTION_HELP: _one_transaction,
        Intent.REQUEST_REVERSAL: _one_transaction,
        Intent.REPORT_PROBLEM: _problem,
        Intent.TICKET_STATUS: _tickets,
        Intent.HELP_QUESTION: _help,
        Intent.TALK_TO_PERSON: _person,
        **dict.fromkeys(TICKET_ACTS, ticket_act),
    }


def _last(conversation: Conversation) -> ToolStep | None:
    return conversation.steps[-1] if conversation.steps else None


# --- one function per intent ---------------------------------------------------------------------


def _say_it(wish: Understanding, conversation: Conversation) -> Answer:
    return Answer(wish.intent.value, name=answers.greeted(conversation.profile.name))


def _balance(wish: Understanding, conversation: Conversation) -> Call | Answer:
    done = _last(conversation)
    if done is None:
        currency = wish.filter.currency
        return Call(BALANCES, {"currency": currency.value} if currency else {})
    return answers.balances(done)


def _transactions(wish: Understanding, conversation: Conversation) -> Call | Answer:
    done = _last(conversation)
    if done is None:
        arguments = filter_arguments(wish.filter, limit=wish.limit, cursor=wish.cursor)
        return Call(TRANSACTIONS, arguments)
    return answers.transactions(done, next_page=wish.cursor is not None)


def _one_transaction(wish: Understanding, conversation: Conversation) -> Call | Answer:
    """Show one transaction; where its reference isn't known, look for it first."""
    helping = wish.intent is not Intent.TRANSACTION_DETAIL
    vague = not (wish.reference or wish.latest or is_narrow(wish.filter))
    if helping and vague:
        return _problem(wish, conversation)
    done = _last(conversation)
    if done is None:
        if wish.reference:
            return Call(TRANSACTION, {"reference": wish.reference})
        if vague:
            return Call(TRANSACTIONS, filter_arguments(wish.filter, limit=_A_FEW))
        return Call(TRANSACTIONS, filter_arguments(wish.filter, limit=1, show_card=False))
    if done.name == TRANSACTION:
        return answers.transaction(done, helping=helping)
    page = done.read(TransactionPage)
    if page is None:
        return answers.failure(done)
    if done.shown:
        return Answer("which_one" if page.total else "transactions_none")
    if not page.transactions:
        return Answer("transactions_none")
    if page.total == 1 or wish.latest:
        return Call(TRANSACTION, {"reference": page.transactions[0].reference})
    return Call(TRANSACTIONS, filter_arguments(wish.filter, limit=_A_FEW))


def _tickets(wish: Understanding, conversation: Conversation) -> Call | Answer:
    done = _last(conversation)
    if done is None:
        return Call(TICKETS, {"ticket_id": wish.ticket_id} if wish.ticket_id else {})
    return answers.tickets(done)


def _help(wish: Understanding, conversation: Conversation) -> Call | Answer:
    done = _last(conversation)
    if done is None:
        return _search(conversation, wish)
    return answers.help_articles(done)


def _person(wish: Understanding, conversation: Conversation) -> Call | Answer:
    """Show the ways to reach a person beside the sentence that names the first of them."""
    if not conversation.steps:
        return Call(HELP, {"query": _CONTACT, "language": wish.language.value, "limit": 1})
    return _say_it(wish, conversation)


def _search(conversation: Conversation, wish: Understanding) -> Call:
    query = " ".join(conversation.message.split())[:_LONGEST_QUERY]
    return Call(HELP, {"query": query, "language": wish.language.value, "limit": 1})


def _problem(wish: Understanding, conversation: Conversation) -> Call | Answer:
    """Find the transaction that a report is about, and invite to "Get help" on it."""
    about = what_about(conversation.message)
    done = _last(conversation)
    if about == "account":
        return _search(conversation, wish) if done is None else answers.account_problem(done)
    broad = broad_filter(about)
    narrow = wish.filter.model_copy(
        update={"kind": broad.kind, "direction": broad.direction, "status": None}
    )
    if done is None:
        hidden = False if narrow != broad else None
        return Call(TRANSACTIONS, filter_arguments(narrow, limit=_A_FEW, show_card=hidden))
    page = done.read(TransactionPage)
    if page is None:
        return answers.failure(done)
    if done.shown:
        return Answer("problem" if page.total else "problem_none")
    return Call(TRANSACTIONS, filter_arguments(narrow if page.total else broad, limit=_A_FEW))


# --- a report that opens its form ---------------------------------------------------------------

_REPORTS = frozenset({Intent.REPORT_PROBLEM, Intent.TRANSACTION_HELP})
_ASK_MORE_FIRST = (TicketCategory.WRONG_NUMBER, TicketCategory.DOUBLE_DEBIT)
"""Complaints whose form asks what support must know before it can try to get money back."""
_RECENT = timedelta(days=7)
"""How far back a complaint without a day is looked for."""


def _report(wish: Understanding, conversation: Conversation) -> Call | Answer:
    """Open the form where it is clear what the complaint is about; else find out."""
    done = _last(conversation)
    if done is not None and done.name == PREPARE:
        return answers.prepared(done, account=_account_article(conversation))
    category = category_of(conversation.message)
    if category is TicketCategory.PIN_OR_ACCOUNT_BLOCKED:
        # What helps at once first, then the form for what it does not help.
        return _search(conversation, wish) if done is None else _prepare(conversation, category)
    if wish.reference and category is not None:
        return _prepare(conversation, category, wish.reference)
    if wish.intent is Intent.TRANSACTION_HELP and (wish.reference or category is None):
        return _one_transaction(wish, conversation)
    narrowed = wish.latest or is_narrow(wish.filter.model_copy(update={"kind": None}))
    seen = None if narrowed else _looked_at(conversation)
    if seen is not None and (category is None or category in help_reasons(seen)):
        return _prepare(conversation, category, seen.reference)
    if category is None:
        return _problem(wish, conversation)
    if done is None:
        wanted = _report_filter(wish, category, conversation.message)
        return Call(TRANSACTIONS, filter_arguments(wanted, limit=_MANY, show_card=False))
    page = done.read(TransactionPage)
    if page is None:
        return answers.failure(done)
    if done.shown:
        return Answer("problem" if page.total else "problem_none")
    meant = _meant(page, conversation, wish)
    if meant is not None and not _went_elsewhere(meant, category, wish):
        return _prepare(conversation, category, meant.reference)
    plain = wish if page.total else replace(wish, filter=TransactionFilter())
    wanted = _report_filter(plain, category, conversation.message)
    return Call(TRANSACTIONS, filter_arguments(wanted, limit=_A_FEW))


def _prepare(
    conversation: Conversation, category: TicketCategory | None, reference: str | None = None
) -> Call:
    arguments = {
        "category": category.value if category else None,
        "transaction_reference": reference,
        "description": conversation.message.strip()[:_LONGEST_DESCRIPTION],
    }
    return Call(PREPARE, {name: value for name, value in arguments.items() if value})


def _report_filter(
    wish: Understanding, category: TicketCategory, message: str
) -> TransactionFilter:
    """Return the list that holds what a complaint of this category is about."""
    broad = broad_filter(what_about(message))
    kind = _KINDS.get(category) or broad.kind
    changes = {"kind": kind, "direction": None if kind else broad.direction, "status": None}
    if (wish.filter.text or "").startswith("+"):
        # The number that was meant is not the one that the money went to.
        changes["text"] = None
    return wish.filter.model_copy(update=changes)


_KINDS = {
    TicketCategory.WRONG_NUMBER: TransactionKind.SEND,
    TicketCategory.BANK_NOT_RECEIVED: TransactionKind.BANK_OUT,
    TicketCategory.ELECTRICITY_TOKEN_MISSING: TransactionKind.ELECTRICITY,
    TicketCategory.AGENT_OVERCHARGED: TransactionKind.CASH_OUT,
}
"""Where a category is about one kind of transaction."""


def _meant(
    page: TransactionPage, conversation: Conversation, wish: Understanding
) -> Transaction | None:
    """Return the one transaction of a list that a complaint can mean."""
    if wish.latest and page.transactions:
        return page.transactions[0]
    if page.total == 1:
        return page.transactions[0]
    since = conversation.profile.today - _RECENT
    likely = [
        item
        for item in page.transactions
        if item.occurred_at.astimezone(HARARE).date() >= since
        and item.status in (TransactionStatus.COMPLETED, TransactionStatus.PENDING)
    ]
    return likely[0] if len(likely) == 1 else None


def _went_elsewhere(
    transaction: Transaction, category: TicketCategory, wish: Understanding
) -> bool:
    """Whether airtime or data was for another number than the one that the complaint names."""
    told = wish.filter.text or ""
    if category is not TicketCategory.AIRTIME_NOT_RECEIVED or not told.startswith("+"):
        return False
    party = transaction.counterparty
    try:
        return parse_msisdn(party.msisdn or party.account or "") != told
    except ValueError:
        return False


def _looked_at(conversation: Conversation) -> Transaction | None:
    """Return the transaction whose card was shown last, if it was the last card."""
    if conversation.last_tool() != TRANSACTION:
        return None
    return conversation.last_transaction()


def _account_article(conversation: Conversation) -> ToolStep | None:
    return next((step for step in conversation.steps if step.name == HELP), None)
