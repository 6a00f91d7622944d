"""The words of ``vocabulary.toml``, compiled once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("vocabulary.toml")


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def table(*path: str) -> Mapping[str, list[str]]:
    """Return one table of the file, such as ``table("filters", "status")``."""
    found: Any = _tables()
    for name in path:
        found = found[name]
    return found


def any_of(patterns: Iterable[str]) -> str:
    """Return one regular expression that matches any of ``patterns`` as whole words."""
    return rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"


@cache
def choices(*path: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return ``(key, pattern)`` of every row of a table, in the file's order."""
    return tuple((key, re.compile(any_of(rows))) for key, rows in table(*path).items())


@cache
def pattern(*path: str) -> re.Pattern[str]:
    """Return the pattern of one row, such as ``pattern("follow", "more")``."""
    *parents, key = path
    return re.compile(any_of(table(*parents)[key]))


@cache
def word_set(*path: str) -> frozenset[str]:
    """Return one row as a set of plain words."""
    *parents, key = path
    return frozenset(table(*parents)[key])


@cache
def number_words() -> Mapping[str, int]:
    """Return number words of the three languages with their value."""
    return {word: int(value) for value, row in table("numbers").items() for word in row}


@cache
def _marks() -> tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]:
    rows: dict[str, dict[str, list[str]]] = _tables()["marks"]
    return tuple((name, frozenset(row["words"]), tuple(row["stems"])) for name, row in rows.items())


@lru_cache(maxsize=8192)
def marks_of(word: str) -> tuple[str, ...]:
    """Return the marks a word carries: classes such as ``money`` or ``ordinal``."""
    return tuple(
        name
        for name, exact, stems in _marks()
        if word in exact or any(stem in word for stem in stems)
    )
