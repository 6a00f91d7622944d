"""Concepts: what words mean, whatever the language, the prefix on them or the typing error."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError
from rapidfuzz import fuzz, process

from mcp_server.help.errors import HelpContentError
from mcp_server.help.words import words_of
from schemas.base import Schema

_FUZZY_MINIMUM_LENGTH = 4
_FUZZY_CUTOFF = 84.0
"""Similarity (0 to 100) from which two words count as one mistyped."""
_FUZZY_WORTH = 0.6
"""Share of a word that a guess at a mistyped one counts for."""
_REMEMBERED_WORDS = 8192


class ConceptSource(Schema):
    """``concepts.toml``."""

    stopwords: list[str]
    anchors: list[str]
    """Names of the concepts of which a help question touches at least one."""
    concepts: dict[str, list[str]] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text is about."""

    concepts: frozenset[int]
    coverage: float
    """Share (0 to 1) of its words, stopwords aside, that mean something to us."""
    anchored: bool
    """Whether it speaks of something that belongs to the service."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    concept: int


class Lexicon:
    """Patterns of ``concepts.toml``, arranged so that a word is looked up, not searched for."""

    def __init__(self, source: ConceptSource) -> None:
        """Arrange the patterns of ``source``."""
        self.names = tuple(source.concepts)
        self._stopwords = frozenset(source.stopwords)
        self._anchors = frozenset(self.names.index(name) for name in source.anchors)
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._prefix: dict[str, set[int]] = defaultdict(set)
        self._suffix: dict[str, set[int]] = defaultdict(set)
        self._infix: dict[str, set[int]] = defaultdict(set)
        self._phrases_by_word: dict[str, list[_Phrase]] = defaultdict(list)
        self._phrases_by_end: list[_Phrase] = []
        for concept, patterns in enumerate(source.concepts.values()):
            for pattern in patterns:
                self._add(pattern, concept)
        self._infix_lengths = sorted({len(core) for core in self._infix})
        cores: dict[str, set[int]] = defaultdict(set)
        for table in (self._exact, self._prefix, self._suffix, self._infix):
            for core, concepts in table.items():
                if len(core) >= _FUZZY_MINIMUM_LENGTH:
                    cores[core] |= concepts
        self._fuzzy = dict(cores)
        self._fuzzy_cores = tuple(cores)
        self._look_up = lru_cache(maxsize=_REMEMBERED_WORDS)(self._word)

    def _add(self, pattern: str, concept: int) -> None:
        core = pattern.strip("*")
        starts, ends = pattern.startswith("*"), pattern.endswith("*")
        if " " in core:
            text = f"{'' if starts else ' '}{core}{'' if ends else ' '}"
            group = self._phrases_by_end if starts else self._phrases_by_word[core.split()[0]]
            group.append(_Phrase(text, concept))
            return
        table = {
            (False, False): self._exact,
            (False, True): self._prefix,
            (True, False): self._suffix,
            (True, True): self._infix,
        }[starts, ends]
        table[core].add(concept)

    def meaning(self, text: str) -> Meaning:
        """Return the concepts ``text`` speaks of."""
        words = words_of(text)
        found = self._meant_by_phrases(words)
        understood = weighed = 0.0
        for word in words:
            concepts, worth = self._look_up(word)
            found |= concepts
            if concepts or word not in self._stopwords:
                weighed += 1.0
                understood += worth
        coverage = understood / weighed if weighed else float(bool(found))
        return Meaning(frozenset(found), coverage, not found.isdisjoint(self._anchors))

    def _meant_by_phrases(self, words: Sequence[str]) -> set[int]:
        line = f" {' '.join(words)} "
        candidates = list(self._phrases_by_end)
        for word in set(words) & self._phrases_by_word.keys():
            candidates += self._phrases_by_word[word]
        return {phrase.concept for phrase in candidates if phrase.text in line}

    def _word(self, word: str) -> tuple[frozenset[int], float]:
        """Return the concepts of ``word`` and how far to trust them (0 to 1)."""
        found = set(self._exact.get(word, ()))
        for end in range(1, len(word) + 1):
            found.update(self._prefix.get(word[:end], ()), self._suffix.get(word[-end:], ()))
        for piece in self._pieces(word):
            found.update(self._infix.get(piece, ()))
        if found:
            return frozenset(found), 1.0
        guess = frozenset[int]() if word in self._stopwords else self._mistyped(word)
        return guess, _FUZZY_WORTH if guess else 0.0

    def _pieces(self, word: str) -> Iterator[str]:
        for length in self._infix_lengths:
            for start in range(len(word) - length + 1):
                yield word[start : start + length]

    def _mistyped(self, word: str) -> frozenset[int]:
        if len(word) < _FUZZY_MINIMUM_LENGTH or word.isdigit():
            return frozenset()
        match = process.extractOne(
            word, self._fuzzy_cores, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF
        )
        return frozenset(self._fuzzy[match[0]]) if match else frozenset()


def load_lexicon(path: Path) -> Lexicon:
    """Read ``concepts.toml``.

    Raises:
        HelpContentError: the file is malformed, or a pattern could never match.
    """
    try:
        source = ConceptSource.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise HelpContentError(f"{path.name}: {error}") from error
    unknown = set(source.anchors) - set(source.concepts)
    if unknown:
        raise HelpContentError(f"{path.name}: anchors that are no concepts: {sorted(unknown)}")
    _require_matchable(path, [pattern for group in source.concepts.values() for pattern in group])
    return Lexicon(source)


def _require_matchable(path: Path, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        core = pattern.strip("*")
        if " ".join(words_of(core)) != core or not core:
            raise HelpContentError(f"{path.name}: {pattern!r} could never match")
