"""Problem reports as views: what each step asks, and what to correct, in plain words."""

from datetime import date, datetime

from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.core.i18n import Translate, translator
from ecocash_copilot.present.dates import short_date
from ecocash_copilot.present.wallet import REASON_LABELS, local_number, transaction_row
from schemas.identity import Locale, parse_msisdn
from schemas.prepared_report import FIRST_DAY, answers_in, settled_answers
from schemas.report import REPORT_FIELDS, ReportField, ReportFieldKind, report_steps
from schemas.ticket import MAX_EVIDENCE, Evidence, TicketCategory
from schemas.views import (
    ChoiceView,
    EvidenceView,
    FieldView,
    FormView,
    ReviewRow,
    TransactionRow,
    WidgetView,
)
from schemas.widgets import ReportStep, TicketForm

STEP_TITLES = {
    ReportStep.REASON: "What went wrong?",
    ReportStep.DETAILS: "A few details",
    ReportStep.WORDS: "In your own words",
    ReportStep.REVIEW: "Check your report",
}

FIELD_LABELS = {
    "number_meant": "The number you meant",
    "number_sent_to": "The number it went to",
    "knows_recipient": "Do you know who got it?",
    "bought": "What did you buy?",
    "merchant_said": "What did the shop say?",
    "bank": "Which bank?",
    "account_ending": "Last 4 digits of the account",
    "number_bought_for": "The number you bought for",
    "meter_number": "Meter number",
    "other_reference": "Reference of the second charge",
    "agent_name": "Name or number of the agent",
    "amount_charged": "How much did the agent take?",
    "since": "Since when?",
}

FIELD_HINTS = {
    "number_meant": "Such as 077 123 4567",
    "number_sent_to": "Such as 077 123 4567",
    "number_bought_for": "Such as 077 123 4567",
    "account_ending": "Such as 4471",
    "meter_number": "11 digits",
    "amount_charged": "Such as 12.50",
    "other_reference": "Such as MP210304.1412.L06729",
}

LOCKED = "Taken from your payment"

CHOICE_LABELS = {"yes": "Yes", "no": "No"}

_ERRORS = {
    "required": "Please fill this in.",
    "not_a_number": "This is not a mobile number. Write it like 077 123 4567.",
    "not_an_amount": "This is not an amount. Write it like 12.50.",
    "not_a_date": "Please choose a date.",
    "in_future": "This day is still to come.",
    "too_old": "EcoCash began in 2011. Please check the year.",
    "not_a_meter": "A meter number has 11 digits. Please check it.",
    "not_an_ending": "Write only the last 3 or 4 digits, like 4471.",
    "not_a_choice": "Please choose one.",
    "too_long": "This is too long. Please shorten it.",
    "too_short": "Please say a little more.",
    "same_number": "The money went to this number. Write the one you meant.",
    "too_many": "This report has all the files it can take.",
    "lost": "A file was kept for two days and is gone. Please add it again, or go on without it.",
}
_WRONG = "Please check this."

_OUTCOMES = {
    "submitted": "Please answer the question below to send it.",
    "discarded": "This report was discarded. Nothing was sent.",
}


def ticket_form(form: TicketForm, locale: Locale, now: datetime) -> WidgetView:
    """Return the view of a report at the step where it stands.

    Only what that step shows is in it, so that each tap sends little.
    """
    t = translator(locale)
    row = TransactionRow()
    if form.transaction is not None:
        row = transaction_row(form.transaction, locale, now)
    return WidgetView(
        id=form.id,
        type=form.type,
        title=t("Report a problem"),
        transaction=row,
        form=_open(form, locale, now) if form.state == "open" else _closed(form, t),
    )


def _closed(form: TicketForm, t: Translate) -> FormView:
    if form.state == "sent":
        outcome = t("Sent to EcoCash support. Your ticket is {ticket}.", ticket=form.ticket_id)
    else:
        outcome = t(_OUTCOMES[form.state])
    return FormView(
        revision=form.revision,
        state=form.state,
        outcome=outcome,
        ticket_id=form.ticket_id or "",
    )


def _open(form: TicketForm, locale: Locale, now: datetime) -> FormView:
    t = translator(locale)
    steps = report_steps(form.category)
    number = steps.index(form.step) + 1 if form.step in steps else 1
    view = FormView(
        revision=form.revision,
        step=form.step.value,
        heading=t(STEP_TITLES[form.step]),
        progress=t("Step {number} of {steps}", number=number, steps=len(steps)),
        number=number,
        steps=len(steps),
        can_go_back=number > 1,
    )
    match form.step:
        case ReportStep.REASON:
            update = {"reasons": _reasons(form, t), "reasons_error": _reasons_error(form, t)}
        case ReportStep.DETAILS:
            update = {"fields": _fields(form, t, now.astimezone(HARARE).date())}
        case ReportStep.WORDS:
            update = _words(form, t)
        case ReportStep.REVIEW:
            update = {"review": _review(form, locale)}
    return view.model_copy(update=update)


def _reasons(form: TicketForm, t: Translate) -> list[ChoiceView]:
    return [
        ChoiceView(
            value=category.value,
            label=t(REASON_LABELS[category]),
            selected=category is form.category,
        )
        for category in form.reasons or TicketCategory
    ]


def _reasons_error(form: TicketForm, t: Translate) -> str:
    return t("Please choose one.") if "category" in form.errors else ""


def _fields(form: TicketForm, t: Translate, today: date) -> list[FieldView]:
    if form.category is None:
        return []
    return [_field(field, form, t, today) for field in REPORT_FIELDS[form.category]]


def _field(field: ReportField, form: TicketForm, t: Translate, today: date) -> FieldView:
    value = answers_in(form).get(field.name, "")
    locked = field.name in settled_answers(form.transaction)
    days = field.kind is ReportFieldKind.DATE
    return FieldView(
        name=field.name,
        kind=field.kind.value,
        label=t(FIELD_LABELS[field.name]),
        hint=_hint(field, t, locked=locked),
        value=_typed(field, value),
        error=_error(field, form.errors.get(field.name), t),
        required=field.required,
        locked=locked,
        max_length=field.max_length,
        first_day=FIRST_DAY.isoformat() if days else "",
        last_day=today.isoformat() if days else "",
        choices=[
            ChoiceView(value=choice, label=t(CHOICE_LABELS[choice]), selected=choice == value)
            for choice in field.choices
        ],
    )


def _hint(field: ReportField, t: Translate, *, locked: bool) -> str:
    if locked:
        return t(LOCKED)
    return t(FIELD_HINTS[field.name]) if field.name in FIELD_HINTS else ""


def _typed(field: ReportField, value: str) -> str:
    """Return an answer as people write it; one that is not valid yet stays as it was typed."""
    if field.kind is not ReportFieldKind.PHONE:
        return value
    try:
        return local_number(parse_msisdn(value)) or value
    except ValueError:
        return value


def _error(field: ReportField, code: str | None, t: Translate) -> str:
    if not code:
        return ""
    if code == "required" and field.kind is ReportFieldKind.CHOICE:
        return t("Please choose one.")
    return t(_ERRORS.get(code, _WRONG))


def _words(form: TicketForm, t: Translate) -> dict[str, object]:
    error, evidence_error = form.errors.get("description"), form.errors.get("evidence")
    return {
        "description": FieldView(
            name="description",
            label=t("What happened?"),
            hint=t("Never write your PIN here."),
            value=form.description,
            error=t(_ERRORS.get(error, _WRONG)) if error else "",
            required=form.category is TicketCategory.OTHER,
            max_length=2000,
        ),
        "evidence": [_file(item, t) for item in form.evidence],
        "evidence_left": MAX_EVIDENCE - len(form.evidence),
        "evidence_error": t(_ERRORS.get(evidence_error, _WRONG)) if evidence_error else "",
    }


def _file(item: Evidence, t: Translate) -> EvidenceView:
    return EvidenceView(
        id=item.id,
        name=item.name,
        size=file_size(item.size),
        media_type=item.media_type,
        remove_label=t("Remove {name}", name=item.name),
    )


def file_size(size: int) -> str:
    """Return bytes as people read them: ``240 KB`` or ``1.2 MB``."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"


def _review(form: TicketForm, locale: Locale) -> list[ReviewRow]:
    t = translator(locale)
    rows: list[tuple[ReportStep, str, str]] = []
    answers = answers_in(form)
    if form.category is not None:
        rows.append((ReportStep.REASON, t("Reason"), t(REASON_LABELS[form.category])))
        rows += [
            (ReportStep.DETAILS, t(FIELD_LABELS[field.name]), value)
            for field in REPORT_FIELDS[form.category]
            if (value := answer_text(field, answers.get(field.name, ""), locale))
        ]
    rows.append((ReportStep.WORDS, t("What happened?"), form.description or "–"))
    if form.evidence:
        names = ", ".join(item.name for item in form.evidence)
        rows.append((ReportStep.WORDS, t("Photos or documents"), names))
    return _with_edit_buttons(rows, t)


def _with_edit_buttons(rows: list[tuple[ReportStep, str, str]], t: Translate) -> list[ReviewRow]:
    """Put one button on the first line of each step."""
    seen: set[ReportStep] = set()
    views: list[ReviewRow] = []
    for step, label, value in rows:
        first = step not in seen
        seen.add(step)
        views.append(
            ReviewRow(
                step=step.value if first else "",
                edit_label=t("Change: {what}", what=t(STEP_TITLES[step])) if first else "",
                label=label,
                value=value,
            )
        )
    return views


def answer_text(field: ReportField, value: str, locale: Locale) -> str:
    """Return an answer as a customer or an agent reads it; empty where there is none."""
    t = translator(locale)
    if not value:
        return ""
    if field.kind is ReportFieldKind.CHOICE and value in CHOICE_LABELS:
        return t(CHOICE_LABELS[value])
    if field.kind is ReportFieldKind.DATE:
        return short_date(value, locale)
    return _typed(field, value)
