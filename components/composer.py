"""Composer: where the customer types. Uncontrolled, so typing never waits for the network."""

import reflex as rx

from components.handlers import Handler
from components.icons import icon
from components.markup import Prop, Value, cond, el
from schemas.message import MAX_TEXT
from schemas.views import ChatLabels


def composer(
    labels: Prop[ChatLabels],
    busy: Value[bool],
    send: Handler,
    draft: Value[str] = "",
    speaker: Value[str] = "assistant",
) -> rx.Component:
    """``send`` is called on a submit that `assets/chat.js` let through: not empty, not twice.

    ``speaker`` is who answers: a person is not asked, but written to.
    ``draft`` is for stories: in the chat the page's script keeps what was typed and brings it back.
    """
    words = cond(
        speaker == "assistant", labels.composer_placeholder, labels.composer_placeholder_person
    )
    return el.form(
        el.textarea(
            name="text",
            rows="1",
            max_length=MAX_TEXT,
            placeholder=words,
            aria_label=words,
            default_value=draft,
            data_testid="composer-input",
            custom_attrs={"id": "composer", "enterKeyHint": "send", "autoComplete": "off"},
        ),
        el.button(
            icon("stop"),
            type="button",
            class_name="square fill",
            data_testid="composer-stop",
            data_do="stop",
            aria_label=labels.stop,
            hidden=cond(busy, False, True),
        ),
        el.button(
            icon("up"),
            type="submit",
            class_name="square fill",
            data_testid="composer-send",
            aria_label=labels.send,
            hidden=busy,
        ),
        class_name="composer",
        on_submit=send,
    )
