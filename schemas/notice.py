"""Notices to the outside: written with the change they tell of, posted afterwards."""

from enum import StrEnum

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import CustomerId
from schemas.message import ConversationId, MessageId
from schemas.ticket import TicketId, TicketStatus


class DeliveryState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    """Given up; a supervisor may send it again."""


class TicketNews(Schema):
    """What a push notice says of a ticket, in the customer's language."""

    ticket_id: TicketId
    version: int = Field(ge=1)
    """Of the ticket: of two notices, the one with the higher one is newer."""
    status: TicketStatus
    title: str
    text: str


class ChatNews(Schema):
    """What a push notice says of a message, in the customer's language."""

    conversation_id: ConversationId
    message_id: MessageId
    title: str
    text: str


class PushEvent(Schema):
    """One event for the mobile backend, as it is posted."""

    id: str = Field(pattern=r"^nt_[0-9a-z]{26}$")
    """Stays the same through retries, so that the receiver can drop a second one."""
    type: str = Field(pattern=r"^[a-z_.]{1,60}$")
    """Such as ``ticket.opened``, ``ticket.replied``, ``ticket.moved``, ``chat.replied``."""
    customer_id: CustomerId
    at: UtcDatetime
    data: TicketNews | ChatNews


class Notice(PushEvent):
    """An event on its way: posted as a signed webhook until it is taken."""

    state: DeliveryState = DeliveryState.WAITING
    attempts: int = Field(default=0, ge=0)
    next_at: UtcDatetime
    """When to try (again)."""
    last_error: str = Field(default="", max_length=300)
