"""Help sheet: the board's keys."""

import reflex as rx

from components.icons import icon
from components.markup import el

_KEYS = (
    ("j  k", "Next, previous ticket"),
    ("h  l", "Column to the left, to the right"),
    ("Enter", "Open the ticket"),
    ("Esc", "Close what is open"),
    ("r", "Reply"),
    ("n", "Private note"),
    ("c", "Ready-made replies"),
    ("a", "Assign"),
    ("i", "Assign to me"),
    ("m", "Move to another state"),
    ("p", "Priority"),
    ("x", "Select"),
    ("b", "What to do with the selected"),
    ("/", "Search"),
    ("g then 1 to 4", "Views: all, mine, unassigned, breaching"),
    ("Enter, Shift+Enter", "In a reply: send, new line"),
    ("Tab, arrows", "Through the page, through the cards"),
    ("?", "This list"),
)


def help_sheet(*, opened: bool = False) -> rx.Component:
    """Every key, in a dialog of the browser's own, which keeps the focus and gives it back.

    Keys of one letter can be turned off, for whoever speaks to the machine. ``opened`` has it
    there from the start.
    """
    return el.dialog(
        el.header(
            el.h2("Keyboard"),
            el.button(
                icon("close"),
                type="button",
                class_name="quiet icon-button",
                data_do="help",
                aria_label="Close",
            ),
        ),
        el.dl(
            *[
                el.div(el.dt(*[el.kbd(key) for key in keys.split("  ")]), el.dd(what))
                for keys, what in _KEYS
            ]
        ),
        el.label(
            el.input(
                type="checkbox",
                default_checked=True,
                class_name="tick i-completed",
                custom_attrs={"id": "keys-on"},
            ),
            "Use keys of one letter",
        ),
        class_name="keys-sheet",
        aria_label="Keyboard shortcuts",
        custom_attrs={"id": "keys", **({"open": True} if opened else {})},
    )
