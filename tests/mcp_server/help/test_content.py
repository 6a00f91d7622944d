"""The shipped articles and facts: complete, short, in the subset, without hard-coded figures."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

import mcp_server.help
from ecocash_copilot.core.business_hours import support_hours
from mcp_server.demo import tariff
from mcp_server.help import HelpCentre
from mcp_server.help.articles import ArticleSource, read_source
from mcp_server.help.facts import load_facts, placeholders
from schemas.help import HelpCategory
from schemas.identity import Locale
from schemas.money import Currency
from schemas.wallet import TransactionKind

FOLDER = Path(mcp_server.help.__file__).parent
SOURCES = [read_source(path) for path in sorted((FOLDER / "articles").glob("*.toml"))]
FACTS = load_facts(FOLDER / "facts.toml")
BY_LANGUAGE = [
    pytest.param(source, language, id=f"{source.id}.{language}")
    for source in SOURCES
    for language in Locale
]
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*]")
_PROMISE = re.compile(r"we (will|shall) (reverse|refund|return|give back)|guarantee", re.IGNORECASE)


def words(text: str) -> list[str]:
    plain = _MARKUP.sub(lambda match: match[1] or "", text)
    return re.findall(r"[\w{}']+", plain)


def test_there_are_enough_articles_of_every_category() -> None:
    assert len(SOURCES) >= 34
    assert {source.category for source in SOURCES} == set(HelpCategory)


def test_ids_are_unique_and_titles_too() -> None:
    assert len({source.id for source in SOURCES}) == len(SOURCES)
    for language in Locale:
        assert len({source.text(language).title for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize(("source", "language"), BY_LANGUAGE)
def test_length_fits_a_small_screen(source: ArticleSource, language: Locale) -> None:
    text = source.text(language)
    # Shona and Ndebele write in one word what English writes in three.
    assert 60 <= len(words(text.body)) <= 140
    assert len(words(text.title)) <= 12
    assert len(words(text.summary)) <= 25
    assert text.summary.endswith((".", "?"))
    assert text.summary.count(". ") == 0


@pytest.mark.parametrize(("source", "language"), BY_LANGUAGE)
def test_every_language_has_its_own_words(source: ArticleSource, language: Locale) -> None:
    own = set(words(source.text(language).body))
    for other in set(Locale) - {language}:
        shared = own & set(words(source.text(other).body))
        assert len(shared) < 0.6 * len(own)


@pytest.mark.parametrize(("source", "language"), BY_LANGUAGE)
def test_figures_are_facts(source: ArticleSource, language: Locale) -> None:
    text = source.text(language)
    for part in (text.title, text.summary, text.body):
        named = re.sub(r"\{[^{}]*\}", "", part)
        prose = re.sub(r"(?m)^\d+\. ", "", named)
        assert not re.search(r"\d", prose), "a figure belongs in facts.toml"
        assert set(placeholders(part)) <= set(FACTS)


@pytest.mark.parametrize(("source", "language"), BY_LANGUAGE)
def test_languages_name_the_same_facts(source: ArticleSource, language: Locale) -> None:
    english = sorted(placeholders(source.en.body))
    assert sorted(placeholders(source.text(language).body)) == english


def test_rendered_articles_have_no_placeholder_left(centre: HelpCentre) -> None:
    for article_id in centre.article_ids:
        for language in Locale:
            article = centre.article(article_id, language)
            assert article is not None
            assert article.language is language
            assert "{" not in article.title + article.summary + article.body


def test_every_fact_is_used_and_explained() -> None:
    used = {
        name
        for source in SOURCES
        for language in Locale
        for name in placeholders(source.text(language).body)
    }
    assert used == set(FACTS)
    assert all("confirm" in fact.note or "Put the" in fact.note for fact in FACTS.values())


def test_shipped_facts_are_marked_as_unconfirmed(centre: HelpCentre) -> None:
    assert set(centre.unconfirmed_facts) == set(FACTS)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_no_article_promises_a_reversal(source: ArticleSource) -> None:
    assert not _PROMISE.search(source.en.body)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("imtt_usd_percent", tariff.IMTT_RATE[Currency.USD] * 100),
        ("imtt_zig_percent", tariff.IMTT_RATE[Currency.ZWG] * 100),
        ("imtt_usd_free_below", tariff.IMTT_FREE_BELOW[Currency.USD]),
        ("imtt_zig_free_below", tariff.IMTT_FREE_BELOW[Currency.ZWG]),
        ("send_fee_usd_percent", tariff.FEES[TransactionKind.SEND].share * 100),
        ("send_fee_zig_percent", tariff.FEES[TransactionKind.SEND].share * 100),
        ("cash_out_fee_usd_percent", tariff.FEES[TransactionKind.CASH_OUT].share * 100),
        ("cash_out_fee_zig_percent", tariff.FEES[TransactionKind.CASH_OUT].share * 100),
    ],
)
def test_articles_say_what_the_demo_wallet_charges(key: str, value: Decimal) -> None:
    assert Decimal(FACTS[key].value) == value


def test_the_ticket_desk_has_the_hours_by_which_tickets_are_timed() -> None:
    days = support_hours().days
    week = (FACTS["desk_open"].value, FACTS["desk_close"].value)
    saturday = (FACTS["desk_saturday_open"].value, FACTS["desk_saturday_close"].value)
    assert days == {**dict.fromkeys(range(1, 6), week), 6: saturday}


@pytest.mark.parametrize(("source", "language"), BY_LANGUAGE)
def test_the_call_centre_and_the_ticket_desk_are_not_mixed(
    source: ArticleSource, language: Locale
) -> None:
    for line in source.text(language).body.splitlines():
        named = set(placeholders(line))
        if {"care_open", "care_close"} & named:
            assert "care_phone" in named, line
            assert not any(name.startswith("desk_") for name in named), line
