"""The panel beside the board: what is open, as it is at every moment."""

# pyright: reportPrivateUsage=false

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest

from ecocash_copilot.actions import tickets
from ecocash_copilot.actions.handovers import ask_for_person
from ecocash_copilot.core.clock import HARARE, now
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.changes import ChangeKind, Refresh, ticket_topic
from ecocash_copilot.feed.hub import Subscription
from ecocash_copilot.state import ticket_panel
from ecocash_copilot.store.client import Store
from schemas.feed import PresenceKind
from schemas.handover import HandoverReason
from schemas.message import Message
from schemas.staff import StaffSession
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket
from schemas.widgets import TransactionTable
from tests.state.board_tab import BOARD, PANEL, BoardTab, board_of, fed_desk
from tests.support.assistant import Desk
from tests.support.known import known
from tests.support.tickets import AGENT, OTHER_AGENT, opened, transaction


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with fed_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def asked(desk: Desk) -> Message:
    """A customer's question, answered with cards."""
    question, _ = await desk.ask(await desk.session(name="Tendai Moyo"), "show my transactions")
    return question.question


@pytest.fixture
async def ticket(desk: Desk, asked: Message) -> Ticket:
    return await opened(
        desk.store,
        "c-1001",
        conversation_id=asked.conversation_id,
        transaction=transaction(),
        category="wrong_number",
        answers={"number_meant": "+263771234567", "knows_recipient": "no"},
    )


def kinds(tab: BoardTab) -> list[str]:
    return [event.kind for event in tab.page[PANEL]["events"]]


async def test_it_shows_the_ticket_its_chat_and_its_history(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab:
        await tab.open_item(ticket.id)
        await tab.meets(lambda: kinds(tab) == ["seen", "opened"])
        item = tab.item
        assert item.title == ticket.subject
        assert [(fact.label, fact.value) for fact in item.answers] == [
            ("The number you meant", "077 123 4567"),
            ("Do you know who got it?", "No"),
        ]
        assert item.transaction[0].transaction.reference == transaction().reference
        assert {each.value for each in item.moves} == {
            "new",
            "in_progress",
            "pending_customer",
            "resolved",
            "closed",
        }
        assert [view.role for view in tab.said][:2] == ["customer", "assistant"]
        assert tab.said[1].widgets[0].type == "transaction_table"
        assert item.tried == ["Looked through the transactions"]
        await tab.meets(lambda: not known(tab.card(ticket.id)).unread)


async def test_transactions_that_are_shared_appear_at_once(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab:
        await tab.open_item(ticket.id)
        await tab.meets(lambda: "opened" in kinds(tab))
        assert tab.item.statements == []
        today = now().astimezone(HARARE).date()
        days = (today - timedelta(days=6), today)
        await desk.store.transact(
            lambda tx: tickets.share_statement(desk.store, tx, "c-1001", ticket.id, *days)
        )
        await tab.meets(lambda: bool(tab.item.statements))
        (statement,) = tab.item.statements
        assert statement.rows
        assert statement.note == f"{len(statement.rows)} transactions"
        assert kinds(tab)[0] == "statement_shared"


async def test_a_reply_is_in_both_panels_and_in_the_chat(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab, board_of(desk, OTHER_AGENT) as other:
        for each in (tab, other):
            await each.open_item(ticket.id)
        await tab.meets(lambda: tab.item.version == 2)
        flash = await tab.act(
            "reply", ticket_id=ticket.id, version=2, text="We asked them", then="pending_customer"
        )
        assert flash.done
        for each in (tab, other):
            await each.meets(lambda each=each: each.item.status == "pending_customer")
            await each.meets(lambda each=each: each.said[-1].role != "assistant")
            assert kinds(each).count("replied") == 1
        texts = [line.spans[0].text for v in other.said for b in v.blocks for line in b.lines]
        assert texts.count("We asked them") == 1


async def test_a_private_note_is_in_the_history_and_not_in_the_chat(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab:
        await tab.open_item(ticket.id)
        before = len(tab.said)
        await tab.act("note", ticket_id=ticket.id, version=2, text="Looks like fraud")
        await tab.meets(lambda: kinds(tab)[0] == "noted")
        note = tab.page[PANEL]["events"][0]
        assert (note.text, note.private) == ("Looks like fraud", True)
        assert len(tab.said) == before


async def test_those_who_look_see_each_other_until_they_close(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab, board_of(desk, OTHER_AGENT) as other:
        await tab.open_item(ticket.id)
        await other.open_item(ticket.id)
        await tab.meets(lambda: tab.page[PANEL].get("viewers") == [OTHER_AGENT.name])
        assert other.page[PANEL]["viewers"] == [AGENT.name]
        await other.call_of(PANEL, "close_item")
        await tab.meets(lambda: tab.page[PANEL]["viewers"] == [])
        assert other.item.kind == ""
        assert other.said == []


async def test_whoever_closes_the_tab_looks_no_longer(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab, board_of(desk, OTHER_AGENT) as other:
        await tab.open_item(ticket.id)
        await other.open_item(ticket.id)
        await tab.meets(lambda: tab.page[PANEL].get("viewers") == [OTHER_AGENT.name])
        other.disconnect()
        await tab.meets(lambda: tab.page[PANEL]["viewers"] == [])


async def test_whoever_looks_in_two_tabs_is_there_until_both_are_closed(desk: Desk, ticket: Ticket):
    async with (
        board_of(desk, AGENT) as tab,
        board_of(desk, OTHER_AGENT) as one,
        board_of(desk, OTHER_AGENT) as two,
    ):
        for each in (tab, one, two):
            await each.open_item(ticket.id)
        await tab.meets(lambda: tab.page[PANEL].get("viewers") == [OTHER_AGENT.name])
        news = desk.pages.hub.subscribe([ticket_topic(ticket.id)])
        await one.call_of(PANEL, "close_item")
        await _told_of_an_end(news)
        # What comes after it is shown after it.
        await tickets.note(desk.store, AGENT, ticket.id, 2, "Marker")
        await tab.meets(lambda: kinds(tab)[0] == "noted")
        assert tab.page[PANEL]["viewers"] == [OTHER_AGENT.name]
        await two.call_of(PANEL, "close_item")
        await tab.meets(lambda: tab.page[PANEL]["viewers"] == [])


async def test_whoever_asks_for_what_is_not_there_looks_at_nothing(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab, board_of(desk, OTHER_AGENT) as other:
        await tab.open_item(ticket.id)
        await other.open_item(ticket.id)
        await tab.meets(lambda: tab.page[PANEL].get("viewers") == [OTHER_AGENT.name])
        await other.call_of(PANEL, "open_item", item_id="TCK-999999")
        assert other.item.kind == ""
        await tab.meets(lambda: tab.page[PANEL]["viewers"] == [])


async def _told_of_an_end(news: Subscription) -> None:
    """Wait until somebody is told to look no longer."""
    async with asyncio.timeout(10), aclosing(news):
        async for changes in news:
            assert not isinstance(changes, Refresh)
            if any(each.kind is ChangeKind.PRESENCE and not each.document for each in changes):
                return


async def test_what_the_customer_says_and_types_is_there(desk: Desk, ticket: Ticket):
    session = await desk.session(name="Tendai Moyo")
    async with board_of(desk, AGENT) as tab:
        await tab.open_item(ticket.id)
        topic = f"conversation:{ticket.conversation_id}"
        presence = desk.services.presence
        await presence.show(topic, PresenceKind.TYPING, "customer:c-1001", "Tendai Moyo")
        await tab.meets(lambda: tab.page[PANEL].get("typing") == "Tendai Moyo")
        opened_chat = await desk.assistant.open(session, 10)
        await desk.ask(session, "any news?", opened_chat.conversation)
        await tab.meets(lambda: len(tab.said) >= 4)
        assert tab.page[PANEL]["typing"] == ""
        seqs = [view.seq for view in tab.said]
        assert seqs == sorted(set(seqs))


async def test_another_ticket_takes_the_panel_over(desk: Desk, ticket: Ticket):
    other = await opened(desk.store, "c-3", description="My words, without a chat")
    async with board_of(desk, AGENT) as tab:
        await tab.open_item(ticket.id)
        await tab.open_item(other.id)
        assert [view.role for view in tab.said] == ["customer"]
        assert tab.said[0].blocks[0].lines[0].spans[0].text == "My words, without a chat"
        await tickets.move(desk.store, OTHER_AGENT, ticket.id, 2, TicketStatus.RESOLVED)
        await tickets.note(desk.store, OTHER_AGENT, other.id, 2, "Marker")
        await tab.meets(lambda: kinds(tab)[0] == "noted")
        assert tab.item.id == other.id
        assert "moved" not in kinds(tab)


async def test_a_ticket_that_is_not_there_opens_nothing(desk: Desk):
    async with board_of(desk, AGENT) as tab:
        for wrong in ("TCK-999999", "nonsense", "ho_" + "0" * 26):
            await tab.call_of(PANEL, "open_item", item_id=wrong)
            assert tab.item.kind == ""
            assert tab.page[PANEL]["flash"].tone == "error"
        assert tab.errors == []


async def test_a_conversation_is_taken_led_and_handed_back(desk: Desk, asked: Message):
    session = await desk.session(name="Tendai Moyo")
    conversation = (await desk.assistant.open(session, 10)).conversation
    assert conversation is not None
    async with board_of(desk, AGENT) as tab, board_of(desk, OTHER_AGENT) as other:
        handover = await ask_for_person(
            desk.store, session.customer, conversation, HandoverReason.ASKED
        )
        await tab.meets(lambda: len(tab.page[BOARD].get("waiting", [])) == 1)
        assert tab.page[BOARD]["waiting"][0].customer == "Tendai Moyo"
        await tab.open_item(handover.id)
        assert tab.item.handover == "waiting"
        assert (await tab.act("take", handover=handover.id)).done
        await tab.meets(lambda: tab.item.handover == "mine")
        refused = await other.act("take", handover=handover.id)
        assert not refused.done
        assert (await tab.act("say", handover=handover.id, text="Hello, I am here")).done
        await tab.meets(lambda: tab.said[-1].role == "agent")
        assert not (await other.act("say", handover=handover.id, text="Me too")).done
        assert (await tab.act("hand_back", handover=handover.id)).done
        await tab.meets(lambda: tab.item.handover == "")
        await tab.meets(lambda: tab.page[BOARD]["waiting"] == [])


async def test_a_conversation_shows_the_transaction_that_it_is_about(desk: Desk):
    session = await desk.session(name="Tendai Moyo")
    _, listed = await desk.ask(session, "show my transactions")
    (table,) = listed.widgets
    assert isinstance(table, TransactionTable)
    reference = table.transactions[2].reference
    await desk.ask(session, f"show me {reference}")
    conversation = known((await desk.assistant.open(session, 10)).conversation)
    handover = await ask_for_person(
        desk.store, session.customer, conversation, HandoverReason.ASKED
    )
    assert handover.transaction_reference == reference
    async with board_of(desk, AGENT) as tab:
        await tab.open_item(handover.id)
        await tab.meets(lambda: bool(tab.item.transaction))
        assert tab.item.transaction[0].transaction.reference == reference


async def test_who_has_sent_what_they_typed_types_no_more(
    desk: Desk, ticket: Ticket, asked: Message
):
    session = await desk.session(name="Tendai Moyo")
    conversation = (await desk.assistant.open(session, 10)).conversation
    assert conversation is not None
    presence, topic = desk.services.presence, f"conversation:{conversation.id}"
    async with board_of(desk, AGENT) as tab:

        async def typing() -> list[str]:
            found = await presence.find(topic)
            return [each.who for each in found if each.kind is PresenceKind.TYPING]

        async def typed_and(act: str, **fields: Any) -> None:
            await tab.call_of(PANEL, "type_to_customer")
            assert await typing() == [f"staff:{AGENT.id}"]
            assert (await tab.act(act, **fields)).done
            assert await typing() == []

        await tab.open_item(ticket.id)
        version = tab.item.version
        await typed_and("reply", ticket_id=ticket.id, version=version, text="Wait", then="")
        handover = await ask_for_person(
            desk.store, session.customer, conversation, HandoverReason.ASKED
        )
        await tab.open_item(handover.id)
        assert (await tab.act("take", handover=handover.id)).done
        await tab.meets(lambda: tab.item.handover == "mine")
        await typed_and("say", handover=handover.id, text="Hello, I am here")
        await typed_and("hand_back", handover=handover.id)


async def test_nothing_runs_on_after_the_tab_is_gone(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab:
        await tab.open_item(ticket.id)
        assert desk.pages.size > 0
    async with asyncio.timeout(5):
        await asyncio.gather(*desk.pages._tasks)
    assert desk.pages.size == 0


class Gate:
    """Holds one call of a function back until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, ticket_id: str) -> None:
        self.reached, self._open = asyncio.Event(), asyncio.Event()
        real = getattr(ticket_panel, name)

        async def held(*arguments: object, **named: object) -> object:
            mine = any(ticket_id in (each, getattr(each, "id", None)) for each in arguments)
            if mine and not self.reached.is_set():
                self.reached.set()
                await self._open.wait()
            return await real(*arguments, **named)

        monkeypatch.setattr(ticket_panel, name, held)

    def open(self) -> None:
        self._open.set()


@pytest.mark.parametrize(
    ("held", "gone"),
    [
        ("access_ticket_as_staff", False),
        ("access_ticket_as_staff", True),
        ("list_ticket_messages", False),
    ],
)
async def test_what_comes_late_leaves_what_was_opened_since(
    desk: Desk, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, held: str, gone: bool
):
    other = await opened(desk.store, "c-3", description="My words, without a chat")
    late = "TCK-999999" if gone else ticket.id
    async with board_of(desk, AGENT) as tab:
        gate = Gate(monkeypatch, held, late)
        opening = asyncio.create_task(tab.call_of(PANEL, "open_item", item_id=late))
        await gate.reached.wait()
        tasks = {each for each in desk.pages._tasks if each.get_name() == "watch-item"}
        await tab.open_item(other.id)
        gate.open()
        await asyncio.gather(opening, *tasks)
        await tickets.note(desk.store, OTHER_AGENT, other.id, 2, "Marker")
        await tab.meets(lambda: kinds(tab)[:1] == ["noted"])
        assert tab.item.id == other.id
        assert [view.role for view in tab.said] == ["customer"]


@pytest.mark.parametrize("then", ["open_item", "close_item"])
async def test_of_two_events_that_overtake_each_other_the_last_one_counts(
    desk: Desk, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, then: str
):
    other = await opened(desk.store, "c-3", description="My words, without a chat")
    last = other.id if then == "open_item" else ""
    reached, go = asyncio.Event(), asyncio.Event()
    real = desk.staff_sign_in.access_session

    async def held(*arguments: Any, **named: Any) -> StaffSession:
        if not reached.is_set():
            reached.set()
            await go.wait()
        return await real(*arguments, **named)

    async with board_of(desk, AGENT) as tab:
        monkeypatch.setattr(desk.staff_sign_in, "access_session", held)
        first = asyncio.create_task(tab.call_of(PANEL, "open_item", item_id=ticket.id))
        await reached.wait()
        await tab.call_of(PANEL, then, **({"item_id": last} if last else {}))
        await tab.meets(lambda: tab.item.id == last)
        go.set()
        await first
        watching = [each for each in desk.pages._tasks if each.get_name() == "watch-item"]
        assert bool([each for each in watching if not each.done()]) == bool(last)
        if last:
            await tickets.note(desk.store, OTHER_AGENT, last, 2, "Marker")
            await tab.meets(lambda: kinds(tab)[:1] == ["noted"])
        assert tab.item.id == last


async def test_what_comes_after_the_panel_was_closed_stays_away(
    desk: Desk, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
):
    async with board_of(desk, AGENT) as tab:
        gate = Gate(monkeypatch, "list_ticket_messages", ticket.id)
        await tab.call_of(PANEL, "open_item", item_id=ticket.id)
        await gate.reached.wait()
        tasks = {each for each in desk.pages._tasks if each.get_name() == "watch-item"}
        await tab.call_of(PANEL, "close_item")
        gate.open()
        await asyncio.gather(*tasks)
        assert tab.item.id == ""
        assert tab.said == []
