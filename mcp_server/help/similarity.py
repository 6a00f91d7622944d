"""TF-IDF over the letters of words: how alike texts are written.

The weights are those of scikit-learn's ``TfidfVectorizer`` with ``analyzer="char_wb"`` and
``sublinear_tf=True`` (a test compares them), whose import alone takes a second at each start.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
"""One number per document."""

_LENGTH = 4
"""Letters that are compared at once, the ends of words counted as such."""


class SpellingIndex:
    """How alike texts are written, letter by letter; forgives typing errors and affixes."""

    def __init__(self, documents: Sequence[str]) -> None:
        """Index ``documents``, which must not be empty."""
        self._places: dict[str, int] = {}
        held_by: list[int] = []
        places: list[int] = []
        counts: list[int] = []
        for number, document in enumerate(documents):
            for gram, count in Counter(_grams(document)).items():
                places.append(self._places.setdefault(gram, len(self._places)))
                held_by.append(number)
                counts.append(count)
        order = np.argsort(places, kind="stable")
        rows, columns = np.array(held_by)[order], np.array(places)[order]
        spread = np.bincount(columns)
        self._rarity = np.log((1 + len(documents)) / (1 + spread)) + 1
        weights = (1 + np.log(np.array(counts)[order])) * self._rarity[columns]
        lengths = np.sqrt(np.bincount(rows, weights**2, minlength=len(documents)))
        self._documents = rows
        self._weights = weights / lengths[rows]
        self._begins = np.concatenate([[0], np.cumsum(spread)])
        self._count = len(documents)

    def scores(self, text: str) -> Scores:
        """Return the cosine (0 to 1) of ``text`` with each document, in their order."""
        known = Counter(self._places[gram] for gram in _grams(text) if gram in self._places)
        places = np.array(list(known), dtype=np.intp)
        weights = (1 + np.log(np.array(list(known.values())))) * self._rarity[places]
        scores = np.zeros(self._count)
        for place, weight in zip(places, weights / np.sqrt((weights**2).sum()), strict=True):
            held = slice(self._begins[place], self._begins[place + 1])
            scores[self._documents[held]] += weight * self._weights[held]
        return scores


def _grams(text: str) -> Iterator[str]:
    for word in text.lower().split():
        padded = f" {word} "
        for start in range(max(len(padded) - _LENGTH, 0) + 1):
            yield padded[start : start + _LENGTH]
