"""Chat shell: the whole page, from the header to the composer."""

import reflex as rx

from components.banner import banner
from components.composer import composer
from components.handlers import ChatHandlers, register
from components.header import header
from components.history_panel import history_panel
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, link
from components.message_list import message_list
from components.quick_actions import quick_actions
from components.speaker_bar import speaker_bar
from components.states import states
from schemas.views import (
    BlockView,
    ChatLabels,
    HistoryItemView,
    MessageView,
    QuickActionView,
    WidgetView,
)


def chat_shell(
    *,
    handlers: ChatHandlers,
    app_state: Value[str],
    lang: Value[str],
    labels: Prop[ChatLabels],
    title: Value[str],
    messages: Value[list[MessageView]],
    live_blocks: Value[list[BlockView]],
    live_tail: Value[str],
    live_widgets: Value[list[WidgetView]],
    busy: Value[bool],
    has_earlier: Value[bool],
    quick: Value[list[QuickActionView]],
    history: Value[list[HistoryItemView]],
    history_open: Value[bool],
    history_known: Value[bool],
    alert: Value[str],
    speaker: Value[str],
    speaker_note: Value[str],
    agent_typing: Value[bool],
) -> rx.Component:
    """The chat; ``app_state`` is the value of ``data-app-state``."""
    return el.div(
        link(labels.skip_to_composer, href="#composer", class_name="skip"),
        header(labels, title, lang),
        speaker_bar(labels, speaker, speaker_note),
        el.main(
            el.div(
                message_list(
                    labels=labels,
                    messages=messages,
                    live_blocks=live_blocks,
                    live_tail=live_tail,
                    live_widgets=live_widgets,
                    busy=busy,
                    has_earlier=has_earlier,
                    agent_typing=agent_typing,
                ),
                states(labels),
                class_name="column",
            ),
            class_name="thread",
            tab_index=0,
        ),
        el.footer(
            el.button(
                icon("down"),
                type="button",
                class_name="square latest",
                data_do="latest",
                aria_label=labels.messages,
            ),
            el.div(
                banner(labels, alert),
                quick_actions(quick),
                composer(labels, busy, handlers.send, speaker=speaker),
                class_name="column",
            ),
            class_name="dock",
        ),
        history_panel(labels, history, history_open, history_known),
        el.p(class_name="announce", role="status", on_mount=register(handlers)),
        class_name="chat",
        data_app_state=app_state,
        lang=lang,
        data_empty=cond(either(messages, busy), "false", "true"),
        data_copied=labels.copied,
        data_speaker=speaker,
    )
