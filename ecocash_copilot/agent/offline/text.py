"""Text as the classifier and the extractors see it."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from ecocash_copilot.agent.offline import vocabulary

MAX_CHARACTERS = 600
"""Longer messages keep their beginning: what is asked stands there, and cost stays bounded."""

REFERENCE = re.compile(r"(?<!\w)([a-z]{2}\d{6}\.\d{4}\.[a-z]\d{5})(?!\w)")
TICKET = re.compile(r"(?<!\w)tck[-\s]?(\d{4,12})(?!\w)")
PHONE = re.compile(r"(?<![\w.$])(?:(?:\+|00)?263[\s-]?|0)?7[1378](?:[\s-]?\d){7}(?![\w.]?\d)")
MONEY = re.compile(
    r"(?<![\w.])(?:(?P<before>us\$|usd|\$|zig|zwg|bond)\s?)?(?P<number>\d[\d,]*(?:\.\d{1,2})?)"
    r"(?:\s?(?P<after>us\$|usd|(?:us |ma ?|ama ?)?dollars?|bucks|\$|zig|zwg|bond)"
    r"(?!\w))?(?![\w]|\.\d)"
)

_APOSTROPHES = re.compile(r"(?<=\w)['\u2018\u2019\u02bc`](?=\w)")
_NOT_A_WORD = re.compile(r"[^a-z]+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_DIGITS = re.compile(r"\d+")
_PLACEHOLDERS = frozenset({"xref", "xticket", "xphone", "xamount", "xnumber"})
_LONGEST_LINK = 3
_LONGEST_WORD = 30
_LENGTHS = (1, 2, 4, 8)
_TICKET_ACTS = frozenset({"ending", "waiting", "adding"})


def fold(text: str, most: int = MAX_CHARACTERS) -> str:
    """Return ``text`` in lower case without diacritics or inner apostrophes, bounded in length.

    Phones mostly type without diacritics, so they carry no meaning here.
    """
    text = text[:most]
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _APOSTROPHES.sub("", text.lower())


def _money_placeholder(match: re.Match[str]) -> str:
    return " xamount " if match["before"] or match["after"] else " xnumber "


def words(folded: str) -> list[str]:
    """Return the words of folded text, with references, numbers and amounts as placeholders."""
    if _DIGITS.search(folded):
        folded = REFERENCE.sub(" xref ", folded)
        folded = TICKET.sub(" xticket ", folded)
        folded = PHONE.sub(" xphone ", folded)
        folded = MONEY.sub(_money_placeholder, folded)
        folded = _DIGITS.sub(" xnumber ", folded)
    plain = _STRETCHED.sub(r"\1\1", _NOT_A_WORD.sub(" ", folded))
    return [word[:_LONGEST_WORD] for word in plain.split()]


def without_numbers(tokens: Sequence[str]) -> list[str]:
    """Return words without placeholders, and without the short words that lead to them."""
    kept: list[str] = []
    for token in tokens:
        if token not in _PLACEHOLDERS:
            kept.append(token)
            continue
        while kept and len(kept[-1]) <= _LONGEST_LINK:
            kept.pop()
    return kept


@lru_cache(maxsize=8192)
def _letters(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple(
        "c" + padded[start : start + size]
        for size in range(3, 6)
        for start in range(len(padded) - size + 1)
    )


def features(tokens: Sequence[str]) -> list[str]:
    """Return the features of a message; the first letter of each tells its block.

    ``w`` words and pairs of words; ``c`` letters inside words, which matter most in Shona and
    Ndebele, where subject, tense and object are prefixes of the verb; ``m`` marks from the
    vocabulary and the rough length.
    """
    found: list[str] = []
    marks: set[str] = set()
    previous = "^"
    for token in tokens:
        found.append("w" + token)
        found.append(f"w{previous} {token}")
        found.extend(_letters(token))
        marks.update(vocabulary.marks_of(token))
        previous = token
    found.append(f"w{previous} $")
    found.extend("m" + mark for mark in sorted(marks))
    if "money" not in marks:
        found.append("mno_money")
    elif "other_person" in marks:
        found.append("mmoney+other_person")
    if "ticket" in marks:
        found.extend(f"mticket+{act}" for act in sorted(_TICKET_ACTS & marks))
    if not marks & {"ordinal", "pointer"}:
        found.append("mno_pointing")
    found.append(f"mlength>{sum(len(tokens) > bound for bound in _LENGTHS)}")
    return found
