"""A typed door to scikit-learn's TF-IDF over character n-grams."""

from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

Scores = NDArray[np.float64]
"""One number per document."""


class _Sparse(Protocol):
    """What we use of a scipy sparse matrix, under scipy's names."""

    @property
    def T(self) -> "_Sparse": ...  # noqa: N802

    def __matmul__(self, other: "_Sparse") -> "_Sparse": ...

    def tocsr(self) -> "_Sparse": ...

    def toarray(self) -> Scores: ...


class _Vectorizer(Protocol):
    def fit_transform(self, raw_documents: Sequence[str]) -> _Sparse: ...

    def transform(self, raw_documents: Sequence[str]) -> _Sparse: ...


class SpellingIndex:
    """How alike texts are written, letter by letter; forgives typing errors and affixes."""

    def __init__(self, documents: Sequence[str]) -> None:
        """Index ``documents``, which must not be empty."""
        self._vectorizer = cast(
            "_Vectorizer",
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(4, 4), sublinear_tf=True, dtype=np.float64
            ),
        )
        # Row by row as the product wants it, so that no query pays for a conversion.
        self._columns = self._vectorizer.fit_transform(documents).T.tocsr()

    def scores(self, text: str) -> Scores:
        """Return the cosine (0 to 1) of ``text`` with each document, in their order."""
        return (self._vectorizer.transform([text]) @ self._columns).toarray()[0]
