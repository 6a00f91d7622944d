"""What stands in the columns' place, or over all of it: opening, denied, broken, cut off."""

import reflex as rx

from components.icons import icon
from components.markup import el, fragment, link


def stopped() -> rx.Component:
    """All are in the page; the style sheet shows the one that fits ``data-board-state``."""
    return fragment(
        el.div(*[el.i() for _ in range(15)], class_name="bones", role="img", aria_label="Opening"),
        _state(
            "denied",
            "This is not for your role",
            "Ask a supervisor if you should be able to see this.",
            link(
                "Sign in as somebody else",
                href="/api/staff/sign-in?next=/board",
                class_name="primary",
            ),
        ),
        _state(
            "error",
            "The board could not be read",
            "Nothing is lost. It is tried again in a moment.",
            el.button("Try again", type="button", class_name="primary", data_do="reload"),
        ),
    )


def offline_line() -> rx.Component:
    """Over everything that may be old by now, the open ticket as well."""
    return el.p(
        icon("offline"),
        "No connection. What you see may be old; it catches up by itself.",
        class_name="offline-bar",
        role="status",
    )


def _state(kind: str, title: str, text: str, action: rx.Component) -> rx.Component:
    return el.div(
        el.h2(title),
        el.p(text, class_name="muted"),
        action,
        class_name="stop",
        role="alert",
        data_kind=kind,
    )
