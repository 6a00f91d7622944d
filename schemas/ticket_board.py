"""What the board asks for and gets: columns of tickets, exact counts, and the team's load."""

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import Locale
from schemas.staff import StaffId
from schemas.ticket import TicketCategory, TicketId, TicketStatus
from schemas.ticket_record import Ticket


class TicketFilter(Schema):
    """Which tickets to show. All given conditions hold at once."""

    assignee: StaffId | None = None
    """Whose; for "mine" the reader's own id."""
    unassigned: bool = False
    """Only what nobody works on. Not together with ``assignee``."""
    breaching: bool = False
    """Only those whose next clock has run out or does so within the hour."""
    category: TicketCategory | None = None
    locale: Locale | None = None
    """Language of the customer."""
    text: str = Field(default="", max_length=80)
    """A ticket's number, a transaction's reference, a phone number, or words."""


class TicketPage(Schema):
    """One window of a column or of a search."""

    tickets: list[Ticket]
    next_cursor: str | None = None
    """Opaque; None on the last page. A page may hold fewer than asked for and yet have one."""
    total: int | None = None
    """How many match in all; None where only reading them all would tell."""


class AgentLoad(Schema):
    """What one agent has on the desk; ``agent_id`` None is what nobody works on."""

    agent_id: StaffId | None
    name: str = ""
    open: dict[TicketStatus, int]
    """Count by state, the open states alone."""
    breached: int = 0
    """Of these, with a clock that has run out."""


class Ageing(Schema):
    """Open tickets by the day, in UTC, on which they were opened."""

    today: int = 0
    days: int = 0
    """One or two days ago."""
    week: int = 0
    """Three to six days ago."""
    older: int = 0


class Breach(Schema):
    """A ticket whose clock has run out."""

    ticket_id: TicketId
    subject: str
    assignee: StaffId | None
    assignee_name: str | None
    due_at: UtcDatetime


class BulkResult(Schema):
    """What came of one ticket of a change to several."""

    ticket_id: TicketId
    ok: bool
    ticket: Ticket | None = None
    """As it is now, where it was changed."""
    error: str = ""
    """Why not, in a sentence that may be shown."""
