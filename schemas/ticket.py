"""Tickets: categories, states and their legal moves."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.wallet import TransactionReference


class TicketCategory(StrEnum):
    """What customers complain about."""

    WRONG_NUMBER = "wrong_number"
    MERCHANT_NOT_PAID = "merchant_not_paid"
    BANK_NOT_RECEIVED = "bank_not_received"
    AIRTIME_NOT_RECEIVED = "airtime_not_received"
    ELECTRICITY_TOKEN_MISSING = "electricity_token_missing"  # noqa: S105 - a category, no secret
    DOUBLE_DEBIT = "double_debit"
    AGENT_OVERCHARGED = "agent_overcharged"
    PIN_OR_ACCOUNT_BLOCKED = "pin_or_account_blocked"
    OTHER = "other"


class TicketStatus(StrEnum):
    """States of a ticket."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    PENDING_CUSTOMER = "pending_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"


LEGAL_MOVES: dict[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.NEW: frozenset(
        {
            TicketStatus.IN_PROGRESS,
            TicketStatus.PENDING_CUSTOMER,
            TicketStatus.RESOLVED,
            TicketStatus.CLOSED,
        }
    ),
    TicketStatus.IN_PROGRESS: frozenset(
        {TicketStatus.PENDING_CUSTOMER, TicketStatus.RESOLVED, TicketStatus.CLOSED}
    ),
    TicketStatus.PENDING_CUSTOMER: frozenset(
        {TicketStatus.IN_PROGRESS, TicketStatus.RESOLVED, TicketStatus.CLOSED}
    ),
    TicketStatus.RESOLVED: frozenset({TicketStatus.IN_PROGRESS, TicketStatus.CLOSED}),
    TicketStatus.CLOSED: frozenset({TicketStatus.IN_PROGRESS}),
}
"""From each state, the states it may move to. Nothing else moves.

Back from resolved or closed is a reopening, which the customer may do for ``REOPEN_DAYS``.
"""

REOPEN_DAYS = 7
"""How long after it was resolved a customer may reopen a ticket.

Closing one that was resolved before does not start them anew.
"""

TicketId = Annotated[str, Field(pattern=r"^TCK-\d{4,12}$", examples=["TCK-100042"])]

EvidenceId = Annotated[str, Field(pattern=r"^ev_[0-9a-z]{26}$")]

MAX_EVIDENCE = 3
"""Files a report may hold."""

MAX_EVIDENCE_BYTES = 5 * 2**20
"""Size of one file as it is sent."""


class Evidence(Schema):
    """A photo or PDF that a customer added, already checked and re-encoded."""

    id: EvidenceId
    name: str = Field(min_length=1, max_length=120)
    """The file's name without its path, for people."""
    media_type: str = Field(pattern=r"^(image/(jpeg|png|webp)|application/pdf)$")
    size: int = Field(ge=1)
    """Bytes as stored."""


class TicketSummary(Schema):
    """A ticket as its customer sees it."""

    id: TicketId
    category: TicketCategory
    status: TicketStatus
    subject: str = Field(min_length=1, max_length=160)
    transaction_reference: TransactionReference | None = None
    created_at: UtcDatetime
    updated_at: UtcDatetime
    last_update: str | None = Field(default=None, max_length=500)
    """The newest word from support, if any."""
    due_at: UtcDatetime | None = None
    """By when support means to answer or solve it; None while nothing is promised."""
    resolved_at: UtcDatetime | None = None
    rating: int | None = Field(default=None, ge=1, le=5)


class Tickets(Schema):
    """The caller's tickets, newest first. Result of ``eco_get_ticket_status``."""

    tickets: list[TicketSummary]
