"""The gate against figures without a source, on texts that nobody wrote down."""

import time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecocash_copilot.agent.figures import FigureGate

PAGE = (
    '{"transactions":[{"reference":"MP261105.1412.L06729","amount":{"amount":"12.50",'
    '"currency":"USD"},"occurred_at":"2026-11-05T14:07:09.000Z"}],"date_from":"2026-11-01"}'
)


def gated(text: str, cuts: list[int] | None = None, source: str = PAGE) -> tuple[str, int]:
    gate = FigureGate()
    gate.learn([source])
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts or [])})
    pieces = [text[a:b] for a, b in pairwise(places)]
    return "".join(map(gate.feed, pieces)) + gate.finish(), gate.withheld


@pytest.mark.parametrize(
    "text",
    [
        "You have 5 US dollars.",
        "You have 5 United States dollars.",
        "You have 20 bucks.",
        "You have dollars 20.",
        "Your balance is 25.",
        "Your balance: 25",
        "Une madhora 20.",
        "Une madhora enyu 20 muwallet.",
        "Madollar 20 asara.",
        "Une dhora 5.",
        "Ulamadola angu-20.",
        "Ule-amadola 20.",
        "Ulamadola akho 20.",
    ],
)
def test_a_small_amount_is_an_amount_however_it_is_put(text: str):
    shown, withheld = gated(text)
    assert withheld == 1
    assert not any(character.isdigit() for character in shown)


@pytest.mark.parametrize(
    "text", ["You have US$5.", "You have US$11.", "It was 14 dollars.", "ZiG 7"]
)
def test_the_date_of_a_transaction_is_no_source_of_an_amount(text: str):
    assert gated(text)[1] == 1


@pytest.mark.parametrize(
    "text",
    [
        "You paid US$12.50 on 5 November 2026 at 14:07.",
        "Here are 3 transactions of US$12.50.",
        "It is MP261105.1412.L06729.",
        "Dial it in 2 steps. It takes 24 hours.",
        "Your balance is US$12.50.",
        "Madhora enyu: US$12.50.",
    ],
)
def test_what_has_its_source_still_passes(text: str):
    assert gated(text) == (text, 0)


_WORDS = st.sampled_from(
    ["You have", "Une", "madhora", "and", "US$", "ZiG", "paid", "\n", ". ", "! ", "**", "- ", "so"]
)
_INVENTED = st.decimals(min_value=Decimal(40), max_value=Decimal(99999), places=2).filter(
    lambda amount: amount != Decimal("12.50")
)


@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(_WORDS, max_size=6),
    amount=_INVENTED,
    after=st.lists(_WORDS, max_size=6),
    cuts=st.lists(st.integers(0, 200), max_size=8),
    symbol=st.sampled_from(["US$", "$", "ZiG ", "USD ", ""]),
)
def test_an_invented_amount_is_never_shown_however_it_arrives(
    before: list[str], amount: Decimal, after: list[str], cuts: list[int], symbol: str
):
    figure = f"{amount:,}"
    text = " ".join([*before, f"{symbol}{figure}", *after])
    shown, withheld = gated(text, cuts)
    assert figure not in shown
    assert withheld >= 1


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(alphabet="abc .!?\n*12,$%:", max_size=60),
    cuts=st.lists(st.integers(0, 80), max_size=6),
)
def test_the_gate_only_ever_leaves_out(text: str, cuts: list[int]):
    shown, withheld = gated(text, cuts)
    assert (shown == text) == (withheld == 0)
    rest = iter(text)
    assert all(character in rest for character in shown.replace("… ", ""))


@pytest.mark.parametrize("unit", ["word ", "1", "1 ", "will ", "one ", "x", "$", ",", "twenty-"])
def test_a_long_answer_takes_no_time(unit: str):
    text = (unit * 20_000)[:20_000]
    started = time.thread_time()
    gated(text)
    assert time.thread_time() - started < 0.5
