"""Conversations: opened, listed, and reached by their own customer alone."""

from datetime import datetime

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import (
    find_conversation,
    find_conversations,
    insert_conversation,
)
from schemas.identity import Customer
from schemas.message import Conversation, ConversationId

MAX_LISTED = 50


async def open_conversation(store: Store, customer: Customer) -> Conversation:
    """Begin a conversation. It is listed once it holds a message."""
    moment = now()
    conversation = Conversation(
        id=new_id("cv"), customer_id=customer.id, created_at=moment, updated_at=moment
    )
    await insert_conversation(store, conversation)
    return conversation


async def access_conversation(
    store: Store, customer: Customer, conversation_id: ConversationId
) -> Conversation:
    """Return a conversation of this customer.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    conversation = await find_conversation(store, conversation_id)
    if conversation is None or conversation.customer_id != customer.id:
        raise NotFound("There is no such conversation.")
    return conversation


async def list_conversations(
    store: Store, customer: Customer, limit: int = 20, before: datetime | None = None
) -> list[Conversation]:
    """Return the customer's conversations, latest first.

    Args:
        limit: how many, 50 at most.
        before: only those last changed before this moment.
    """
    return await find_conversations(store, customer.id, max(1, min(limit, MAX_LISTED)), before)
