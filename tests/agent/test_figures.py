"""The gate that keeps figures without a source from the customer."""

import pytest

from ecocash_copilot.agent.figures import FigureGate

BALANCES = '{"balances":[{"available":{"amount":"1250.40","currency":"ZWG"}},{"amount":"12.5"}]}'


def passed(text: str, *sources: str, chunk: int = 3) -> tuple[str, int]:
    gate = FigureGate()
    gate.learn(sources)
    shown = "".join(gate.feed(text[i : i + chunk]) for i in range(0, len(text), chunk))
    return shown + gate.finish(), gate.withheld


@pytest.mark.parametrize(
    "text",
    [
        "You have ZiG 1,250.40 and US$12.50.",
        "You have ZiG\u00a01,250.40 and US$12.50.",
        "Your balance is **US$12.50**. Anything else?",
        "Here are your 3 newest transactions from 12 November.",
        "I found 4 payments in US$ in the last 7 days; the newest is of US$12.50.",
        "Mumazuva 5 apfuura hapana mari yakabuda.",
        "I will get back to the list of your wallets.",
        "As of 14:05 on 2026-11-22 nothing is pending.",
        "Pfuma yako: US$12.50.\n\n- ZiG 1250.4\n- US$12.5",
        "Hello there, how can I help you today",
        "",
    ],
)
@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_what_a_tool_returned_passes_whole(text: str, chunk: int) -> None:
    assert passed(text, BALANCES, chunk=chunk) == (text, 0)


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("Your balance is US$999.00.", "999"),
        ("You sent $5 to Tendai.", "5"),
        ("It costs 2%.", "2%"),
        ("You have fifty dollars left.", "fifty"),
        ("Your reference is MP261122.0900.L11111.", "L11111"),
        ("You have ZiG 1,250.41.", "1,250.41"),
        ("You have ZiG\u00a01,250.41.", "1,250.41"),
        ("Call 0771234567 now.", "0771234567"),
        ("Une madhora makumi mashanu.", "makumi"),
        ("Your balance in USD: 25.", "25"),
        ("Available (USD): 25.", "25"),
        ("You paid ZiG: 30 today.", "30"),
        ("USD amount 12 was taken.", "12 was"),
        ("It is a 25-dollar fee.", "25"),
        ("You have 25 left in your USD wallet.", "25"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1000])
def test_a_figure_without_a_source_is_withheld(text: str, forbidden: str, chunk: int) -> None:
    shown, withheld = passed(text, BALANCES, chunk=chunk)
    assert forbidden not in shown
    assert withheld == 1


@pytest.mark.parametrize(
    "text",
    [
        "Your money will be refunded today.",
        "We will surely reverse the payment.",
        "I guarantee it comes back.",
        "Mari yako ichadzoka mangwana.",
        "I have reversed the payment.",
        "We refunded you.",
        "We've already credited your wallet.",
        "You will get your money back tomorrow.",
        "Your money will come back to your wallet tomorrow.",
    ],
)
def test_a_promise_of_money_back_is_withheld(text: str) -> None:
    shown, withheld = passed(text, BALANCES)
    assert withheld == 1
    assert len(shown) < len(text) / 2


def test_only_the_unsafe_sentence_is_cut() -> None:
    text = "You have US$12.50. You also won US$900. Ask me anything."
    shown, withheld = passed(text, BALANCES)
    assert withheld == 1
    assert "You have US$12.50." in shown
    assert "Ask me anything." in shown
    assert "900" not in shown


def test_plain_words_pass_before_their_sentence_ends() -> None:
    gate = FigureGate()
    assert gate.feed("Let me look at ") == "Let me look at "


def test_the_customers_own_words_are_a_source() -> None:
    assert passed("I looked for US$75.", "where are my 75 dollars")[1] == 0
