"""The agents' side: the open handovers, taking one, writing in it, handing it back."""

from ecocash_copilot.actions.handovers.moves import (
    conversation_of,
    end,
    say,
    transact_with_message,
)
from ecocash_copilot.actions.messages import clean_text, list_messages
from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotAllowed, NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.present import handover as words
from ecocash_copilot.store import handovers as kept
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.conversations import find_conversation, note_message, set_speaker
from ecocash_copilot.store.messages import insert_within
from ecocash_copilot.store.outbox import insert_notice
from schemas.handover import Handover, HandoverId, HandoverState
from schemas.message import Conversation, ConversationId, Message, Role, Speaker
from schemas.notice import Notice
from schemas.staff import Staff, StaffRole

MAX_KEY = 58
"""Longest key under which an agent's message is sent."""

_log = get_logger(__name__)


async def list_handovers(store: Store, staff: Staff) -> list[Handover]:
    """Return the open handovers, waiting and taken, oldest first.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
    """
    _need_agent(staff)
    return await kept.find_open_handovers(store)


async def access_handover(store: Store, staff: Staff, handover_id: HandoverId) -> Handover:
    """Return a handover.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        NotFound: there is none with this id.
    """
    _need_agent(staff)
    handover = await kept.find_handover(store, handover_id)
    if handover is None:
        raise NotFound("There is no such chat.")
    return handover


async def list_handover_messages(
    store: Store, staff: Staff, handover_id: HandoverId, limit: int, before_seq: int | None = None
) -> list[Message]:
    """Return a window of a handover's conversation, oldest first.

    Args:
        limit: how many, 100 at most.
        before_seq: only those before this number; None takes the newest.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        NotFound: there is no such handover.
    """
    handover = await access_handover(store, staff, handover_id)
    conversation = await conversation_of(store, handover.conversation_id)
    return await list_messages(store, conversation, limit, before_seq)


async def take(store: Store, staff: Staff, handover_id: HandoverId) -> Handover:
    """Take a waiting handover: of several agents, one does. For them, again changes nothing.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        NotFound: there is no such handover.
        Conflict: somebody else has taken it, or it is over; the detail says which.
    """
    handover = await access_handover(store, staff, handover_id)
    changes = {"agent_id": staff.id, "agent_name": staff.name, "taken_at": now()}

    async def work(tx: Tx) -> Handover | None:
        if handover.state is not HandoverState.WAITING:
            return None
        moved = await kept.move_handover(store, tx, handover, HandoverState.TAKEN, changes)
        if moved is not None:
            await set_speaker(
                store, tx, moved.conversation_id, Speaker.AGENT, moved.id, expected=moved.id
            )
            await say(store, tx, moved, "taken", words.agent_joined(moved, staff.name))
        return moved

    taken = await transact_with_message(store, work)
    if taken is not None:
        _log.info("handover_taken", waited=(now() - handover.created_at).total_seconds())
        return taken
    handover = await access_handover(store, staff, handover_id)
    if handover.state is HandoverState.TAKEN and handover.agent_id == staff.id:
        return handover
    raise Conflict(words.not_to_be_taken(handover))


async def hand_back(store: Store, staff: Staff, handover_id: HandoverId) -> Handover:
    """Let the assistant go on. Its own agent may, or a supervisor; again changes nothing.

    Raises:
        NotAllowed: it is another agent's.
        NotFound: there is no such handover.
    """
    handover = await access_handover(store, staff, handover_id)
    if handover.state is HandoverState.RETURNED:
        return handover
    if handover.agent_id != staff.id and not staff.has(StaffRole.SUPERVISOR):
        raise NotAllowed("This chat is another agent's.")
    line = words.agent_left(handover) if handover.agent_id else words.nobody_came(handover)
    ended = await end(store, handover, line)
    return ended or await hand_back(store, staff, handover_id)


async def say_as_agent(
    store: Store, staff: Staff, conversation_id: ConversationId, text: str, client_key: str
) -> Message:
    """Send the customer an agent's message, once, and a notice to their phone.

    Args:
        client_key: the board's own key for the message, ``MAX_KEY`` characters at most. Sent again
            under the same key, it is kept once.

    Raises:
        Invalid: the text is empty or too long, or the key is.
        NotAllowed: the caller is neither agent nor supervisor.
        Conflict: the caller does not lead this conversation (any more).
    """
    _need_agent(staff)
    if not 0 < len(client_key) <= MAX_KEY:
        raise Invalid("This message has no valid key.")
    text = clean_text(text)
    message_id = new_id("ms")

    async def work(tx: Tx) -> Message:
        conversation = await find_conversation(store, conversation_id, tx)
        handover = await _led_by(store, tx, staff, conversation)
        message = Message(
            id=message_id,
            conversation_id=handover.conversation_id,
            customer_id=handover.customer_id,
            seq=conversation.last_seq + 1 if conversation else 1,
            role=Role.AGENT,
            text=text,
            created_at=now(),
            client_key=f"agent:{client_key}",
            author=staff.name,
        )
        said = await insert_within(store, tx, message)
        if said.id == message_id:
            await note_message(store, said.conversation_id, said.seq, tx)
            await insert_notice(store, tx, _notice(handover, said))
        return said

    return await transact_with_message(store, work)


async def _led_by(
    store: Store, tx: Tx, staff: Staff, conversation: Conversation | None
) -> Handover:
    """Return the handover under which this agent speaks in a conversation."""
    if conversation is None or conversation.speaker is not Speaker.AGENT:
        raise Conflict("This chat is with the assistant now. Take it over to write in it.")
    handover = await kept.find_handover(store, conversation.handover_id or "", tx)
    if handover is None or handover.agent_id != staff.id:
        raise Conflict("Another agent leads this chat.")
    return handover


def _need_agent(staff: Staff) -> None:
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)


def _notice(handover: Handover, said: Message) -> Notice:
    moment = now()
    return Notice(
        id=new_id("nt"),
        type="chat.replied",
        customer_id=handover.customer_id,
        at=moment,
        data=words.chat_news(handover, said),
        next_at=moment,
    )
