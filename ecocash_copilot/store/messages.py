"""The ``messages`` collection: settled messages, numbered within their conversation.

Two unique indexes carry what must hold whatever crashes or races: no two messages of a
conversation share a number, and nothing is kept twice under one key. The key of a customer's
message is the page's own; the key of an answer is the message that it answers; the key of a message
about a ticket is the event that it tells of. The keys of customers' pages and those of agents and
the product never meet: no page can keep a line from being said by sending its key first.

Windows are ranges of numbers, never "newest first, so many": the embedded server reads a whole
conversation to sort it.
"""

from typing import Any, cast

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.message import Conversation, ConversationId, Message, MessageId, Role
from schemas.widgets import AnyWidget

COLLECTION = "messages"
INDEXES = [
    IndexModel([("conversation_id", ASCENDING), ("seq", ASCENDING)], name="by_number", unique=True),
    # One field, so that the embedded server looks a key up by it alone.
    IndexModel([("key", ASCENDING)], name="by_key", unique=True, sparse=True),
]

ATTEMPTS = 8
"""How often a number that others took is tried anew."""


def _messages(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_message(store: Store, message: Message) -> Message:
    """Keep a message under the next free number, once.

    Args:
        message: ``seq`` is the number expected to be free; a later one is taken if it is not.

    Returns:
        The message as it is kept. It has another id where one was kept under the same key before.

    Raises:
        RuntimeError: others took every number tried.
    """
    for _ in range(ATTEMPTS):
        if (kept := await insert_at(store, message)) is not None:
            return kept
        message = await renumbered(store, message)
    raise no_number(message)


async def insert_at(store: Store, message: Message) -> Message | None:
    """Keep a message under its own number, once.

    Returns:
        The message as it is kept, see ``insert_message``; None where another took the number.
    """
    try:
        await _messages(store).insert_one(_document(message))
    except DuplicateKeyError:
        return await _find_twin(store, message)
    return message


async def renumbered(store: Store, message: Message) -> Message:
    """Return a message, not kept yet, with the next free number from its own on."""
    seq = await _find_last_seq(store, message.conversation_id, message.seq)
    return message.model_copy(update={"seq": seq + 1})


def no_number(message: Message) -> RuntimeError:
    """Return what to raise when others took every number tried."""
    return RuntimeError(f"no free number in {message.conversation_id}")


async def insert_within(store: Store, tx: Tx, message: Message) -> Message:
    """Keep a message as part of a transaction, under the next free number, once.

    Args:
        message: ``seq`` is the number expected to be free; a later one is taken if it is not.

    Returns:
        The message as it is kept. It has another id where one was kept under the same key before.

    Raises:
        DuplicateKeyError: another took the number meanwhile; the transaction must run anew.
    """
    key = _key(message)
    twin = await _messages(store).find_one({"key": key}, session=tx) if key else None
    if twin is not None:
        return _parse(twin)
    seq = await _find_last_seq(store, message.conversation_id, message.seq, tx)
    message = message.model_copy(update={"seq": seq + 1})
    await _messages(store).insert_one(_document(message), session=tx)
    return message


async def replace_message(store: Store, message: Message) -> bool:
    """Put a message in place of the one with the same id. False if there is none."""
    result = await _messages(store).replace_one({"_id": message.id}, _document(message))
    return result.matched_count == 1


async def swap_widget(
    store: Store, message_id: MessageId, widget: AnyWidget, revision: int | None = None
) -> bool:
    """Put a widget in place of the one with its id, and leave the rest of the message alone.

    Args:
        revision: only where the one to replace has this revision.

    Returns:
        False where there is no such widget, or it has another revision by now.
    """
    wanted: dict[str, Any] = {"id": widget.id}
    if revision is not None:
        wanted["revision"] = revision
    result = await _messages(store).update_one(
        {"_id": message_id, "widgets": {"$elemMatch": wanted}},
        {"$set": {"widgets.$": widget.model_dump(mode="json", exclude_none=True)}},
    )
    return result.matched_count == 1


async def find_message(store: Store, message_id: MessageId) -> Message | None:
    """Return a message, whoever it belongs to."""
    document = await _messages(store).find_one({"_id": message_id})
    return _parse(document) if document else None


async def find_message_by_key(
    store: Store, conversation_id: ConversationId, client_key: str
) -> Message | None:
    """Return the customer's message that the page sent under this key."""
    key = _client_key(conversation_id, client_key, page=True)
    document = await _messages(store).find_one({"key": key})
    return _parse(document) if document else None


async def find_answer(store: Store, message_id: MessageId) -> Message | None:
    """Return the answer to a customer's message."""
    document = await _messages(store).find_one({"key": _answer_key(message_id)})
    return _parse(document) if document else None


async def find_newest_messages(
    store: Store, conversation: Conversation, limit: int
) -> list[Message]:
    """Return a conversation's newest messages, oldest first, ``limit`` at most.

    ``conversation`` may be some messages behind.
    """
    newest = await _find_range(store, conversation.id, {"$gt": conversation.last_seq - limit})
    return newest[-limit:]


async def find_earlier_messages(
    store: Store,
    conversation_id: ConversationId,
    before_seq: int,
    limit: int,
    *,
    widgets: bool = True,
) -> list[Message]:
    """Return the messages just before a number, oldest first, ``limit`` at most.

    ``widgets=False`` leaves the cards out.
    """
    seq = {"$gte": before_seq - limit, "$lt": before_seq}
    return await _find_range(store, conversation_id, seq, widgets=widgets)


async def _find_range(
    store: Store, conversation_id: ConversationId, seq: dict[str, int], *, widgets: bool = True
) -> list[Message]:
    query = {"conversation_id": conversation_id, "seq": seq}
    cursor = _messages(store).find(query, None if widgets else {"widgets": 0})
    return [_parse(document) async for document in cursor.sort("seq", ASCENDING)]


async def _find_twin(store: Store, message: Message) -> Message | None:
    """Return what was kept as this message: by a retried write, or under the same key."""
    key = _key(message)
    document = await _messages(store).find_one({"key": key}) if key else None
    document = document or await _messages(store).find_one({"_id": message.id})
    return _parse(document) if document else None


async def _find_last_seq(
    store: Store, conversation_id: ConversationId, seq: int, tx: Tx | None = None
) -> int:
    cursor = _messages(store).find(
        {"conversation_id": conversation_id, "seq": {"$gte": seq}}, {"_id": 0, "seq": 1}, session=tx
    )
    return max([cast("int", document["seq"]) async for document in cursor], default=seq - 1)


def _client_key(conversation_id: ConversationId, client_key: str, *, page: bool) -> str:
    return f"{conversation_id}/{'page' if page else 'own'}/{client_key}"


def _answer_key(message_id: MessageId) -> str:
    return f"{message_id}/answer"


def _key(message: Message) -> str | None:
    if message.ticket_event is not None:
        return message.ticket_event
    if message.reply_to is not None:
        return _answer_key(message.reply_to)
    if message.client_key is not None:
        page = message.role is Role.CUSTOMER
        return _client_key(message.conversation_id, message.client_key, page=page)
    return None


def _document(message: Message) -> Document:
    document: dict[str, Any] = message.model_dump(
        mode="json", exclude={"id", "tools", "created_at"}, exclude_none=True
    )
    document["_id"] = message.id
    document["created_at"] = message.created_at
    # An argument that is None says something, so tools are written as they are.
    document["tools"] = [use.model_dump(mode="json") for use in message.tools]
    if (key := _key(message)) is not None:
        document["key"] = key
    return document


def _parse(document: Document) -> Message:
    document["id"] = document.pop("_id")
    document.pop("key", None)
    return Message.model_validate(document)
