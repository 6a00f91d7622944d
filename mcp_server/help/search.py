"""Search: articles by what the customer means, in any of the languages."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcp_server.help.articles import LoadedArticle
from mcp_server.help.concepts import Lexicon, Meaning
from mcp_server.help.similarity import Scores, SpellingIndex
from mcp_server.help.words import words_of
from schemas.help import HelpArticle
from schemas.identity import Locale

_PHRASE_WEIGHT = 0.25
"""Of the phrase of an article whose meaning is nearest."""
_TOPIC_WEIGHT = 0.18
"""Of all the article is about."""
_SPELLING_WEIGHT = 0.285
"""Of the phrase that is written most alike."""
_TEXT_WEIGHT = 0.285
"""Of the article's own text in the language that is most alike."""
_DOUBT = 0.35
"""Exponent on the share of the query that was understood: 0 ignores doubt, 1 scales by it."""
_THRESHOLD = 0.25
"""Below this nothing is returned; separates help questions from other talk."""
_UNDERSTOOD = 0.5
"""Coverage from which a query without an anchor is still a help question."""
_PLENTY = 5
"""Concepts that are evidence enough, however many other words surround them."""
MAX_QUERY_CHARACTERS = 400
"""What follows is not looked at: a help question is shorter, and cost stays bounded."""


@dataclass(frozen=True, slots=True)
class HelpHit:
    """An article and how well it fits (0 to 1)."""

    article: HelpArticle
    score: float


class HelpIndex:
    """Built once from all articles; afterwards without I/O and safe to share between tasks."""

    def __init__(self, articles: Sequence[LoadedArticle], lexicon: Lexicon) -> None:
        """Index ``articles``, which must not be empty."""
        self._articles = tuple(articles)
        self._lexicon = lexicon
        phrases = [phrase for article in articles for phrase in article.phrases]
        self._starts = np.cumsum([0, *(len(article.phrases) for article in articles[:-1])])
        self._phrase_count = len(phrases)
        texts = [_full_text(article, language) for article in articles for language in Locale]
        self._spelling = SpellingIndex([_plain(text) for text in (*phrases, *texts)])
        counts = self._counts(phrases)
        topics = np.add.reduceat(counts, self._starts)
        topics += np.array([self._counts(article.summaries).sum(axis=0) for article in articles])
        spread = np.count_nonzero(topics, axis=0)
        self._rarity = np.log((1 + len(articles)) / (1 + spread)) + 0.3
        self._phrases = _unit(counts * self._rarity)
        self._topics = _unit(np.log1p(topics) * self._rarity)

    def search(self, query: str, language: Locale, limit: int = 3) -> list[HelpHit]:
        """Return up to ``limit`` articles in ``language``, best first; empty when none fits.

        The query may be in any of the languages, or in several at once.
        """
        query = query[:MAX_QUERY_CHARACTERS]
        meaning = self._lexicon.meaning(query)
        if limit < 1 or not _is_help_question(meaning):
            return []
        scores = self._scores(query, meaning)
        best_first = [int(place) for place in np.argsort(-scores, kind="stable")[:limit]]
        return [
            HelpHit(self._articles[place].by_language[language], round(float(scores[place]), 4))
            for place in best_first
            if scores[place] >= _THRESHOLD
        ]

    def _scores(self, query: str, meaning: Meaning) -> Scores:
        vector = np.zeros(len(self._lexicon.names))
        vector[list(meaning.concepts)] = 1.0
        vector = _unit(vector * self._rarity)
        written = self._spelling.scores(_plain(query))
        phrase, text = written[: self._phrase_count], written[self._phrase_count :]
        together = (
            _PHRASE_WEIGHT * np.maximum.reduceat(self._phrases @ vector, self._starts)
            + _TOPIC_WEIGHT * (self._topics @ vector)
            + _SPELLING_WEIGHT * np.maximum.reduceat(phrase, self._starts)
            + _TEXT_WEIGHT * text.reshape(-1, len(Locale)).max(axis=1)
        )
        return together * _evidence(meaning) ** _DOUBT

    def _counts(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return one row per text with 1 for each concept it speaks of."""
        counts = np.zeros((len(texts), len(self._lexicon.names)))
        for row, text in zip(counts, texts, strict=True):
            row[list(self._lexicon.meaning(text).concepts)] = 1.0
        return counts


def _is_help_question(meaning: Meaning) -> bool:
    understood = meaning.coverage >= _UNDERSTOOD and len(meaning.concepts) > 1
    return meaning.anchored or understood


def _evidence(meaning: Meaning) -> float:
    """Return how much of the query speaks for a result; a long story has many idle words."""
    return max(meaning.coverage, min(1.0, len(meaning.concepts) / _PLENTY))


def _full_text(article: LoadedArticle, language: Locale) -> str:
    shown = article.by_language[language]
    return f"{shown.title} {shown.summary} {shown.body}"


def _plain(text: str) -> str:
    return " ".join(words_of(text))


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / np.where(lengths == 0.0, 1.0, lengths)
