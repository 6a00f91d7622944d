"""The chat's handlers through Reflex's own event machinery: what the page shows, and is sent."""

import asyncio
import json

import pytest
from agno.models.message import Message as ModelMessage

from ecocash_copilot.core.settings import Settings
from ecocash_copilot.state.chat_live import FLUSH_SECONDS
from ecocash_copilot.state.window import FIRST, SLOTS
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.views import WidgetView
from tests.state.chat_tab import Pieces, opened, outgoing, scripted, send, talk, whole
from tests.state.tab import Delta, Tab, tab_of
from tests.support.assistant import Desk, call, open_desk, say

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


def size(delta: Delta) -> int:
    return len(json.dumps(delta, default=lambda view: view.model_dump(exclude_defaults=True)))


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
