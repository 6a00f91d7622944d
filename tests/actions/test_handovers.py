"""A person takes a conversation over: who may, once each, and what the customer is told."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ecocash_copilot.actions.conversations import access_conversation, open_conversation
from ecocash_copilot.actions.handovers import (
    LONGEST_SILENCE,
    LONGEST_WAIT,
    ask_for_person,
    end_by_customer,
    expire_handovers,
    find_open_handover,
    hand_back,
    list_handover_messages,
    list_handovers,
    people_are_back_at,
    say_as_agent,
    say_waiting,
    take,
)
from ecocash_copilot.actions.messages import (
    accept_message,
    claim_answer,
    find_unanswered,
    list_messages,
    settle_answer,
)
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotAllowed, NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.outbox import find_notices
from schemas.handover import Handover, HandoverReason, HandoverState
from schemas.identity import Customer, Locale
from schemas.message import Conversation, Message, Role, Speaker
from schemas.staff import Staff, StaffRole
from tests.support.known import known

RUDO = Staff(id="agent-1", name="Rudo", roles=frozenset({StaffRole.AGENT}))
TINO = Staff(id="agent-2", name="Tino", roles=frozenset({StaffRole.AGENT}))
CHIEF = Staff(id="supervisor-1", name="Chipo", roles=frozenset({StaffRole.SUPERVISOR}))
OPERATOR = Staff(id="operator-1", name="Opi", roles=frozenset({StaffRole.OPERATOR}))
MONDAY_10 = datetime(2026, 11, 23, 8, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
async def conversation(store: Store, customer: Customer) -> Conversation:
    return await open_conversation(store, customer)


async def current(store: Store, customer: Customer, conversation: Conversation) -> Conversation:
    return await access_conversation(store, customer, conversation.id)


async def ask(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    reason: HandoverReason = HandoverReason.ASKED,
    moment: datetime = MONDAY_10,
) -> Handover:
    return await ask_for_person(store, customer, conversation, reason, moment)


async def texts(
    store: Store, customer: Customer, conversation: Conversation
) -> list[tuple[Role, str]]:
    fresh = await current(store, customer, conversation)
    messages = await list_messages(store, fresh, 100)
    assert [each.seq for each in messages] == list(range(1, len(messages) + 1))
    assert fresh.last_seq == len(messages)
    cards = {
        each.id: " ".join(getattr(card, "text", card.type) for card in each.widgets)
        for each in messages
    }
    return [(each.role, each.text or cards[each.id]) for each in messages]


def answer_to(question: Message, text: str = "answer") -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id=question.conversation_id,
        customer_id=question.customer_id,
        seq=question.seq + 1,
        role=Role.ASSISTANT,
        text=text,
        created_at=now(),
        reply_to=question.id,
    )


# -- asking ---------------------------------------------------------------------------------------


async def test_asking_many_times_at_once_makes_one_handover(
    store: Store, customer: Customer, conversation: Conversation
):
    asked = await asyncio.gather(*(ask(store, customer, conversation) for _ in range(5)))
    assert len({each.id for each in asked}) == 1
    assert await list_handovers(store, RUDO) == asked[:1]
    fresh = await current(store, customer, conversation)
    assert (fresh.speaker, fresh.handover_id) == (Speaker.QUEUE, asked[0].id)
    assert await find_open_handover(store, conversation.id) == asked[0]


async def test_who_asks_in_many_chats_waits_in_the_latest_few(store: Store, customer: Customer):
    chats = [await open_conversation(store, customer) for _ in range(5)]
    for number, chat in enumerate(chats):
        await ask(store, customer, chat, moment=MONDAY_10 + timedelta(minutes=number))
    waiting = await list_handovers(store, RUDO)
    assert [each.conversation_id for each in waiting] == [chat.id for chat in chats[2:]]
    given_up = [await current(store, customer, chat) for chat in chats[:2]]
    assert {chat.speaker for chat in given_up} == {Speaker.ASSISTANT}


async def test_outside_business_hours_the_assistant_goes_on_until_somebody_comes(
    store: Store, customer: Customer, conversation: Conversation
):
    assert people_are_back_at(SUNDAY) == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert people_are_back_at(MONDAY_10) is None
    handover = await ask(store, customer, conversation, moment=SUNDAY)
    fresh = await current(store, customer, conversation)
    assert (fresh.speaker, fresh.handover_id) == (Speaker.ASSISTANT, handover.id)
    accepted = await accept_message(store, customer, fresh, "what is my balance?")
    assert accepted.run_id is not None
    await settle_answer(store, accepted.run_id, answer_to(accepted.question))
    await take(store, RUDO, handover.id)
    assert (await current(store, customer, conversation)).speaker is Speaker.AGENT


async def test_only_their_own_conversation_is_handed_over(
    store: Store, customer: Customer, conversation: Conversation
):
    with pytest.raises(NotFound):
        await ask(store, Customer(id="c-2"), conversation)
    await ask(store, customer, conversation)
    with pytest.raises(NotFound):
        await end_by_customer(store, Customer(id="c-2"), conversation.id)


# -- waiting and talking --------------------------------------------------------------------------


async def test_what_is_written_while_waiting_is_kept_once_and_not_answered(
    store: Store, customer: Customer, conversation: Conversation
):
    await ask(store, customer, conversation)
    accepted = None
    for _ in range(2):
        accepted = await accept_message(store, customer, conversation, "hello?", "key-12345")
        assert accepted.run_id is None
        assert accepted.conversation.speaker is Speaker.QUEUE
        await say_waiting(store, accepted.conversation)
    said = await texts(store, customer, conversation)
    assert [role for role, _ in said] == [Role.CUSTOMER, Role.SYSTEM]
    fresh = await current(store, customer, conversation)
    question = known(accepted).question
    assert await find_unanswered(store, fresh, [question]) is None
    with pytest.raises(Conflict):
        await claim_answer(store, customer, fresh, question.id)


async def test_of_many_messages_at_once_all_are_kept(
    store: Store, customer: Customer, conversation: Conversation
):
    handover = await ask(store, customer, conversation)
    await take(store, RUDO, handover.id)
    await asyncio.gather(
        *(accept_message(store, customer, conversation, f"m{n}", f"key-{n}-x") for n in range(4)),
        *(say_as_agent(store, RUDO, conversation.id, f"a{n}", f"akey-{n}-x") for n in range(4)),
    )
    said = await texts(store, customer, conversation)
    assert {text for _, text in said[1:]} == {f"{who}{n}" for who in "ma" for n in range(4)}


async def test_one_of_two_agents_takes_a_chat(
    store: Store, customer: Customer, conversation: Conversation
):
    handover = await ask(store, customer, conversation)
    results = await asyncio.gather(
        *(take(store, staff, handover.id) for staff in (RUDO, TINO) for _ in range(3)),
        return_exceptions=True,
    )
    taken = [each for each in results if isinstance(each, Handover)]
    lost = [each for each in results if isinstance(each, Conflict)]
    assert len(taken) == len(lost) == 3
    assert len({each.agent_id for each in taken}) == 1
    assert known(taken[0].agent_name) in lost[0].detail
    said = await texts(store, customer, conversation)
    assert said == [(Role.SYSTEM, f"{taken[0].agent_name} from EcoCash has joined the chat.")]


async def test_an_agents_message_reaches_the_customer_once(
    store: Store, customer: Customer, conversation: Conversation
):
    handover = await ask(store, customer, conversation)
    with pytest.raises(Conflict):
        await say_as_agent(store, RUDO, conversation.id, "too early", "key-00001")
    await take(store, RUDO, handover.id)
    said = await asyncio.gather(
        *(say_as_agent(store, RUDO, conversation.id, " Mhoro ", "key-00001") for _ in range(4))
    )
    assert len({each.id for each in said}) == 1
    assert (said[0].role, said[0].text, said[0].author) == (Role.AGENT, "Mhoro", "Rudo")
    assert len(await texts(store, customer, conversation)) == 2
    notices = await find_notices(store, customer.id)
    assert [(each.type, each.data.text) for each in notices] == [("chat.replied", "Mhoro")]
    with pytest.raises(Invalid):
        await say_as_agent(store, RUDO, conversation.id, " ", "key-00002")
    with pytest.raises(Conflict, match="Another agent"):
        await say_as_agent(store, TINO, conversation.id, "me too", "key-00003")


async def test_roles_are_checked(store: Store, customer: Customer, conversation: Conversation):
    handover = await ask(store, customer, conversation)
    for call in (
        list_handovers(store, OPERATOR),
        take(store, OPERATOR, handover.id),
        hand_back(store, OPERATOR, handover.id),
        say_as_agent(store, OPERATOR, conversation.id, "hi", "key-00001"),
        list_handover_messages(store, OPERATOR, handover.id, 10),
    ):
        with pytest.raises(NotAllowed):
            await call
    with pytest.raises(NotFound):
        await take(store, RUDO, new_id("ho"))


async def test_a_turn_under_way_is_silent_once_an_agent_speaks(
    store: Store, customer: Customer, conversation: Conversation
):
    accepted = await accept_message(store, customer, conversation, "what happened?")
    assert accepted.run_id is not None
    handover = await ask(store, customer, conversation)
    await take(store, RUDO, handover.id)
    assert await settle_answer(store, accepted.run_id, answer_to(accepted.question)) is None
    said = await texts(store, customer, conversation)
    assert [role for role, _ in said] == [Role.CUSTOMER, Role.SYSTEM]
    assert (await accept_message(store, customer, conversation, "and now?")).run_id is None


async def test_no_answer_follows_the_agent_however_the_two_race(store: Store, customer: Customer):
    async def settle_after(seconds: float, run_id: str, answer: Message) -> Message | None:
        await asyncio.sleep(seconds)  # The moment within the take is what is tested.
        return await settle_answer(store, run_id, answer)

    for step in range(60):
        conversation = await open_conversation(store, customer)
        accepted = await accept_message(store, customer, conversation, "what happened?")
        assert accepted.run_id is not None
        handover = await ask(store, customer, conversation)
        answer = answer_to(accepted.question)
        late, _ = await asyncio.gather(
            settle_after(step / 5000, accepted.run_id, answer), take(store, RUDO, handover.id)
        )
        kept = await list_messages(store, conversation.model_copy(update={"last_seq": 3}), 10)
        roles = [each.role for each in kept]
        assert roles in (
            [Role.CUSTOMER, Role.SYSTEM],
            [Role.CUSTOMER, Role.ASSISTANT, Role.SYSTEM],
        )
        assert (late is not None) is (Role.ASSISTANT in roles)


# -- the end --------------------------------------------------------------------------------------


async def test_handing_back_lets_the_assistant_answer_again(
    store: Store, customer: Customer, conversation: Conversation
):
    handover = await ask(store, customer, conversation)
    await take(store, RUDO, handover.id)
    with pytest.raises(NotAllowed):
        await hand_back(store, TINO, handover.id)
    ended = await asyncio.gather(*(hand_back(store, RUDO, handover.id) for _ in range(3)))
    assert {each.state for each in ended} == {HandoverState.RETURNED}
    assert await hand_back(store, RUDO, handover.id) == ended[0]
    assert await list_handovers(store, RUDO) == []
    said = await texts(store, customer, conversation)
    assert said[1:] == [(Role.SYSTEM, "Rudo has left the chat. The assistant is back.")]
    accepted = await accept_message(store, customer, conversation, "and my balance?")
    assert accepted.run_id is not None
    with pytest.raises(Conflict, match="with the assistant"):
        await say_as_agent(store, RUDO, conversation.id, "one more", "key-00009")
    with pytest.raises(Conflict, match="over"):
        await take(store, RUDO, handover.id)


async def test_a_supervisor_ends_anybodys_chat(
    store: Store, customer: Customer, conversation: Conversation
):
    handover = await ask(store, customer, conversation)
    await take(store, RUDO, handover.id)
    assert (await hand_back(store, CHIEF, handover.id)).state is HandoverState.RETURNED


async def test_the_customer_goes_on_with_the_assistant(
    store: Store, customer: Customer, conversation: Conversation
):
    assert await end_by_customer(store, customer, conversation.id) is None
    handover = await ask(store, customer, conversation)
    ended = await end_by_customer(store, customer, conversation.id)
    assert ended is not None
    assert ended.state is HandoverState.RETURNED
    assert (await current(store, customer, conversation)).speaker is Speaker.ASSISTANT
    again = await ask(store, customer, conversation)
    assert again.id != handover.id


async def test_nobody_coming_and_nobody_talking_end_a_handover(
    store: Store, customer: Customer, conversation: Conversation
):
    await ask(store, customer, conversation)
    assert await expire_handovers(store, MONDAY_10 + LONGEST_WAIT) == 0
    assert await expire_handovers(store, MONDAY_10 + LONGEST_WAIT + timedelta(minutes=1)) == 1
    said = await texts(store, customer, conversation)
    assert "nobody was free" in said[-1][1]

    handover = await ask(store, customer, conversation)
    await take(store, RUDO, handover.id)
    await say_as_agent(store, RUDO, conversation.id, "Hello", "key-00001")
    late = now() + LONGEST_SILENCE
    assert await expire_handovers(store, late - timedelta(minutes=1)) == 0
    assert await expire_handovers(store, late + timedelta(minutes=1)) == 1
    assert (await current(store, customer, conversation)).speaker is Speaker.ASSISTANT


async def test_a_night_does_not_count_as_waiting(
    store: Store, customer: Customer, conversation: Conversation
):
    await ask(store, customer, conversation, moment=SUNDAY)
    opening = datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert await expire_handovers(store, opening + LONGEST_WAIT) == 0
    assert await expire_handovers(store, opening + LONGEST_WAIT + timedelta(minutes=1)) == 1


@pytest.mark.parametrize("locale", [Locale.SN, Locale.ND])
async def test_lines_are_in_the_customers_language(store: Store, locale: Locale):
    customer = Customer(id="c-7", locale=locale)
    conversation = await open_conversation(store, customer)
    handover = await ask(store, customer, conversation)
    await take(store, RUDO, handover.id)
    await hand_back(store, RUDO, handover.id)
    for _, text in await texts(store, customer, conversation):
        assert "Rudo" in text
        assert "has" not in text.split()


async def test_the_agent_reads_the_whole_chat(
    store: Store, customer: Customer, conversation: Conversation
):
    for number in range(3):
        accepted = await accept_message(store, customer, conversation, f"question {number}")
        assert accepted.run_id is not None
        await settle_answer(store, accepted.run_id, answer_to(accepted.question))
    handover = await ask(store, customer, conversation, HandoverReason.LOW_CONFIDENCE)
    assert "“question 0” / “question 1” / “question 2”" in handover.summary
    read = await list_handover_messages(store, RUDO, handover.id, 4)
    assert [each.seq for each in read] == [3, 4, 5, 6]
    earlier = await list_handover_messages(store, RUDO, handover.id, 4, before_seq=3)
    assert [each.seq for each in earlier] == [1, 2]
