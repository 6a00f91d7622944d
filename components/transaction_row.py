"""One line of a transaction table."""

import reflex as rx

from components.amount import amount
from components.icons import icon
from components.markup import Prop, Value, either, el
from schemas.views import ChatLabels, TransactionRow


def status_pill(status: str | Value[str], label: Value[str]) -> rx.Component:
    """A state in words with its icon; the style sheet hides it where it goes without saying."""
    return el.span(icon(status), label, class_name="status", data_state=status)


def transaction_row(row: Prop[TransactionRow], labels: Prop[ChatLabels]) -> rx.Component:
    """The whole line opens the detail; beside it the way to help."""
    status = either(row.status, "completed")
    return el.li(
        el.button(
            el.span(icon(either(row.kind, "send")), class_name="disc"),
            el.span(el.b(row.title), el.small(row.subtitle, class_name="muted"), class_name="what"),
            el.span(
                amount(row.amount),
                status_pill(status, row.status_label),
                class_name="sum",
            ),
            type="button",
            class_name="open",
            data_do="open_transaction",
            data_value=row.reference,
        ),
        el.button(
            icon("help"),
            type="button",
            class_name="square",
            data_testid="get-help",
            data_do="get_help",
            data_value=row.reference,
            aria_label=either(row.help_label, labels.get_help),
        ),
        class_name="row",
        data_transaction_id=row.reference,
        data_status=status,
        data_direction=either(row.direction, "out"),
        key=row.reference,
    )
