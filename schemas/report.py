"""What a problem report asks for, by category. Texts are in ``ecocash_copilot/present``."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema
from schemas.ticket import TicketCategory
from schemas.widgets import ReportStep


class ReportFieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    PHONE = "phone"
    AMOUNT = "amount"
    DATE = "date"
    CHOICE = "choice"
    METER = "meter"
    """An electricity meter's number."""
    ENDING = "ending"
    """The last digits of a bank account."""


class ReportField(Schema):
    """One question."""

    name: str = Field(pattern=r"^[a-z_]{1,40}$")
    kind: ReportFieldKind
    required: bool = True
    max_length: int = 120
    choices: tuple[str, ...] = ()
    """Values to choose from; how they read is a matter of the language."""


def _field(
    name: str,
    kind: ReportFieldKind = ReportFieldKind.TEXT,
    *,
    required: bool = True,
    choices: tuple[str, ...] = (),
) -> ReportField:
    return ReportField(name=name, kind=kind, required=required, choices=choices)


REPORT_FIELDS: dict[TicketCategory, tuple[ReportField, ...]] = {
    TicketCategory.WRONG_NUMBER: (
        _field("number_meant", ReportFieldKind.PHONE),
        _field("number_sent_to", ReportFieldKind.PHONE),
        _field("knows_recipient", ReportFieldKind.CHOICE, choices=("yes", "no")),
    ),
    TicketCategory.MERCHANT_NOT_PAID: (
        _field("bought"),
        _field("merchant_said", required=False),
    ),
    TicketCategory.BANK_NOT_RECEIVED: (
        _field("bank"),
        _field("account_ending", ReportFieldKind.ENDING, required=False),
    ),
    TicketCategory.AIRTIME_NOT_RECEIVED: (_field("number_bought_for", ReportFieldKind.PHONE),),
    TicketCategory.ELECTRICITY_TOKEN_MISSING: (_field("meter_number", ReportFieldKind.METER),),
    TicketCategory.DOUBLE_DEBIT: (_field("other_reference", required=False),),
    TicketCategory.AGENT_OVERCHARGED: (
        _field("agent_name", required=False),
        _field("amount_charged", ReportFieldKind.AMOUNT),
    ),
    TicketCategory.PIN_OR_ACCOUNT_BLOCKED: (_field("since", ReportFieldKind.DATE, required=False),),
    TicketCategory.OTHER: (),
}
"""The details each category needs beside the customer's own words, in the order they are asked."""


def report_steps(category: TicketCategory | None) -> tuple[ReportStep, ...]:
    """Return the steps of a report; a category that asks for no details has no such step."""
    if category is not None and not REPORT_FIELDS[category]:
        return (ReportStep.REASON, ReportStep.WORDS, ReportStep.REVIEW)
    return tuple(ReportStep)


class Typed(Schema):
    """What the page sends of a form: the fields of the step it shows, valid or not."""

    step: ReportStep
    revision: int = Field(ge=1)
    """The form's revision as the page knows it."""
    category: TicketCategory | None = None
    """The reason that is chosen; None on other steps."""
    answers: dict[str, Annotated[str, Field(max_length=500)]] = Field(
        default_factory=dict, max_length=12
    )
    """Field name to what was typed; empty on other steps than the details."""
    description: str | None = Field(default=None, max_length=2000)
    """The customer's own words; None on other steps."""
