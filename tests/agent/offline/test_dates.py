from datetime import date

import pytest

from ecocash_copilot.agent.offline.dates import find_dates
from ecocash_copilot.agent.offline.text import fold
from tests.agent.offline.wallet_tools import TODAY


def d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


WEEK, LAST_WEEK = (d(11, 16), d(11, 22)), (d(11, 9), d(11, 15))
MONTH, LAST_MONTH = (d(11, 1), d(11, 22)), (d(10, 1), d(10, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", (d(11, 22), d(11, 22))),
        ("what I bought yesterday", (d(11, 21), d(11, 21))),
        ("the day before yesterday", (d(11, 20), d(11, 20))),
        ("this week", WEEK),
        ("and last week?", LAST_WEEK),
        ("this month", MONTH),
        ("payments last month", LAST_MONTH),
        ("this year", (d(1, 1), d(11, 22))),
        ("last year", (d(1, 1, 2025), d(12, 31, 2025))),
        ("3 days ago", (d(11, 19), d(11, 19))),
        ("three days ago", (d(11, 19), d(11, 19))),
        ("2 weeks ago", (d(11, 2), d(11, 8))),
        ("last 30 days", (d(10, 24), d(11, 22))),
        ("past two weeks", (d(11, 9), d(11, 22))),
        ("on friday", (d(11, 20), d(11, 20))),
        ("on sunday", (d(11, 22), d(11, 22))),
        ("last sunday", (d(11, 15), d(11, 15))),
        ("since Monday", (d(11, 16), d(11, 22))),
        ("from last week", (d(11, 9), d(11, 22))),
        ("until friday", (None, d(11, 20))),
        ("last weekend", (d(11, 21), d(11, 22))),
        ("on 5 November", (d(11, 5), d(11, 5))),
        ("on the 5th of Nov", (d(11, 5), d(11, 5))),
        ("Nov 5", (d(11, 5), d(11, 5))),
        ("November 5, 2025", (d(11, 5, 2025), d(11, 5, 2025))),
        ("on 24 December", (d(12, 24, 2025), d(12, 24, 2025))),
        ("between 1 and 10 Nov", (d(11, 1), d(11, 10))),
        ("from 1 to 10 november", (d(11, 1), d(11, 10))),
        ("between 28 oct and 3 nov", (d(10, 28), d(11, 3))),
        ("from 2026-11-01 to 2026-11-05", (d(11, 1), d(11, 5))),
        ("5/11", (d(11, 5), d(11, 5))),
        ("05/11/26", (d(11, 5), d(11, 5))),
        ("in october", LAST_MONTH),
        ("in may", (d(5, 1), d(5, 31))),
        # Shona
        ("nhasi", (d(11, 22), d(11, 22))),
        ("zvandakatenga nezuro", (d(11, 21), d(11, 21))),
        ("svondo rino", WEEK),
        ("svondo rapera", LAST_WEEK),
        ("vhiki rapfuura", LAST_WEEK),
        ("mwedzi uno", MONTH),
        ("mwedzi wapera", LAST_MONTH),
        ("gore rino", (d(1, 1), d(11, 22))),
        ("mazuva matatu apfuura", (d(11, 20), d(11, 22))),
        ("kubva muvhuro", (d(11, 16), d(11, 22))),
        ("nechishanu", (d(11, 20), d(11, 20))),
        ("pakati pa 1 na 10 november", (d(11, 1), d(11, 10))),
        ("muna gumiguru", LAST_MONTH),
        # Ndebele
        ("lamuhla", (d(11, 22), d(11, 22))),
        ("engikuthenge izolo", (d(11, 21), d(11, 21))),
        ("ngeviki le", WEEK),
        ("iviki elidlulileyo", LAST_WEEK),
        ("iviki eliphelileyo", LAST_WEEK),
        ("inyanga le", MONTH),
        ("ngenyanga edlulileyo", LAST_MONTH),
        ("nyakenye", (d(1, 1, 2025), d(12, 31, 2025))),
        ("insuku ezintathu ezedlulileyo", (d(11, 20), d(11, 22))),
        ("kusukela ngomvulo", (d(11, 16), d(11, 22))),
        ("ngolwesihlanu", (d(11, 20), d(11, 20))),
        ("phakathi kuka 1 lo 10 november", (d(11, 1), d(11, 10))),
    ],
)
def test_days_that_are_named(text: str, expected: tuple[date | None, date | None]):
    found = find_dates(fold(text), TODAY)
    assert found is not None
    assert (found.first, found.last) == expected


@pytest.mark.parametrize(
    "text",
    [
        "my balance",
        "31/02",
        "40/11",
        "I may pay",
        "12.50",
        "$12.10",
        "99/99/9999",
        "yechipiri",
        "eyesibili",
    ],
)
def test_text_without_a_day(text: str):
    assert find_dates(fold(text), TODAY) is None


def test_a_year_turns_over():
    found = find_dates("last month", date(2027, 1, 3))
    assert found is not None
    assert (found.first, found.last) == (d(12, 1), d(12, 31))
