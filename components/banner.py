"""Banner: a line above the composer, while the phone is offline or something was refused."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, el, fragment
from schemas.views import ChatLabels


def banner(labels: Prop[ChatLabels], refused: Value[str]) -> rx.Component:
    """``refused`` is what was refused just now and what to do; empty where nothing was."""
    return fragment(_offline(labels), _refusal(refused))


def _offline(labels: Prop[ChatLabels]) -> rx.Component:
    """Always in the page; the style sheet shows it when ``data-app-state`` is ``offline``."""
    return el.p(icon("offline"), labels.offline, class_name="banner", role="status")


def _refusal(text: Value[str]) -> rx.Component:
    return el.p(
        icon("info"),
        text,
        class_name="banner refusal",
        role="alert",
        hidden=cond(text, False, True),
    )
