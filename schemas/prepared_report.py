"""A problem report that is being prepared: which reasons fit, and whether the answers are right."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from schemas.base import HARARE, Schema
from schemas.identity import parse_msisdn
from schemas.report import REPORT_FIELDS, ReportField, ReportFieldKind
from schemas.ticket import TicketCategory, TicketSummary
from schemas.wallet import Transaction, TransactionKind
from schemas.widgets import TicketForm

REASONS: Mapping[TransactionKind, tuple[TicketCategory, ...]] = {
    TransactionKind.SEND: (TicketCategory.WRONG_NUMBER, TicketCategory.DOUBLE_DEBIT),
    TransactionKind.MERCHANT: (TicketCategory.MERCHANT_NOT_PAID, TicketCategory.DOUBLE_DEBIT),
    TransactionKind.BILL: (TicketCategory.MERCHANT_NOT_PAID, TicketCategory.DOUBLE_DEBIT),
    TransactionKind.AIRTIME: (TicketCategory.AIRTIME_NOT_RECEIVED, TicketCategory.DOUBLE_DEBIT),
    TransactionKind.DATA: (TicketCategory.AIRTIME_NOT_RECEIVED, TicketCategory.DOUBLE_DEBIT),
    TransactionKind.ELECTRICITY: (
        TicketCategory.ELECTRICITY_TOKEN_MISSING,
        TicketCategory.DOUBLE_DEBIT,
    ),
    TransactionKind.BANK_OUT: (TicketCategory.BANK_NOT_RECEIVED, TicketCategory.DOUBLE_DEBIT),
    TransactionKind.CASH_IN: (TicketCategory.AGENT_OVERCHARGED,),
    TransactionKind.CASH_OUT: (TicketCategory.AGENT_OVERCHARGED, TicketCategory.DOUBLE_DEBIT),
}
"""Complaints by kind of transaction, likeliest first; ``OTHER`` fits every kind."""


def help_reasons(transaction: Transaction) -> tuple[TicketCategory, ...]:
    """Return the complaints that fit a transaction of this kind, likeliest first."""
    return (*REASONS.get(transaction.kind, ()), TicketCategory.OTHER)


class PreparedReport(Schema):
    """What a report form starts with. Result of ``eco_prepare_report``."""

    open_ticket: TicketSummary | None = None
    """The customer's open ticket about this transaction: add to it instead of a second one."""
    transaction: Transaction | None = None
    reasons: list[TicketCategory]
    """Categories that fit, likeliest first."""
    category: TicketCategory | None = None
    """The one that was named, if any."""
    fields: list[ReportField] = Field(default_factory=list[ReportField])
    """What the category asks for; empty while there is no category."""
    description: str = Field(default="", max_length=2000)
    """What the customer said already."""


FIRST_DAY = date(2011, 9, 30)
"""EcoCash's first day: nothing can be reported from before."""

_MONEY_MARKS = re.compile(r"US\$|USD|ZIG|ZWG|\$|\s", re.IGNORECASE)
_BETWEEN_DIGITS = re.compile(r"[\s-]")
_METER = re.compile(r"\d{11}", re.ASCII)
_ENDING = re.compile(r"\d{3,4}", re.ASCII)
_AMOUNT = re.compile(r"^(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,2})?$", re.ASCII)


def check_answers(
    category: TicketCategory, answers: Mapping[str, str], today: date | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """Check what was typed into the fields of a category.

    Args:
        today: the day in Harare; by default the present one.

    Returns:
        The answers as they are kept (numbers as E.164, amounts, dates and digits plain; blank
        ones left out), and for each field that is wrong a code: ``required``, ``too_long``,
        ``not_a_number`` (no mobile number), ``same_number`` (the one meant is the one it went
        to), ``not_an_amount``, ``not_a_date``, ``in_future``, ``too_old``, ``not_a_choice``,
        ``not_a_meter``, ``not_an_ending``, or ``unknown`` where the category has no such field.
    """
    kept: dict[str, str] = {}
    errors: dict[str, str] = {}
    fields = {each.name: each for each in REPORT_FIELDS[category]}
    for name, text in answers.items():
        if name not in fields and text.strip():
            errors[name] = "unknown"
    for name, field in fields.items():
        text = answers.get(name, "").strip()
        if not text:
            if field.required:
                errors[name] = "required"
            continue
        try:
            kept[name] = check_answer(field, text, today)
        except ValueError as error:
            errors[name] = str(error)
    if "number_meant" in kept and kept["number_meant"] == kept.get("number_sent_to"):
        del kept["number_meant"]
        errors["number_meant"] = "same_number"
    return kept, errors


def check_answer(field: ReportField, text: str, today: date | None = None) -> str:
    """Return one answer, which is not blank, as it is kept.

    Raises:
        ValueError: it is wrong; the text is a code, see ``check_answers``.
    """
    text = text.strip()
    match field.kind:
        case ReportFieldKind.PHONE:
            return _phone(text)
        case ReportFieldKind.AMOUNT:
            return _amount(text)
        case ReportFieldKind.DATE:
            return _date(text, today or datetime.now(HARARE).date())
        case ReportFieldKind.METER:
            return _digits(text, _METER, "not_a_meter")
        case ReportFieldKind.ENDING:
            return _digits(text, _ENDING, "not_an_ending")
        case ReportFieldKind.CHOICE:
            if text.lower() not in field.choices:
                raise ValueError("not_a_choice")
            return text.lower()
        case ReportFieldKind.TEXT:
            if len(text) > field.max_length:
                raise ValueError("too_long")
            return text


def _phone(text: str) -> str:
    try:
        return parse_msisdn(text)
    except ValueError:
        raise ValueError("not_a_number") from None


def _amount(text: str) -> str:
    plain = _MONEY_MARKS.sub("", text)
    if _AMOUNT.match(plain) is None:
        raise ValueError("not_an_amount")
    return f"{Decimal(plain.replace(',', '')):f}"


def _date(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_date") from None
    if day > today:
        raise ValueError("in_future")
    if day < FIRST_DAY:
        raise ValueError("too_old")
    return day.isoformat()


def _digits(text: str, wanted: re.Pattern[str], code: str) -> str:
    """Return digits without what people write between them."""
    plain = _BETWEEN_DIGITS.sub("", text)
    if wanted.fullmatch(plain) is None:
        raise ValueError(code)
    return plain


def settled_answers(transaction: Transaction | None) -> dict[str, str]:
    """Return what a transaction itself answers: nobody is asked it, and nobody can change it."""
    number = transaction.counterparty.msisdn if transaction else None
    return {"number_sent_to": number} if number else {}


def answers_in(form: TicketForm) -> dict[str, str]:
    """Return the answers of a form, with what its transaction settles."""
    return {**form.answers, **settled_answers(form.transaction)}
