"""The chat's handlers through Reflex's own event machinery: what the page shows, and is sent."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
from agno.models.message import Message as ModelMessage
from agno.models.response import ModelResponse
from pydantic import ValidationError

from ecocash_copilot.actions.messages import accept_message
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.state.chat_live import FLUSH_SECONDS
from ecocash_copilot.state.window import FIRST, SLOTS
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.conversations import release_turns
from schemas.identity import Customer
from schemas.views import WidgetView
from tests.state.tab import Delta, Tab, tab_of
from tests.support.assistant import Desk, ScriptedModel, answer_of, call, open_desk, say

SMALL = {
    "alert",
    "busy",
    "conversation_id",
    "live_blocks",
    "live_tail",
    "live_widgets",
    "quick",
    "title",
}
"""Vars that a turn may send beside the two messages."""
Pieces = AsyncIterator[ModelResponse]


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def secret(desk: Desk) -> str:
    return await desk.sign_in.open_session(Customer(id="c-1001"))


@pytest.fixture
async def tab(desk: Desk, secret: str) -> AsyncGenerator[Tab]:
    async with opened(desk, secret) as tab:
        yield tab
        assert tab.errors == []


class opened:  # noqa: N801 - reads as a word
    """A tab whose chat is open."""

    def __init__(self, desk: Desk, secret: str) -> None:
        self._tab = tab_of(desk, secret)

    async def __aenter__(self) -> Tab:
        tab = await self._tab.__aenter__()
        await tab.call("open_chat")
        assert tab.vars["app_state"] == "ready"
        tab.forget()
        return tab

    async def __aexit__(self, *error: object) -> None:
        await self._tab.__aexit__(*error)


_keys = iter(range(10_000_000, 99_999_999))


def outgoing(*texts: str) -> str:
    return json.dumps([{"text": text, "key": f"key-{next(_keys)}"} for text in texts])


async def send(tab: Tab, *texts: str) -> None:
    await tab.call("send", outgoing=outgoing(*texts))


def size(delta: Delta) -> int:
    return len(json.dumps(delta, default=lambda view: view.model_dump(exclude_defaults=True)))


def whole(tab: Tab) -> list[int]:
    """The places of the messages on the page; they are in order and without a gap."""
    seqs = [view.seq for view in tab.shown]
    assert seqs == list(range(seqs[0], seqs[-1] + 1)) if seqs else True
    return seqs


# -- a turn ------------------------------------------------------------------------------------


async def test_a_turn_shows_the_question_then_the_answer(tab: Tab):
    await send(tab, "show my balance")

    question, answer = tab.shown
    assert (question.role, question.blocks[0].lines[0].spans[0].text) == (
        "customer",
        "show my balance",
    )
    assert [widget.type for widget in answer.widgets] == ["balance_card"]
    assert (tab.vars["busy"], tab.vars["title"]) == (False, "show my balance")
    assert tab.vars["quick"]


async def test_what_a_turn_sends_does_not_depend_on_the_thread(tab: Tab, desk: Desk):
    sent: list[set[str]] = []
    sizes: list[int] = []
    for _ in range(SLOTS // 2 + 5):
        tab.forget()
        await send(tab, "thanks")
        names = {name for delta in tab.deltas for name in delta}
        slots = {name for name in names if name.startswith("slot_")}
        assert len(slots) == 2
        sent.append(names - slots)
        sizes.append(sum(map(size, tab.deltas)))
        assert tab.others == []
    assert set().union(*sent[: SLOTS // 2 - 2]) <= SMALL
    # A page that is full says once with each turn that there is more above.
    assert set().union(*sent) <= SMALL | {"has_earlier", "earlier"}
    # On a busy machine a turn may be slow enough for a flush in between, of its own answer alone.
    assert max(sizes[1:]) <= min(sizes[1:]) + 800
    assert whole(tab) == list(range(11, SLOTS + 11))
    assert tab.vars["has_earlier"]


async def test_several_messages_are_answered_in_their_order(tab: Tab):
    await send(tab, "hello", "show my balance")
    assert [view.role for view in tab.shown] == ["customer", "assistant"] * 2


async def test_a_message_sent_twice_is_shown_once(tab: Tab):
    twice = outgoing("hello")
    await asyncio.gather(*(tab.call("send", outgoing=twice) for _ in range(4)))
    assert whole(tab) == [1, 2]


@pytest.mark.parametrize("sent", ["", "[]"])
async def test_nothing_to_send_is_nothing(tab: Tab, sent: str):
    await tab.call("send", outgoing=sent)
    assert tab.shown == []
    assert tab.vars.get("alert", "") == ""


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        '{"text": "hi"}',
        '{"text": 5, "key": "12345678"}',
        '[{"text": "hi", "key": "short"}]',
        json.dumps({"text": "x" * 4001, "key": "12345678"}),
        '{"text": "\\ud83d", "key": "12345678"}',
        '{"text": "  ", "key": "12345678"}',
        "[" * 10_000,
    ],
)
async def test_what_can_not_be_read_is_refused_in_a_line(tab: Tab, sent: str):
    await tab.call("send", outgoing=sent)
    assert tab.vars["alert"] == "This could not be sent. Please write it in another way."
    assert tab.shown == []
    await send(tab, "hello")
    assert tab.vars["alert"] == ""


def scripted(script: Any) -> ScriptedModel:
    return ScriptedModel(script=script)


async def test_a_flush_sends_only_what_changed(settings: Settings, store: Store):
    paragraph = "word " * 40 + "\n\n"

    async def script(messages: list[ModelMessage]) -> Pieces:
        if messages[-1].role == "user":
            yield call("eco_get_transactions", limit=10)
            return
        for piece in (paragraph, paragraph, "the", " end", " of", " the", " answer"):
            yield say(piece)
            await asyncio.sleep(FLUSH_SECONDS * 1.5)

    async with open_desk(settings, store, model=scripted(script)) as desk:
        secret = await desk.sign_in.open_session(Customer(id="c-1001"))
        async with opened(desk, secret) as tab:
            await send(tab, "tell me")
            live = [delta for delta in tab.deltas if "live_tail" in delta][1:-1]
            assert len(live) > 4
            assert sum("live_widgets" in delta for delta in live) == 1
            assert sum("live_blocks" in delta for delta in live) == 2
            assert tab.shown[1].widgets[0].type == "transaction_table"
            assert (tab.vars["live_tail"], tab.vars["live_widgets"]) == ("", [])


async def test_stop_ends_the_answer_and_keeps_what_was_said(settings: Settings, store: Store):
    async def script(_messages: list[ModelMessage]) -> Pieces:
        yield say("Let me look. ")
        await asyncio.Event().wait()

    async with open_desk(settings, store, model=scripted(script)) as desk:
        secret = await desk.sign_in.open_session(Customer(id="c-1001"))
        async with opened(desk, secret) as tab, asyncio.TaskGroup() as tasks:
            asked = tasks.create_task(send(tab, "hello"))
            await tab.until("live_tail", "Let me look. ")
            await tab.call("stop")
            await asked
            assert (tab.shown[1].note, tab.shown[1].copy_text) == ("Stopped", "Let me look.")
            assert not tab.vars["busy"]
            await tab.call("stop")


async def test_a_page_that_comes_back_in_the_middle_follows_from_the_start(
    settings: Settings, store: Store
):
    go_on = asyncio.Event()

    async def script(_messages: list[ModelMessage]) -> Pieces:
        yield say("Let me look. ")
        await go_on.wait()
        yield say("There it is.")

    async with open_desk(settings, store, model=scripted(script)) as desk:
        secret = await desk.sign_in.open_session(Customer(id="c-1001"))
        async with opened(desk, secret) as tab, tab_of(desk, secret) as again:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(send(tab, "hello"))
                await tab.until("live_tail", "Let me look. ")
                tasks.create_task(again.call("open_chat"))
                await again.until("live_tail", "Let me look. ")
                assert again.vars["busy"]
                go_on.set()
            for each in (tab, again):
                assert [view.copy_text for view in each.shown] == ["", "Let me look. There it is."]
                assert not each.vars["busy"]


async def test_another_chat_does_not_show_the_answer_of_the_one_that_was_left(
    settings: Settings, store: Store
):
    go_on = asyncio.Event()

    async def script(_messages: list[ModelMessage]) -> Pieces:
        yield say("Let me look. ")
        await go_on.wait()
        yield say("There it is.")

    async with open_desk(settings, store, model=scripted(script)) as desk:
        secret = await desk.sign_in.open_session(Customer(id="c-1001"))
        async with opened(desk, secret) as tab, asyncio.TaskGroup() as tasks:
            asked = tasks.create_task(send(tab, "hello"))
            await tab.until("live_tail", "Let me look. ")
            await tab.call("new_chat")
            go_on.set()
            await asked
            assert tab.shown == []
            assert (tab.vars["live_tail"], tab.vars["busy"]) == ("", False)


# -- conversations -----------------------------------------------------------------------------


async def talk(desk: Desk, secret: str, turns: int) -> None:
    """Say something as often as told, from elsewhere."""
    session = await desk.again(secret)
    for _ in range(turns):
        await desk.ask(session, "thanks")


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


# -- cards -------------------------------------------------------------------------------------


def table(tab: Tab) -> WidgetView:
    return next(w for view in reversed(tab.shown) for w in view.widgets if w.rows or w.empty)


async def test_chips_and_pages_change_the_card_in_place(tab: Tab):
    await send(tab, "show my transactions")
    tab.forget()
    await tab.call("chip", widget_id=table(tab).id, name="failed")
    assert {row.status for row in table(tab).rows} == {"failed"}
    assert [set(delta) for delta in tab.deltas if delta] == [{"slot_02"}]
    await tab.call("chip", widget_id=table(tab).id, name="all")
    await tab.call("next_page", widget_id=table(tab).id)
    assert len(table(tab).rows) == 20
    assert table(tab).note == "20 of 60"
    await tab.call("chip", widget_id=table(tab).id, name="nonsense")
    assert tab.vars["alert"]
    assert len(table(tab).rows) == 20


async def test_a_card_among_earlier_messages_changes_in_place(desk: Desk, secret: str):
    await desk.ask(await desk.again(secret), "show my transactions")
    await talk(desk, secret, FIRST // 2)
    async with opened(desk, secret) as tab:
        await tab.call("load_earlier")
        await tab.call("chip", widget_id=table(tab).id, name="failed")
        assert {row.status for row in table(tab).rows} == {"failed"}
        assert whole(tab) == list(range(1, FIRST + 3))
        assert tab.shown[0].day == "Today"


async def test_buttons_take_their_steps(tab: Tab):
    await send(tab, "show my transactions")
    reference = table(tab).rows[0].reference
    await tab.call("get_help", reference=reference)
    card = tab.shown[-1].widgets[0]
    assert card.type == "transaction_detail"
    await tab.call("pick_reason", widget_id=card.id, category=card.reasons[0].category)
    form = tab.shown[-1].widgets[0]
    assert (form.type, form.transaction.reference) == ("ticket_form", reference)
    await tab.call("open_transaction", reference=reference)
    assert tab.shown[-1].widgets[0].transaction.reference == reference
    assert whole(tab) == list(range(1, 9))


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        ("get_help", {"reference": "x" * 201}),
        ("open_transaction", {"reference": "x" * 100_000}),
        ("postback", {"widget_id": "", "name": "DROP TABLE", "value": ""}),
        ("postback", {"widget_id": "x" * 65, "name": "get_help", "value": ""}),
        ("postback", {"widget_id": "", "name": "create_ticket", "value": ""}),
        ("pick_reason", {"widget_id": "", "category": "nothing"}),
        ("chip", {"widget_id": "x" * 1000, "name": "all"}),
        ("next_page", {"widget_id": "\x00"}),
        ("retry", {"message_id": "$gt"}),
        ("open_conversation", {"conversation_id": ""}),
    ],
)
async def test_a_senseless_step_is_refused_in_a_line(
    tab: Tab, handler: str, payload: dict[str, str]
):
    await tab.call(handler, **payload)
    assert tab.vars["alert"]
    assert tab.shown == []
    assert tab.vars["app_state"] == "ready"


# -- signing in --------------------------------------------------------------------------------


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
