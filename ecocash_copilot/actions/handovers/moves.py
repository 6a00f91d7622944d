"""How a handover moves: itself, the speaker and the line in the chat in one transaction."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pymongo.errors import DuplicateKeyError

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.present.handover import Line
from ecocash_copilot.store import handovers as kept
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.conversations import find_conversation, note_message, set_speaker
from ecocash_copilot.store.messages import insert_within
from schemas.handover import Handover, HandoverState
from schemas.message import Conversation, ConversationId, Message, Role, Speaker

_ATTEMPTS = 6
_T = TypeVar("_T")


async def end(store: Store, handover: Handover, line: Line | None) -> Handover | None:
    """Give the conversation back to the assistant. None if the handover moved meanwhile."""
    changes = {"ended_at": now()}

    async def work(tx: Tx) -> Handover | None:
        moved = await kept.move_handover(store, tx, handover, HandoverState.RETURNED, changes)
        if moved is not None:
            await set_speaker(
                store, tx, moved.conversation_id, Speaker.ASSISTANT, None, expected=moved.id
            )
            if line is not None:
                await say(store, tx, moved, "ended", line)
        return moved

    return await transact_with_message(store, work)


async def say(store: Store, tx: Tx, handover: Handover, step: str, line: Line) -> None:
    """Put the product's own line into the conversation, once for each step of a handover."""
    conversation = await find_conversation(store, handover.conversation_id, tx)
    message_id = new_id("ms")
    message = Message(
        id=message_id,
        conversation_id=handover.conversation_id,
        customer_id=handover.customer_id,
        seq=conversation.last_seq + 1 if conversation else 1,
        role=Role.SYSTEM,
        text=line.text,
        widgets=line.widgets(message_id),
        created_at=now(),
        client_key=f"{handover.id}:{step}",
        locale=handover.locale,
    )
    said = await insert_within(store, tx, message)
    await note_message(store, said.conversation_id, said.seq, tx)


async def transact_with_message(store: Store, work: Callable[[Tx], Awaitable[_T]]) -> _T:
    """Run a transaction that adds a message, again where another message took its number."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await store.transact(work)
        except DuplicateKeyError:
            continue
    return await store.transact(work)


async def conversation_of(store: Store, conversation_id: ConversationId) -> Conversation:
    """Return a conversation.

    Raises:
        NotFound: there is none.
    """
    conversation = await find_conversation(store, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation
