"""Message: what was said, its cards, and the small print under it."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, cond, either, el, foreach, fragment, match, memo
from components.rich_text import rich_text
from components.widget import widget
from schemas.views import ChatLabels, MessageView, WidgetView


def _meta(message: Prop[MessageView], labels: Prop[ChatLabels]) -> rx.Component:
    return el.footer(
        el.span(message.time),
        el.span(message.note),
        cond(
            message.copy_text,
            el.button(
                icon("copy"),
                type="button",
                class_name="square",
                data_do="copy",
                data_value=message.copy_text,
                aria_label=labels.copy_label,
            ),
        ),
        cond(
            message.retry,
            el.button(
                icon("retry"),
                labels.retry,
                type="button",
                class_name="button",
                data_do="retry",
                data_value=message.id,
            ),
        ),
        class_name="meta",
    )


@memo
def message(message: Prop[MessageView], labels: Prop[ChatLabels]) -> rx.Component:
    """One settled message; drawn again only when it changes."""
    role = either(message.role, "assistant")
    return el.li(
        cond(message.day, el.p(message.day, class_name="day")),
        el.span(
            match(
                role,
                ("customer", fragment(labels.you)),
                (
                    "agent",
                    fragment(
                        icon("person"),
                        either(message.author, labels.agent),
                        " ",
                        el.small(labels.support),
                    ),
                ),
                fragment(labels.assistant),
            ),
            class_name="who",
        ),
        el.div(rich_text(blocks=message.blocks), class_name="bubble", lang=message.lang),
        foreach(message.widgets, drawn_widget, labels),
        _meta(message, labels),
        class_name="message",
        data_testid="message",
        data_role=role,
        data_message_id=message.id,
        data_client_key=message.client_key,
    )


def drawn_widget(item: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    """One card of a list of cards."""
    return fragment(widget(widget=item, labels=labels), key=item.id)
