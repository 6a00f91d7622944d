"""What a turn is given without a look into the database is what the database holds."""

import pytest

from ecocash_copilot.actions.messages import list_spoken
from ecocash_copilot.agent.history import MAX_MESSAGES
from ecocash_copilot.agent.recent import RecentTalk
from ecocash_copilot.store.messages import insert_message
from schemas.message import Message
from schemas.session import Session
from schemas.widgets import TransactionDetail
from tests.agent.threads import table_in
from tests.support.assistant import Desk

QUESTIONS = ("show my balance", "show my transactions", "only the failed ones", "thank you")


async def spoken(desk: Desk, until: Message) -> list[Message]:
    opened = await desk.assistant.open(await desk.session(), 10)
    assert opened.conversation is not None
    return await list_spoken(desk.store, opened.conversation, until.seq, MAX_MESSAGES)


async def test_it_is_what_a_read_would_bring(desk: Desk, session: Session) -> None:
    recent, conversation, known = RecentTalk(), None, 0
    for number in range(12):
        text = QUESTIONS[number % len(QUESTIONS)]
        asked, answer = await desk.ask(session, text, conversation)
        conversation = asked.conversation
        read = await spoken(desk, asked.question)
        kept = recent.before(asked.question)
        if kept is not None:
            known += 1
            assert kept == read
        recent.keep(read, answer)
    assert known == 11


async def test_what_was_said_in_between_is_not_missed(desk: Desk, session: Session) -> None:
    recent = RecentTalk()
    asked, answer = await desk.ask(session, "show my balance")
    recent.keep([asked.question], answer)
    other = answer.model_copy(
        update={"id": "ms_" + "1" * 26, "seq": answer.seq + 1, "reply_to": None, "tools": []}
    )
    await insert_message(desk.store, other)
    later = (await desk.ask(session, "thank you", asked.conversation))[0].question
    assert later.seq == answer.seq + 2
    assert recent.before(later) is None


@pytest.mark.parametrize("outcome", ["failed", "cancelled", "timed_out"])
async def test_an_answer_that_may_be_replaced_is_read_again(
    desk: Desk, session: Session, outcome: str
) -> None:
    recent = RecentTalk()
    asked, answer = await desk.ask(session, "show my balance")
    recent.keep([asked.question], answer)
    recent.keep([asked.question], answer.model_copy(update={"outcome": outcome}))
    later = (await desk.ask(session, "thank you", asked.conversation))[0].question
    assert recent.before(later) is None


async def test_a_turn_reads_nothing_that_the_one_before_has_left(
    desk: Desk, session: Session
) -> None:
    _, answer = await desk.ask(session, "show my transactions")
    second = table_in(answer).transactions[1].reference
    now = (await desk.assistant.open(await desk.now(session), 10)).conversation
    assert now is not None
    await desk.store.kept("messages").delete_many({"conversation_id": now.id})
    _, answer = await desk.ask(session, "the second one", now)
    (detail,) = answer.widgets
    assert isinstance(detail, TransactionDetail)
    assert detail.transaction.reference == second
