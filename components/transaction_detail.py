"""Transaction detail: the figure, where it stands, the facts, and what could be wrong."""

import reflex as rx

from components.amount import amount
from components.icons import icon
from components.markup import Prop, cond, either, el, foreach
from components.transaction_row import status_pill
from schemas.views import ChatLabels, FactView, ReasonView, WidgetView


def _fact(fact: Prop[FactView], labels: Prop[ChatLabels]) -> rx.Component:
    return el.div(
        el.dt(fact.label),
        el.dd(
            fact.value,
            cond(
                fact.copyable,
                el.button(
                    icon("copy"),
                    type="button",
                    class_name="square",
                    data_do="copy",
                    data_value=fact.value,
                    aria_label=f"{labels.copy_label}: {fact.label}",
                ),
            ),
        ),
        key=fact.label,
    )


def _reason(reason: Prop[ReasonView]) -> rx.Component:
    return el.li(
        el.button(
            reason.label,
            icon("next"),
            type="button",
            class_name="button wide choice",
            data_do="pick_reason",
            data_value=reason.category,
        ),
        key=reason.category,
    )


def transaction_detail(widget: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    """The help button is the heading of the reasons where there are any."""
    row = widget.transaction
    status = either(row.status, "completed")
    return el.div(
        el.div(
            el.span(icon(either(row.kind, "send")), class_name="disc"),
            amount(row.amount, big=True),
            el.span(row.title),
            status_pill(status, row.status_label),
            class_name="figure",
        ),
        el.dl(foreach(widget.facts, _fact, labels), class_name="facts"),
        el.button(
            icon("help"),
            cond(widget.reasons, either(widget.reasons_title, labels.get_help), labels.get_help),
            type="button",
            class_name="button wide ask",
            data_testid="get-help",
            data_do="get_help",
            data_value=row.reference,
        ),
        el.ul(foreach(widget.reasons, _reason), class_name="reasons"),
        class_name="detail",
        data_transaction_id=row.reference,
        data_status=status,
        data_direction=either(row.direction, "out"),
    )
