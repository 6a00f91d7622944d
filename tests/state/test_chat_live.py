"""The chat page while others act: agents, other tabs, and the system."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from random import Random

import pytest
from agno.models.message import Message as ModelMessage
from agno.models.response import ModelResponse

from ecocash_copilot.actions.conversations import open_conversation
from ecocash_copilot.actions.handovers import ask_for_person, hand_back, say_as_agent, take
from ecocash_copilot.actions.tickets import move, reply
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.changes import Refresh, conversation_topic
from ecocash_copilot.state import chat_live
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import swap_widget
from schemas.feed import PresenceKind
from schemas.handover import HandoverReason
from schemas.identity import Customer
from schemas.message import Role
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket
from schemas.widgets import ConfirmationDialog, Severity, TicketStatusBoard
from tests.state.chat_tab import opened, send, whole
from tests.state.live_chat import SUB, chat_of, live_desk, say_as, sent_slots, texts
from tests.state.tab import Tab
from tests.support.assistant import Desk, ScriptedModel, say
from tests.support.tickets import AGENT
from tests.support.tickets import opened as opened_ticket


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


# -- messages ----------------------------------------------------------------------------------


async def test_an_agents_message_appears_by_itself_and_alone(desk: Desk, tab: Tab) -> None:
    kept = await say_as(desk, await chat_of(desk, tab), "Good day", author="Rudo")
    await tab.until_holds(lambda: len(tab.shown) == 3)
    assert whole(tab) == [1, 2, 3]
    assert (tab.shown[-1].id, tab.shown[-1].role, tab.shown[-1].author) == (
        kept.id,
        "agent",
        "Rudo",
    )
    assert len(sent_slots(tab)) == 1


async def test_many_messages_come_together_and_in_order(desk: Desk, tab: Tab) -> None:
    conversation = await chat_of(desk, tab)
    for number in range(12):
        await say_as(desk, conversation, f"number {number}")
    await tab.until_holds(lambda: len(tab.shown) == 14)
    assert texts(tab)[2:] == [f"number {number}" for number in range(12)]
    assert len(sent_slots(tab)) == 12


async def test_what_the_page_said_itself_is_not_sent_again(desk: Desk, tab: Tab) -> None:
    for _ in range(3):
        tab.forget()
        await send(tab, "thanks")
        # A message of somebody else comes after the echo of the page's own.
        last = await say_as(desk, await chat_of(desk, tab), "and?")
        await tab.until_holds(lambda last=last: tab.shown[-1].id == last.id)
        assert len(sent_slots(tab)) == 3
        assert len(set(sent_slots(tab))) == 3


async def test_a_changed_card_is_drawn_again(desk: Desk, tab: Tab) -> None:
    dialog = ConfirmationDialog(
        id=new_id("wd"),
        consent_id=new_id("cs"),
        severity=Severity.LOW,
        title="Send it?",
        consequences=["It is sent"],
        expires_at=now() + timedelta(minutes=10),
    )
    conversation = await chat_of(desk, tab)
    kept = await say_as(desk, conversation, "", Role.SYSTEM, widgets=[dialog])
    await tab.until_holds(lambda: len(tab.shown) == 3)
    assert tab.shown[-1].widgets[0].dialog.state == "pending"
    tab.forget()
    await swap_widget(desk.store, kept.id, dialog.model_copy(update={"state": "declined"}))
    await tab.until_holds(lambda: tab.shown[-1].widgets[0].dialog.state == "declined")
    assert len(sent_slots(tab)) == 1


# -- tabs --------------------------------------------------------------------------------------


async def test_a_second_tab_sees_a_turn_as_it_is_written(settings: Settings, store: Store) -> None:
    go_on = asyncio.Event()

    async def script(_: list[ModelMessage]) -> AsyncIterator[ModelResponse]:
        yield say("The first part. ")
        await go_on.wait()
        yield say("The second part.")

    async with live_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        secret = await desk.sign_in.open_session(Customer(id=SUB))
        async with opened(desk, secret) as one, opened(desk, secret) as two:
            asking = asyncio.create_task(send(one, "tell me"))
            await two.until_holds(lambda: "first part" in two.vars.get("live_tail", ""))
            assert two.vars["busy"]
            assert texts(two) == ["tell me"]
            go_on.set()
            await asking
            await two.until("busy", False)
            assert texts(one) == texts(two) == ["tell me", "The first part. The second part."]
            assert two.vars["live_tail"] == ""
            assert (one.errors, two.errors) == ([], [])


@pytest.mark.parametrize("asker_seconds", [0.0, 1.0], ids=["before its end", "after its end"])
async def test_a_tab_without_a_chat_shows_the_one_that_another_begins(
    desk: Desk, secret: str, monkeypatch: pytest.MonkeyPatch, asker_seconds: float
) -> None:
    # So long a tab that did not ask leaves the turn to the one that did.
    monkeypatch.setattr(chat_live, "ASKER_SECONDS", asker_seconds)
    async with opened(desk, secret) as one, opened(desk, secret) as two:
        assert two.vars["conversation_id"] == ""
        await send(one, "hello")
        await two.until_holds(lambda: len(two.shown) == 2 and not two.vars["busy"])
        assert two.vars["conversation_id"] == one.vars["conversation_id"]
        await say_as(desk, await chat_of(desk, two), "Good day")
        await two.until_holds(lambda: len(two.shown) == 3)
        await one.until_holds(lambda: len(one.shown) == 3)
        assert [view.id for view in one.shown] == [view.id for view in two.shown]


async def test_nothing_of_other_customers_and_other_chats_comes(desk: Desk, tab: Tab) -> None:
    store, presence = desk.store, desk.services.presence
    mine, before = await chat_of(desk, tab), tab.shown
    for sub in ("c-1002", SUB):
        elsewhere = await open_conversation(store, Customer(id=sub))
        # As many messages as the page shows; the one after them has the number that it waits for.
        await desk.ask(await desk.session(sub), "hello", elsewhere)
        await say_as(desk, elsewhere, "not here")
        await presence.show(
            conversation_topic(elsewhere.id), PresenceKind.TYPING, f"staff:{AGENT.id}", AGENT.name
        )
        await ask_for_person(store, Customer(id=sub), elsewhere, HandoverReason.ASKED)
    last = await say_as(desk, mine, "here")
    await tab.until_holds(lambda: tab.shown != before)
    assert [view.id for view in tab.shown] == [*(view.id for view in before), last.id]
    sent = {name for delta in tab.deltas for name in delta}
    assert len(sent_slots(tab)) == 1
    assert sent.isdisjoint({"agent_typing", "busy", "live_tail", "live_blocks", "speaker", "title"})
    await presence.aclose()


# -- tickets -----------------------------------------------------------------------------------


async def test_cards_show_what_became_of_the_ticket_and_a_fresh_page_the_same(
    desk: Desk, secret: str, tab: Tab
) -> None:
    conversation = await chat_of(desk, tab)
    ticket = await opened_ticket(desk.store, SUB, conversation_id=conversation.id)
    board = TicketStatusBoard(id=new_id("wd"), tickets=[ticket.summary()])
    await say_as(desk, conversation, "Your ticket", Role.SYSTEM, widgets=[board])
    await tab.until_holds(lambda: len(tab.shown) == 3)
    assert tab.shown[-1].widgets[0].tickets[0].status == "new"
    ticket = await reply(desk.store, AGENT, ticket.id, ticket.version, "We look into it")
    await move(desk.store, AGENT, ticket.id, ticket.version, TicketStatus.RESOLVED)

    def rows() -> list[str]:
        return [row.status for view in tab.shown for w in view.widgets for row in w.tickets]

    await tab.until_holds(lambda: len(tab.shown) >= 5 and set(rows()) == {"resolved"})
    assert len(rows()) >= 2
    whole(tab)
    async with opened(desk, secret) as fresh:
        assert fresh.shown == tab.shown


# -- people ------------------------------------------------------------------------------------


async def test_a_person_takes_over_types_and_hands_back(desk: Desk, tab: Tab) -> None:
    conversation, store = await chat_of(desk, tab), desk.store
    customer = Customer(id=SUB, name="Tariro")
    handover = await ask_for_person(store, customer, conversation, HandoverReason.ASKED)
    await take(store, AGENT, handover.id)
    await tab.until("speaker", "agent")
    assert AGENT.name in tab.vars["speaker_note"]
    presence, topic = desk.services.presence, conversation_topic(conversation.id)
    await presence.show(topic, PresenceKind.TYPING, "customer:c-1001", "")
    await presence.show(topic, PresenceKind.TYPING, f"staff:{AGENT.id}", AGENT.name)
    await tab.until("agent_typing", True)
    await presence.clear(topic, PresenceKind.TYPING, f"staff:{AGENT.id}")
    await tab.until("agent_typing", False)
    await presence.show(topic, PresenceKind.TYPING, f"staff:{AGENT.id}", AGENT.name)
    await tab.until("agent_typing", True)
    await say_as_agent(store, AGENT, conversation.id, "How can I help?", new_id("k"))
    await tab.until("agent_typing", False)
    assert "How can I help?" in texts(tab)
    await hand_back(store, AGENT, handover.id)
    await tab.until("speaker", "assistant")
    assert tab.vars["speaker_note"] == ""
    whole(tab)
    await presence.aclose()


# -- anything, in any order -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
async def test_a_page_that_saw_every_change_is_a_fresh_page(
    desk: Desk, secret: str, seed: int
) -> None:
    random = Random(seed)
    async with opened(desk, secret) as tab, opened(desk, secret) as other:
        await send(tab, "hello")
        conversation, tickets = await chat_of(desk, tab), list[Ticket]()
        for number in range(12):
            match random.randrange(6):
                case 0:
                    await send(random.choice((tab, other)), "thanks")
                case 1:
                    await say_as(desk, conversation, f"agent {number}")
                case 2:
                    fields = {"conversation_id": conversation.id}
                    ticket = await opened_ticket(desk.store, SUB, **fields)
                    tickets.append(ticket)
                    board = TicketStatusBoard(id=new_id("wd"), tickets=[ticket.summary()])
                    await say_as(desk, conversation, "", Role.SYSTEM, widgets=[board])
                case 3 if tickets:
                    old = tickets.pop()
                    tickets.append(
                        await reply(desk.store, AGENT, old.id, old.version, f"News {number}")
                    )
                case 4:
                    desk.pages.hub.refresh(Refresh("gap"))
                case _:
                    tab.disconnect()
                    tab.connect()
                    await tab.call("open_chat")
        last = await say_as(desk, conversation, "the end")
        for page in (tab, other):
            await page.until_holds(lambda page=page: page.shown[-1].id == last.id)
        async with opened(desk, secret) as fresh:
            for page in (tab, other):
                whole(page)
                assert page.shown == fresh.shown
                assert page.errors == []
