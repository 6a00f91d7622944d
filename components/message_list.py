"""Message list: the settled messages, what was just sent, and the answer being written."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, el, foreach, fragment
from components.message import drawn_widget, message
from components.rich_text import rich_text
from schemas.views import BlockView, ChatLabels, MessageView, WidgetView


def _settled(item: Prop[MessageView], labels: Prop[ChatLabels]) -> rx.Component:
    return fragment(message(message=item, labels=labels), key=item.id)


def _pending(text: Value[str]) -> rx.Component:
    """What was sent and is not in the thread yet; the page's script fills it, also offline."""
    return el.li(
        el.div(el.p(text, custom_attrs={"id": "eco-pending-text"}), class_name="bubble"),
        el.footer(icon("pending"), class_name="meta"),
        class_name="message",
        data_role="customer",
        hidden=cond(text, False, True),
        custom_attrs={"id": "eco-pending"},
    )


def _live(
    blocks: Value[list[BlockView]],
    tail: Value[str],
    widgets: Value[list[WidgetView]],
    labels: Prop[ChatLabels],
) -> rx.Component:
    """Not a ``data-testid="message"``: it becomes one when it settles."""
    return el.li(
        el.div(
            rich_text(blocks=blocks),
            el.p(tail, class_name="tail"),
            _dots(labels.typing),
            class_name="bubble",
        ),
        foreach(widgets, drawn_widget, labels),
        class_name="message",
        data_role="assistant",
        data_live=True,
    )


def _dots(label: Value[str]) -> rx.Component:
    return el.span(
        el.i(),
        el.i(),
        el.i(),
        class_name="dots",
        role="img",
        aria_label=label,
    )


def _agent_typing(labels: Prop[ChatLabels]) -> rx.Component:
    """A person writes; their words come as a whole."""
    return el.li(
        el.div(el.p(class_name="tail"), _dots(labels.agent_typing), class_name="bubble"),
        class_name="message",
        data_role="agent",
        data_live=True,
    )


def message_list(
    *,
    labels: Prop[ChatLabels],
    messages: Value[list[MessageView]],
    live_blocks: Value[list[BlockView]],
    live_tail: Value[str],
    live_widgets: Value[list[WidgetView]],
    busy: Value[bool],
    has_earlier: Value[bool],
    agent_typing: Value[bool],
    pending: Value[str] = "",
) -> rx.Component:
    """Oldest first; ``aria-busy`` while a turn is under way.

    ``pending`` is for stories: in the chat the page's script, which alone knows, shows what waits.
    """
    return el.ol(
        cond(
            has_earlier,
            el.li(
                el.button(
                    labels.load_earlier,
                    type="button",
                    class_name="button",
                    data_testid="load-earlier",
                    data_do="load_earlier",
                ),
                class_name="earlier",
            ),
        ),
        foreach(messages, _settled, labels),
        _pending(pending),
        cond(busy, _live(live_blocks, live_tail, live_widgets, labels)),
        cond(agent_typing, _agent_typing(labels)),
        class_name="messages",
        aria_label=labels.messages,
        aria_busy=cond(busy, "true", "false"),
    )
