"""Ticket form: a problem report in steps, one shown at a time, above the transaction it is about.

`assets/forms.js` reads the fields of the shown step and hands them over with Next, Back, and while
the customer types; the server draws the step that follows.
"""

import reflex as rx

from components.amount import amount
from components.evidence_field import evidence_field
from components.form_fields import choices, form_field, words_field
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach, form, match
from schemas.views import ChatLabels, FormView, ReviewRow, TransactionRow, WidgetView


def _subject(row: Prop[TransactionRow], labels: Prop[ChatLabels]) -> rx.Component:
    """The transaction; it is part of the report and can't be changed."""
    return el.div(
        el.span(icon(either(row.kind, "send")), class_name="disc"),
        el.span(el.b(row.title), el.small(row.subtitle, class_name="muted"), class_name="what"),
        amount(row.amount),
        class_name="subject",
        role="group",
        aria_label=labels.reported,
        data_transaction_id=row.reference,
        data_status=either(row.status, "completed"),
        data_direction=either(row.direction, "out"),
    )


def _review_row(row: Prop[ReviewRow], labels: Prop[ChatLabels]) -> rx.Component:
    return el.div(
        el.dt(row.label),
        el.dd(row.value),
        cond(
            row.step,
            el.dd(
                el.button(
                    labels.form_edit,
                    type="button",
                    class_name="button",
                    data_do="form_edit",
                    data_value=row.step,
                    aria_label=row.edit_label,
                ),
                class_name="change",
            ),
        ),
        key=row.label,
    )


def _step(view: Prop[FormView], labels: Prop[ChatLabels], widget_id: Value[str]) -> rx.Component:
    return match(
        view.step,
        (
            "details",
            el.div(foreach(view.fields, form_field, labels, widget_id), class_name="fields"),
        ),
        (
            "words",
            el.div(
                words_field(view.description, labels, widget_id),
                evidence_field(view, labels, widget_id),
                class_name="fields",
            ),
        ),
        ("review", el.dl(foreach(view.review, _review_row, labels), class_name="review")),
        choices("", view.reasons, view.reasons_error, "category", f"{widget_id}-category"),
    )


def _buttons(view: Prop[FormView], labels: Prop[ChatLabels]) -> rx.Component:
    """The first button that submits is what Enter presses."""
    return el.footer(
        cond(
            view.can_go_back,
            el.button(
                labels.form_back,
                type="button",
                class_name="button",
                data_testid="form-back",
                data_do="form_back",
            ),
        ),
        cond(
            view.step == "review",
            el.button(
                labels.form_submit,
                type="submit",
                class_name="button fill",
                data_testid="form-submit",
                data_do="form_submit",
            ),
            el.button(
                labels.form_next,
                type="submit",
                class_name="button fill",
                data_testid="form-next",
                data_do="form_next",
            ),
        ),
    )


def _open(widget: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    view = widget.form
    return form(
        el.progress(value=either(view.number, 1), max=either(view.steps, 4), aria_hidden=True),
        el.h3(
            el.small(view.progress, class_name="muted"),
            view.heading,
            tab_index=-1,
            data_focus=True,
        ),
        el.div(_step(view, labels, widget.id), key=view.step),
        _buttons(view, labels),
        el.button(
            labels.form_discard, type="button", class_name="button plain", data_do="form_discard"
        ),
        class_name="report",
        data_step=either(view.step, "reason"),
        data_revision=view.revision,
        custom_attrs={"noValidate": True, "autoComplete": "off"},
    )


def ticket_form(widget: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    """The report; what became of it stands in its place once it is no longer open."""
    view = widget.form
    state = either(view.state, "open")
    return el.div(
        cond(widget.transaction.reference, _subject(widget.transaction, labels)),
        cond(
            state == "open",
            _open(widget, labels),
            el.p(
                icon(match(state, ("sent", "success"), ("submitted", "pending"), "info")),
                view.outcome,
                class_name="notice",
                tab_index=-1,
                data_focus=True,
            ),
        ),
        class_name="ticket-form",
        data_state=state,
        data_tone=match(state, ("sent", "success"), "info"),
        data_ticket_id=view.ticket_id,
    )
