"""What subscribers are told: changes with their documents, or that they must read anew."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from schemas.feed import ConsentMove, Presence
from schemas.handover import Handover
from schemas.message import Conversation, Message
from schemas.notice import Notice
from schemas.ticket_record import Ticket, TicketEvent

BOARD = "board"
"""Every ticket, and every handover."""

STAFF = "staff"
"""Handovers, and notices that were sent or given up."""

OUTBOX = "outbox"
"""Notices that wait to be sent."""


def ticket_topic(ticket_id: str) -> str:
    """Return the topic of a ticket: itself, its events (private notes too), who looks at it."""
    return f"ticket:{ticket_id}"


def customer_topic(customer_id: str) -> str:
    """Return the topic of a customer: their tickets, conversations and consents."""
    return f"customer:{customer_id}"


def conversation_topic(conversation_id: str) -> str:
    """Return the topic of a conversation: itself, its messages, handovers, turns, who types."""
    return f"conversation:{conversation_id}"


class ChangeKind(StrEnum):
    """What changed."""

    TICKET = "ticket"
    TICKET_EVENT = "ticket_event"
    MESSAGE = "message"
    CONVERSATION = "conversation"
    HANDOVER = "handover"
    PRESENCE = "presence"
    CONSENT = "consent"
    NOTICE = "notice"
    TURN = "turn"
    """The assistant began to answer, in this process; ``id`` is the run's."""


Fed = Ticket | TicketEvent | Message | Conversation | Handover | Presence | ConsentMove | Notice


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed. All subscribers share one object."""

    topics: tuple[str, ...]
    kind: ChangeKind
    id: str
    """Of the document: ``TCK-100042``, ``TCK-100042:7`` (an event), ``ms_...`` and so on."""
    document: Fed | None
    """As it was when the change was read, so perhaps newer than the change itself.

    None where it was deleted, and for turns.
    """
    created: bool = False
    """The document is new."""
    read_at: float = 0.0
    """When this process read it, in seconds of the event loop's clock."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Changes were missed: read everything anew, from the database."""

    reason: Literal["overflow", "gap", "opened"] = "gap"


def turn_began(conversation_id: str, run_id: str) -> Change:
    """Return the news that the assistant began to answer, for tabs that did not ask."""
    return Change((conversation_topic(conversation_id),), ChangeKind.TURN, run_id, None)


class Step(StrEnum):
    """How a numbered change follows what is known."""

    NEXT = "next"
    OLDER = "older"
    """Known already, or replaced by something newer."""
    GAP = "gap"
    """Something in between is missing: read anew."""


def step(known: int, number: int) -> Step:
    """Return how item ``number`` of a series 1, 2, 3... follows when ``known`` is the last known.

    For messages (``seq``) and ticket events (``version``), of which none may be missing. Never
    decide by time.
    """
    if number <= known:
        return Step.OLDER
    return Step.NEXT if number == known + 1 else Step.GAP


def is_newer(known: int | None, version: int) -> bool:
    """Return whether a whole document of this version replaces the known one.

    For tickets and handovers: each change carries all of it, so a skipped version loses nothing.
    """
    return known is None or version > known
