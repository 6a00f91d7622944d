"""From what is wanted to the next step: a tool call, or the answer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecocash_copilot.agent.offline import answers
from ecocash_copilot.agent.offline.answers import Answer
from ecocash_copilot.agent.offline.classifier import Intent
from ecocash_copilot.agent.offline.conversation import (
    BALANCES,
    HELP,
    TICKETS,
    TRANSACTION,
    TRANSACTIONS,
    Conversation,
    ToolStep,
)
from ecocash_copilot.agent.offline.text import fold
from ecocash_copilot.agent.offline.understand import Understanding
from ecocash_copilot.agent.offline.vocabulary import choices
from schemas.wallet import Direction, TransactionFilter, TransactionKind, TransactionPage

MOST_STEPS = 4
"""Tool calls of one turn; a longer chain would be a mistake."""

_A_FEW = 5
_LONGEST_QUERY = 200
_CONTACT = "contact customer care"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool to call."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


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
    step = _steps_by_intent().get(wish.intent, _say_it)(wish, conversation)
    if not isinstance(step, Call):
        return step
    if step.name not in tools:
        return Answer("unavailable")
    return Answer("error") if len(conversation.steps) >= MOST_STEPS else step


def _steps_by_intent() -> Mapping[Intent, Callable[[Understanding, Conversation], Call | Answer]]:
    return {
        Intent.BALANCE: _balance,
        Intent.TRANSACTIONS: _transactions,
        Intent.TRANSACTION_DETAIL: _one_transaction,
        Intent.TRANSACTION_HELP: _one_transaction,
        Intent.REPORT_PROBLEM: _problem,
        Intent.TICKET_STATUS: _tickets,
        Intent.HELP_QUESTION: _help,
        Intent.TALK_TO_PERSON: _person,
    }


def _arguments(wanted: TransactionFilter, **more: Any) -> dict[str, Any]:
    given = wanted.model_dump(mode="json", exclude_none=True)
    return {**given, **{key: value for key, value in more.items() if value is not None}}


def _is_narrow(wanted: TransactionFilter) -> bool:
    """Whether a filter names more than a direction."""
    return wanted.model_copy(update={"direction": None}) != TransactionFilter()


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
        arguments = _arguments(wish.filter, limit=wish.limit, cursor=wish.cursor)
        return Call(TRANSACTIONS, arguments)
    return answers.transactions(done, next_page=wish.cursor is not None)


def _one_transaction(wish: Understanding, conversation: Conversation) -> Call | Answer:
    """Show one transaction; where its reference isn't known, look for it first."""
    helping = wish.intent is Intent.TRANSACTION_HELP
    vague = not (wish.reference or wish.latest or _is_narrow(wish.filter))
    if helping and vague:
        return _problem(wish, conversation)
    done = _last(conversation)
    if done is None:
        if wish.reference:
            return Call(TRANSACTION, {"reference": wish.reference})
        if vague:
            return Call(TRANSACTIONS, _arguments(wish.filter, limit=_A_FEW))
        return Call(TRANSACTIONS, _arguments(wish.filter, limit=1, show_card=False))
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
    return Call(TRANSACTIONS, _arguments(wish.filter, limit=_A_FEW))


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
    about = _what_about(conversation.message)
    done = _last(conversation)
    if about == "account":
        return _search(conversation, wish) if done is None else answers.account_problem(done)
    broad = _broad_filter(about)
    narrow = wish.filter.model_copy(
        update={"kind": broad.kind, "direction": broad.direction, "status": None}
    )
    if done is None:
        hidden = False if narrow != broad else None
        return Call(TRANSACTIONS, _arguments(narrow, limit=_A_FEW, show_card=hidden))
    page = done.read(TransactionPage)
    if page is None:
        return answers.failure(done)
    if done.shown:
        return Answer("problem" if page.total else "problem_none")
    return Call(TRANSACTIONS, _arguments(narrow if page.total else broad, limit=_A_FEW))


def _what_about(message: str) -> str | None:
    folded = fold(message)
    return next((name for name, words in choices("problems") if words.search(folded)), None)


def _broad_filter(about: str | None) -> TransactionFilter:
    """Return the list that holds the transaction: of its kind, or simply all money out."""
    if about == "incoming":
        return TransactionFilter(direction=Direction.IN)
    if about is None:
        return TransactionFilter(direction=Direction.OUT)
    return TransactionFilter(kind=TransactionKind(about))
