"""A chat page that is told about every change, and what others say in it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import find_conversation
from ecocash_copilot.store.messages import insert_message
from schemas.message import Conversation, Message, Role
from tests.feed.reading import reading
from tests.state.tab import Tab
from tests.support.assistant import Desk, open_desk

SUB = "c-1001"


@asynccontextmanager
async def live_desk(settings: Settings, store: Store, **parts: Any) -> AsyncGenerator[Desk]:
    async with (
        open_desk(settings, store, **parts) as desk,
        reading(store, desk.pages.hub),
    ):
        yield desk


async def chat_of(desk: Desk, tab: Tab) -> Conversation:
    conversation = await find_conversation(desk.store, tab.vars["conversation_id"])
    assert conversation is not None
    return conversation


async def say_as(
    desk: Desk, conversation: Conversation, text: str, role: Role = Role.AGENT, **fields: Any
) -> Message:
    message = Message(
        id=new_id("ms"),
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        seq=1,
        role=role,
        text=text,
        created_at=now(),
        **fields,
    )
    return await insert_message(desk.store, message)


def texts(tab: Tab) -> list[str]:
    return [view.blocks[0].lines[0].spans[0].text if view.blocks else "" for view in tab.shown]


def sent_slots(tab: Tab) -> list[str]:
    return [name for delta in tab.deltas for name in delta if name.startswith("slot_")]


async def ended(desk: Desk) -> None:
    """Wait until nothing runs for any page."""

    def running() -> list[asyncio.Task[object]]:
        return [each for each in asyncio.all_tasks() if each.get_name().startswith("watch-")]

    async with asyncio.timeout(5):
        while tasks := running():
            await asyncio.wait(tasks)
        await asyncio.sleep(0)
    assert desk.pages.size == 0
