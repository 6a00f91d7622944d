"""The weights of letters against scikit-learn's own."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import (  # pyright: ignore[reportMissingTypeStubs]
    TfidfVectorizer,
)

import mcp_server.help
from mcp_server.help.articles import load_articles
from mcp_server.help.facts import load_facts
from mcp_server.help.similarity import SpellingIndex

FOLDER = Path(mcp_server.help.__file__).parent

QUERIES = (
    "I sent money to the wrong number",
    "i snet mony to teh wrong nummber number number",
    "ndatumira mari kunhamba isiri iyo",
    "ngithumele imali enombolweni engalunganga",
    "a of it",
    "PIN pin",
)


@pytest.fixture(scope="module")
def documents() -> list[str]:
    articles = load_articles(FOLDER / "articles", load_facts(FOLDER / "facts.toml"))
    phrases = [phrase for article in articles for phrase in article.phrases]
    return [*phrases, *phrases[:3], "", "a b"]


def test_scores_are_those_of_scikit_learn(documents: list[str]):
    theirs: Any = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(4, 4), sublinear_tf=True, dtype=np.float64
    )
    rows = theirs.fit_transform(documents)
    ours = SpellingIndex(documents)
    for query in QUERIES:
        expected = (rows @ theirs.transform([query]).T).toarray()[:, 0]
        assert ours.scores(query) == pytest.approx(expected, abs=1e-12)
        assert expected.max() > 0


@pytest.mark.parametrize("nothing", ["", " ", "\u4f60\u597d\u4e16\u754c", "qqqqq"])
def test_what_is_like_nothing_scores_nothing(documents: list[str], nothing: str):
    scores = SpellingIndex(documents).scores(nothing)
    assert scores.shape == (len(documents),)
    assert not scores.any()
