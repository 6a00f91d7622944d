"""Widgets: the cards of a conversation, a union discriminated by ``type``.

They carry data, not markup: this page and the native app draw them in their own way. Code builds
them from tool results; a model only chooses which to show.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from schemas.base import Schema, UtcDatetime
from schemas.help import HelpArticle, Url
from schemas.money import Money
from schemas.ticket import (
    MAX_EVIDENCE,
    Evidence,
    TicketCategory,
    TicketId,
    TicketSummary,
)
from schemas.wallet import Balance, Transaction, TransactionFilter

WidgetId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Label = Annotated[str, Field(min_length=1, max_length=60)]


class DeeplinkAction(Schema):
    """A button that opens a screen of the native app, or a link."""

    type: Literal["deeplink"] = "deeplink"
    label: Label
    url: Url


class PostbackAction(Schema):
    """A button that comes back to the assistant as the customer's next step."""

    type: Literal["postback"] = "postback"
    label: Label
    name: str = Field(pattern=r"^[a-z_]{1,40}$")
    """What to do, such as ``get_help``."""
    value: str = Field(default="", max_length=200)
    """About what: an id of the thing, never an identity."""


Action = Annotated[DeeplinkAction | PostbackAction, Field(discriminator="type")]


class Widget(Schema):
    """What every widget has."""

    id: WidgetId
    actions: list[Action] = Field(default_factory=list[Action], max_length=6)


class BalanceCard(Widget):
    """Every wallet and what is in it."""

    type: Literal["balance_card"] = "balance_card"
    balances: list[Balance] = Field(max_length=8)
    as_of: UtcDatetime


class FilterChip(Schema):
    """A filter the customer can set with one tap."""

    name: Literal["all", "in", "out", "failed", "pending", "USD", "ZWG"]
    selected: bool = False


class TransactionTable(Widget):
    """A page of transactions, newest first."""

    type: Literal["transaction_table"] = "transaction_table"
    transactions: list[Transaction] = Field(max_length=100)
    filter: TransactionFilter
    chips: list[FilterChip] = Field(default_factory=list[FilterChip], max_length=8)
    total: int = Field(ge=0)
    next_cursor: str | None = Field(default=None, max_length=200)


class HelpReason(Schema):
    """A reason to ask for help with a transaction, ready to tap."""

    category: TicketCategory


class TransactionDetail(Widget):
    """One transaction with the reasons for help that fit it."""

    type: Literal["transaction_detail"] = "transaction_detail"
    transaction: Transaction
    reasons: list[HelpReason] = Field(default_factory=list[HelpReason], max_length=9)


class ReportStep(StrEnum):
    """Steps of a problem report, in their order."""

    REASON = "reason"
    DETAILS = "details"
    WORDS = "words"
    """The customer's own words, and evidence."""
    REVIEW = "review"


class TicketForm(Widget):
    """A problem report in steps, with its transaction filled in.

    The fields of the details are those of ``schemas.report.REPORT_FIELDS`` for the category.
    """

    type: Literal["ticket_form"] = "ticket_form"
    revision: int = Field(default=1, ge=1)
    """Raised by each change, so that two pages do not overwrite each other."""
    step: ReportStep = ReportStep.REASON
    reasons: list[TicketCategory] = Field(default_factory=list[TicketCategory], max_length=9)
    """Categories that fit, likeliest first."""
    category: TicketCategory | None = None
    transaction: Transaction | None = None
    answers: dict[str, Annotated[str, Field(max_length=500)]] = Field(default_factory=dict)
    """Field name to what was typed so far, valid or not."""
    errors: dict[str, str] = Field(default_factory=dict)
    """Field name (or ``description``) to a code such as ``required`` or ``not_a_number``."""
    description: str = Field(default="", max_length=2000)
    evidence: list[Evidence] = Field(default_factory=list[Evidence], max_length=MAX_EVIDENCE)
    state: Literal["open", "submitted", "sent", "discarded"] = "open"
    consent_id: WidgetId | None = None
    """The consent that was asked for it last."""
    ticket_id: TicketId | None = None
    """The ticket it became."""
    moved_to: WidgetId | None = None
    """The copy that goes on in its place, further down in the chat."""


class Severity(StrEnum):
    """How much a confirmation puts at stake."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ConfirmationDialog(Widget):
    """Asks for consent before anything is changed."""

    type: Literal["confirmation_dialog"] = "confirmation_dialog"
    consent_id: WidgetId
    tool: str = Field(default="", max_length=64)
    """What is asked for, such as ``eco_create_ticket``; it chooses the words of the buttons."""
    form_id: WidgetId | None = None
    """The form it comes from."""
    severity: Severity
    title: str = Field(min_length=1, max_length=120)
    consequences: list[Annotated[str, Field(min_length=1, max_length=4400)]] = Field(
        min_length=1, max_length=20
    )
    """What will happen, one sentence each."""
    amount: Money | None = None
    expires_at: UtcDatetime
    state: Literal["pending", "confirmed", "executed", "failed", "declined", "expired"] = "pending"
    ticket_id: TicketId | None = None
    """The ticket that came of it."""
    failure: str = Field(default="", max_length=300)


class TicketStatusBoard(Widget):
    """The customer's tickets and where each stands."""

    type: Literal["ticket_status_board"] = "ticket_status_board"
    tickets: list[TicketSummary] = Field(max_length=20)


class HelpArticleCard(Widget):
    """A help article."""

    type: Literal["help_article"] = "help_article"
    article: HelpArticle


class NoticeTone(StrEnum):
    """What kind of news a notice brings."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


class Notice(Widget):
    """One short message from the product itself, not from a model."""

    type: Literal["notice"] = "notice"
    tone: NoticeTone
    text: str = Field(min_length=1, max_length=400)


AnyWidget = Annotated[
    BalanceCard
    | TransactionTable
    | TransactionDetail
    | TicketForm
    | ConfirmationDialog
    | TicketStatusBoard
    | HelpArticleCard
    | Notice,
    Field(discriminator="type"),
]

widget_adapter: TypeAdapter[AnyWidget] = TypeAdapter(AnyWidget)
