"""What an address leads to at which there is nothing."""

import reflex as rx

from components.icons import icon
from components.markup import el, link


def not_found() -> rx.Component:
    """The whole page; it is the same file for everybody, so it is in English."""
    return el.main(
        el.div(
            el.span(icon("warning"), class_name="mark"),
            el.h1("There is nothing here"),
            el.p(
                "The address may be wrong, or what was here is gone. Your chats and reports are "
                "where they were.",
                class_name="muted",
            ),
            link("Open the chat", href="/chat", class_name="button fill"),
            class_name="state lost",
        ),
        class_name="chat",
    )
