"""Banner: a line above the composer while the phone is offline."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, el
from schemas.views import ChatLabels


def offline_banner(labels: Prop[ChatLabels]) -> rx.Component:
    """Always in the page; the style sheet shows it when ``data-app-state`` is ``offline``."""
    return el.p(icon("offline"), labels.offline, class_name="banner", role="status")


def refusal(text: Value[str]) -> rx.Component:
    """What was refused just now, and what to do; nothing while ``text`` is empty."""
    return el.p(text, class_name="banner refusal", role="alert", hidden=cond(text, False, True))
