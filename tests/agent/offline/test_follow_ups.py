"""Conversations through a real Agno agent: what is asked next depends on what was shown."""

from typing import Any

import pytest

from tests.agent.offline.wallet_tools import TRANSACTIONS, Chat

LIST, ONE, BALANCES = "eco_get_transactions", "eco_get_transaction", "eco_get_balances"
THIS_WEEK = {"date_from": "2026-11-16", "date_to": "2026-11-22"}
LAST_WEEK = {"date_from": "2026-11-09", "date_to": "2026-11-15"}

FOLLOWED = {
    "en": ["what I paid this week", "only the failed ones", "and last week?", "what about ZiG?"],
    "sn": ["zvandakabhadhara svondo rino", "dzakafoira chete", "ko svondo rapera", "ko zig?"],
    "nd": ["engikubhadeleyo ngeviki le", "ezalileyo zodwa", "iviki elidlulileyo ke", "i zig ke?"],
}


@pytest.mark.parametrize("language", FOLLOWED)
async def test_filters_are_carried_on(language: str):
    chat = Chat(language)
    expected: list[dict[str, Any]] = [
        {"direction": "out", **THIS_WEEK},
        {"direction": "out", "status": "failed", **THIS_WEEK},
        {"direction": "out", "status": "failed", **LAST_WEEK},
        {"direction": "out", "status": "failed", "currency": "ZWG", **LAST_WEEK},
    ]
    for text, arguments in zip(FOLLOWED[language], expected, strict=True):
        await chat.say(text)
        assert chat.called() == [(LIST, arguments)]


@pytest.mark.parametrize(
    ("language", "listing", "second", "last", "help_with_it"),
    [
        ("en", "my transactions", "the second one", "the last one", "help with it"),
        ("en", "my transactions", "2", "the last one", "I did not make this payment"),
        ("sn", "ma transaction angu", "yechipiri", "yekupedzisira", "ndibatsirei nayo"),
        ("sn", "history", "namba 2", "yekupedzisira", "payment iyi handina kuita ini"),
        ("nd", "ama transaction ami", "eyesibili", "eyokucina", "ngincede ngayo"),
        ("nd", "history", "inombolo 2", "eyokucina", "payment le angiyenzanga mina"),
    ],
)
async def test_rows_of_the_list_shown(
    language: str, listing: str, second: str, last: str, help_with_it: str
):
    chat = Chat(language)
    await chat.say(listing)
    await chat.say(second)
    assert chat.called() == [(ONE, {"reference": TRANSACTIONS[1].reference})]
    await chat.say(last)
    assert chat.called() == [(ONE, {"reference": TRANSACTIONS[-1].reference})]
    answer = await chat.say(help_with_it)
    assert chat.called() == [(ONE, {"reference": TRANSACTIONS[-1].reference})]
    assert {"en": "Get help", "sn": "Wana rubatsiro", "nd": "Thola uncedo"}[language] in answer


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("help with number 3", 2),
        ("ndibatsirei neyechitatu", 2),
        ("ngincede ngeyesithathu", 2),
        ("3", 2),
        ("dispute the first one", 0),
    ],
)
async def test_help_with_a_row(text: str, position: int):
    chat = Chat()
    await chat.say("my transactions")
    await chat.say(text)
    assert chat.called() == [(ONE, {"reference": TRANSACTIONS[position].reference})]


async def test_a_row_that_is_not_there():
    chat = Chat()
    await chat.say("my transactions")
    assert "do not see that one" in await chat.say("number 99")
    assert chat.called() == []


@pytest.mark.parametrize(
    ("language", "listing", "more"),
    [
        ("en", "last 4 transactions", "more"),
        ("sn", "ma transaction mana ekupedzisira", "dzimwe"),
        ("nd", "ama transaction amane okucina", "amanye"),
    ],
)
async def test_more(language: str, listing: str, more: str):
    chat = Chat(language)
    await chat.say(listing)
    await chat.say(more)
    assert chat.called() == [(LIST, {"cursor": "4"})]
    await chat.say("the first one")
    assert chat.called() == [(ONE, {"reference": TRANSACTIONS[4].reference})]


async def test_more_keeps_the_filters_and_ends():
    chat = Chat()
    await chat.say("last 2 failed transactions")
    assert "nothing more" in await chat.say("more")
    assert chat.called() == []


async def test_balance_in_another_currency():
    chat = Chat()
    await chat.say("show my balance")
    assert await chat.say("what about ZiG?") == "You have ZiG\u00a01,250.00."
    assert chat.called() == [(BALANCES, {"currency": "ZWG"})]


async def test_a_whole_question_starts_afresh():
    chat = Chat()
    await chat.say("failed payments this week")
    await chat.say("show me all the airtime I bought")
    assert chat.called() == [(LIST, {"kind": "airtime"})]


async def test_a_hidden_look_up_is_not_the_list_shown():
    chat = Chat()
    await chat.say("my transactions")
    await chat.say("was my payment to DSTV successful")
    assert [name for name, _ in chat.called()] == [LIST, ONE]
    await chat.say("the second one")
    assert chat.called() == [(ONE, {"reference": TRANSACTIONS[1].reference})]


@pytest.mark.parametrize("text", ["show me my last transaction", "details of my last payment"])
async def test_the_newest(text: str):
    chat = Chat()
    await chat.say(text)
    assert chat.called()[-1] == (ONE, {"reference": TRANSACTIONS[0].reference})


async def test_several_that_fit_are_listed():
    chat = Chat()
    answer = await chat.say("did the payment to OK Mazowe go through")
    assert chat.called()[-1] == (LIST, {"direction": "out", "text": "ok mazowe", "limit": 5})
    assert "Which one" in answer
    await chat.say("the second one")
    assert chat.called() == [(ONE, {"reference": TRANSACTIONS[5].reference})]


@pytest.mark.parametrize("text", ["the second one", "that one", "more", "help with it"])
async def test_a_follow_up_to_nothing_asks_back_or_lists(text: str):
    chat = Chat()
    assert await chat.say(text)
    assert all(name == LIST for name, _ in chat.called())
