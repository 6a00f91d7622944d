"""Everything a customer can do, over the real database, wallet and offline model."""

import asyncio

import pytest

from ecocash_copilot.agent.postbacks import REASON_QUERIES, Postback
from ecocash_copilot.core.errors import Conflict, Invalid, NotFound, RateLimited
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import find_claim
from schemas.identity import Locale
from schemas.message import MAX_TEXT, Role
from schemas.session import Session
from schemas.wallet import Direction, TransactionStatus
from schemas.widgets import HelpArticleCard, TransactionDetail
from tests.agent.threads import table_in, thread
from tests.support.assistant import Desk, answer_of, open_desk

# -- asking ------------------------------------------------------------------------------------


async def test_a_question_is_answered_with_the_wallets_card(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "show my balance")

    assert [widget.type for widget in answer.widgets] == ["balance_card"]
    assert "US$" in answer.text
    assert (answer.outcome, answer.basic_mode, answer.reply_to) == (
        "done",
        False,
        asked.question.id,
    )
    opened = await desk.assistant.open(await desk.now(session), 20)
    assert opened.messages == [asked.question, answer]
    assert (opened.turn, opened.unanswered, opened.has_earlier) == (None, None, False)
    assert desk.turns.run_ids() == []
    assert await find_claim(desk.store, asked.conversation.id) is None


async def test_a_message_sent_again_later_is_kept_and_answered_once(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "show my balance", key="key-00001")
    again = await desk.assistant.ask(
        await desk.now(session), asked.conversation, "show my balance", "key-00001"
    )
    assert again.turn is None
    assert again.question == asked.question
    assert await thread(desk, asked.conversation) == [asked.question, answer]


async def test_twenty_at_once_under_one_key_are_one_question_and_one_answer(
    desk: Desk, session: Session
):
    conversation = (await desk.ask(session, "hello"))[0].conversation
    session = await desk.now(session)
    asked = await asyncio.gather(
        *(desk.assistant.ask(session, conversation, "my balance", "key-00002") for _ in range(20))
    )
    for each in asked:
        if each.turn is not None:
            await answer_of(each)
    assert len({each.question.id for each in asked}) == 1
    assert [m.role for m in (await thread(desk, conversation))[2:]] == [
        Role.CUSTOMER,
        Role.ASSISTANT,
    ]


async def test_a_double_tap_on_the_first_message_opens_one_conversation(
    desk: Desk, session: Session
):
    asked = await asyncio.gather(
        *(desk.assistant.ask(session, None, "my balance", "key-00003") for _ in range(20))
    )
    for each in asked:
        if each.turn is not None:
            await answer_of(each)
    assert len({each.conversation.id for each in asked}) == 1
    assert len({each.question.id for each in asked}) == 1
    assert len(await desk.assistant.history(session)) == 1
    assert len(await thread(desk, asked[0].conversation)) == 2


async def test_a_second_question_while_one_is_answered_is_refused(desk: Desk, session: Session):
    asked = await desk.assistant.ask(session, None, "show my balance", "key-00004")
    with pytest.raises(Conflict):
        await desk.assistant.ask(
            await desk.now(session), asked.conversation, "and my payments", "key-00005"
        )
    await answer_of(asked)
    _, answer = await desk.ask(session, "show my transactions", asked.conversation)
    assert table_in(answer).total == 60


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "x" * (MAX_TEXT + 1)])
async def test_a_text_that_says_nothing_or_too_much_is_refused(
    desk: Desk, session: Session, text: str
):
    with pytest.raises(Invalid):
        await desk.assistant.ask(session, None, text, None)
    assert await desk.assistant.history(session) == []


@pytest.mark.usefixtures("one_moment")
async def test_too_many_messages_are_refused_and_none_is_kept(settings: Settings, store: Store):
    async with open_desk(settings, store, messages_per_minute=2) as desk:
        session = await desk.session()
        asked, _ = await desk.ask(session, "hello")
        await desk.ask(session, "hello", asked.conversation)
        with pytest.raises(RateLimited):
            await desk.ask(session, "hello", asked.conversation)
        with pytest.raises(RateLimited):
            await desk.assistant.retry(session, asked.question.id)
        tapped = Postback(name="get_help", value="x")
        with pytest.raises(RateLimited):
            await desk.assistant.postback(session, asked.conversation, tapped)
        assert len(await thread(desk, asked.conversation)) == 4
        other = await desk.session("c-1002")
        await desk.ask(other, "hello")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (Locale.EN, "show my balance"),
        (Locale.SN, "ndiratidze mari yangu yasara"),
        (Locale.ND, "ngitshengisa imali yami eseleyo"),
    ],
)
async def test_each_language_gets_its_balance(desk: Desk, locale: Locale, text: str):
    session = await desk.session("c-1001", locale)
    _, answer = await desk.ask(session, text)
    assert [widget.type for widget in answer.widgets] == ["balance_card"]
    assert "US$117.02" in answer.text


async def test_the_apps_language_is_kept_for_the_session(desk: Desk, session: Session):
    spoken = await desk.assistant.follow_app(session, Locale.SN)
    assert spoken.customer.locale is Locale.SN
    assert (await desk.now(session)).customer.locale is Locale.SN
    tapped = Postback(name="pick_reason", value="double_debit")
    asked = await desk.assistant.postback(await desk.now(session), None, tapped)
    await answer_of(asked)
    assert asked.question.text != "I was charged twice"


# -- conversations -----------------------------------------------------------------------------


async def test_history_has_the_latest_first_with_titles(desk: Desk, session: Session):
    first, _ = await desk.ask(session, "show   my\nbalance")
    session = await desk.assistant.begin(await desk.now(session))
    second, _ = await desk.ask(session, "hello")
    listed = await desk.assistant.history(session)
    assert [(each.id, each.title) for each in listed] == [
        (second.conversation.id, "hello"),
        (first.conversation.id, "show my balance"),
    ]
    session = await desk.assistant.choose(session, first.conversation.id)
    assert (await desk.assistant.open(session, 20)).messages[0] == first.question
    await desk.ask(session, "thanks", first.conversation)
    assert (await desk.assistant.history(session))[0].id == first.conversation.id


async def test_a_new_chat_is_empty_listed_when_it_holds_something_and_begun_once(
    desk: Desk, session: Session
):
    await desk.ask(session, "hello")
    begun = await desk.assistant.begin(await desk.now(session))
    again = await desk.assistant.begin(begun)
    assert again.conversation_id == begun.conversation_id
    opened = await desk.assistant.open(again, 20)
    assert opened.messages == []
    assert len(await desk.assistant.history(again)) == 1


async def test_a_new_session_goes_on_where_the_customer_was(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "hello")
    opened = await desk.assistant.open(await desk.session(), 20)
    assert opened.conversation is not None
    assert opened.conversation.id == asked.conversation.id
    assert opened.messages == [asked.question, answer]
    stranger = await desk.assistant.open(await desk.session("c-1003"), 20)
    assert (stranger.conversation, stranger.messages) == (None, [])


async def test_what_is_somebody_elses_is_not_found(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "my transactions")
    conversation, table = asked.conversation, table_in(answer)
    thief = await desk.session("c-1002")
    assistant = desk.assistant
    tapped = Postback(name="get_help", value=table.transactions[0].reference)
    for attempt in (
        lambda: assistant.ask(thief, conversation, "hello", "key-00006"),
        lambda: assistant.retry(thief, asked.question.id),
        lambda: assistant.retry(thief, answer.id),
        lambda: assistant.postback(thief, conversation, tapped),
        lambda: assistant.choose(thief, conversation.id),
        lambda: assistant.earlier(thief, conversation.id, 3, 20),
        lambda: assistant.stop(thief, conversation.id),
        lambda: assistant.refilter(thief, table.id, "failed"),
        lambda: assistant.next_page(thief, table.id),
        lambda: assistant.open(thief.model_copy(update={"conversation_id": conversation.id}), 20),
    ):
        with pytest.raises(NotFound):
            await attempt()
    assert await thread(desk, conversation) == [asked.question, answer]
    assert (await desk.now(thief)).conversation_id is None
    assert await assistant.history(thief) == []


async def test_a_long_thread_opens_with_its_end_and_gives_the_rest(desk: Desk, session: Session):
    conversation = (await desk.ask(session, "hello"))[0].conversation
    for _ in range(4):
        await desk.ask(session, "thanks", conversation)
    opened = await desk.assistant.open(await desk.now(session), 4)
    assert [each.seq for each in opened.messages] == [7, 8, 9, 10]
    assert opened.has_earlier
    messages, more = await desk.assistant.earlier(session, conversation.id, 7, 4)
    assert ([each.seq for each in messages], more) == ([3, 4, 5, 6], True)
    messages, more = await desk.assistant.earlier(session, conversation.id, 3, 4)
    assert ([each.seq for each in messages], more) == ([1, 2], False)


# -- tables ------------------------------------------------------------------------------------


async def test_every_transaction_is_reached_page_by_page_once(desk: Desk, session: Session):
    _, answer = await desk.ask(session, "show my transactions")
    table = table_in(answer)
    while table.next_cursor is not None:
        before = len(table.transactions)
        table = table_in(await desk.assistant.next_page(session, table.id))
        assert before < len(table.transactions) <= before + 10
    references = [row.reference for row in table.transactions]
    assert len(references) == len(set(references)) == table.total == 60
    moments = [row.occurred_at for row in table.transactions]
    assert moments == sorted(moments, reverse=True)
    kept = (await desk.assistant.open(await desk.now(session), 20)).messages[-1]
    assert table_in(kept) == table
    assert await desk.assistant.next_page(session, table.id) == kept


async def test_a_double_tap_on_show_more_adds_each_row_once(desk: Desk, session: Session):
    _, answer = await desk.ask(session, "show my transactions")
    pages = [desk.assistant.next_page(session, table_in(answer).id) for _ in range(5)]
    for message in await asyncio.gather(*pages):
        rows = [row.reference for row in table_in(message).transactions]
        assert len(rows) == len(set(rows))


async def test_chips_filter_in_place_and_come_off_again(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "show my transactions")
    table = table_in(answer)
    refilter = desk.assistant.refilter

    failed = await refilter(session, table.id, "failed")
    assert (failed.id, failed.seq) == (answer.id, answer.seq)
    shown = table_in(failed)
    assert shown.id == table.id
    assert shown.transactions
    assert {row.status for row in shown.transactions} == {TransactionStatus.FAILED}
    assert [chip.name for chip in shown.chips if chip.selected] == ["failed"]

    both = table_in(await refilter(session, table.id, "ZWG"))
    assert {(row.status, row.amount.currency) for row in both.transactions} <= {
        (TransactionStatus.FAILED, "ZWG")
    }
    off = table_in(await refilter(session, table.id, "failed"))
    assert [chip.name for chip in off.chips if chip.selected] == ["ZWG"]
    incoming = table_in(await refilter(session, table.id, "in"))
    assert {row.direction for row in incoming.transactions} == {Direction.IN}
    everything = table_in(await refilter(session, table.id, "all"))
    assert everything == table
    with pytest.raises(Invalid):
        await refilter(session, table.id, "everything")
    for wrong in ("", "x", f"{answer.id}-9", f"{new_id('ms')}-1", asked.question.id):
        with pytest.raises(NotFound):
            await refilter(session, wrong, "failed")


async def test_a_filter_of_amounts_and_days_survives_a_chip(desk: Desk, session: Session):
    _, answer = await desk.ask(session, "transactions over 10 dollars this month")
    table = table_in(answer)
    shown = table_in(await desk.assistant.refilter(session, table.id, "out"))
    assert shown.filter == table.filter.model_copy(update={"direction": Direction.OUT})


# -- buttons -----------------------------------------------------------------------------------


async def test_get_help_shows_the_transaction_and_its_reasons(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "my transactions")
    reference = table_in(answer).transactions[0].reference
    tapped = Postback(name="get_help", value=reference)
    helped = await desk.assistant.postback(session, asked.conversation, tapped)
    assert reference in helped.question.text
    shown = await answer_of(helped)
    (detail,) = shown.widgets
    assert isinstance(detail, TransactionDetail)
    assert detail.transaction.reference == reference
    assert detail.reasons
    opened = await desk.assistant.postback(
        session, asked.conversation, Postback(name="open_transaction", value=reference)
    )
    (detail,) = (await answer_of(opened)).widgets
    assert isinstance(detail, TransactionDetail)


@pytest.mark.parametrize("locale", list(Locale))
async def test_every_reason_leads_to_an_article(desk: Desk, locale: Locale):
    session = await desk.session("c-1001", locale)
    conversation = None
    for category in REASON_QUERIES:
        tapped = Postback(name="help_reason", value=category)
        asked = await desk.assistant.postback(await desk.now(session), conversation, tapped)
        conversation = asked.conversation
        (article,) = (await answer_of(asked)).widgets
        assert isinstance(article, HelpArticleCard)
        assert article.article.language is locale


@pytest.mark.parametrize("reference", ["MP210304.1412.L06729", "nonsense", "", "x" * 200])
async def test_help_with_what_is_not_there_is_said_plainly(
    desk: Desk, session: Session, reference: str
):
    asked = await desk.assistant.postback(session, None, Postback(name="get_help", value=reference))
    answer = await answer_of(asked)
    assert answer.widgets == []
    assert answer.text == "I could not get that just now. Please try again."


@pytest.mark.parametrize(
    "tapped",
    [
        Postback(name="pick_reason", value="nothing"),
        Postback(name="send_money", value="5"),
        Postback(name="create_ticket"),
    ],
)
async def test_an_unknown_step_is_refused_and_nothing_kept(
    desk: Desk, session: Session, tapped: Postback
):
    with pytest.raises(Invalid):
        await desk.assistant.postback(session, None, tapped)
    assert await desk.assistant.history(session) == []
