"""The tools that change something, each declared here once with its arguments and its risk.

The declaration is what the consent is hashed over: whoever asks (the form, a model) and whoever
checks (the ticket service) read the arguments by the same schema, so that what is left out, blank
or written in another form is the same call.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from schemas.base import Schema
from schemas.lenient import Blank, lower, upper
from schemas.prepared_report import check_answers
from schemas.ticket import MAX_EVIDENCE, EvidenceId, TicketCategory, TicketId
from schemas.wallet import TransactionReference
from schemas.widgets import Severity

MAX_REASON = 500
MAX_STATEMENT_DAYS = 366


def _texts(value: Any) -> Any:
    """Let a model answer with a number, or with true and false."""
    if not isinstance(value, dict):
        return value
    given = cast("dict[Any, Any]", value)
    return {name: _text(each) for name, each in given.items() if each is not None}


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float | Decimal) else value


def _each_once(value: list[str]) -> list[str]:
    return list(dict.fromkeys(value))


def _none_to_empty(value: Any) -> Any:
    return [] if value is None else value


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON),
    Field(description="Why, in the customer's own words."),
]
TicketArgument = Annotated[
    TicketId,
    BeforeValidator(upper),
    Field(description="The ticket.", examples=["TCK-100042"]),
]
OptionalReference = Annotated[
    TransactionReference | None,
    BeforeValidator(upper),
    Blank,
    Field(
        description="Reference of the transaction it is about, if any.",
        examples=["MP210304.1412.L06729"],
    ),
]
EvidenceArgument = Annotated[
    list[EvidenceId],
    AfterValidator(_each_once),
    BeforeValidator(_none_to_empty),
    Field(
        max_length=MAX_EVIDENCE,
        description="Ids of files that the customer added in the app. They cannot be invented.",
    ),
]


class Mutation(Schema):
    """Arguments of a tool that changes something."""

    tool: ClassVar[str]
    risk: ClassVar[Severity]


class CreateTicket(Mutation):
    """Opens a ticket."""

    tool = "eco_create_ticket"
    risk = Severity.LOW

    category: Annotated[
        TicketCategory, BeforeValidator(lower), Field(description="What the problem is.")
    ]
    description: Annotated[Words, Field(description="The problem in the customer's own words.")]
    transaction_reference: OptionalReference = None
    answers: Annotated[
        dict[str, str],
        BeforeValidator(_texts),
        Field(
            max_length=10,
            description="The details that the category asks for, by field name; "
            "eco_prepare_report tells which.",
        ),
    ] = Field(default_factory=dict, validate_default=True)
    evidence: EvidenceArgument = Field(default_factory=list[EvidenceId])

    @field_validator("answers")
    @classmethod
    def _check_answers(cls, answers: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        category = info.data.get("category")
        if category is None:
            return answers
        kept, errors = check_answers(category, answers)
        if errors:
            wrong = ", ".join(f"{name[:40]} is {code}" for name, code in errors.items())
            raise ValueError(f"{wrong} (eco_prepare_report tells what is asked for)")
        return kept


class AddToTicket(Mutation):
    """Adds words or files to a ticket."""

    tool = "eco_add_to_ticket"
    risk = Severity.LOW

    ticket_id: TicketArgument
    text: Annotated[Words, Field(description="What to add, in the customer's own words.")]
    evidence: EvidenceArgument = Field(default_factory=list[EvidenceId])


class EscalateTicket(Mutation):
    """Asks for a senior agent."""

    tool = "eco_escalate_ticket"
    risk = Severity.LOW

    ticket_id: TicketArgument
    reason: Reason


class CloseTicket(Mutation):
    """Closes a ticket."""

    tool = "eco_close_ticket"
    risk = Severity.MEDIUM

    ticket_id: TicketArgument
    reason: Reason


class RequestReversal(Mutation):
    """Asks support to try to get money back."""

    tool = "eco_request_reversal"
    risk = Severity.HIGH

    transaction_reference: OptionalReference = None
    ticket_id: Annotated[
        TicketId | None,
        BeforeValidator(upper),
        Blank,
        Field(description="The ticket about it, if there is one.", examples=["TCK-100042"]),
    ] = None
    reason: Reason

    @model_validator(mode="after")
    def _check_target(self) -> Self:
        if (self.transaction_reference is None) == (self.ticket_id is None):
            raise ValueError("give either transaction_reference or ticket_id")
        return self


class ShareStatement(Mutation):
    """Lets support see the customer's transactions of some days."""

    tool = "eco_share_statement"
    risk = Severity.MEDIUM

    ticket_id: TicketArgument
    date_from: Annotated[
        date,
        Field(
            description="First day, inclusive, as YYYY-MM-DD in Zimbabwe's calendar.",
            examples=["2026-03-01"],
        ),
    ]
    date_to: Annotated[
        date,
        Field(
            description="Last day, inclusive, as YYYY-MM-DD in Zimbabwe's calendar.",
            examples=["2026-03-31"],
        ),
    ]

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if not 0 <= (self.date_to - self.date_from).days < MAX_STATEMENT_DAYS:
            raise ValueError("date_from must be date_to or before it, by a year at most")
        return self


MUTATIONS: dict[str, type[Mutation]] = {
    each.tool: each
    for each in (
        CreateTicket,
        AddToTicket,
        EscalateTicket,
        CloseTicket,
        RequestReversal,
        ShareStatement,
    )
}
"""Every tool that needs a consent, by its name."""
