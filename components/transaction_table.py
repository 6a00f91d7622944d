"""Transaction table: filter chips, a list for the thumb, and the next page."""

import reflex as rx

from components.markup import Prop, cond, el, foreach, fragment
from components.transaction_row import transaction_row
from schemas.views import ChatLabels, ChipView, WidgetView


def _chip(chip: Prop[ChipView]) -> rx.Component:
    return el.button(
        chip.label,
        type="button",
        class_name="chip",
        data_do="chip",
        data_value=chip.name,
        aria_pressed=cond(chip.selected, "true", "false"),
        key=chip.name,
    )


def transaction_table(widget: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    """Newest first, as the server ordered it."""
    return fragment(
        el.div(foreach(widget.chips, _chip), class_name="chips", role="group"),
        el.ul(foreach(widget.rows, transaction_row, labels), class_name="rows"),
        cond(
            widget.more_label,
            el.button(
                widget.more_label, type="button", class_name="button wide", data_do="next_page"
            ),
        ),
        cond(widget.text, el.p(widget.text, class_name="empty")),
    )
