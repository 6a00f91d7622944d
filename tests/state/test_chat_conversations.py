"""Conversations of the chat page, its languages and sessions, through its handlers."""

import asyncio

import pytest
from agno.models.message import Message as ModelMessage
from pydantic import ValidationError

from ecocash_copilot.actions.messages import accept_message
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.state.services import EVENTS_PER_MESSAGE
from ecocash_copilot.state.window import FIRST
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.conversations import release_turns
from schemas.identity import Customer
from schemas.message import Conversation
from schemas.session import Session
from tests.state.chat_tab import Pieces, opened, scripted, send, talk, whole
from tests.state.tab import Tab, tab_of
from tests.support.assistant import Desk, answer_of, open_desk, say


async def test_a_second_tab_shows_what_the_first_said_when_it_is_used_again(
    desk: Desk, secret: str
):
    async with opened(desk, secret) as tab:
        await send(tab, "hello")
        for turns in (3, FIRST):
            await talk(desk, secret, turns)
            await send(tab, "thanks")
            assert whole(tab)
        assert tab.vars["has_earlier"]
        while tab.vars["has_earlier"]:
            await tab.call("load_earlier")
        assert whole(tab) == list(range(1, 2 * (3 + FIRST + 3) + 1))


async def test_a_tab_without_a_chat_joins_the_one_that_another_began(desk: Desk, secret: str):
    async with opened(desk, secret) as tab:
        await talk(desk, secret, 2)
        await send(tab, "hello")
        assert whole(tab) == [1, 2, 3, 4, 5, 6]


async def test_earlier_messages_come_in_order_until_there_are_none(desk: Desk, secret: str):
    await talk(desk, secret, FIRST + 3)
    async with opened(desk, secret) as tab:
        assert whole(tab) == list(range(FIRST + 7, 2 * FIRST + 7))
        await tab.call("load_earlier")
        assert whole(tab) == list(range(7, 2 * FIRST + 7))
        await asyncio.gather(tab.call("load_earlier"), tab.call("load_earlier"))
        assert whole(tab) == list(range(1, 2 * FIRST + 7))
        assert not tab.vars["has_earlier"]
        await tab.call("load_earlier")
        assert whole(tab) == list(range(1, 2 * FIRST + 7))
        # All of it was said today, so today stands above it once.
        assert [view.seq for view in tab.shown if view.day] == [1]
        await send(tab, "hello")
        assert whole(tab) == list(range(1, 2 * FIRST + 9))


async def test_a_retry_far_up_redraws_the_answer_where_it_is(settings: Settings, store: Store):
    fails = [True]

    async def script(_messages: list[ModelMessage]) -> Pieces:
        if fails:
            fails.pop()
            raise RuntimeError("the provider is down")
        yield say("Hello.")

    async with open_desk(settings, store, model=scripted(script)) as desk:
        secret = await desk.sign_in.open_session(Customer(id="c-1001"))
        await talk(desk, secret, 14)
        async with opened(desk, secret) as tab:
            await tab.call("load_earlier")
            failed = tab.shown[1]
            assert (failed.retry, failed.note) == (True, "This could not be answered")
            await tab.call("retry", message_id=failed.id)
            assert whole(tab) == list(range(1, 29))
            assert (tab.shown[1].retry, tab.shown[1].copy_text) == (False, "Hello.")
            await send(tab, "thanks")
            assert whole(tab) == list(range(1, 31))


async def test_a_question_without_an_answer_can_be_retried(desk: Desk, secret: str):
    await talk(desk, secret, 1)
    session = await desk.again(secret)
    conversation = (await desk.assistant.open(session, 1)).conversation
    assert conversation is not None
    await accept_message(desk.store, session.customer, conversation, "hello", "key-1")
    await release_turns(desk.store)
    async with opened(desk, secret) as tab:
        lost = tab.shown[-1]
        assert (lost.retry, lost.note, lost.client_key) == (
            True,
            "This was not answered yet",
            "key-1",
        )
        await tab.call("retry", message_id=lost.id)
        assert whole(tab) == [1, 2, 3, 4]
        assert (tab.shown[2].retry, tab.shown[2].note) == (False, "")


async def test_history_lists_and_opens_earlier_chats(tab: Tab):
    await send(tab, "hello")
    first = tab.vars["conversation_id"]
    await tab.call("new_chat")
    assert (tab.shown, tab.vars["title"]) == ([], "")
    await send(tab, "show my balance")
    assert not tab.vars["history_known"]
    await tab.call("open_history")
    assert tab.vars["history_open"]
    assert tab.vars["history_known"]
    assert [(item.title, item.current) for item in tab.vars["history"]] == [
        ("show my balance", True),
        ("hello", False),
    ]
    await tab.call("open_conversation", conversation_id=first)
    assert (tab.vars["title"], tab.vars["history_open"]) == ("hello", False)
    assert whole(tab) == [1, 2]
    await tab.call("close_history")
    await tab.call("open_conversation", conversation_id="cv_" + "0" * 26)
    assert tab.vars["alert"] == "This is not there any more."
    assert tab.vars["conversation_id"] == first


async def test_another_language_redraws_the_page(tab: Tab):
    await send(tab, "show my balance")
    await tab.call("set_locale", locale="sn")
    assert tab.vars["lang"] == "sn"
    assert tab.shown[1].widgets[0].title != "Your balance"
    assert whole(tab) == [1, 2]
    await tab.call("set_locale", locale="fr")
    assert tab.vars["lang"] == "sn"
    assert tab.vars["alert"]


async def test_a_language_chosen_in_the_menu_redraws_the_page(tab: Tab):
    await send(tab, "show my balance")
    english = tab.vars["labels"], tab.vars["quick"]
    await tab.call("choose_language", locale="nd")
    assert tab.vars["lang"] == "nd"
    assert (tab.vars["labels"], tab.vars["quick"]) != english
    assert tab.shown[1].widgets[0].title == "Imali yakho"
    await tab.call("choose_language", locale="fr")
    assert (tab.vars["lang"], bool(tab.vars["alert"])) == ("nd", True)


async def test_a_language_asked_for_redraws_the_page_and_is_confirmed_in_it(tab: Tab):
    await send(tab, "show my balance")
    await send(tab, "taurai neShona")
    assert tab.vars["lang"] == "sn"
    assert tab.shown[1].widgets[0].title == "Mari yenyu"
    assert [view.seq for view in tab.shown] == [1, 2, 3, 4]
    assert tab.shown[3].copy_text == "Kubva zvino ndichanyora nechiShona."
    assert not tab.vars["busy"]


# -- signing in --------------------------------------------------------------------------------


async def test_the_list_of_chats_stays_closed_if_it_was_closed_while_it_was_read(
    desk: Desk, tab: Tab, monkeypatch: pytest.MonkeyPatch
):
    reading, closed = asyncio.Event(), asyncio.Event()
    history = desk.assistant.history

    async def slow(session: Session) -> list[Conversation]:
        reading.set()
        await closed.wait()
        return await history(session)

    monkeypatch.setattr(desk.assistant, "history", slow)
    opening = asyncio.create_task(tab.call("open_history"))
    await reading.wait()
    await tab.call("close_history")
    closed.set()
    await opening
    assert tab.vars["history_known"]
    assert not tab.vars["history_open"]
    await tab.call("open_history")
    assert tab.vars["history_open"]


async def test_a_page_that_signs_in_is_not_refused_for_what_it_was_before(
    desk: Desk, secret: str, monkeypatch: pytest.MonkeyPatch
):
    refusing, resumed = asyncio.Event(), asyncio.Event()
    access = desk.sign_in.access_session

    async def slow(*, secret: str = "", ref: str = "") -> Session:
        if not ref:
            refusing.set()
            await resumed.wait()
        return await access(secret=secret, ref=ref)

    ticket = await desk.sign_in.issue_ticket(await desk.again(secret))
    monkeypatch.setattr(desk.sign_in, "access_session", slow)
    async with tab_of(desk, "an-old-session") as tab:
        opening = asyncio.create_task(tab.call("open_chat"))
        await refusing.wait()
        await tab.call("resume", ticket=ticket)
        resumed.set()
        await opening
        assert tab.vars["app_state"] == "ready"
        assert not tab.vars["need_session"]


async def test_a_ticket_joins_the_page_to_its_session_once(desk: Desk, secret: str):
    ticket = await desk.sign_in.issue_ticket(await desk.again(secret))
    async with tab_of(desk) as tab, tab_of(desk) as thief:
        await tab.call("open_chat")
        assert tab.vars["need_session"]
        await tab.call("resume", ticket=ticket)
        assert tab.vars["app_state"] == "ready"
        await send(tab, "hello")
        assert whole(tab) == [1, 2]
        await thief.call("resume", ticket=ticket)
        assert thief.vars["need_session"]
        assert thief.shown == []


async def test_a_session_that_ended_is_asked_for_anew(desk: Desk, secret: str):
    async with opened(desk, secret) as tab:
        await send(tab, "hello")
        await desk.sign_in.revoke_session(await desk.again(secret))
        tab.forget()
        await send(tab, "show my balance")
        assert tab.vars["need_session"]
        assert whole(tab) == [1, 2]
        await tab.call("expire")
        assert tab.vars["app_state"] == "expired"


async def test_a_page_that_opens_while_the_database_is_down_says_so(settings: Settings):
    uri = settings.mongodb_uri.get_secret_value()
    async with (
        open_store(uri, settings.mongodb_db, embedded=True) as store,
        open_desk(settings, store) as desk,
    ):
        secret = await desk.sign_in.open_session(Customer(id="c-1001"))
        ticket = await desk.sign_in.issue_ticket(await desk.again(secret))
        async with opened(desk, secret) as tab, tab_of(desk, secret) as late:
            await store.client.drop_database(settings.mongodb_db)
            await store.client.close()
            await late.call("open_chat")
            assert late.vars["app_state"] == "error"
            await send(tab, "hello")
            assert tab.vars["alert"].startswith("This does not work just now.")
            await late.call("resume", ticket=ticket)
            assert tab.errors == late.errors == []


async def test_waiting_for_an_answer_of_another_tab_is_said(settings: Settings, store: Store):
    async def script(_messages: list[ModelMessage]) -> Pieces:
        yield say("Let me look. ")
        await asyncio.Event().wait()

    async with open_desk(settings, store, model=scripted(script)) as desk:
        secret = await desk.sign_in.open_session(Customer(id="c-1001"))
        async with opened(desk, secret) as tab:
            asked = await desk.assistant.ask(await desk.again(secret), None, "hello", None)
            await send(tab, "hello")
            assert tab.vars["alert"].startswith("An answer is on its way.")
            assert desk.turns.stop(asked.conversation.id)
            await answer_of(asked)


async def test_what_cannot_be_read_is_said_and_not_waited_for(
    desk: Desk, secret: str, tab: Tab, store: Store
) -> None:
    await send(tab, "hello")
    await store.database["messages"].update_one(
        {"conversation_id": tab.vars["conversation_id"], "seq": 1}, {"$set": {"role": "nobody"}}
    )

    async with tab_of(desk, secret) as other:
        with pytest.raises(ValidationError):
            await other.call("open_chat")

    assert other.vars["app_state"] == "error"


@pytest.mark.usefixtures("one_moment")
async def test_a_customers_pages_are_limited_whatever_they_do(settings: Settings, store: Store):
    few = settings.model_copy(update={"messages_per_minute": 1})
    async with open_desk(few, store) as desk:
        secrets = [await desk.sign_in.open_session(Customer(id=f"c-100{n}")) for n in (1, 1, 2)]
        async with opened(desk, secrets[0]) as tab, opened(desk, secrets[1]) as other:
            for number in range(EVENTS_PER_MESSAGE - 2):
                await tab.call("choose_language", locale=("sn", "en")[number % 2])
                assert tab.vars["alert"] == ""
            lang = other.vars["lang"]
            for handler, values in (("choose_language", {"locale": "nd"}), ("new_chat", {})):
                await other.call(handler, **values)
                assert "wait a moment" in other.vars["alert"]
                assert other.vars["lang"] == lang
        async with opened(desk, secrets[2]) as theirs:
            assert theirs.vars["app_state"] == "ready"
