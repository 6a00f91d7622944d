"""Problem reports: a form that is filled in step by step.

It lives in the message that holds it, kept with every change, so that another phone goes on with
it a day later. Each change replaces the form only at the revision that it was made from.
"""

from collections.abc import Callable

from ecocash_copilot.actions.messages import access_message
from ecocash_copilot.actions.report_checks import CATEGORY, DESCRIPTION, EVIDENCE, step_errors
from ecocash_copilot.actions.widgets import Outdated, message_id_of_widget, replace_widget
from ecocash_copilot.core.errors import Invalid, NotFound
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.message import Message
from schemas.prepared_report import settled_answers
from schemas.report import REPORT_FIELDS, Typed, report_steps
from schemas.ticket import MAX_EVIDENCE, Evidence, EvidenceId, TicketId
from schemas.widgets import ReportStep, TicketForm, WidgetId

_ATTEMPTS = 8
Change = Callable[[TicketForm], TicketForm]


async def access_form(
    store: Store, customer: Customer, widget_id: WidgetId
) -> tuple[Message, TicketForm]:
    """Return a form of this customer and the message that holds it.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    message = await access_message(store, customer, message_id_of_widget(widget_id))
    for widget in message.widgets:
        if widget.id == widget_id and isinstance(widget, TicketForm):
            return message, widget
    raise NotFound("This report is not there any more.")


# -- typing --------------------------------------------------------------------------------------


async def keep_typed(
    store: Store, customer: Customer, widget_id: WidgetId, typed: Typed
) -> tuple[Message, TicketForm]:
    """Keep what a step holds, valid or not, and stay on it.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not as the page knows it.
    """
    return await _change_typed(store, customer, widget_id, typed, lambda form: form)


async def next_step(
    store: Store, customer: Customer, widget_id: WidgetId, typed: Typed
) -> tuple[Message, TicketForm]:
    """Keep what a step holds and go on, or stay where something in this step is wrong.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not as the page knows it.
    """

    def change(form: TicketForm) -> TicketForm:
        errors = step_errors(form, form.step)
        if errors:
            return form.model_copy(update={"errors": errors})
        return _moved(form, 1)

    return await _change_typed(store, customer, widget_id, typed, change)


async def previous_step(
    store: Store, customer: Customer, widget_id: WidgetId, typed: Typed
) -> tuple[Message, TicketForm]:
    """Keep what a step holds, valid or not, and go back.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not as the page knows it.
    """
    return await _change_typed(store, customer, widget_id, typed, lambda form: _moved(form, -1))


async def edit_step(
    store: Store, customer: Customer, widget_id: WidgetId, step: str
) -> tuple[Message, TicketForm]:
    """Go back to a step before the one the form stands at.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not open any more.
        Invalid: it has no such step, or not before this one.
    """

    def change(form: TicketForm) -> TicketForm:
        steps = report_steps(form.category)
        if step not in steps or steps.index(ReportStep(step)) > steps.index(form.step):
            raise Invalid("There is no such step.")
        return form.model_copy(update={"step": ReportStep(step), "errors": {}})

    return await _change_open(store, customer, widget_id, change)


async def _change_typed(
    store: Store, customer: Customer, widget_id: WidgetId, typed: Typed, change: Change
) -> tuple[Message, TicketForm]:
    """Put what was typed into the form, then change it further."""
    message, form = await access_form(store, customer, widget_id)
    if form.state != "open" or form.revision != typed.revision or form.step is not typed.step:
        raise Outdated
    return await _keep(store, customer, message, form, change(_with(form, typed)))


def _with(form: TicketForm, typed: Typed) -> TicketForm:
    """Return the form with what was typed; an error goes with the text that it was about.

    What the transaction settles stays as it is, whatever the page sends.
    """
    known = {field.name for fields in REPORT_FIELDS.values() for field in fields}
    known -= settled_answers(form.transaction).keys()
    answers = {name: text for name, text in typed.answers.items() if name in known}
    fixed = {name for name, text in answers.items() if form.answers.get(name, "") != text}
    changes: dict[str, object] = {"answers": {**form.answers, **answers}}
    if typed.category is not None:
        changes["category"] = typed.category
        fixed.add(CATEGORY)
    if typed.description is not None:
        changes["description"] = typed.description
        fixed.add(DESCRIPTION)
    changes["errors"] = {name: code for name, code in form.errors.items() if name not in fixed}
    return form.model_copy(update=changes)


def _moved(form: TicketForm, by: int) -> TicketForm:
    steps = report_steps(form.category)
    at = steps.index(form.step) + by
    return form.model_copy(
        update={"step": steps[min(max(at, 0), len(steps) - 1)], "errors": {}},
    )


# -- evidence ------------------------------------------------------------------------------------


async def add_evidence(
    store: Store, customer: Customer, widget_id: WidgetId, evidence: Evidence
) -> tuple[Message, TicketForm]:
    """Add a file that the customer uploaded; one that is there already stays once.

    A form that is full says so instead.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not open any more.
    """

    def change(form: TicketForm) -> TicketForm:
        if any(item.id == evidence.id for item in form.evidence):
            return form
        if len(form.evidence) >= MAX_EVIDENCE:
            return form.model_copy(update={"errors": {**form.errors, EVIDENCE: "too_many"}})
        return form.model_copy(update={"evidence": [*form.evidence, evidence]})

    return await _change_open(store, customer, widget_id, change)


async def remove_evidence(
    store: Store, customer: Customer, widget_id: WidgetId, evidence_id: EvidenceId
) -> tuple[Message, TicketForm]:
    """Take a file out of the report.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not open any more.
    """

    def change(form: TicketForm) -> TicketForm:
        kept = [item for item in form.evidence if item.id != evidence_id]
        return (
            form if len(kept) == len(form.evidence) else form.model_copy(update={"evidence": kept})
        )

    return await _change_open(store, customer, widget_id, change)


# -- the end of a form ---------------------------------------------------------------------------


async def discard(
    store: Store, customer: Customer, widget_id: WidgetId
) -> tuple[Message, TicketForm]:
    """Give the report up.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not open any more.
    """
    return await _change_open(
        store, customer, widget_id, lambda form: form.model_copy(update={"state": "discarded"})
    )


async def access_newest_copy(
    store: Store, customer: Customer, widget_id: WidgetId
) -> tuple[Message, TicketForm]:
    """Return a form, or the copy that goes on in its place.

    A copy that its answer was never kept with is none.

    Raises:
        NotFound: no such form of this customer.
    """
    message, form = await access_form(store, customer, widget_id)
    while form.moved_to is not None:
        try:
            message, form = await access_form(store, customer, form.moved_to)
        except NotFound:
            break
    return message, form


async def move_on(
    store: Store, customer: Customer, widget_id: WidgetId, copy_id: WidgetId
) -> tuple[Message, TicketForm]:
    """Give a form up for a copy that goes on in its place.

    Raises:
        NotFound: no such form of this customer.
        Outdated: it was sent, or waits for its consent.
    """

    def change(form: TicketForm) -> TicketForm:
        if form.state not in ("open", "discarded"):
            raise Outdated
        return form.model_copy(update={"state": "discarded", "moved_to": copy_id})

    return await _change(store, customer, widget_id, change)


async def show_errors(
    store: Store, customer: Customer, widget_id: WidgetId, step: ReportStep, errors: dict[str, str]
) -> tuple[Message, TicketForm]:
    """Go to a step in which something is wrong, and say what.

    Raises:
        NotFound: no such form of this customer.
        Outdated: the form is not open any more.
    """
    return await _change_open(
        store,
        customer,
        widget_id,
        lambda form: form.model_copy(update={"step": step, "errors": errors}),
    )


async def mark_submitted(
    store: Store, customer: Customer, widget_id: WidgetId, revision: int, consent_id: WidgetId
) -> tuple[Message, TicketForm]:
    """Close the form until its consent is decided.

    Raises:
        NotFound: no such form of this customer.
        Outdated: it has another revision by now, or is not open.
    """
    message, form = await access_form(store, customer, widget_id)
    if form.state != "open" or form.revision != revision:
        raise Outdated
    submitted = form.model_copy(update={"state": "submitted", "consent_id": consent_id})
    return await _keep(store, customer, message, form, submitted)


async def settle_form(
    store: Store,
    customer: Customer,
    widget_id: WidgetId,
    consent_id: WidgetId,
    ticket_id: TicketId | None,
) -> bool:
    """Write into the form what came of its consent: a ticket, or None and it is open again.

    Returns:
        Whether it had to be written: it was still waiting for this very consent.
    """

    def change(form: TicketForm) -> TicketForm:
        if form.state != "submitted" or form.consent_id != consent_id:
            return form
        if ticket_id is not None:
            return form.model_copy(update={"state": "sent", "ticket_id": ticket_id})
        return form.model_copy(update={"state": "open", "step": ReportStep.REVIEW, "errors": {}})

    before = (await access_form(store, customer, widget_id))[1]
    _, after = await _change(store, customer, widget_id, change)
    return before.state != after.state


# -- changing ------------------------------------------------------------------------------------


async def _change_open(
    store: Store, customer: Customer, widget_id: WidgetId, change: Change
) -> tuple[Message, TicketForm]:
    def guarded(form: TicketForm) -> TicketForm:
        if form.state != "open":
            raise Outdated
        return change(form)

    return await _change(store, customer, widget_id, guarded)


async def _change(
    store: Store, customer: Customer, widget_id: WidgetId, change: Change
) -> tuple[Message, TicketForm]:
    """Change a form whatever its revision: a change that fits any, tried until nobody is first."""
    for _ in range(_ATTEMPTS):
        message, form = await access_form(store, customer, widget_id)
        try:
            return await _keep(store, customer, message, form, change(form))
        except Outdated:
            if (await access_form(store, customer, widget_id))[1].revision == form.revision:
                raise
    raise Outdated


async def _keep(
    store: Store,
    customer: Customer,
    message: Message,
    form: TicketForm,
    changed: TicketForm,
) -> tuple[Message, TicketForm]:
    if changed == form:
        return message, form
    changed = changed.model_copy(update={"revision": form.revision + 1})
    return await replace_widget(store, customer, message.id, changed, form.revision), changed
