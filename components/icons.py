"""Icons: shapes live in the style sheet as masks, so each use is one tiny element."""

import reflex as rx

from components.markup import Value, el


def icon(name: str | Value[str]) -> rx.Component:
    """Draw an icon in the colour of the text around it; it says nothing to a screen reader.

    ``name`` is the part after ``i-`` of a class in ``assets/icons.css``.
    """
    return el.i(class_name=f"i i-{name}", aria_hidden=True)
