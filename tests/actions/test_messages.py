import asyncio
from typing import Literal

import pytest

from ecocash_copilot.actions.conversations import (
    access_conversation,
    list_conversations,
    open_conversation,
)
from ecocash_copilot.actions.messages import (
    accept_message,
    access_message,
    claim_answer,
    clean_text,
    find_unanswered,
    list_messages,
    renew_claims,
    settle_answer,
)
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import end_turn, release_turns
from schemas.identity import Customer
from schemas.message import MAX_TEXT, Conversation, Message, Role
from tests.support.known import known

STRANGER = Customer(id="c-2")
Outcome = Literal["done", "cancelled", "failed", "timed_out"]


@pytest.fixture
async def conversation(store: Store, customer: Customer) -> Conversation:
    return await open_conversation(store, customer)


def answer_to(question: Message, outcome: Outcome = "done", text: str = "answer") -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id=question.conversation_id,
        customer_id=question.customer_id,
        seq=question.seq + 1,
        role=Role.ASSISTANT,
        text=text,
        created_at=now(),
        reply_to=question.id,
        outcome=outcome,
    )


async def test_turns_follow_each_other_and_are_all_kept(
    store: Store, customer: Customer, conversation: Conversation
):
    for number in range(3):
        accepted = await accept_message(store, customer, conversation, f"question {number}")
        assert accepted.run_id is not None
        await settle_answer(store, accepted.run_id, answer_to(accepted.question))
        conversation = await access_conversation(store, customer, conversation.id)
    messages = await list_messages(store, conversation, 50)
    assert [each.seq for each in messages] == [1, 2, 3, 4, 5, 6]
    assert conversation.last_seq == 6
    assert conversation.title == "question 0"
    assert await list_conversations(store, customer) == [conversation]
    assert [each.seq for each in await list_messages(store, conversation, 2, 5)] == [3, 4]


async def test_of_many_messages_at_once_one_is_accepted(
    store: Store, customer: Customer, conversation: Conversation
):
    results = await asyncio.gather(
        *(accept_message(store, customer, conversation, f"q {n}", f"key-{n}") for n in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in results) == 5
    assert len(await list_messages(store, conversation, 50)) == 1


async def test_a_message_sent_again_is_accepted_once(
    store: Store, customer: Customer, conversation: Conversation
):
    sent = [accept_message(store, customer, conversation, "hi", "key-1") for _ in range(2)]
    first, again = sorted(await asyncio.gather(*sent), key=lambda each: each.run_id is None)
    assert again.run_id is None
    assert again.question == first.question
    assert first.run_id is not None
    await settle_answer(store, first.run_id, answer_to(first.question))
    late = await accept_message(store, customer, conversation, "hi", "key-1")
    assert (late.run_id, late.question) == (None, first.question)
    assert (await accept_message(store, customer, conversation, "next", "key-2")).run_id


async def test_what_is_somebody_elses_does_not_exist(
    store: Store, customer: Customer, conversation: Conversation
):
    accepted = await accept_message(store, customer, conversation, "mine")
    assert accepted.run_id is not None
    await settle_answer(store, accepted.run_id, answer_to(accepted.question))
    with pytest.raises(NotFound):
        await access_conversation(store, STRANGER, conversation.id)
    with pytest.raises(NotFound):
        await access_message(store, STRANGER, accepted.question.id)
    with pytest.raises(NotFound):
        await accept_message(store, STRANGER, conversation, "let me in")
    with pytest.raises(NotFound):
        await claim_answer(store, STRANGER, conversation, accepted.question.id)
    assert await list_conversations(store, STRANGER) == []
    with pytest.raises(NotFound):
        await access_conversation(store, customer, new_id("cv"))


async def test_a_dead_turn_is_found_and_taken_up_once(
    store: Store, customer: Customer, conversation: Conversation
):
    accepted = await accept_message(store, customer, conversation, "are you there?")
    messages = await list_messages(store, conversation, 10)
    assert await find_unanswered(store, conversation, messages) is None
    await release_turns(store)
    assert await find_unanswered(store, conversation, messages) == accepted.question

    claims = [claim_answer(store, customer, conversation, accepted.question.id) for _ in range(3)]
    results = await asyncio.gather(*claims, return_exceptions=True)
    assert sum(isinstance(each, Conflict) for each in results) == 2
    run_id = next(each.run_id for each in results if not isinstance(each, BaseException))
    assert run_id is not None
    answer = await settle_answer(store, run_id, answer_to(accepted.question))
    # The dead one turns out to be merely late.
    assert accepted.run_id is not None
    assert await settle_answer(store, accepted.run_id, answer_to(accepted.question)) == answer
    assert await find_unanswered(store, conversation, messages) is None
    with pytest.raises(Conflict):
        await claim_answer(store, customer, conversation, accepted.question.id)


async def test_after_a_dead_turn_the_next_message_takes_the_next_number(
    store: Store, customer: Customer, conversation: Conversation
):
    await accept_message(store, customer, conversation, "lost")
    await release_turns(store)
    accepted = await accept_message(store, customer, conversation, "found")
    assert accepted.question.seq == 2


async def test_a_failed_answer_can_be_retried_and_is_replaced_in_its_place(
    store: Store, customer: Customer, conversation: Conversation
):
    accepted = await accept_message(store, customer, conversation, "try")
    assert accepted.run_id is not None
    failed = known(
        await settle_answer(store, accepted.run_id, answer_to(accepted.question, "failed"))
    )
    again = await claim_answer(store, customer, conversation, accepted.question.id)
    assert again.run_id is not None
    settled = known(
        await settle_answer(store, again.run_id, answer_to(accepted.question, text="yes"))
    )
    assert (settled.id, settled.seq, settled.text) == (failed.id, failed.seq, "yes")
    assert await list_messages(store, conversation, 10) == [accepted.question, settled]


async def test_a_claim_is_renewed_and_given_up(
    store: Store, customer: Customer, conversation: Conversation
):
    accepted = await accept_message(store, customer, conversation, "one")
    assert accepted.run_id is not None
    assert await renew_claims(store, [accepted.run_id]) == 1
    await end_turn(store, conversation.id, accepted.run_id)
    assert await renew_claims(store, [accepted.run_id]) == 0
    assert await renew_claims(store, []) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hello \r\n there\t! ", "hello \n there !"),
        ("a\x00b\x1b[31mc\u202ed\ufeff", "ab[31mcd"),
        ("👩\u200d👩\u200d👧 Ndinobvunza", "👩\u200d👩\u200d👧 Ndinobvunza"),
        ("x" * MAX_TEXT, "x" * MAX_TEXT),
    ],
)
def test_texts_are_cleaned(typed: str, kept: str):
    assert clean_text(typed) == kept


@pytest.mark.parametrize("typed", ["", " \n\t", "\u200b\u200d", "\x00", "x" * (MAX_TEXT + 1)])
def test_texts_that_say_nothing_or_too_much_are_refused(typed: str):
    with pytest.raises(Invalid):
        clean_text(typed)


async def test_a_long_first_message_gives_a_short_title(
    store: Store, customer: Customer, conversation: Conversation
):
    accepted = await accept_message(store, customer, conversation, "word\n" * 100)
    assert accepted.conversation.title.endswith("…")
    assert len(accepted.conversation.title) <= 80
    kept = await access_conversation(store, customer, conversation.id)
    assert kept.title == accepted.conversation.title
