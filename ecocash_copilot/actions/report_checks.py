"""What is right in a problem report, step by step, and the call that a complete one asks for."""

from schemas.mutations import CreateTicket
from schemas.prepared_report import answers_in, check_answers
from schemas.report import REPORT_FIELDS, report_steps
from schemas.ticket import TicketCategory
from schemas.widgets import ReportStep, TicketForm

CATEGORY, DESCRIPTION, EVIDENCE = "category", "description", "evidence"
"""Keys of ``TicketForm.errors`` beside the names of the details."""


def step_errors(form: TicketForm, step: ReportStep) -> dict[str, str]:
    """Return what is wrong in one step: field name to a code of ``check_answers``."""
    if step is ReportStep.REASON:
        return {} if form.category in _offered(form) else {CATEGORY: "required"}
    if step is ReportStep.DETAILS and form.category is not None:
        return check_answers(form.category, own_answers(form, form.category))[1]
    if step is ReportStep.WORDS and form.category is TicketCategory.OTHER:
        return {} if form.description.strip() else {DESCRIPTION: "required"}
    return {}


def wrong_step(form: TicketForm) -> tuple[ReportStep, dict[str, str]] | None:
    """Return the first step in which something is wrong, and what; None where nothing is."""
    for step in report_steps(form.category):
        if errors := step_errors(form, step):
            return step, errors
    return None


def own_answers(form: TicketForm, category: TicketCategory) -> dict[str, str]:
    """Return what answers the fields of a category; other reasons' texts stay aside."""
    names, answers = [field.name for field in REPORT_FIELDS[category]], answers_in(form)
    return {name: answers[name] for name in names if answers.get(name, "").strip()}


def _offered(form: TicketForm) -> list[TicketCategory]:
    return form.reasons or list(TicketCategory)


def ticket_of(form: TicketForm, words: str) -> CreateTicket:
    """Return the call that a complete form asks for.

    Args:
        words: the description where the customer wrote none.

    Raises:
        ValueError: something is wrong in the form.
    """
    category = form.category
    if category is None:
        raise ValueError("no reason was chosen")
    return CreateTicket(
        category=category,
        description=form.description.strip() or words,
        transaction_reference=form.transaction.reference if form.transaction else None,
        answers=own_answers(form, category),
        evidence=[item.id for item in form.evidence],
    )
