"""Where a ticket stands in columns and searches: strings that each make a narrow range of an index.

The embedded server reads whatever the bounds of a query cover before it looks at a limit, so what
is shown first must be a range by itself. A board key is ``value/state/moment/id``; one indexed
field for each way to narrow the board. A search term is a word with the moment of the ticket, so
that the newest tickets with a common word are found without reading them all.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket

CLOCKED_STATES = (TicketStatus.NEW, TicketStatus.IN_PROGRESS)
"""States in which a clock runs: the next move is the staff's."""

OPEN_STATES = (*CLOCKED_STATES, TicketStatus.PENDING_CUSTOMER)
"""States in which somebody still has something to do."""

NOBODY = "-"
"""Stands for the assignee of what nobody works on; no id is one dash alone."""

NUMBERS = "tickets"
"""Name of the series that ticket numbers are taken from."""

BOARD_FIELDS = {
    "all": "board_all",
    "assignee": "board_assignee",
    "category": "board_category",
    "locale": "board_locale",
}
"""Each way to narrow the board, and the field that its keys are in."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DIGITS = 15
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_SHORTEST, _LONGEST, _MOST_WORDS = 3, 24, 16
_COMMON = frozenset(
    {"the", "and", "for", "was", "has", "not", "but", "with", "that", "this", "from", "you", "are"}
    | {"kuti", "kana", "asi", "ndi", "uye", "iyi", "izvi", "ukuthi", "kodwa", "lokhu"}
)
"""Words too common to tell tickets apart, in the three languages."""


def ticket_id(number: int) -> str:
    """Return the id of the ticket with a number."""
    return f"TCK-{number}"


def is_open(status: TicketStatus) -> bool:
    """Return whether somebody still has something to do."""
    return status in OPEN_STATES


def rank(ticket: Ticket) -> datetime:
    """Return the moment that a ticket's place in its column follows from.

    When it is due where a clock runs, else when it last changed.
    """
    return ticket.due_at if is_open(ticket.status) and ticket.due_at else ticket.updated_at


def facets(ticket: Ticket) -> dict[str, str]:
    """Return the ticket's value for each way to narrow the board."""
    return {
        "all": "all",
        "assignee": ticket.assignee or NOBODY,
        "category": ticket.category.value,
        "locale": ticket.locale.value,
    }


def board_keys(ticket: Ticket) -> dict[str, str]:
    """Return the indexed fields by which columns find a ticket."""
    place = f"{stamp(rank(ticket))}/{ticket.id}"
    return {
        BOARD_FIELDS[facet]: f"{column(value, ticket.status)}{place}"
        for facet, value in facets(ticket).items()
    }


def column(value: str, status: TicketStatus) -> str:
    """Return what the keys of a column begin with."""
    return f"{value}/{status.value}/"


def stamp(moment: datetime) -> str:
    """Return a moment as digits that sort as it does."""
    return f"{max((moment - _EPOCH) // _MILLISECOND, 0):0{_DIGITS}d}"


def moment_of(place: str) -> datetime:
    """Return the moment of a place, ``digits/id``.

    Raises:
        ValueError: it is none.
    """
    digits, slash, _ = place.partition("/")
    if not slash or len(digits) != _DIGITS or not digits.isascii() or not digits.isdigit():
        raise ValueError("not a place in a column")
    return _EPOCH + int(digits) * _MILLISECOND


def search_terms(ticket: Ticket) -> dict[str, list[str]]:
    """Return the fields by which searches find a ticket.

    ``words`` are what it says; ``terms``, which are indexed, are the same with when it did.
    """
    parts = [ticket.subject, ticket.customer_name or "", ticket.description]
    if ticket.transaction is not None:
        parts.insert(1, ticket.transaction.counterparty.name)
    words = search_words(" ".join(parts))
    return {"words": words, "terms": [search_term(word, ticket.created_at) for word in words]}


def search_term(word: str, moment: datetime | None) -> str:
    """Return the term of a word at a moment; without one, what comes before all terms of it."""
    return f"{word}/{stamp(moment) if moment else ''}"


def search_words(text: str) -> list[str]:
    """Return the words of a text that tickets are searched by, each once, in their order."""
    found = (each[:_LONGEST] for each in _WORD.findall(text.casefold()))
    kept: Iterable[str] = (each for each in found if len(each) >= _SHORTEST)
    return list(dict.fromkeys(each for each in kept if each not in _COMMON))[:_MOST_WORDS]


def day_of(moment: datetime) -> int:
    """Return the number of a day, counted in UTC."""
    return (moment - _EPOCH).days
