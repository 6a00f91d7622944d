"""The whole ticket as support works it, and the history that every change adds to."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import CustomerId, Locale, Msisdn
from schemas.message import ConversationId
from schemas.staff import StaffId
from schemas.ticket import Evidence, TicketCategory, TicketId, TicketStatus, TicketSummary
from schemas.wallet import Transaction, TransactionReference

MAX_WORDS = 4000
"""Longest description, reply or note, in characters."""

Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
Team = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,29}$")]
Answers = dict[
    Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Annotated[str, Field(max_length=500)]
]
"""What the form asked for this category: field name to what the customer said."""


class TicketPriority(StrEnum):
    """How soon."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class SlaClock(Schema):
    """One promise about time, counted in business hours."""

    due_at: UtcDatetime | None = None
    """When it is due; None while it is paused, or once it is met."""
    left_seconds: int | None = None
    """Business time left while it is paused; negative when it was late already."""
    met_at: UtcDatetime | None = None
    breached: bool = False
    """It was met late, or closed without being met."""


class NewTicket(Schema):
    """What a ticket is opened with. All of it was shown to the customer who consented."""

    customer_id: CustomerId
    customer_name: str | None = None
    msisdn: Msisdn | None = None
    locale: Locale = Locale.EN
    conversation_id: ConversationId | None = None
    """The chat it comes from; None where another client opened it."""
    category: TicketCategory
    description: str = Field(min_length=1, max_length=MAX_WORDS)
    answers: Answers = Field(default_factory=dict)
    transaction: Transaction | None = None
    evidence: list[Evidence] = Field(default_factory=list[Evidence], max_length=12)
    consent_id: str
    """The consent it was opened under: unique, so that one consent opens one ticket."""


class Ticket(Schema):
    """A ticket. Only actions change it, each change raising ``version`` by one."""

    id: TicketId
    version: int = Field(default=1, ge=1)
    """Number of its latest event."""
    customer_id: CustomerId
    customer_name: str | None = None
    msisdn: Msisdn | None = None
    locale: Locale = Locale.EN
    conversation_id: ConversationId | None = None
    category: TicketCategory
    subject: str = Field(min_length=1, max_length=160)
    description: str = Field(max_length=MAX_WORDS)
    answers: Answers = Field(default_factory=dict)
    transaction: Transaction | None = None
    evidence: list[Evidence] = Field(default_factory=list[Evidence])
    status: TicketStatus = TicketStatus.NEW
    priority: TicketPriority = TicketPriority.NORMAL
    team: Team = "care"
    assignee: StaffId | None = None
    assignee_name: str | None = None
    tags: list[Tag] = Field(default_factory=list[Tag], max_length=20)
    escalated: bool = False
    reversal_requested: bool = False
    merged_into: TicketId | None = None
    also_about: list[TransactionReference] = Field(default_factory=list[TransactionReference])
    """Transactions of tickets that were merged into this one, and of those merged into them."""
    unread: bool = True
    """The customer said something that no agent has answered or opened."""
    created_at: UtcDatetime
    updated_at: UtcDatetime
    first_reply: SlaClock = Field(default_factory=SlaClock)
    resolution: SlaClock = Field(default_factory=SlaClock)
    due_at: UtcDatetime | None = None
    """The earlier of the running clocks; None when nothing runs."""
    resolved_at: UtcDatetime | None = None
    reopened: int = 0
    rating: int | None = Field(default=None, ge=1, le=5)
    rating_comment: str = Field(default="", max_length=500)
    last_update: str | None = Field(default=None, max_length=500)
    """Newest word from support, as the customer sees it."""
    consent_id: str | None = None

    def references(self) -> list[TransactionReference]:
        """Return the transactions that it is about: its own, then those that were merged in."""
        own = [self.transaction.reference] if self.transaction else []
        return list(dict.fromkeys([*own, *self.also_about]))

    def summary(self) -> TicketSummary:
        """Return the ticket as its customer sees it."""
        return TicketSummary(
            id=self.id,
            category=self.category,
            status=self.status,
            subject=self.subject,
            transaction_reference=self.transaction.reference if self.transaction else None,
            created_at=self.created_at,
            updated_at=self.updated_at,
            last_update=self.last_update,
            due_at=self.due_at,
            resolved_at=self.resolved_at,
            rating=self.rating,
        )


class ActorKind(StrEnum):
    """Who makes a change."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"


class Actor(Schema):
    """Who made a change, and from where."""

    kind: ActorKind
    id: str = Field(min_length=1, max_length=128)
    name: str = Field(default="", max_length=120)
    via: Literal["chat", "mcp", "board", "system"] = "system"


class TicketEventKind(StrEnum):
    """What happened to a ticket; a verb in the past."""

    OPENED = "opened"
    MOVED = "moved"
    ASSIGNED = "assigned"
    PRIORITISED = "prioritised"
    TAGGED = "tagged"
    REPLIED = "replied"
    """Support wrote to the customer."""
    INFORMED = "informed"
    """The customer added something."""
    NOTED = "noted"
    """A private note; the customer never sees it."""
    ESCALATED = "escalated"
    REVERSAL_REQUESTED = "reversal_requested"
    STATEMENT_SHARED = "statement_shared"
    MERGED = "merged"
    REOPENED = "reopened"
    RATED = "rated"
    SEEN = "seen"


PUBLIC_EVENTS = frozenset(
    {
        TicketEventKind.OPENED,
        TicketEventKind.MOVED,
        TicketEventKind.REPLIED,
        TicketEventKind.INFORMED,
        TicketEventKind.ESCALATED,
        TicketEventKind.REVERSAL_REQUESTED,
        TicketEventKind.STATEMENT_SHARED,
        TicketEventKind.MERGED,
        TicketEventKind.REOPENED,
        TicketEventKind.RATED,
    }
)
"""What the customer is told about."""


class TicketEvent(Schema):
    """One change of a ticket. ``version`` numbers them 1, 2, 3 without gaps."""

    ticket_id: TicketId
    version: int = Field(ge=1)
    kind: TicketEventKind
    actor: Actor
    at: UtcDatetime
    changes: dict[str, tuple[str, str]] = Field(default_factory=dict)
    """Field name to its value before and after, as text."""
    text: str = Field(default="", max_length=MAX_WORDS)
    """A reply, note, addition or comment."""
    evidence: list[Evidence] = Field(default_factory=list[Evidence])


class BusinessHours(Schema):
    """When support works, in Harare time."""

    days: dict[int, tuple[str, str]]
    """ISO weekday (1 is Monday) to opening and closing time, such as ``("08:00", "17:00")``."""
    holidays: frozenset[date] = frozenset()
