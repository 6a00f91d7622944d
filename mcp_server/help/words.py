"""Words of a query: lower case, without accents, punctuation and apostrophes."""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
_DROPPED = re.compile("['\u2018\u2019\u02bc`\u0300-\u036f]")
"""Apostrophes and combining accents."""
_MAX_WORD_CHARACTERS = 32


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` in order; ``i-PIN`` is two words, ``can't`` is one."""
    plain = unicodedata.normalize("NFKD", text.lower())
    words: list[str] = _WORD.findall(_DROPPED.sub("", plain))
    return [word[:_MAX_WORD_CHARACTERS] for word in words]
