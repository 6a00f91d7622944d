"""What an agent reads before they join: made from the chat by code, so nothing in it is made up."""

from collections.abc import Container, Iterator, Sequence

from ecocash_copilot.core.clock import HARARE
from schemas.handover import HandoverReason
from schemas.message import FORM_TAPS, Message, Role, ToolUse
from schemas.wallet import Direction, Transaction
from schemas.widgets import (
    AnyWidget,
    BalanceCard,
    ConfirmationDialog,
    HelpArticleCard,
    TicketForm,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
)

LONGEST = 1000
_FORMS = {
    "open": "not sent",
    "submitted": "to be confirmed",
    "sent": "sent",
    "discarded": "given up",
}
_ANSWERS = {
    "pending": "no answer yet",
    "confirmed": "under way",
    "executed": "yes, done",
    "failed": "yes, but it failed",
    "declined": "the customer said no",
    "expired": "ran out",
}
_QUOTES = 3
_LONGEST_QUOTE = 180
_MOST_TRIED = 6

_REASONS = {
    HandoverReason.ASKED: "The customer asked for a person.",
    HandoverReason.LOW_CONFIDENCE: "The assistant did not understand, or could not answer.",
    HandoverReason.DECLINED_TWICE: "The customer declined what was offered, twice.",
    HandoverReason.ABUSE: "The customer is upset.",
}


def summary(messages: Sequence[Message], reason: HandoverReason) -> str:
    """Return what is wanted, about which transaction, and what was tried.

    Args:
        messages: the conversation's newest, oldest first.
    """
    parts = [_REASONS[reason]]
    if said := [_quote(each) for each in _words(messages)]:
        parts.append(f"Customer: {' / '.join(said[-_QUOTES:])}")
    if (transaction := transaction_of(messages)) is not None:
        parts.append(f"Transaction: {_transaction(transaction)}")
    if tried := _tried(messages):
        parts.append(f"Tried: {'; '.join(tried[-_MOST_TRIED:])}.")
    text = "\n".join(parts)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def transaction_of(messages: Sequence[Message]) -> Transaction | None:
    """Return the transaction the conversation is about: of the newest card that shows just one."""
    for message in reversed(messages):
        for widget in reversed(message.widgets):
            match widget:
                case TransactionDetail() | TicketForm() if widget.transaction is not None:
                    return widget.transaction
                case _:
                    continue
    return None


def _words(messages: Sequence[Message]) -> list[str]:
    """Return what the customer has written; where nothing, what was tapped."""
    said = [each for each in messages if each.role is Role.CUSTOMER and each.text]
    typed = [
        each.text for each in said if each.client_key and not each.client_key.startswith(FORM_TAPS)
    ]
    return typed or [each.text for each in said]


def _quote(text: str) -> str:
    line = " ".join(text.split())
    short = line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1].rstrip()}…"
    return f"“{short}”"


def _transaction(item: Transaction) -> str:
    way = "from" if item.direction is Direction.IN else "to"
    day = item.occurred_at.astimezone(HARARE)
    return (
        f"{item.reference}, {item.amount} {way} {item.counterparty.name}, "
        f"{day.day} {day:%b %H:%M}, {item.status.value}."
    )


def _tried(messages: Sequence[Message]) -> list[str]:
    """Return what was shown and what failed, each once, in order."""
    asked = {
        widget.consent_id
        for message in messages
        for widget in message.widgets
        if isinstance(widget, ConfirmationDialog)
    }
    steps = [step for message in messages for step in _steps(message, asked)]
    return list(dict.fromkeys(steps))


def _steps(message: Message, asked: Container[str]) -> Iterator[str]:
    """Yield what one message tells.

    Args:
        asked: consents whose dialogs say themselves what became of them.
    """
    for widget in message.widgets:
        if step := _card(widget):
            yield step
    for use in message.tools:
        if not use.ok and use.call_id not in asked:
            yield f"{_name(use)} failed"
    if message.outcome != "done":
        yield f"an answer {message.outcome.replace('_', ' ')}"


def _name(use: ToolUse) -> str:
    return use.name.removeprefix("eco_").replace("_", " ")


def _card(widget: AnyWidget) -> str:
    match widget:
        case BalanceCard():
            return "showed the balance"
        case TransactionTable():
            return f"showed {widget.total} transactions"
        case TransactionDetail():
            return f"showed {widget.transaction.reference}"
        case HelpArticleCard():
            return f"showed help “{widget.article.title}”"
        case TicketStatusBoard():
            return "showed the tickets"
        case TicketForm():
            about = f" about {widget.category.value.replace('_', ' ')}" if widget.category else ""
            return f"report{about}: {_FORMS[widget.state]}"
        case ConfirmationDialog():
            return f"asked “{widget.title}”: {_ANSWERS[widget.state]}"
        case _:
            return ""
