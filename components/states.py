"""What stands in the thread's place: opening, nothing said yet, locked, broken.

All are in the page; the style sheet shows the one that ``data-app-state`` asks for, so that the
page's script can change state at once, without the server.
"""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, el, fragment
from schemas.views import ChatLabels


def _bars(*sizes: str) -> list[rx.Component]:
    return [el.i(class_name=size) for size in sizes]


def states(labels: Prop[ChatLabels]) -> rx.Component:
    """All four; at most one of them is seen."""
    return fragment(_loading(labels), _expired(labels), _error(labels), _welcome(labels))


def _loading(labels: Prop[ChatLabels]) -> rx.Component:
    """Grey shapes where the messages will be."""
    return el.div(
        *_bars("me", "line", "line short", "block", "me", "line"),
        class_name="skeleton",
        role="img",
        aria_label=labels.loading,
    )


def _welcome(labels: Prop[ChatLabels]) -> rx.Component:
    """Greets where nothing was said yet."""
    return el.div(
        el.span(icon("chat"), class_name="mark"),
        el.h2(labels.welcome_title),
        el.p(labels.welcome_text, class_name="muted"),
        class_name="state welcome",
    )


def _expired(labels: Prop[ChatLabels]) -> rx.Component:
    """The session ended; what was typed stays in the composer."""
    return _stopped(
        "expired",
        "lock",
        labels.expired_title,
        labels.expired_text,
        labels.expired_action,
        "sign_in_again",
    )


def _error(labels: Prop[ChatLabels]) -> rx.Component:
    """Something broke; what was typed stays in the composer."""
    return _stopped(
        "error", "warning", labels.error_title, labels.error_text, labels.retry, "reload"
    )


def _stopped(
    kind: str,
    icon_name: str,
    title: Value[str],
    text: Value[str],
    action: Value[str],
    handler: str,
) -> rx.Component:
    return el.div(
        el.span(icon(icon_name), class_name="mark"),
        el.h2(title),
        el.p(text, class_name="muted"),
        el.button(action, type="button", class_name="button fill", data_do=handler),
        class_name=f"state {kind}",
        role="alert",
    )
