"""Keeps what training found in a file, so that only the first start after a change trains.

A start without it takes a second longer and holds scikit-learn in memory.
"""

import hashlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from ecocash_copilot.agent.offline.linear import Weights
from ecocash_copilot.core.logging import get_logger

FOLDER = Path(__file__).resolve().parents[3] / ".trained"
"""In the project's folder, beside the frontend that is built there too."""

_SOURCES = Path(__file__).parent
_SUFFIXES = frozenset({".py", ".toml", ".tsv"})

_log = get_logger(__name__)


class Trained(NamedTuple):
    """What a classifier is made of."""

    weights: Weights
    names: list[str]
    """Of the features, in the order of the matrix's rows; none holds a line break."""
    rarity: list[float]
    """Of each feature."""


def find_trained(folder: Path, columns: int) -> Trained | None:
    """Return what was kept of the same examples and code; None if there is nothing fit for use.

    Args:
        folder: where it was kept.
        columns: how many classes it must tell apart.
    """
    try:
        with (folder / _name()).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            names = kept["names"].tobytes().decode().split("\n")
            found = Trained(Weights(kept["matrix"], kept["bias"]), names, kept["rarity"].tolist())
    except FileNotFoundError:
        return None
    except (BadZipFile, EOFError, KeyError, OSError, ValueError) as error:
        _log.warning("trained_file_unreadable", error=type(error).__name__)
        return None
    shapes = found.weights.matrix.shape, found.weights.bias.shape, len(found.rarity)
    return found if shapes == ((len(names), columns), (columns,), len(names)) else None


def keep_trained(trained: Trained, folder: Path) -> None:
    """Keep it for the next start, whole or not at all. Where nothing can be written, do without."""
    temporary = None
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            temporary = Path(file.name)
            np.savez(
                file,
                matrix=trained.weights.matrix,
                bias=trained.weights.bias,
                rarity=np.array(trained.rarity),
                names=np.frombuffer("\n".join(trained.names).encode(), dtype=np.uint8),
            )
        # No secret, and who starts the product need not be who built it.
        temporary.chmod(0o644)
        kept = temporary.replace(folder / _name())
        for other in set(folder.glob("*.npz")) - {kept}:
            other.unlink(missing_ok=True)
    except OSError as error:
        _log.info("trained_file_not_kept", error=os.strerror(error.errno or 0))
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@cache
def _name() -> str:
    """Return a name that changes with whatever training depends on."""
    digest = hashlib.sha256(f"{version('numpy')} {version('scikit-learn')}".encode())
    for path in sorted(_SOURCES.rglob("*")):
        if path.suffix in _SUFFIXES:
            digest.update(path.relative_to(_SOURCES).as_posix().encode())
            digest.update(path.read_bytes())
    return f"{digest.hexdigest()[:32]}.npz"
