"""A customer's conversation in the board's panel, in a window of its newest messages."""

from collections.abc import Sequence
from datetime import datetime

import reflex as rx

from ecocash_copilot.core.clock import now
from ecocash_copilot.feed.changes import Step, step
from ecocash_copilot.present.board_panel import tried
from ecocash_copilot.present.handover_summary import transaction_of
from ecocash_copilot.present.messages import message_view
from ecocash_copilot.state.open_item import OpenItem
from ecocash_copilot.state.window import MessageWindow
from schemas.message import Message
from schemas.views import MessageView


class Transcript(MessageWindow, rx.State, mixin=True):
    """What was said in the conversation that is open."""

    _open: OpenItem = OpenItem()

    def _draw_messages(self, messages: Sequence[Message], *, fresh: bool) -> None:
        if fresh:
            self._clear_messages()
        known = self._open.last_seq
        gap = bool(messages) and not fresh and messages[0].seq > known + 1
        if gap:
            self._clear_messages()
        previous: datetime | None = None
        for message in messages:
            self._put_message(message, previous)
            previous = message.created_at
        if (fresh or gap) and messages:
            self.has_earlier = messages[0].seq > 1
        self._open.note_messages(messages)
        self._open.tried = tried(messages) or self._open.tried
        self._open.transaction = transaction_of(messages) or self._open.transaction

    def _put_message(self, message: Message, previous: datetime | None) -> None:
        shown = next((view for view in self._slots() if view.id == message.id), None)
        view = message_view(message, self._open.locale, now(), previous=previous)
        if shown is not None:
            view = view.model_copy(update={"day": shown.day})
        if view != shown:
            self._put(view)

    def _message_views(self, messages: Sequence[Message]) -> list[MessageView]:
        moments = [None, *(message.created_at for message in messages)]
        return [
            message_view(message, self._open.locale, now(), previous=previous)
            for message, previous in zip(messages, moments, strict=False)
        ]

    def _apply_message(self, message: Message) -> bool:
        opened = self._open
        if message.conversation_id != opened.conversation_id:
            return True
        if step(opened.last_seq, message.seq) is Step.GAP:
            return False
        self._put_message(message, opened.last_message_at)
        opened.note_messages([message])
        return True
