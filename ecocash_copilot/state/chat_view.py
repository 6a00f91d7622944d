"""What the chat page shows, and how conversations, messages and answers are put on it.

Nothing here reads or writes anything but the page; whoever calls holds the state.
"""

import time
from datetime import datetime

import reflex as rx

from ecocash_copilot.agent.assistant import Opened
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.redaction import short_hash
from ecocash_copilot.present.labels import chat_labels, quick_actions
from ecocash_copilot.present.messages import message_view
from ecocash_copilot.state.window import MessageWindow
from ecocash_copilot.state.wire import serialize_view as serialize_view  # registers itself
from schemas.identity import Locale
from schemas.message import Conversation, Message
from schemas.session import Session
from schemas.views import (
    BlockView,
    ChatLabels,
    HistoryItemView,
    MessageView,
    QuickActionView,
    WidgetView,
)


class ChatView(MessageWindow, rx.State, mixin=True):
    """The page's vars, and the strokes that draw on it."""

    app_state: str = "loading"
    lang: str = "en"
    labels: ChatLabels = ChatLabels()
    title: str = ""
    conversation_id: str = ""
    busy: bool = False
    live_blocks: list[BlockView] = []
    live_tail: str = ""
    live_widgets: list[WidgetView] = []
    quick: list[QuickActionView] = []
    history: list[HistoryItemView] = []
    history_open: bool = False
    alert: str = ""
    """What was refused just now and what to do, in one line."""
    need_session: int = 0
    """Changes when the page must sign in; `assets/bridge.js` watches it."""
    opened: int = 0
    """Changes when a conversation was opened; unsent messages are then sent again."""
    owner: str = ""
    """Stands for the customer, so that one customer's draft is not shown to another."""

    _conversation: Conversation | None = None
    _newest: datetime | None = None
    """Moment of the newest message on the page, for the day headings."""

    def _show(self, session: Session, opened: Opened) -> None:
        """Put a conversation on the page; the caller holds the state."""
        locale = session.customer.locale
        self.lang = locale.value
        self.labels = chat_labels(locale)
        self._clear_messages()
        self._newest = None
        self._enter(opened.conversation)
        self.has_earlier = opened.has_earlier
        self._clear_live(busy=opened.turn is not None)
        for message in opened.messages:
            self._append(message, locale)
        if opened.unanswered is not None:
            self._mark_unanswered(opened.unanswered, locale)
        self._suggest(opened.messages, locale)
        self.history_open = False
        self.alert = ""
        self.owner = short_hash(session.customer.id)
        self.opened = tick()
        self.app_state = "ready"

    def _enter(self, conversation: Conversation | None) -> None:
        self._conversation = conversation
        self.conversation_id = conversation.id if conversation else ""
        self.title = conversation.title if conversation else ""

    def _settle(self, answer: Message | None, locale: Locale) -> None:
        self._clear_live(busy=False)
        if answer is None:
            self.app_state = "error"
            return
        if self._conversation is not None:
            last_seq = max(self._conversation.last_seq, answer.seq)
            self._conversation = self._conversation.model_copy(update={"last_seq": last_seq})
        self._append(answer, locale)
        self._suggest([answer], locale)

    def _redraw(self, message: Message, locale: Locale) -> bool:
        """Draw a message again in its place; False if the page does not show it."""
        for view in self._slots():
            if view.id == message.id:
                self._put(self._redrawn(view, message, locale))
                return True
        if all(view.id != message.id for view in self.earlier):
            return False
        self.earlier = [
            self._redrawn(view, message, locale) if view.id == message.id else view
            for view in self.earlier
        ]
        return True

    @staticmethod
    def _redrawn(view: MessageView, message: Message, locale: Locale) -> MessageView:
        return message_view(message, locale, now()).model_copy(update={"day": view.day})

    def _append(self, message: Message, locale: Locale) -> None:
        if self._redraw(message, locale):
            return
        self._put(message_view(message, locale, now(), previous=self._newest))
        self._newest = message.created_at

    def _mark_unanswered(self, message: Message, locale: Locale) -> None:
        view = next(view for view in self._slots() if view.id == message.id)
        note = translator(locale)("This was not answered yet")
        self._put(view.model_copy(update={"retry": True, "note": note}))

    def _suggest(self, messages: list[Message], locale: Locale) -> None:
        newest = messages[-1].widgets if messages else []
        self.quick = quick_actions(locale, newest[-1].type if newest else None)

    def _clear_live(self, *, busy: bool) -> None:
        self.busy = busy
        self.live_blocks = []
        self.live_tail = ""
        self.live_widgets = []


def tick() -> int:
    """Return a number that no state had before, also not one that a restart lost."""
    return time.time_ns() // 1_000_000


def message_views(messages: list[Message], locale: Locale) -> list[MessageView]:
    """Return messages, oldest first, ready to draw."""
    views: list[MessageView] = []
    previous: datetime | None = None
    for message in messages:
        views.append(message_view(message, locale, now(), previous=previous))
        previous = message.created_at
    return views
