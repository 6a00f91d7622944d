"""Amount: a sum of money, never broken over two lines."""

import reflex as rx

from components.markup import Value, cond, count_of, either, el

_LONG = 14
"""Characters from which a sum is smaller, or has a line of its own: ``-ZiG 125,000.00``."""


def amount(text: Value[str], *, big: bool = False) -> rx.Component:
    """``big`` where it is what the card is about."""
    names = "amount big" if big else "amount"
    long = count_of(either(text, "")) > _LONG
    return el.strong(text, class_name=cond(long, f"{names} long", names))
