"""What a complaint is about: its category, and the list of transactions that holds it."""

from ecocash_copilot.agent.offline.text import fold
from ecocash_copilot.agent.offline.vocabulary import choices
from schemas.ticket import TicketCategory
from schemas.wallet import Direction, TransactionFilter, TransactionKind


def category_of(message: str) -> TicketCategory | None:
    """Return the complaint that a message names, if it names one."""
    folded = fold(message)
    found = (name for name, words in choices("categories") if words.search(folded))
    return next((TicketCategory(name) for name in found), None)


def what_about(message: str) -> str | None:
    """Return the row of the vocabulary's ``problems`` that a message speaks of."""
    folded = fold(message)
    return next((name for name, words in choices("problems") if words.search(folded)), None)


def broad_filter(about: str | None) -> TransactionFilter:
    """Return the list that holds the transaction: of its kind, or simply all money out."""
    if about == "incoming":
        return TransactionFilter(direction=Direction.IN)
    if about is None:
        return TransactionFilter(direction=Direction.OUT)
    return TransactionFilter(kind=TransactionKind(about))
