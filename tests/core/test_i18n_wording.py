"""How texts read: quick actions are understood, days and money are the language's, all is plain."""

# pyright: reportPrivateUsage=false

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from pydantic import BaseModel

from components.story import Surface, all_story_sets
from ecocash_copilot.agent.offline.classifier import Intent
from ecocash_copilot.agent.offline.conversation import Conversation, Profile
from ecocash_copilot.agent.offline.meaning import Understanding
from ecocash_copilot.agent.offline.understand import understand
from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.core.i18n import catalogue, translator
from ecocash_copilot.present import labels
from ecocash_copilot.present.dates import (
    coming_moment,
    day_name,
    full_moment,
    short_moment,
    spoken_date,
)
from ecocash_copilot.present.gallery import drawn_props
from schemas.identity import LANGUAGE_NAMES, Locale
from schemas.money import Currency
from schemas.wallet import TransactionStatus
from tests.core.readability import grade
from tests.core.source_texts import PACKAGE, source_texts

LONGEST_QUICK_ACTION = 40
"""Characters that fit one line of a 360 px wide phone at the button's 15 px."""

ANSWERS = tomllib.loads((PACKAGE / "agent/offline/answers.toml").read_text(encoding="utf-8"))

TODAY = date(2026, 11, 22)
WANTED = {
    "Show my balance": Intent.BALANCE,
    "My transactions this week": Intent.TRANSACTIONS,
    "A payment went wrong": Intent.REPORT_PROBLEM,
    "What are the fees?": Intent.HELP_QUESTION,
    "Only the failed ones": Intent.TRANSACTIONS,
    "And last week?": Intent.TRANSACTIONS,
    "How does a reversal work?": Intent.HELP_QUESTION,
    "Status of my tickets": Intent.TICKET_STATUS,
    "Talk to a person": Intent.TALK_TO_PERSON,
    "How long does a ticket take?": Intent.HELP_QUESTION,
}


def said(locale: Locale, source: str) -> Understanding:
    message = translator(locale)(source)
    return understand(Conversation(Profile(TODAY, locale, ""), message, (), ()))


def test_every_quick_action_is_tried() -> None:
    assert {text for texts in (labels._FIRST, *labels._AFTER.values()) for text in texts} == set(
        WANTED
    )


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("source", WANTED)
def test_a_quick_action_is_understood(locale: Locale, source: str) -> None:
    understood = said(locale, source)
    assert (understood.intent, understood.gap) == (WANTED[source], None)
    assert understood.language is locale


@pytest.mark.parametrize("locale", Locale)
def test_quick_actions_filter_as_they_say(locale: Locale) -> None:
    monday = TODAY - timedelta(days=TODAY.weekday())
    week = timedelta(days=7)
    this_week = said(locale, "My transactions this week").filter
    last_week = said(locale, "And last week?").filter
    assert (this_week.date_from, this_week.date_to) == (monday, TODAY)
    assert (last_week.date_from, last_week.date_to) == (monday - week, monday - timedelta(days=1))
    assert said(locale, "Only the failed ones").filter.status is TransactionStatus.FAILED


@pytest.mark.parametrize("locale", Locale)
def test_quick_actions_fit_a_small_phone(locale: Locale) -> None:
    t = translator(locale)
    assert [t(text) for text in WANTED if len(t(text)) > LONGEST_QUICK_ACTION] == []


# --- days ----------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=HARARE)
"""A Monday."""


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        (
            Locale.EN,
            [
                "Today",
                "Yesterday",
                "9 November",
                "9 Nov, 12:00",
                "Tomorrow, 12:00",
                "today, 12:00",
                "1 March 2025",
            ],
        ),
        (
            Locale.SN,
            [
                "Nhasi",
                "Nezuro",
                "9 Mbudzi",
                "9 Mbu, 12:00",
                "Mangwana, 12:00",
                "nhasi, 12:00",
                "1 Kurume 2025",
            ],
        ),
        (
            Locale.ND,
            [
                "Lamuhla",
                "Izolo",
                "9 Lwezi",
                "9 Lwe, 12:00",
                "Kusasa, 12:00",
                "lamuhla, 12:00",
                "1 Mbimbitho 2025",
            ],
        ),
    ],
)
def test_days_are_written_in_the_language(locale: Locale, written: list[str]) -> None:
    week = timedelta(days=7)
    assert [
        day_name(NOON, NOON, locale),
        day_name(NOON - timedelta(days=1), NOON, locale),
        day_name(NOON - week, NOON, locale),
        short_moment(NOON - week, NOON, locale),
        coming_moment(NOON + timedelta(days=1), NOON, locale),
        coming_moment(NOON, NOON, locale, inside=True),
        spoken_date(date(2025, 3, 1), NOON.date(), locale),
    ] == written


@pytest.mark.parametrize("locale", [Locale.SN, Locale.ND])
def test_no_month_and_no_weekday_is_left_in_english(locale: Locale) -> None:
    year = [datetime(2026, month, 5, 9, 0, tzinfo=HARARE) for month in range(1, 13)]
    week = [NOON + timedelta(days=ahead) for ahead in range(1, 7)]
    for moment in year:
        assert full_moment(moment, locale) != full_moment(moment, Locale.EN)
    assert len({full_moment(moment, locale).split()[1] for moment in year}) == len(year)
    assert len({short_moment(m, NOON - timedelta(400), locale).split()[1] for m in year}) == 12
    for moment in week:
        assert coming_moment(moment, NOON, locale) != coming_moment(moment, NOON, Locale.EN)


# --- ZWG is ZiG ----------------------------------------------------------------------------------

CODE = re.compile(r"\bZW[GL]\b")
_CODES = {"currency", "value", "name", "code", "id"}
"""Fields that programs read; a customer never sees them."""


def shown_texts(value: Any, field: str = "") -> Iterator[str]:
    """Yield every text that a view shows."""
    match value:
        case Currency():
            return
        case str():
            if field not in _CODES:
                yield value
        case BaseModel():
            for name in type(value).model_fields:
                yield from shown_texts(getattr(value, name), name)
        case dict():
            for name, each in cast("dict[str, object]", value).items():
                yield from shown_texts(each, str(name))
        case list() | tuple():
            for each in cast("list[object] | tuple[object, ...]", value):
                yield from shown_texts(each, field)
        case _:
            return


@pytest.mark.parametrize("locale", Locale)
def test_no_view_shows_the_currencys_code(locale: Locale) -> None:
    """Over every story of the customer's side, drawn as the page draws it."""
    seen = 0
    wrong: list[str] = []
    for stories in all_story_sets().values():
        if stories.surface is Surface.BOARD:
            continue
        for story in stories.stories:
            drawn = drawn_props(stories, story.props, locale)
            texts = list(shown_texts(drawn))
            seen += sum("ZiG" in text for text in texts)
            wrong += [text for text in texts if CODE.search(text)]
    assert wrong == []
    assert seen > 0


@pytest.mark.parametrize("locale", Locale)
def test_no_text_of_ours_names_the_currencys_code(locale: Locale) -> None:
    texts = [*catalogue(locale), *catalogue(locale).values(), *ANSWERS[locale.value].values()]
    assert [text for text in texts if CODE.search(text)] == []


# --- plain English, which is what is translated --------------------------------------------------

PLAIN_GRADE = 6.0
"""School years that a reader of twelve has behind them."""
HARDEST_GRADE = 9.0
"""Of a single text; the measure swings where there are few words."""
ENOUGH_WORDS = 8
JARGON = re.compile(
    r"\b(session|token expired|authenticat\w*|server|database|backend|API|timeout|invalid|"
    r"null|error code|debit\w*|remit\w*|beneficiary|escalat\w*|proceed|utili[sz]e|terminate)\b",
    re.IGNORECASE,
)


def english() -> list[str]:
    """Return every English text of the customer's side, placeholders filled with a short word."""
    sources = [each if isinstance(each, str) else each[1] for each in source_texts()]
    return [re.sub(r"\{\w+\}", "ten", text) for text in (*sources, *ANSWERS["en"].values())]


def test_the_texts_as_a_whole_are_for_a_reader_of_twelve() -> None:
    sentences = [text for text in english() if text.endswith((".", "?"))]
    assert len(sentences) > 100
    assert grade(" ".join(sentences)) <= PLAIN_GRADE


def test_no_text_is_much_harder() -> None:
    hard = {
        text: round(grade(text), 1)
        for text in english()
        if len(text.split()) >= ENOUGH_WORDS and grade(text) > HARDEST_GRADE
    }
    assert hard == {}


def test_there_is_no_jargon() -> None:
    assert [text for text in english() if JARGON.search(text)] == []


def test_languages_are_named_in_themselves() -> None:
    assert list(LANGUAGE_NAMES) == list(Locale)
    assert LANGUAGE_NAMES == {"en": "English", "sn": "chiShona", "nd": "isiNdebele"}
