"""The Flesch-Kincaid grade: how many years at school an English text asks for."""

import re

_SENTENCES = re.compile(r"[.!?:;]+")
_WORDS = re.compile(r"[A-Za-z']+")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """Return about how many syllables a word has: its groups of vowels, less a silent end."""
    word = word.lower().strip("'")
    groups = len(_VOWELS.findall(word))
    silent = word.endswith(("e", "es", "ed")) and not word.endswith(("le", "ted", "ded", "ses"))
    return max(1, groups - (silent and groups > 1))


def grade(text: str) -> float:
    """Return the grade of a text; 6 is read with ease at twelve."""
    sentences = [part for part in _SENTENCES.split(text) if _WORDS.search(part)]
    words = _WORDS.findall(text)
    if not words:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59
