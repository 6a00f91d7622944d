"""What the support board is sent. Views like those of the chat, in English, for staff.

Moments travel as milliseconds since 1970, and the board's script turns them into ages and
countdowns: a card is sent again when its ticket changes, not because time passes.
"""

from pydantic import Field

from schemas.views import FactView, TransactionRow, View, WidgetView


class CardView(View):
    """One ticket on the board."""

    id: str = ""
    version: int = 0
    status: str = "new"
    rank: int = 0
    """Where it stands in its column; the smallest is on top."""
    customer: str = ""
    category: str = ""
    """In words."""
    amount: str = ""
    """Of the transaction, signed; empty where there is none."""
    created: int = 0
    due: int = 0
    """When the earlier of the running promises is due; 0 where none runs."""
    due_for: str = ""
    """``Reply`` or ``Resolve``."""
    paused: bool = False
    breached: bool = False
    assignee: str = ""
    """Name; empty where nobody has it."""
    initials: str = ""
    priority: str = "normal"
    unread: bool = False
    language: str = "en"
    reopened: bool = False
    escalated: bool = False
    reversal: bool = False
    tags: list[str] = Field(default_factory=list[str])


class LaneView(View):
    """The head and the foot of a column."""

    count: str = "0"
    """How many tickets match, also beyond the window; ``20+`` where only counting would tell."""
    shown: int = 0
    more: bool = False
    """There are tickets below the window."""
    newer: bool = False
    """There are tickets above it."""


class LanesView(View):
    """Every column's head and foot."""

    new: LaneView = Field(default_factory=LaneView)
    in_progress: LaneView = Field(default_factory=LaneView)
    pending_customer: LaneView = Field(default_factory=LaneView)
    resolved: LaneView = Field(default_factory=LaneView)
    closed: LaneView = Field(default_factory=LaneView)


class QueryView(View):
    """What the board shows, as the address says it."""

    view: str = "all"
    """``all``, ``mine``, ``unassigned``, ``breaching``, ``team`` or ``deliveries``."""
    category: str = ""
    language: str = ""
    due: str = ""
    """``soon``: only what is breaching, whatever the view."""
    text: str = ""
    filtered: bool = False
    """One of these four is there."""


class StaffView(View):
    """Who works here."""

    id: str = ""
    name: str = ""
    initials: str = ""
    me: bool = False


class MeView(View):
    """Who is signed in, and what they may see."""

    id: str = ""
    name: str = ""
    initials: str = ""
    works: bool = False
    """Works tickets: an agent or a supervisor."""
    supervises: bool = False
    operates: bool = False


class OptionView(View):
    """A value to choose."""

    value: str = ""
    label: str = ""


class WaitingView(View):
    """A conversation that waits for a person, or is with one."""

    id: str = ""
    """Of the handover."""
    conversation_id: str = ""
    customer: str = ""
    reason: str = ""
    summary: str = ""
    since: int = 0
    language: str = "en"
    agent: str = ""
    """Who has taken it; empty while nobody has."""
    mine: bool = False


class FileView(View):
    """A file that the customer added."""

    id: str = ""
    name: str = ""
    url: str = ""
    image: bool = False
    about: str = ""
    """Such as ``PDF, 312 KB``."""


class StatementView(View):
    """Transactions that the customer let support see."""

    id: str = ""
    title: str = ""
    """The days, such as ``1 to 28 February 2026``."""
    note: str = ""
    """How many there are."""
    more: str = ""
    """What is said where not all are listed."""
    opened: bool = False
    """Whether they are shown unasked: where they are few."""
    rows: list[TransactionRow] = Field(default_factory=list[TransactionRow])


class EventView(View):
    """One line of a ticket's history."""

    version: int = 0
    kind: str = ""
    who: str = ""
    what: str = ""
    """Such as ``moved it from New to In progress``."""
    where: str = ""
    """From where, for what was not done on the board."""
    text: str = ""
    """What was written, if anything."""
    at: int = 0
    private: bool = False


class CannedView(View):
    """A ready-made reply with its placeholders filled."""

    key: str = ""
    title: str = ""
    language: str = ""
    text: str = ""


class PanelView(View):
    """The open ticket or conversation, without its transcript and its history."""

    kind: str = ""
    """``ticket``, ``conversation``, or empty while nothing is open."""
    id: str = ""
    version: int = 0
    title: str = ""
    category: str = ""
    status: str = "new"
    status_label: str = ""
    moves: list[OptionView] = Field(default_factory=list[OptionView])
    """The state it is in, and those it may move to."""
    priority: str = "normal"
    assignee_id: str = ""
    team: str = ""
    tags: list[str] = Field(default_factory=list[str])
    escalated: bool = False
    reversal: bool = False
    merged_into: str = ""
    reopened: int = 0
    rating: int = 0
    rating_comment: str = ""
    customer: str = ""
    customer_id: str = ""
    number: str = ""
    language: str = ""
    created: int = 0
    due: int = 0
    due_for: str = ""
    paused: bool = False
    breached: bool = False
    description: str = ""
    answers: list[FactView] = Field(default_factory=list[FactView])
    transaction: list[WidgetView] = Field(default_factory=list[WidgetView])
    """The transaction's card; empty where there is none."""
    statements: list[StatementView] = Field(default_factory=list[StatementView])
    evidence: list[FileView] = Field(default_factory=list[FileView])
    tried: list[str] = Field(default_factory=list[str])
    """What the assistant did before."""
    conversation_id: str = ""
    handover_id: str = ""
    handover: str = ""
    """``waiting``, ``mine`` or ``taken``; empty where the assistant answers."""
    handover_agent: str = ""
    summary: str = ""
    ticket_id: str = ""
    """Of a conversation: the ticket it has led to."""


class FlashView(View):
    """One short word to the agent, about what was just asked."""

    tick: int = 0
    """Another number for each word."""
    tone: str = "info"
    """``info``, ``success`` or ``error``."""
    text: str = ""
    lines: list[str] = Field(default_factory=list[str])
    """What changed meanwhile."""
    ref: str = ""
    """The ticket it is about."""
    key: str = ""
    """The page's own key of what was asked."""
    left: str = ""
    """Of several tickets, those that it was not done to, with spaces between."""
    done: bool = False
    """It was done, so what was typed for it may go."""


class LoadRow(View):
    """What one member of staff has to do."""

    id: str = ""
    name: str = ""
    initials: str = ""
    open: int = 0
    late: int = 0
    share: int = 0
    """Percent of the greatest load, for the bar."""


class AgeRow(View):
    """Open tickets of one age."""

    label: str = ""
    count: int = 0
    share: int = 0


class BreachRow(View):
    """A promise that was not kept in time."""

    id: str = ""
    subject: str = ""
    assignee: str = ""
    due: int = 0


class EscalatedRow(View):
    """An open ticket that waits for somebody senior."""

    id: str = ""
    subject: str = ""
    assignee: str = ""
    due: int = 0
    due_for: str = ""
    paused: bool = False
    breached: bool = False


class TeamView(View):
    """The supervisor's view."""

    known: bool = False
    """It was read; until then nothing may be said of promises and desks."""
    open: int = 0
    unassigned: int = 0
    late: int = 0
    load: list[LoadRow] = Field(default_factory=list[LoadRow])
    ages: list[AgeRow] = Field(default_factory=list[AgeRow])
    escalated: list[EscalatedRow] = Field(default_factory=list[EscalatedRow])
    breaches: list[BreachRow] = Field(default_factory=list[BreachRow])


class DeliveryView(View):
    """A notice that could not be delivered."""

    id: str = ""
    type: str = ""
    about: str = ""
    attempts: int = 0
    at: int = 0
    error: str = ""
