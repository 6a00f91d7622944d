"""Makes records for tests."""

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import insert_conversation
from schemas.message import Conversation, Message, Role

CUSTOMER_ID = "c-1"


async def new_conversation(store: Store, customer_id: str = CUSTOMER_ID) -> Conversation:
    conversation = Conversation(
        id=new_id("cv"), customer_id=customer_id, created_at=now(), updated_at=now()
    )
    await insert_conversation(store, conversation)
    return conversation


def question(conversation: Conversation, seq: int = 1, client_key: str | None = None) -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        seq=seq,
        role=Role.CUSTOMER,
        text=f"message {seq}",
        created_at=now(),
        client_key=client_key,
    )


def answer(to: Message) -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id=to.conversation_id,
        customer_id=to.customer_id,
        seq=to.seq + 1,
        role=Role.ASSISTANT,
        text="an answer",
        created_at=now(),
        reply_to=to.id,
    )
