"""The assistant steps back for a person, and is silent while one speaks."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from agno.models.message import Message as ModelMessage
from agno.models.response import ModelResponse

from ecocash_copilot.actions.conversations import access_conversation, open_conversation
from ecocash_copilot.actions.handovers import (
    ask_for_person,
    find_open_handover,
    hand_back,
    list_handovers,
    people_are_back_at,
    say_as_agent,
    take,
)
from ecocash_copilot.actions.messages import accept_message, list_messages
from ecocash_copilot.agent.postbacks import Postback
from ecocash_copilot.agent.silence import fall_silent
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.changes import Change, ChangeKind, Refresh
from ecocash_copilot.present.handover import CONTINUE, TALK_TO_PERSON
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import count_decline, release_turns
from schemas.handover import Handover, HandoverReason, HandoverState
from schemas.identity import Locale
from schemas.message import Conversation, Message, Role, Speaker
from schemas.session import Session
from schemas.staff import Staff, StaffRole
from schemas.widgets import Notice
from tests.support.assistant import Desk, ScriptedModel, answer_of, open_desk, say

RUDO = Staff(id="agent-1", name="Rudo", roles=frozenset({StaffRole.AGENT}))
MONDAY_10 = datetime(2026, 11, 23, 8, tzinfo=UTC)
GET_HELP = Postback(name="get_help", value="MP210304.1412.L06729")


async def fresh(desk: Desk, session: Session, conversation: Conversation) -> Conversation:
    return await access_conversation(desk.store, session.customer, conversation.id)


async def said(desk: Desk, session: Session, conversation: Conversation) -> list[Message]:
    return await list_messages(desk.store, await fresh(desk, session, conversation), 100)


async def waiting(desk: Desk, session: Session) -> tuple[Conversation, Handover]:
    """Return a conversation in the queue, at a time when people answer."""
    conversation = await open_conversation(desk.store, session.customer)
    handover = await ask_for_person(
        desk.store, session.customer, conversation, HandoverReason.ASKED, MONDAY_10
    )
    return await fresh(desk, session, conversation), handover


async def with_agent(desk: Desk, session: Session) -> tuple[Conversation, Handover]:
    conversation, handover = await waiting(desk, session)
    taken = await take(desk.store, RUDO, handover.id)
    return await fresh(desk, session, conversation), taken


# -- triggers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (Locale.EN, "I want to talk to a person"),
        (Locale.EN, "can i speak to a human please"),
        (Locale.EN, "the money never came, I want to talk to a person"),
        (Locale.SN, "Ndoda kutaura nemunhu"),
        (Locale.ND, "Ngifuna ukukhuluma lomuntu"),
    ],
)
async def test_words_hand_over_in_three_languages(desk: Desk, locale: Locale, text: str):
    session = await desk.session("c-1001", locale)
    asked, answer = await desk.ask(session, text)
    handover = await find_open_handover(desk.store, asked.conversation.id)
    assert handover is not None
    assert (handover.reason, handover.state) == (HandoverReason.ASKED, HandoverState.WAITING)
    assert text in handover.summary
    (notice,) = answer.widgets
    assert isinstance(notice, Notice)
    assert notice.actions
    if locale is not Locale.EN:
        assert "person" not in answer.text
    conversation = await fresh(desk, session, asked.conversation)
    at_once = people_are_back_at() is None
    assert conversation.speaker is (Speaker.QUEUE if at_once else Speaker.ASSISTANT)


async def test_the_button_hands_over_also_in_a_new_chat_and_ends_a_turn_under_way(
    settings: Settings, store: Store
):
    begun = asyncio.Event()

    async def script(_: list[ModelMessage]) -> AsyncIterator[ModelResponse]:
        yield say("One moment. ")
        begun.set()
        await asyncio.Event().wait()

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked = await desk.assistant.ask(session, None, "what happened to my money?", None)
        await begun.wait()
        tap = Postback(name=TALK_TO_PERSON)
        session = await desk.now(session)
        tapped = await desk.assistant.postback(session, asked.conversation, tap)
        await answer_of(tapped)
        outcomes = [
            (each.role, each.outcome) for each in await said(desk, session, asked.conversation)
        ]
        assert outcomes == [
            (Role.CUSTOMER, "done"),
            (Role.ASSISTANT, "cancelled"),
            (Role.CUSTOMER, "done"),
            (Role.ASSISTANT, "done"),
        ]
        assert len(await list_handovers(store, RUDO)) == 1
        other = await desk.session("c-1003")
        new = await desk.assistant.postback(other, None, tap)
        await answer_of(new)
        assert await find_open_handover(store, new.conversation.id) is not None


async def test_abuse_hands_over_once(desk: Desk):
    session = await desk.session()
    asked, _ = await desk.ask(session, "you are useless idiots")
    handover = await find_open_handover(desk.store, asked.conversation.id)
    assert handover is not None
    assert handover.reason is HandoverReason.ABUSE


async def test_two_messages_in_a_row_that_are_not_understood_hand_over(desk: Desk):
    session = await desk.session()
    asked, _ = await desk.ask(session, "zzz")
    assert await find_open_handover(desk.store, asked.conversation.id) is None
    _, balance = await desk.ask(session, "show my balance", asked.conversation)
    assert balance.widgets
    await desk.ask(session, "zzz", asked.conversation)
    assert await find_open_handover(desk.store, asked.conversation.id) is None
    _, answer = await desk.ask(session, "hgfd", asked.conversation)
    handover = await find_open_handover(desk.store, asked.conversation.id)
    assert handover is not None
    assert handover.reason is HandoverReason.LOW_CONFIDENCE
    assert any(isinstance(each, Notice) for each in answer.widgets)
    assert "showed the balance" in handover.summary


async def test_two_answers_in_a_row_that_fail_hand_over(settings: Settings, store: Store):
    async def script(_: list[ModelMessage]) -> AsyncIterator[ModelResponse]:
        yield say("Let me see")
        raise ConnectionError("down")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked, _ = await desk.ask(session, "show my balance")
        assert await list_handovers(store, RUDO) == []
        await desk.ask(session, "show my balance", asked.conversation)
        (handover,) = await list_handovers(store, RUDO)
        assert handover.reason is HandoverReason.LOW_CONFIDENCE


async def test_asking_after_two_declines_is_put_down_to_them(desk: Desk):
    session = await desk.session()
    asked, _ = await desk.ask(session, "hello")
    for _ in range(2):
        await count_decline(desk.store, asked.conversation.id)
    conversation = await fresh(desk, session, asked.conversation)
    await desk.ask(session, "let me talk to a person", conversation)
    (handover,) = await list_handovers(desk.store, RUDO)
    assert handover.reason is HandoverReason.DECLINED_TWICE


async def test_the_summary_names_the_transaction(desk: Desk):
    session = await desk.session()
    asked, answer = await desk.ask(session, "show my last transaction")
    reference = answer.widgets[0].model_dump()["transaction"]["reference"]
    await desk.ask(session, "I want to talk to a person", asked.conversation)
    (handover,) = await list_handovers(desk.store, RUDO)
    assert handover.transaction_reference == reference
    assert f"Transaction: {reference}, " in handover.summary
    assert f"showed {reference}" in handover.summary


# -- silence --------------------------------------------------------------------------------------


async def test_in_the_queue_a_message_is_kept_and_answered_by_one_line_alone(desk: Desk):
    session = await desk.session()
    conversation, _ = await waiting(desk, session)
    for number in (1, 2, 2):
        asked = await desk.assistant.ask(
            await desk.now(session), conversation, f"hello {number}", f"key-0000{number}"
        )
        assert asked.turn is None
    messages = await said(desk, session, conversation)
    assert [each.role for each in messages] == [Role.CUSTOMER, Role.SYSTEM, Role.CUSTOMER]
    opened = await desk.assistant.open(await desk.now(session), 50)
    assert opened.unanswered is None
    assert opened.turn is None


async def test_while_an_agent_speaks_the_assistant_is_silent(desk: Desk):
    session = await desk.session()
    conversation, handover = await with_agent(desk, session)
    for text in ("show my balance", "I want to talk to a person", "you are useless idiots"):
        asked = await desk.assistant.ask(await desk.now(session), conversation, text, None)
        assert asked.turn is None
    await say_as_agent(desk.store, RUDO, conversation.id, "I see it.", "key-00001")
    tapped = await desk.assistant.postback(
        await desk.now(session), conversation, Postback(name=TALK_TO_PERSON)
    )
    assert tapped.turn is None
    roles = {each.role for each in await said(desk, session, conversation)}
    assert roles == {Role.CUSTOMER, Role.SYSTEM, Role.AGENT}
    await hand_back(desk.store, RUDO, handover.id)
    _, answer = await desk.ask(session, "show my balance", conversation)
    assert answer.widgets


async def test_a_tap_on_a_card_works_while_an_agent_speaks_and_shows_the_card_alone(desk: Desk):
    session = await desk.session()
    conversation, _ = await with_agent(desk, session)
    _, listed = await desk.ask(await desk.session("c-1001"), "show my transactions")
    reference = listed.widgets[0].model_dump()["transactions"][0]["reference"]
    tap = Postback(name="open_transaction", value=reference)
    tapped = await desk.assistant.postback(await desk.now(session), conversation, tap)
    answer = await answer_of(tapped)
    assert (answer.role, answer.text) == (Role.SYSTEM, "")
    assert answer.widgets[0].type == "transaction_detail"


async def test_a_turn_under_way_ends_when_an_agent_takes_over(settings: Settings, store: Store):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def script(_: list[ModelMessage]) -> AsyncIterator[ModelResponse]:
        yield say("Let me look. ")
        begun.set()
        await go_on.wait()
        yield say("All is well. ")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked = await desk.assistant.ask(session, None, "what happened?", None)
        assert asked.turn is not None
        await begun.wait()
        handover = await ask_for_person(
            store, session.customer, asked.conversation, HandoverReason.ASKED, MONDAY_10
        )
        taken = await take(store, RUDO, handover.id)

        async def changes() -> AsyncIterator[list[Change] | Refresh]:
            yield Refresh()
            yield [Change((), ChangeKind.HANDOVER, handover.id, handover)]
            yield [Change((), ChangeKind.HANDOVER, taken.id, taken)]

        await fall_silent(changes(), desk.turns)
        await desk.turns.wait(asked.conversation.id)
        assert asked.turn.answer is None
        assert asked.turn.silenced
        roles = [each.role for each in await said(desk, session, asked.conversation)]
        assert roles == [Role.CUSTOMER, Role.SYSTEM]


async def test_a_turn_that_nobody_stopped_is_dropped_when_it_ends(settings: Settings, store: Store):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def script(_: list[ModelMessage]) -> AsyncIterator[ModelResponse]:
        begun.set()
        await go_on.wait()
        yield say("All is well. ")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked = await desk.assistant.ask(session, None, "what happened?", None)
        await begun.wait()
        handover = await ask_for_person(
            store, session.customer, asked.conversation, HandoverReason.ASKED, MONDAY_10
        )
        await take(store, RUDO, handover.id)
        go_on.set()
        await desk.turns.wait(asked.conversation.id)
        roles = [each.role for each in await said(desk, session, asked.conversation)]
        assert roles == [Role.CUSTOMER, Role.SYSTEM]


# -- back to the assistant ------------------------------------------------------------------------


@pytest.mark.parametrize("taken", [False, True])
async def test_the_customer_goes_on_with_the_assistant(desk: Desk, taken: bool):
    session = await desk.session()
    conversation, handover = await (with_agent if taken else waiting)(desk, session)
    tap = Postback(name=CONTINUE)
    tapped = await desk.assistant.postback(await desk.now(session), conversation, tap)
    answer = await answer_of(tapped)
    assert answer.role is Role.ASSISTANT
    assert await list_handovers(desk.store, RUDO) == []
    assert (await fresh(desk, session, conversation)).speaker is Speaker.ASSISTANT
    _, balance = await desk.ask(session, "show my balance", conversation)
    assert balance.widgets
    assert handover.id not in balance.text


async def test_what_the_agent_said_is_known_to_the_model_afterwards(
    settings: Settings, store: Store
):
    given: list[str] = []

    async def script(messages: list[ModelMessage]) -> AsyncIterator[ModelResponse]:
        given.extend(each.get_content_string() for each in messages)
        yield say("Yes.")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        conversation, handover = await with_agent(desk, session)
        await say_as_agent(store, RUDO, conversation.id, "We found your token.", "key-00001")
        await hand_back(store, RUDO, handover.id)
        await desk.ask(session, "where is it?", conversation)
    assert "(Rudo, a person from EcoCash, said:) We found your token." in given


async def test_a_message_sent_while_the_chat_is_handed_back_is_kept_once(desk: Desk):
    session = await desk.session()
    for number in range(6):
        conversation, handover = await with_agent(desk, session)
        session = await desk.assistant.choose(await desk.now(session), conversation.id)
        key = f"key-race-{number}"
        asked, again, _ = await asyncio.gather(
            desk.assistant.ask(session, conversation, "show my balance", key),
            desk.assistant.ask(session, conversation, "show my balance", key),
            hand_back(desk.store, RUDO, handover.id),
        )
        await desk.turns.wait(conversation.id)
        assert asked.question.id == again.question.id
        messages = await said(desk, session, conversation)
        assert sum(each.role is Role.CUSTOMER for each in messages) == 1
        assert sum(each.role is Role.ASSISTANT for each in messages) <= 1
        assert sum("has left" in each.text for each in messages) == 1
        assert [each.seq for each in messages] == list(range(1, len(messages) + 1))


# -- a process that dies in between ---------------------------------------------------------------


async def test_killed_after_the_handover_and_before_the_answer(desk: Desk):
    session = await desk.session()
    conversation = await open_conversation(desk.store, session.customer)
    await accept_message(desk.store, session.customer, conversation, "a person please", "key-00001")
    await ask_for_person(
        desk.store, session.customer, conversation, HandoverReason.ASKED, MONDAY_10
    )
    await release_turns(desk.store)
    opened = await desk.assistant.open(await desk.now(session), 50)
    assert opened.unanswered is None
    assert opened.conversation is not None
    assert opened.conversation.speaker is Speaker.QUEUE
    asked = await desk.assistant.ask(
        await desk.now(session), opened.conversation, "a person please", "key-00001"
    )
    assert (asked.turn, asked.question.id) == (None, opened.messages[0].id)
    assert len(await list_handovers(desk.store, RUDO)) == 1


async def test_killed_before_the_handover(desk: Desk):
    session = await desk.session()
    conversation = await open_conversation(desk.store, session.customer)
    await accept_message(
        desk.store, session.customer, conversation, "I want to talk to a person", "key-00001"
    )
    await release_turns(desk.store)
    opened = await desk.assistant.open(await desk.now(session), 50)
    assert opened.unanswered is not None
    asked = await desk.assistant.retry(await desk.now(session), opened.unanswered.id)
    await answer_of(asked)
    assert len(await list_handovers(desk.store, RUDO)) == 1
