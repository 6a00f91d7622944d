"""Handovers: a conversation that a person takes over from the assistant."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import CustomerId, Locale
from schemas.message import ConversationId
from schemas.staff import StaffId
from schemas.ticket import TicketId
from schemas.wallet import TransactionReference

HandoverId = Annotated[str, Field(pattern=r"^ho_[0-9a-z]{26}$")]


class HandoverReason(StrEnum):
    """Why the assistant steps back."""

    ASKED = "asked"
    LOW_CONFIDENCE = "low_confidence"
    DECLINED_TWICE = "declined_twice"
    ABUSE = "abuse"


class HandoverState(StrEnum):
    """Where a handover stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    RETURNED = "returned"
    """Handed back to the assistant, by the agent or because the customer no longer waits."""


class Handover(Schema):
    """One stretch of a conversation that a person is to lead; at most one is open in each."""

    id: HandoverId
    conversation_id: ConversationId
    customer_id: CustomerId
    customer_name: str | None = None
    locale: Locale = Locale.EN
    reason: HandoverReason
    state: HandoverState = HandoverState.WAITING
    summary: str = Field(default="", max_length=1000)
    """What the customer wants and what was tried, for the agent."""
    transaction_reference: TransactionReference | None = None
    ticket_id: TicketId | None = None
    agent_id: StaffId | None = None
    agent_name: str | None = None
    created_at: UtcDatetime
    taken_at: UtcDatetime | None = None
    ended_at: UtcDatetime | None = None
    version: int = Field(default=1, ge=1)
