"""Search: quality by language, nothing for other talk, determinism, bounds and speed."""

import statistics
import time
from pathlib import Path

import pytest

from mcp_server.help import HelpCentre, load_help_centre
from mcp_server.help.search import MAX_QUERY_CHARACTERS
from schemas.identity import Locale

HERE = Path(__file__).parent
Row = tuple[str, str, str]


def read(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def questions(name: str) -> list[Row]:
    return [(language, expected, query) for language, expected, query in read(name)]


def accuracy(centre: HelpCentre, rows: list[Row]) -> tuple[float, float, list[Row]]:
    first = third = 0
    missed: list[Row] = []
    for row in rows:
        found = [hit.article.id for hit in centre.search(row[2], Locale.EN, 3)]
        first += found[:1] == [row[1]]
        third += row[1] in found
        if row[1] not in found:
            missed.append(row)
    return first / len(rows), third / len(rows), missed


@pytest.mark.parametrize("language", ["en", "sn", "nd", "mix"])
def test_known_questions_find_their_article(centre: HelpCentre, language: str) -> None:
    rows = [row for row in questions("queries.tsv") if row[0] == language]
    first, third, missed = accuracy(centre, rows)
    assert first >= 0.95, missed
    assert third >= 0.98, missed


def test_questions_search_was_not_tuned_with(centre: HelpCentre) -> None:
    first, third, missed = accuracy(centre, questions("unseen_queries.tsv"))
    # A floor below what was measured when the table was written (83 % and 90 %).
    assert first >= 0.75, missed
    assert third >= 0.80, missed


def test_the_tables_are_large_and_cover_every_article(centre: HelpCentre) -> None:
    rows = questions("queries.tsv")
    assert all(sum(row[0] == language for row in rows) >= 30 for language in ("en", "sn", "nd"))
    assert {row[1] for row in rows} == set(centre.article_ids)
    assert not {row[2] for row in rows} & {row[2] for row in questions("unseen_queries.tsv")}


def test_other_talk_finds_nothing(centre: HelpCentre) -> None:
    rows = read("unrelated.tsv")
    wrong = [query for _, query in rows if centre.search(query, Locale.EN)]
    assert len(wrong) <= 0.05 * len(rows), wrong


@pytest.mark.parametrize("language", list(Locale))
def test_the_answer_is_in_the_language_asked_for(centre: HelpCentre, language: Locale) -> None:
    hits = centre.search("ndatumira mari kunhamba isiri iyo", language)
    assert hits[0].article.id == "wrong-number"
    assert {hit.article.language for hit in hits} == {language}


def test_hits_are_best_first_bounded_and_at_most_the_limit(centre: HelpCentre) -> None:
    hits = centre.search("fee for sending money", Locale.EN, 5)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 < score <= 1.0 for score in scores)
    assert len(hits) <= 5
    assert len(centre.search("fee for sending money", Locale.EN, 1)) == 1
    assert centre.search("fee for sending money", Locale.EN, 0) == []


def test_an_article_is_its_own_best_answer(centre: HelpCentre) -> None:
    for article_id in centre.article_ids:
        for language in Locale:
            article = centre.article(article_id, language)
            assert article is not None
            hits = centre.search(article.title, language, 1)
            assert [hit.article.id for hit in hits] == [article_id]


def test_two_loads_answer_alike(centre: HelpCentre) -> None:
    again = load_help_centre()
    for _, _, query in questions("queries.tsv")[::7]:
        assert again.search(query, Locale.ND) == centre.search(query, Locale.ND)


@pytest.mark.parametrize(
    "query", ["", " ", "\n", "?!", "\u0000", "🙂🙂", "1" * 50, "x" * 100_000, "éèü" * 50]
)
def test_odd_input_finds_nothing(centre: HelpCentre, query: str) -> None:
    assert centre.search(query, Locale.EN) == []


def test_case_accents_and_apostrophes_do_not_matter(centre: HelpCentre) -> None:
    plain = centre.search("i cant remember my pin", Locale.EN)
    assert plain == centre.search("I CAN\u2019T remember my P\u00cdN!!", Locale.EN)


def test_only_the_start_of_a_long_query_counts(centre: HelpCentre) -> None:
    start = "forgot my pin ".ljust(MAX_QUERY_CHARACTERS)
    assert centre.search(start + "airtime " * 500, Locale.EN) == centre.search(start, Locale.EN)


def test_an_unknown_id_is_no_article(centre: HelpCentre) -> None:
    assert centre.article("no-such-article", Locale.EN) is None


def test_search_is_fast(centre: HelpCentre) -> None:
    spent: list[float] = []
    for _, _, query in questions("queries.tsv"):
        started = time.thread_time()
        centre.search(query, Locale.EN)
        spent.append(time.thread_time() - started)
    assert statistics.median(spent) < 0.003


def test_loading_is_fast() -> None:
    spent: list[float] = []
    for _ in range(5):
        started = time.thread_time()
        load_help_centre()
        spent.append(time.thread_time() - started)
    assert min(spent) < 0.300
