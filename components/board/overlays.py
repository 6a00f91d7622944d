"""What lies over the board: the bulk bar, the move menu, the shortcuts, and short words."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach, fragment, link
from schemas.board_views import FlashView, StaffView
from schemas.board_words import PRIORITIES, STATUSES

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
    ("/", "Search"),
    ("g then 1 to 4", "Views: all, mine, unassigned, breaching"),
    ("Enter, Shift+Enter", "In a reply: send, new line"),
    ("?", "This list"),
)


def _person(person: Prop[StaffView]) -> rx.Component:
    return el.option(cond(person.me, f"{person.name} (me)", person.name), value=person.id)


def bulk_bar(staff: Value[list[StaffView]]) -> rx.Component:
    """Shown by the script while tickets are selected."""
    return el.div(
        el.b(custom_attrs={"id": "bulk-count"}),
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
        hidden=True,
        custom_attrs={"id": "bulk"},
    )


def _entry(do: str, value: str, label: str) -> rx.Component:
    return el.button(
        el.span(class_name="dot"),
        label,
        type="button",
        role="menuitem",
        data_entry=do,
        data_value=value,
        data_status=value if do == "move" else "",
        tab_index=-1,
    )


def move_menu() -> rx.Component:
    """One menu for all cards; the script places it, and disables what is not legal."""
    return el.div(
        el.p("Move to"),
        *[_entry("move", status.value, label) for status, label in STATUSES.items()],
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
        hidden=True,
        custom_attrs={"id": "menu"},
    )


def help_sheet() -> rx.Component:
    """Every key, in a dialog of the browser's own, which keeps the focus."""
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
        el.dl(*[el.div(el.dt(el.kbd(keys)), el.dd(what)) for keys, what in _KEYS]),
        class_name="keys-sheet",
        aria_label="Keyboard shortcuts",
        custom_attrs={"id": "keys"},
    )


def toast(flash: Prop[FlashView]) -> rx.Component:
    """One short word; the script shows each once and takes it away again."""
    return el.div(
        el.span(flash.text),
        el.ul(foreach(either(flash.lines, []), _line)),
        class_name="toast",
        role="status",
        data_tick=either(flash.tick, 0),
        data_tone=either(flash.tone, "info"),
        data_ref=either(flash.ref, ""),
        data_key=either(flash.key, ""),
        data_done=cond(flash.done, "true", "false"),
    )


def _line(text: Prop[str]) -> rx.Component:
    return el.li(text)


def stopped() -> list[rx.Component]:
    """What stands in the columns' place; the style sheet shows the one that fits the state."""
    return [
        fragment(
            el.div(*[el.i() for _ in range(15)], class_name="bones", aria_label="Opening"),
            _state("signed_out", "Please sign in", "Your session has ended.", _sign_in()),
            _state(
                "denied",
                "This is not for your role",
                "Ask a supervisor if you should be able to see this.",
                _sign_in("Sign in as somebody else"),
            ),
            _state(
                "error",
                "The board could not be read",
                "Nothing is lost. It is tried again in a moment.",
                el.button("Try again", type="button", class_name="primary", data_do="reload"),
            ),
        ),
        el.p(
            icon("offline"),
            "No connection. What you see may be old; it catches up by itself.",
            class_name="offline-bar",
            role="status",
        ),
    ]


def _sign_in(label: str = "Sign in") -> rx.Component:
    return link(label, href="/api/staff/sign-in?next=/board", class_name="primary")


def _state(kind: str, title: str, text: str, action: rx.Component) -> rx.Component:
    return el.div(
        el.h2(title), el.p(text, class_name="muted"), action, class_name="stop", data_kind=kind
    )
