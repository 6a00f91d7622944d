"""The only file that touches scikit-learn: fits a linear classifier and hands back plain arrays."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Row(NamedTuple):
    """One sample: the indices of its features and their values."""

    indices: list[int]
    values: list[float]


class Weights(NamedTuple):
    """``scores = values @ matrix[indices] + bias``; one column per class."""

    matrix: Floats
    bias: Floats


def fit(rows: Sequence[Row], labels: Sequence[int], width: int, *, c: float) -> Weights:
    """Fit one support vector machine per class against the rest.

    Args:
        rows: the samples.
        labels: their classes, ``0`` to ``n - 1``, three classes or more.
        width: how many features there are.
        c: inverse of the strength of regularisation.

    scikit-learn is imported here and not at the top: its import takes as long as the training, and
    a start that finds what was trained before needs neither.
    """
    from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]
    from sklearn import svm  # pyright: ignore[reportMissingTypeStubs]

    lengths = [len(row.indices) for row in rows]
    samples: Any = sparse.csr_matrix(
        (
            np.concatenate([np.asarray(row.values, dtype=np.float64) for row in rows]),
            np.concatenate([np.asarray(row.indices, dtype=np.int32) for row in rows]),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(len(rows), width),
    )
    machine: Any = svm.LinearSVC(C=c, random_state=0)
    machine.fit(samples, np.asarray(labels))
    return Weights(
        np.ascontiguousarray(machine.coef_.T, dtype=np.float32),
        machine.intercept_.astype(np.float32),
    )
