"""Problem forms as they open: with the transaction, the reasons that fit, and what it tells."""

from collections.abc import Mapping
from functools import cache

from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.wallet import local_number
from schemas.identity import Locale
from schemas.prepared_report import PreparedReport, check_answer, help_reasons
from schemas.report import REPORT_FIELDS, ReportField
from schemas.wallet import Transaction
from schemas.widgets import (
    AnyWidget,
    HelpReason,
    ReportStep,
    TicketForm,
    TicketStatusBoard,
    TransactionDetail,
)

PREPARE_REPORT = "eco_prepare_report"

_ACCOUNT_ENDING = 4


def report_form(prepared: PreparedReport, widget_id: str) -> TicketForm:
    """Return the form that a prepared report opens."""
    transaction, category = prepared.transaction, prepared.category
    reasons = list(prepared.reasons)
    if category is not None and category not in reasons:
        reasons.insert(0, category)
    form = TicketForm(
        id=widget_id,
        reasons=reasons,
        category=category,
        transaction=transaction,
        answers=answers_of(transaction) if transaction else {},
        description=prepared.description,
    )
    return at_first_gap(form)


def at_first_gap(form: TicketForm) -> TicketForm:
    """Return the form at the first step that asks for something; the customer's words always do."""
    category = form.category
    step = ReportStep.WORDS
    if category is None:
        step = ReportStep.REASON
    elif any(not form.answers.get(field.name) for field in REPORT_FIELDS[category]):
        step = ReportStep.DETAILS
    return form.model_copy(update={"step": step})


def answers_of(transaction: Transaction) -> dict[str, str]:
    """Return what a transaction tells of a report's details, for whichever reason is chosen."""
    party = transaction.counterparty
    number = local_number(party.msisdn)
    digits = "".join(filter(str.isdigit, party.account or ""))
    found: Mapping[str, str | None] = {
        "number_sent_to": number,
        "number_bought_for": number,
        "bank": party.name,
        "account_ending": digits[-_ACCOUNT_ENDING:],
        "meter_number": digits,
        "agent_name": party.name,
    }
    return {name: text for name, text in found.items() if text and is_answer(name, text)}


def is_answer(name: str, text: str) -> bool:
    """Whether a form would take a text as the answer to a detail of this name."""
    try:
        check_answer(_fields()[name], text)
    except ValueError:
        return False
    return True


@cache
def _fields() -> dict[str, ReportField]:
    return {each.name: each for fields in REPORT_FIELDS.values() for each in fields}


def reasons_instead(form: TicketForm) -> TransactionDetail | TicketForm:
    """Return the transaction with its reasons, where the reason that was told does not fit it."""
    if form.transaction is None or form.category in help_reasons(form.transaction):
        return form
    reasons = [HelpReason(category=category) for category in help_reasons(form.transaction)]
    return TransactionDetail(id=form.id, transaction=form.transaction, reasons=reasons)


def prepared_words(card: AnyWidget, locale: Locale) -> str:
    """Return what is said beside what a prepared report comes to."""
    t = translator(locale)
    if isinstance(card, TicketStatusBoard):
        return t("You have an open ticket about this already. You can add to it here.")
    if isinstance(card, TicketForm):
        return t("I filled in what I know. Please check it and go on; nothing is sent yet.")
    return t("Here is the transaction. What went wrong?")
