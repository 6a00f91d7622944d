"""Messages: a customer's is accepted, its answer is settled, each exactly once.

A turn: ``accept_message`` claims the conversation and keeps the question; ``settle_answer`` keeps
the answer and gives the claim back. Between them ``renew_claims`` shows that the turn lives. When
its process dies, the claim runs out, ``find_unanswered`` finds the question, and ``claim_answer``
takes it up again.

While a person speaks, or is waited for, a message is kept and no turn begins.
"""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from ecocash_copilot.actions.conversations import access_conversation
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import (
    MAX_TITLE,
    claim_turn,
    end_turn,
    find_claim,
    find_conversation,
    note_message,
    renew_turns,
)
from ecocash_copilot.store.messages import (
    ATTEMPTS,
    find_answer,
    find_earlier_messages,
    find_message,
    find_message_by_key,
    find_newest_messages,
    insert_at,
    insert_message,
    no_number,
    renumbered,
    replace_message,
)
from schemas.identity import Customer
from schemas.message import (
    MAX_TEXT,
    Conversation,
    ConversationId,
    Message,
    MessageId,
    Role,
    Speaker,
)

LEASE = timedelta(seconds=30)
"""A turn that is not renewed for so long is taken for dead."""

MAX_WINDOW = 100

_LOOKS, _LOOK_SECONDS = 50, 0.02
"""How often, and how far apart, to look for a message that another request is just keeping."""


@dataclass(frozen=True)
class Accepted:
    """A question that is kept."""

    conversation: Conversation
    question: Message
    run_id: str | None
    """The claim to answer under. None: it was accepted before, and nothing is to be done now."""
    answer_id: MessageId = field(default_factory=lambda: new_id("ms"))
    """Id of the answer to be; that of the answer it replaces, where there is one."""


async def accept_message(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    text: str,
    client_key: str | None = None,
    *,
    tap: bool = False,
) -> Accepted:
    """Keep a customer's message and claim the turn that answers it.

    Args:
        conversation: as last read; it may be behind, and is checked again.
        client_key: the page's own key. Sent again, the message is kept once and answered once.
        tap: it is a button's, which works whoever speaks.

    Returns:
        The message; without a turn where it is for a person, see ``conversation.speaker``.

    Raises:
        Invalid: nothing is left of the text, or it is too long.
        Conflict: another turn is under way.
        NotFound: the conversation is not this customer's.
    """
    text = clean_text(text)
    if not tap and conversation.speaker is not Speaker.ASSISTANT:
        conversation = await access_conversation(store, customer, conversation.id)
        if conversation.speaker is not Speaker.ASSISTANT:
            return await _keep_for_person(store, customer, conversation, text, client_key)
    run_id = new_id("rn")
    title = None if conversation.title else _title(text)
    claim = partial(
        claim_turn,
        store,
        conversation.id,
        customer.id,
        run_id,
        client_key=client_key,
        title=title,
        any_speaker=tap,
    )
    if not await claim(now() + LEASE):
        conversation = await access_conversation(store, customer, conversation.id)
        if not tap and conversation.speaker is not Speaker.ASSISTANT:
            return await _keep_for_person(store, customer, conversation, text, client_key)
        # Free at a second look: a turn has ended, or a person has handed back, in between.
        free = await find_claim(store, conversation.id) is None and await claim(now() + LEASE)
        if not free:
            return await _accepted_before(store, conversation, client_key)
    try:
        question = _question(customer, conversation, text, client_key)
        kept = await insert_message(store, question)
    except BaseException:
        await end_turn(store, conversation.id, run_id)
        raise
    conversation = conversation.model_copy(
        update={
            "title": title or conversation.title,
            "updated_at": kept.created_at,
            "last_seq": kept.seq,
        }
    )
    if kept.id != question.id:
        await end_turn(store, conversation.id, run_id)
        return Accepted(conversation, kept, None)
    return Accepted(conversation, kept, run_id)


async def _keep_for_person(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    text: str,
    client_key: str | None,
) -> Accepted:
    question = _question(customer, conversation, text, client_key)
    kept = await insert_message(store, question)
    # By now the person may have handed it back; the caller then lets the assistant answer.
    conversation, _ = await asyncio.gather(
        access_conversation(store, customer, conversation.id),
        note_message(store, conversation.id, kept.seq),
    )
    last_seq = max(conversation.last_seq, kept.seq)
    return Accepted(conversation.model_copy(update={"last_seq": last_seq}), kept, None)


async def settle_answer(
    store: Store, run_id: str, answer: Message, *, tap: bool = False
) -> Message | None:
    """Keep an answer and give up the claim.

    A question has one answer: where one was settled before, it stays, unless it failed or was cut
    short, then the new one takes its place. ``seq`` is the number expected to be free.

    While an agent speaks, the assistant is silent.

    Args:
        tap: the answer is what a tap asked for. Its cards are shown also while an agent speaks, as
            the product's own and without words.

    Returns:
        The answer as it is kept; None where it is dropped, because an agent speaks by now.
    """
    kept = await _insert_answer(store, answer, tap=tap)
    if kept is None:
        await end_turn(store, answer.conversation_id, run_id)
        return None
    if kept.outcome != "done" and answer.outcome == "done":
        kept = answer.model_copy(update={"id": kept.id, "seq": kept.seq})
        await replace_message(store, kept)
    await end_turn(store, answer.conversation_id, run_id, kept.seq)
    return kept


async def _insert_answer(store: Store, answer: Message, *, tap: bool) -> Message | None:
    """Keep an answer, unless an agent speaks by now.

    The line that says so takes the next free number when an agent begins to speak. So where the
    number was free before the look at the speaker, and still is, no such line stands before it;
    where it is taken, the speaker is looked at anew.
    """
    for _ in range(ATTEMPTS):
        silent = await _is_led_by_agent(store, answer.conversation_id)
        if silent and not tap:
            return None
        kept = await insert_at(store, _without_words(answer) if silent else answer)
        if kept is not None:
            return kept
        answer = await renumbered(store, answer)
    raise no_number(answer)


def _without_words(answer: Message) -> Message:
    text = "" if answer.widgets else answer.text
    return answer.model_copy(update={"role": Role.SYSTEM, "text": text})


async def _is_led_by_agent(store: Store, conversation_id: ConversationId) -> bool:
    conversation = await find_conversation(store, conversation_id)
    return conversation is not None and conversation.speaker is Speaker.AGENT


async def renew_claims(store: Store, run_ids: Sequence[str]) -> int:
    """Show that these turns still run; due every ``LEASE`` / 3. Returns how many claims hold."""
    return await renew_turns(store, run_ids, now() + LEASE)


async def find_unanswered(
    store: Store, conversation: Conversation, messages: Sequence[Message]
) -> Message | None:
    """Return the question that a dead turn left behind.

    Args:
        messages: the conversation's newest messages, oldest first.

    Returns:
        The newest message if it is a customer's, meant for the assistant, and no live turn is at
        work on it.
    """
    if not messages or messages[-1].role is not Role.CUSTOMER:
        return None
    if conversation.speaker is not Speaker.ASSISTANT:
        return None
    if await find_claim(store, conversation.id) is not None:
        return None
    # A turn may have ended between the caller's read and the look at its claim.
    return messages[-1] if await find_answer(store, messages[-1].id) is None else None


async def claim_answer(
    store: Store, customer: Customer, conversation: Conversation, message_id: MessageId
) -> Accepted:
    """Claim the turn that answers a question that has no answer, or one that did not succeed.

    Raises:
        NotFound: the conversation holds no such message of this customer.
        Conflict: it is answered, or a turn is under way.
    """
    question = await access_message(store, customer, message_id)
    if question.conversation_id != conversation.id or question.role is not Role.CUSTOMER:
        raise NotFound("There is no such message.")
    run_id = new_id("rn")
    if not await claim_turn(store, conversation.id, customer.id, run_id, now() + LEASE):
        raise Conflict("An answer is on its way.")
    answer = await find_answer(store, question.id)
    if answer is not None and answer.outcome == "done":
        await end_turn(store, conversation.id, run_id)
        raise Conflict("This message has been answered.")
    if answer is not None:
        return Accepted(conversation, question, run_id, answer.id)
    return Accepted(conversation, question, run_id)


async def access_message(store: Store, customer: Customer, message_id: MessageId) -> Message:
    """Return a message of one of this customer's conversations.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    message = await find_message(store, message_id)
    if message is None or message.customer_id != customer.id:
        raise NotFound("There is no such message.")
    return message


async def list_spoken(
    store: Store, conversation: Conversation, until_seq: int, limit: int
) -> list[Message]:
    """Return the messages up to a number without their cards, oldest first."""
    return await find_earlier_messages(store, conversation.id, until_seq + 1, limit, widgets=False)


async def list_messages(
    store: Store, conversation: Conversation, limit: int, before_seq: int | None = None
) -> list[Message]:
    """Return a window of a conversation that the caller may see, oldest first.

    Args:
        limit: how many, 100 at most.
        before_seq: only those before this number; None takes the newest.
    """
    limit = max(1, min(limit, MAX_WINDOW))
    if before_seq is None:
        return await find_newest_messages(store, conversation, limit)
    return await find_earlier_messages(store, conversation.id, before_seq, limit)


def clean_text(text: str) -> str:
    """Return a message without control and invisible formatting characters and outer space.

    Raises:
        Invalid: nothing is left, or more than ``MAX_TEXT`` characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    # Category C holds controls, bidi overrides, zero-width marks and lone surrogates. Emoji are
    # joined by U+200D, so that one stays.
    kept = "".join(
        character
        for character in lines
        if character in "\n\u200d" or unicodedata.category(character)[0] != "C"
    ).strip()
    if not kept.strip("\u200d \n"):
        raise Invalid("Please write a message.")
    if len(kept) > MAX_TEXT:
        raise Invalid(f"A message has {MAX_TEXT} characters at most.")
    return kept


async def _accepted_before(
    store: Store, conversation: Conversation, client_key: str | None
) -> Accepted:
    if client_key is not None:
        kept = await _find_sent(store, conversation, client_key)
        if kept is not None:
            return Accepted(conversation, kept, None)
    raise Conflict("An answer is on its way. Please wait for it, or stop it.")


async def _find_sent(store: Store, conversation: Conversation, client_key: str) -> Message | None:
    """Return the message under a key, waiting for it where its claim is newer than itself."""
    for _ in range(_LOOKS):
        claim = await find_claim(store, conversation.id)
        kept = await find_message_by_key(store, conversation.id, client_key)
        if kept is not None or claim is None or claim.client_key != client_key:
            return kept
        await asyncio.sleep(_LOOK_SECONDS)
    return None


def _question(
    customer: Customer, conversation: Conversation, text: str, client_key: str | None
) -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id=conversation.id,
        customer_id=customer.id,
        seq=conversation.last_seq + 1,
        role=Role.CUSTOMER,
        text=text,
        created_at=now(),
        client_key=client_key,
    )


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1].rstrip()}…"
