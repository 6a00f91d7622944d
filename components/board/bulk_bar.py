"""Bulk bar: what to do with the selected tickets."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, el, foreach
from schemas.board_views import StaffView


def _person(person: Prop[StaffView]) -> rx.Component:
    return el.option(cond(person.me, f"{person.name} (me)", person.name), value=person.id)


def bulk_bar(staff: Value[list[StaffView]], count: Value[str] | None = None) -> rx.Component:
    """Shown by the script while tickets are selected; ``count`` has it there from the start."""
    return el.div(
        el.b(count, custom_attrs={"id": "bulk-count"}),
        el.select(
            el.option("Assign to…", value="-"),
            el.option("Nobody", value=""),
            foreach(staff, _person),
            aria_label="Assign the selected tickets",
            data_bulk="assign",
            data_value="-",
            data_testid="bulk-assign",
        ),
        el.button(
            "Close tickets",
            type="button",
            class_name="quiet",
            data_do="bulk_close",
            data_testid="bulk-close",
        ),
        el.button(
            icon("close"),
            type="button",
            class_name="quiet icon-button",
            data_do="clear_picks",
            aria_label="Clear the selection",
        ),
        class_name="bulk",
        role="toolbar",
        aria_label="Selected tickets",
        hidden=count is None,
        custom_attrs={"id": "bulk"},
    )
