"""Wishes for another language: which one, and whether the message asks for something else too.

This is code before the model, whichever model answers: a language is the customer's own harmless
choice, and it is the same choice in basic mode.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ecocash_copilot.agent.offline.classifier import (
    Intent,
    Prediction,
    classify,
    read_utterances,
)
from ecocash_copilot.agent.offline.text import MAX_CHARACTERS, fold
from ecocash_copilot.agent.offline.text import words as split_words
from ecocash_copilot.agent.offline.vocabulary import pattern, table, word_set
from schemas.identity import Locale

SURE = 0.6
"""From this confidence on a message asks for a language."""
SURE_OF_CLAUSE = 0.7
"""The same for one clause of a longer message."""
SURE_OF_REST = 0.5
"""From this confidence on the rest of such a message asks for something itself."""

_SHORTEST_OWN = 4
_SURE_OF_WORD = 0.9
SURE_OF_LANGUAGE = 0.6
_CLAUSES = re.compile(r"[.,;:!?\n]+|(?<!\w)(?:and|then|plus|uye|njalo|but|asi|kodwa)(?!\w)")
_SMALL_TALK = frozenset({Intent.GREETING, Intent.THANKS, Intent.CHANGE_LANGUAGE})


@dataclass(frozen=True, slots=True)
class LanguageWish:
    """A customer's wish for a language."""

    locale: Locale | None
    """None where it does not say which."""
    rest: str
    """What the message asks beside it; empty where that is all."""


def named_language(message: str) -> Locale | None:
    """Return the one language that a message names and does not turn down."""
    folded = pattern("language_names", "refused").sub(" ", fold(message))
    named = [locale for locale in Locale if pattern("language_names", locale.value).search(folded)]
    return named[0] if len(named) == 1 else None


def answer_in(message: str) -> Locale | None:
    """Return the language that a question wants its own answer in: "my balance in Shona"."""
    if pattern("language_names", "answer_in").search(fold(message)) is None:
        return None
    return named_language(message)


def carrying_language(words: Sequence[str]) -> Locale | None:
    """Return the language whose words carry a sentence that looks English; None for English.

    People put a Shona or Ndebele verb before English nouns: "ndoda to report a failed payment".
    A word is a language's own where the examples of that language hold it, or are full of words
    made like it, and no English example does.
    """
    own = Counter(found for word in words if (found := _language_of_word(word)) is not None)
    return own.most_common(1)[0][0] if own else None


@cache
def _lexicon() -> dict[str, Locale]:
    """Return the words that only one language has; English where English has them too."""
    by_word: dict[str, Counter[Locale]] = {}
    for utterance in read_utterances():
        for word in split_words(fold(utterance.text)):
            by_word.setdefault(word, Counter())[utterance.language] += 1
    return {
        word: Locale.EN if Locale.EN in counts else counts.most_common(1)[0][0]
        for word, counts in by_word.items()
        if Locale.EN in counts or len(counts) == 1
    }


@lru_cache(maxsize=4096)
def _language_of_word(word: str) -> Locale | None:
    name = pattern("names", "known").fullmatch(word) is not None
    if name or word in word_set("languages", "shared") or len(word) < _SHORTEST_OWN:
        return None
    known = _lexicon().get(word)
    if known is not None:
        return None if known is Locale.EN else known
    prediction = classify(word)
    if prediction.language is Locale.EN or prediction.language_confidence < _SURE_OF_WORD:
        return None
    return prediction.language


def language_of(message: str, preferred: Locale) -> Locale:
    """Return the language in which a message is answered.

    Args:
        preferred: the customer's; it decides where the message says nothing about it.
    """
    if named := answer_in(message):
        return named
    words = split_words(fold(message))
    return carried_by(classify(message[:MAX_CHARACTERS]), words, preferred)


def carried_by(prediction: Prediction, words: list[str], preferred: Locale) -> Locale:
    """Return the language to answer in: the one that carries the sentence, else the customer's."""
    heavy = [word for word in words if word not in word_set("languages", "light")]
    if 1 < len(heavy) < len(words):
        prediction = classify(" ".join(heavy))
    sure = prediction.language_confidence >= SURE_OF_LANGUAGE
    if prediction.language is Locale.EN or not sure:
        for language in (Locale.SN, Locale.ND):
            own = word_set("languages", language.value)
            said = heavy if preferred is not language else words
            if any(word in own for word in said):
                return language
        if (carrying := carrying_language(heavy)) is not None:
            return carrying
    telling = any(word not in word_set("languages", "shared") for word in heavy or words)
    return prediction.language if telling and sure else preferred


def language_wish(message: str) -> LanguageWish | None:
    """Return the wish for a language in a message, if there is one."""
    message = message[:MAX_CHARACTERS]
    clauses = [each.strip() for each in _CLAUSES.split(message) if each.strip()]
    others = [each for each in clauses if not _asks_for_language(each)]
    wished = len(others) < len(clauses)
    if len(clauses) > 1 and wished:
        rest = ". ".join(each for each in others if _asks_something(each))
        return LanguageWish(named_language(message), rest)
    prediction = classify(message)
    if prediction.intent is Intent.CHANGE_LANGUAGE and prediction.confidence >= SURE:
        return LanguageWish(named_language(message), "")
    return None


def _asks_for_language(clause: str) -> bool:
    prediction = classify(clause)
    if prediction.intent is Intent.CHANGE_LANGUAGE and prediction.confidence >= SURE_OF_CLAUSE:
        return True
    # "Shona please", "ndapota chirungu": nothing but a language's name and courtesy.
    left = fold(clause)
    for name in table("language_names"):
        left = pattern("language_names", name).sub(" ", left)
    courtesy = word_set("language_courtesy", "words")
    return left != fold(clause) and all(word in courtesy for word in re.findall(r"\w+", left))


def _asks_something(clause: str) -> bool:
    prediction = classify(clause)
    return prediction.intent not in _SMALL_TALK and prediction.confidence >= SURE_OF_REST
