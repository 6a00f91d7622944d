"""The customer's side of a chat that a person has taken over, or is to take over."""

from abc import abstractmethod

import reflex as rx

from ecocash_copilot.feed.presence import typing_in
from ecocash_copilot.present.handover import CONTINUE
from ecocash_copilot.state.chat_view import ChatView
from ecocash_copilot.state.guard import CustomerState, customer_event
from ecocash_copilot.state.services import services
from schemas.message import Conversation, Speaker
from schemas.session import Session


class ChatTakeover(ChatView, CustomerState, rx.State, mixin=True):
    """What a customer does beside writing."""

    @abstractmethod
    async def _postback(self, session: Session, name: str, value: str, widget_id: str = "") -> None:
        """Take the step that a button names."""

    @customer_event
    async def leave_queue(self, session: Session) -> None:
        """Go on with the assistant."""
        await self._postback(session, CONTINUE, "")

    @customer_event
    async def typing(self, session: Session) -> None:
        """Tell the person who answers, or is waited for, that the customer types."""
        async with self:
            conversation, speaker = self._conversation, self.speaker
        if conversation is None or speaker == Speaker.ASSISTANT.value:
            return
        customer = session.customer
        if conversation.customer_id != customer.id:
            return
        typing = typing_in(conversation.id, f"customer:{customer.id}")
        await services().presence.show(*typing, customer.name or "")

    async def _stop_typing(self, session: Session, conversation: Conversation) -> None:
        """Tell the person who answers that the customer types no more: it is sent."""
        typing = typing_in(conversation.id, f"customer:{session.customer.id}")
        await services().presence.clear(*typing)
