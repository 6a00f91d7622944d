"""Speaker bar: says that the customer waits for a person, or talks with one."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, el
from schemas.views import ChatLabels


def speaker_bar(labels: Prop[ChatLabels], speaker: Value[str], note: Value[str]) -> rx.Component:
    """``note`` is the bar's text; nothing is shown while the assistant answers."""
    return el.div(
        el.div(
            icon("person"),
            el.p(note, role="status"),
            cond(
                speaker == "queue",
                el.button(
                    labels.leave_queue, type="button", class_name="button", data_do="leave_queue"
                ),
            ),
            class_name="column",
        ),
        class_name="speaker",
        hidden=cond(speaker == "assistant", True, False),
    )
