"""What a thread holds, for tests."""

from ecocash_copilot.actions.messages import list_messages
from schemas.message import Conversation, Message
from schemas.widgets import TransactionTable
from tests.support.assistant import Desk


def table_in(message: Message) -> TransactionTable:
    (table,) = [each for each in message.widgets if isinstance(each, TransactionTable)]
    return table


async def thread(desk: Desk, conversation: Conversation) -> list[Message]:
    return await list_messages(desk.store, conversation, 100)
