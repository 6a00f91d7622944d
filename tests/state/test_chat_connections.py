"""The chat page while connections, the feed and the database come and go."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.changes import Change, Refresh
from ecocash_copilot.state import live_page
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.message import Message, Role
from tests.state.chat_tab import opened, send, whole
from tests.state.live_chat import SUB, chat_of, ended, live_desk, say_as
from tests.state.tab import Tab
from tests.support.assistant import Desk


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with live_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def secret(desk: Desk) -> str:
    return await desk.sign_in.open_session(Customer(id=SUB, name="Tariro"))


@pytest.fixture
async def tab(desk: Desk, secret: str) -> AsyncGenerator[Tab]:
    async with opened(desk, secret) as tab:
        await send(tab, "hello")
        tab.forget()
        yield tab
        assert tab.errors == []


async def test_no_task_outlives_its_tab(desk: Desk, secret: str) -> None:
    before = desk.pages.hub.size
    for _ in range(3):
        async with opened(desk, secret) as tab:
            assert desk.pages.size == 1
            for _ in range(4):
                await tab.call("open_chat")
            await tab.call("open_history")
            assert desk.pages.hub.size == before + 1
            tab.disconnect()
            assert desk.pages.hub.size == before
        await ended(desk)


async def test_a_tab_that_comes_back_shows_what_it_missed_once(
    desk: Desk, secret: str, tab: Tab
) -> None:
    conversation = await chat_of(desk, tab)
    for gap in range(3):
        tab.disconnect()
        missed = await say_as(desk, conversation, f"missed {gap}")
        tab.connect()
        await tab.call("open_chat")
        after = await say_as(desk, conversation, f"after {gap}")
        await tab.until_holds(lambda after=after: tab.shown[-1].id == after.id)
        assert [view.id for view in tab.shown][-2:] == [missed.id, after.id]
        whole(tab)
    assert desk.pages.hub.size == 1


async def test_after_a_gap_in_the_feed_the_page_is_whole(desk: Desk, tab: Tab) -> None:
    conversation, hub = await chat_of(desk, tab), desk.pages.hub
    for count in (1, 5, 70):
        # What the stream brings is lost, as when the database was away.
        publish = hub.publish
        hub.publish = lambda change: None
        lost = [await say_as(desk, conversation, f"lost {number}") for number in range(count)]
        hub.publish = publish
        hub.refresh(Refresh("opened"))
        await tab.until_holds(lambda last=lost[-1]: tab.shown[-1].id == last.id)
        whole(tab)
    mine = await say_as(desk, conversation, "and on")
    await tab.until_holds(lambda: tab.shown[-1].id == mine.id)
    whole(tab)


async def test_a_missing_message_is_noticed_by_its_number(desk: Desk, tab: Tab) -> None:
    conversation, hub = await chat_of(desk, tab), desk.pages.hub
    lost = set[str]()
    publish = hub.publish

    def drop(change: Change) -> None:
        said = change.document
        # The assistant's own answer may still be on its way.
        if isinstance(said, Message) and said.role is Role.AGENT and not lost:
            lost.add(change.id)
        else:
            publish(change)

    hub.publish = drop
    first = await say_as(desk, conversation, "dropped")
    second = await say_as(desk, conversation, "arrived")
    await tab.until_holds(lambda: tab.shown[-1].id == second.id)
    hub.publish = publish
    assert lost == {first.id}
    assert [view.id for view in tab.shown][-2:] == [first.id, second.id]


async def test_a_session_that_ended_gets_nothing_more(
    desk: Desk, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_page, "KEEP_SECONDS", 0.02)
    async with opened(desk, secret) as tab:
        await send(tab, "hello")
        conversation = await chat_of(desk, tab)
        await desk.sign_in.revoke_session(await desk.again(secret))
        await tab.until_holds(lambda: "need_session" in tab.deltas[-1])
        await ended(desk)
        tab.forget()
        await say_as(desk, conversation, "secret")
        assert tab.deltas == []
        assert len(tab.shown) == 2


async def test_a_session_that_ended_gets_nothing_more_where_news_never_stop(
    desk: Desk, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_page, "KEEP_SECONDS", 0.3)
    async with opened(desk, secret) as tab:
        await send(tab, "hello")
        conversation = await chat_of(desk, tab)
        await desk.sign_in.revoke_session(await desk.again(secret))
        async with asyncio.timeout(8):
            while not any("need_session" in delta for delta in tab.deltas):
                await say_as(desk, conversation, "more")
        await ended(desk)
