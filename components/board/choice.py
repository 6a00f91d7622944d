"""Choice: one value of a ticket that is changed by choosing another."""

from typing import Any

import reflex as rx

from components.markup import el


def choice(label: str, *options: Any, do: str, value: Any, **attributes: Any) -> rx.Component:
    """Return a list with its label; ``do`` is called with what is chosen."""
    return el.label(
        el.span(label),
        el.select(*options, data_change=do, data_value=value, **attributes),
        class_name="choice-of",
    )
