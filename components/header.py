"""Header: where one is, the language, a person to talk to, earlier chats, a new one."""

import reflex as rx

from components.icons import icon
from components.language_menu import language_menu
from components.markup import Prop, Value, either, el
from schemas.views import ChatLabels


def _button(name: str, label: Value[str], do: str, testid: str) -> rx.Component:
    return el.button(
        icon(name),
        type="button",
        class_name="square",
        data_testid=testid,
        data_do=do,
        aria_label=label,
        title=label,
    )


def header(labels: Prop[ChatLabels], title: Value[str], lang: Value[str]) -> rx.Component:
    """``title`` is the conversation's, empty on a new one; ``lang`` the language spoken now."""
    return el.header(
        el.div(
            el.span(icon("chat"), class_name="mark"),
            el.div(
                el.h1(labels.title),
                el.p(
                    either(title, labels.subtitle),
                    class_name="muted",
                    title=either(title, labels.subtitle),
                ),
            ),
            language_menu(labels, lang),
            _button("person", labels.talk_to_person, "talk_to_person", "talk-to-person"),
            _button("history", labels.history, "open_history", "history-open"),
            _button("add", labels.new_chat, "new_chat", "new-chat"),
            class_name="column",
        ),
        class_name="bar",
    )
