"""A person takes over while the customer looks on: two browsers, one database, the real feed."""

# pyright: reportPrivateUsage=false

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

from ecocash_copilot.actions.conversations import list_conversations
from ecocash_copilot.actions.handovers import (
    ask_for_person,
    find_open_handover,
    hand_back,
    say_as_agent,
    take,
)
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.changes import conversation_topic
from ecocash_copilot.feed.stream import FeedStream
from ecocash_copilot.store.client import Store
from schemas.feed import PresenceKind
from schemas.handover import Handover, HandoverReason
from schemas.identity import Customer
from schemas.message import Conversation
from schemas.staff import Staff, StaffRole
from tests.state.tab import Tab, tab_of
from tests.support.assistant import Desk, open_desk

CUSTOMER = Customer(id="c-1001", name="Tariro")
RUDO = Staff(id="agent-1", name="Rudo", roles=frozenset({StaffRole.AGENT}))
MONDAY_10 = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    """A desk whose pages hear of every change."""
    async with open_desk(settings, store) as desk:
        stream = FeedStream(store, desk.pages.hub, "test")
        await stream.start()
        try:
            yield desk
        finally:
            await stream.stop()


async def talking(desk: Desk, tab: Tab) -> Conversation:
    """Say something in a new chat, and return it."""
    await tab.call("open_chat")
    await tab.call("send", outgoing='{"text": "show my balance", "key": "key-00001"}')
    (conversation,) = await list_conversations(desk.store, CUSTOMER)
    return conversation


async def waiting(desk: Desk, tab: Tab) -> tuple[Conversation, Handover]:
    conversation = await talking(desk, tab)
    handover = await ask_for_person(
        desk.store, CUSTOMER, conversation, HandoverReason.ASKED, MONDAY_10
    )
    await tab.until("speaker", "queue")
    return conversation, handover


async def shows(tab: Tab, text: str) -> None:
    """Wait until the page shows a text, once."""

    def texts() -> list[str]:
        return [view.copy_text or view.model_dump_json() for view in tab.shown]

    async with asyncio.timeout(10):
        while not any(text in each for each in texts()):
            tab._changed.clear()
            await tab._changed.wait()
    assert sum(text in each for each in texts()) == 1


async def test_the_page_shows_who_speaks_and_what_they_say(desk: Desk):
    secret = await desk.sign_in.open_session(CUSTOMER)
    async with tab_of(desk, secret) as tab:
        conversation, handover = await waiting(desk, tab)
        await take(desk.store, RUDO, handover.id)
        await tab.until("speaker", "agent")
        assert tab.vars["speaker_note"] == "You are talking to Rudo"
        await shows(tab, "Rudo from EcoCash has joined the chat.")
        await say_as_agent(desk.store, RUDO, conversation.id, "Mhoro Tariro", "key-agent-1")
        await shows(tab, "Mhoro Tariro")
        await tab.call("send", outgoing='{"text": "Thank you", "key": "key-00002"}')
        await shows(tab, "Thank you")
        assert tab.vars["busy"] is False
        await hand_back(desk.store, RUDO, handover.id)
        await tab.until("speaker", "assistant")
        await shows(tab, "Rudo has left the chat.")
        roles = [view.role for view in tab.shown]
        assert roles == ["customer", "assistant", "system", "agent", "customer", "system"]
        assert tab.errors == []


async def test_a_page_opened_later_shows_the_same(desk: Desk):
    secret = await desk.sign_in.open_session(CUSTOMER)
    async with tab_of(desk, secret) as tab:
        _, handover = await waiting(desk, tab)
        await take(desk.store, RUDO, handover.id)
        await tab.until("speaker", "agent")
        async with tab_of(desk, secret) as other:
            await other.call("open_chat")
            await other.until("speaker", "agent")
            assert [view.id for view in other.shown] == [view.id for view in tab.shown]


async def test_the_customer_leaves_the_queue(desk: Desk):
    secret = await desk.sign_in.open_session(CUSTOMER)
    async with tab_of(desk, secret) as tab:
        conversation, _ = await waiting(desk, tab)
        await tab.call("leave_queue")
        await tab.until("speaker", "assistant")
        await shows(tab, "I am here again. How can I help?")
        assert await find_open_handover(desk.store, conversation.id) is None
        await tab.call("send", outgoing='{"text": "show my balance", "key": "key-00003"}')
        assert tab.shown[-1].widgets


async def test_typing_is_told_while_a_person_answers_and_at_no_other_time(desk: Desk):
    secret = await desk.sign_in.open_session(CUSTOMER)
    async with tab_of(desk, secret) as tab:
        conversation = await talking(desk, tab)
        topic = conversation_topic(conversation.id)
        await tab.call("typing")
        assert await desk.services.presence.find(topic) == []
        handover = await ask_for_person(
            desk.store, CUSTOMER, conversation, HandoverReason.ASKED, MONDAY_10
        )
        await take(desk.store, RUDO, handover.id)
        await tab.until("speaker", "agent")
        await tab.call("typing")
        (typing,) = await desk.services.presence.find(topic)
        assert (typing.who, typing.name) == ("customer:c-1001", "Tariro")
        await tab.call("send", outgoing='{"text": "It never came", "key": "key-00004"}')
        assert await desk.services.presence.find(topic) == []
        await desk.services.presence.show(topic, PresenceKind.TYPING, "staff:agent-1", "Rudo")
        await tab.until("agent_typing", True)
        await desk.services.presence.aclose()
