"""What a customer sees when a process, a model or the wallet fails."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

import pytest
from agno.models.message import Message as ModelMessage
from agno.models.response import ModelResponse

from ecocash_copilot.actions.messages import accept_message
from ecocash_copilot.agent.assistant import Asked
from ecocash_copilot.agent.postbacks import Postback
from ecocash_copilot.core.errors import Conflict, Unavailable
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import InProcessWallet, ToolResult
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import find_claim, release_turns
from schemas.message import Role
from schemas.session import Session
from tests.agent.threads import table_in, thread
from tests.support.assistant import (
    Desk,
    ScriptedModel,
    answer_of,
    call,
    demo_wallet,
    open_desk,
    say,
)
from tests.support.wallet_server import create_wallet


async def crash(desk: Desk, session: Session, text: str, key: str) -> Asked:
    """Keep a question as a process does that dies before it answers."""
    asked, _ = await desk.ask(session, "hello")
    accepted = await accept_message(desk.store, session.customer, asked.conversation, text, key)
    await release_turns(desk.store)
    return Asked(accepted.conversation, accepted.question, None)


async def test_a_question_that_a_crash_left_is_found_and_answered_once(
    desk: Desk, session: Session
):
    lost = await crash(desk, session, "show my balance", "key-00010")
    opened = await desk.assistant.open(await desk.now(session), 20)
    assert opened.unanswered == lost.question
    assert opened.turn is None

    results = await asyncio.gather(
        *(desk.assistant.retry(session, lost.question.id) for _ in range(5)),
        return_exceptions=True,
    )
    (taken,) = [each for each in results if isinstance(each, Asked)]
    assert all(isinstance(each, Asked | Conflict) for each in results)
    answer = await answer_of(taken)
    assert [widget.type for widget in answer.widgets] == ["balance_card"]
    assert (await thread(desk, lost.conversation))[2:] == [lost.question, answer]
    opened = await desk.assistant.open(await desk.now(session), 20)
    assert opened.unanswered is None
    with pytest.raises(Conflict):
        await desk.assistant.retry(session, lost.question.id)


async def test_a_question_that_a_crash_left_is_answered_when_the_page_sends_it_again(
    desk: Desk, session: Session
):
    lost = await crash(desk, session, "show my balance", "key-00011")
    session = await desk.now(session)
    asked = await asyncio.gather(
        *(
            desk.assistant.ask(session, lost.conversation, "show my balance", "key-00011")
            for _ in range(5)
        )
    )
    for each in asked:
        if each.turn is not None:
            await answer_of(each)
    assert {each.question.id for each in asked} == {lost.question.id}
    messages = await thread(desk, lost.conversation)
    assert [each.role for each in messages[2:]] == [Role.CUSTOMER, Role.ASSISTANT]
    assert messages[3].reply_to == lost.question.id


Pieces = AsyncIterator[ModelResponse]


async def test_a_failed_answer_says_so_and_a_retry_takes_its_place(
    settings: Settings, store: Store
):
    fails = [True, False]

    async def script(_messages: list[ModelMessage]) -> Pieces:
        if fails.pop(0):
            raise RuntimeError("the provider is down")
        yield say("Hello.")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked, failed = await desk.ask(session, "hello")
        assert failed.outcome == "failed"
        assert failed.text == "I could not answer that just now. Please try again."
        again = await desk.assistant.retry(session, failed.id)
        answer = await answer_of(again)
        assert (answer.id, answer.seq, answer.outcome) == (failed.id, failed.seq, "done")
        assert answer.text == "Hello."
        assert await thread(desk, asked.conversation) == [asked.question, answer]
        with pytest.raises(Conflict):
            await desk.assistant.retry(session, failed.id)


async def test_a_failed_answer_far_up_in_a_thread_can_still_be_retried(
    settings: Settings, store: Store
):
    seen: list[list[ModelMessage]] = []

    async def script(messages: list[ModelMessage]) -> Pieces:
        seen.append(list(messages))
        if len(seen) == 1:
            raise RuntimeError("the provider is down")
        yield say("Hello.")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked, failed = await desk.ask(session, "the first question")
        for _ in range(10):
            await desk.ask(session, "a later question", asked.conversation)
        answer = await answer_of(await desk.assistant.retry(session, failed.id))
        assert (answer.outcome, answer.seq) == ("done", 2)
        assert [each.content for each in seen[-1] if each.role == "user"] == ["the first question"]
        _, newest = await desk.ask(session, "and now", asked.conversation)
        assert newest.seq == 24


async def test_the_card_of_a_retried_answer_can_be_filtered(settings: Settings, store: Store):
    fails = [True, False, False]

    async def script(_messages: list[ModelMessage]) -> Pieces:
        if fails.pop(0):
            raise RuntimeError("the provider is down")
        yield say("Here.") if not fails else call("eco_get_transactions", limit=10)

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked, failed = await desk.ask(session, "my payments")
        answer = await answer_of(await desk.assistant.retry(session, asked.question.id))
        assert answer.id == failed.id
        filtered = await desk.assistant.refilter(session, table_in(answer).id, "failed")
        assert filtered.text == "Here."
        assert {row.status for row in table_in(filtered).transactions} == {"failed"}


async def test_a_stopped_answer_keeps_what_was_said(settings: Settings, store: Store):
    waiting = asyncio.Event()

    async def script(_messages: list[ModelMessage]) -> Pieces:
        yield say("Let me look. ")
        waiting.set()
        await asyncio.Event().wait()

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked = await desk.assistant.ask(session, None, "hello", "key-00020")
        await waiting.wait()
        session = await desk.now(session)
        opened = await desk.assistant.open(session, 20)
        assert opened.turn is asked.turn
        assert await desk.assistant.stop(session, asked.conversation.id)
        answer = await answer_of(asked)
        assert (answer.text, answer.outcome) == ("Let me look.", "cancelled")
        assert not await desk.assistant.stop(session, asked.conversation.id)
        assert await find_claim(store, asked.conversation.id) is None


async def test_a_very_long_answer_is_cut_and_kept(settings: Settings, store: Store):
    async def script(_messages: list[ModelMessage]) -> Pieces:
        for _ in range(60):
            yield say("word " * 100)

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        _, answer = await desk.ask(await desk.session(), "tell me everything")
        assert answer.outcome == "done"
        assert 19_000 < len(answer.text) <= 20_000
        assert answer.text.endswith("…")


async def test_a_withheld_figure_is_owned_up_to(settings: Settings, store: Store):
    async def script(_messages: list[ModelMessage]) -> Pieces:
        yield say("Hello. You have US$987654.32. Anything else?")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        _, answer = await desk.ask(await desk.session(), "how much do I have?")
        assert "987" not in answer.text
        assert answer.text.endswith("I left out something that I could not confirm.")


async def test_a_card_that_makes_no_sense_is_left_out_and_said(settings: Settings, store: Store):
    server = create_wallet("nonsense")
    async with open_desk(settings, store, server=server) as desk:
        _, answer = await desk.ask(await desk.session(), "show my balance")
        assert answer.widgets == []
        assert "could not show it as a card" in answer.text
        assert "GOLD" not in answer.text


async def test_a_wallet_that_is_down_is_said_and_the_chat_goes_on(settings: Settings, store: Store):
    server = create_wallet("error")
    async with open_desk(settings, store, server=server) as desk:
        session = await desk.session()
        asked, answer = await desk.ask(session, "show my balance")
        assert (answer.widgets, answer.outcome) == ([], "done")
        assert answer.text
        assert "maintenance" not in answer.text
        _, answer = await desk.ask(session, "show my transactions", asked.conversation)
        assert table_in(answer).transactions


class OddWallet(InProcessWallet):
    """The product's wallet until ``result`` is set, which it then answers to everything."""

    result: ToolResult | None = None

    async def call(self, name: str, arguments: Mapping[str, Any], token: str) -> ToolResult:
        return self.result or await super().call(name, arguments, token)


@pytest.fixture
async def odd(store: Store) -> AsyncGenerator[OddWallet]:
    wallet = OddWallet(demo_wallet(store))
    yield wallet
    await wallet.aclose()


GARBAGE = [
    ToolResult("The wallet does not answer.", None, ok=False),
    ToolResult("", None, ok=True),
    ToolResult("<html>Bad gateway</html>", None, ok=True),
    ToolResult('{"transactions": [{"amount": 5}]}', None, ok=True),
    ToolResult("[" * 100_000, None, ok=True),
    ToolResult("9" * 10_000, None, ok=True),
]


async def test_a_list_that_can_not_be_loaded_stays_as_it_was(
    settings: Settings, store: Store, odd: OddWallet
):
    async with open_desk(settings, store, wallet=odd) as desk:
        session = await desk.session()
        asked, answer = await desk.ask(session, "show my transactions")
        for odd.result in GARBAGE:
            with pytest.raises(Unavailable):
                await desk.assistant.refilter(session, table_in(answer).id, "failed")
            with pytest.raises(Unavailable):
                await desk.assistant.next_page(session, table_in(answer).id)
        assert await thread(desk, asked.conversation) == [asked.question, answer]


HUGE = ToolResult(json.dumps({"x": "y" * 20_000_000}), None, ok=True)


async def test_a_turn_over_a_wallet_that_talks_nonsense_is_settled(
    settings: Settings, store: Store, odd: OddWallet
):
    async with open_desk(settings, store, wallet=odd) as desk:
        session = await desk.session()
        tapped = Postback(name="get_help", value="MP210304.1412.L06729")
        for odd.result in (*GARBAGE, HUGE):
            asked, answer = await desk.ask(session, "show my transactions")
            helped = await desk.assistant.postback(session, asked.conversation, tapped)
            for each in (answer, await answer_of(helped)):
                assert (each.widgets, each.outcome) == ([], "done")
                assert each.text
        odd.result = None
        _, answer = await desk.ask(session, "show my transactions")
        assert table_in(answer).transactions
