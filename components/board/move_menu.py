"""Move menu: what the dots of a card offer, and the key m."""

from typing import Any

import reflex as rx

from components.markup import Value, el
from schemas.board_words import PRIORITIES, STATUSES
from schemas.ticket import TicketStatus


def _entry(do: str, value: str, label: str, *, disabled: Any = False) -> rx.Component:
    return el.button(
        el.span(class_name="dot"),
        label,
        type="button",
        role="menuitem",
        data_entry=do,
        data_value=value,
        data_status=value if do == "move" else "",
        tab_index=-1,
        disabled=disabled,
    )


def move_menu(barred: Value[list[str]] | None = None) -> rx.Component:
    """One menu for all cards; the script places it, and disables what is not legal.

    ``barred`` are states that cannot be moved to, and has it open from the start.
    """

    def is_barred(status: TicketStatus) -> Any:
        # To the checker it is a list.
        known: Any = barred
        return known is not None and known.contains(status.value)

    return el.div(
        el.p("Move to", role="presentation"),
        *[
            _entry("move", status.value, label, disabled=is_barred(status))
            for status, label in STATUSES.items()
        ],
        el.hr(),
        _entry("assign", "me", "Assign to me"),
        _entry("assign", "", "Unassign"),
        el.hr(),
        *[
            _entry("prioritise", value.value, f"{label} priority")
            for value, label in PRIORITIES.items()
        ],
        class_name="menu",
        role="menu",
        aria_label="Change the ticket",
        hidden=barred is None,
        custom_attrs={"id": "menu"},
    )
