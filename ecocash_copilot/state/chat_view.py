"""What the chat page shows, and how conversations, messages and answers are put on it.

Nothing here reads or writes anything but the page; whoever calls holds the state.
"""

from datetime import datetime

import reflex as rx

from ecocash_copilot.agent.assistant import Opened
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.redaction import short_hash
from ecocash_copilot.feed.changes import is_newer
from ecocash_copilot.present.labels import chat_labels, quick_actions
from ecocash_copilot.present.messages import message_view
from ecocash_copilot.state.tick import tick
from ecocash_copilot.state.ticket_cards import as_known, ticket_row, with_row
from ecocash_copilot.state.window import MessageWindow
from ecocash_copilot.state.wire import serialize_view as serialize_view  # registers itself
from schemas.identity import Locale
from schemas.message import Conversation, Message, MessageId
from schemas.session import Session
from schemas.ticket import TicketId
from schemas.ticket_record import Ticket
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
    history_known: bool = False
    """The list of earlier chats was read; until then an empty one means nothing."""
    _history_turned: int = 0
    """When the customer last opened or closed that list, see `arrival`."""
    alert: str = ""
    """What was refused just now and what to do, in one line."""
    speaker: str = "assistant"
    """Who answers: ``assistant``, ``queue`` (the customer waits for a person) or ``agent``."""
    speaker_note: str = ""
    """What the bar at the top says while it is not the assistant."""
    agent_typing: bool = False
    need_session: int = 0
    """Changes when the page must sign in; `assets/bridge.js` watches it."""
    opened: int = 0
    """Changes when a conversation was opened; unsent messages are then sent again."""
    owner: str = ""
    """Stands for the customer, so that one customer's draft is not shown to another."""

    _conversation: Conversation | None = None
    _newest: datetime | None = None
    """Moment of the newest message on the page, for the day headings."""
    _following: int = 0
    """Number of the one who follows a turn for this page; 0 when nobody does."""
    _tickets: dict[TicketId, Ticket] = {}
    """Tickets of cards, as they are now; the messages say how they were."""

    def _show(self, session: Session, opened: Opened) -> None:
        """Put a conversation on the page; the caller holds the state."""
        locale = session.customer.locale
        self.lang = locale.value
        self.labels = chat_labels(locale)
        self._clear_messages()
        self._newest = None
        self._following = 0
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

    def _settle(self, answer: Message | None, locale: Locale, *, silenced: bool = False) -> None:
        self._clear_live(busy=False)
        if answer is None:
            self.app_state = self.app_state if silenced else "error"
            return
        if self._conversation is not None:
            last_seq = max(self._conversation.last_seq, answer.seq)
            self._conversation = self._conversation.model_copy(update={"last_seq": last_seq})
        self._append(answer, locale)
        self._suggest([answer], locale)

    def _shows(self, message_id: MessageId) -> bool:
        return message_id in self._places or any(view.id == message_id for view in self.earlier)

    def _redraw(self, message: Message, locale: Locale) -> bool:
        """Draw a message again in its place, if it differs; False if the page does not show it."""
        if not self._shows(message.id):
            return False
        for view in (*self._slots(), *self.earlier):
            if view.id == message.id:
                self._exchange(view, self._redrawn(view, message, locale))
                return True
        return False

    def _redrawn(self, view: MessageView, message: Message, locale: Locale) -> MessageView:
        drawn = message_view(as_known(message, self._tickets), locale, now())
        return drawn.model_copy(update={"day": view.day})

    def _exchange(self, old: MessageView, new: MessageView) -> None:
        """Put a view in place of another. What is set is sent, so one that is the same is not."""
        if new == old:
            return
        if any(view.id == old.id for view in self.earlier):
            self.earlier = [new if view.id == old.id else view for view in self.earlier]
        else:
            self._put(new)

    def _append(self, message: Message, locale: Locale) -> None:
        if self._redraw(message, locale):
            return
        known = as_known(message, self._tickets)
        self._put(message_view(known, locale, now(), previous=self._newest))
        self._newest = max(message.created_at, self._newest or message.created_at)

    def _learn(self, tickets: list[Ticket], locale: Locale) -> None:
        """Show tickets as they are now, on every card that has them."""
        for ticket in tickets:
            known = self._tickets.get(ticket.id)
            if not is_newer(known.version if known else None, ticket.version):
                continue
            self._tickets[ticket.id] = ticket
            row = ticket_row(ticket, locale, now())
            for view in (*self._slots(), *self.earlier):
                self._exchange(view, with_row(view, row))

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


def message_views(messages: list[Message], locale: Locale) -> list[MessageView]:
    """Return messages, oldest first, ready to draw."""
    views: list[MessageView] = []
    previous: datetime | None = None
    for message in messages:
        views.append(message_view(message, locale, now(), previous=previous))
        previous = message.created_at
    return views
