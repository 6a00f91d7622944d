"""Recognises what is asked and in which language, from a few thousand example sentences.

One linear model serves three languages, because customers mix them inside a sentence. Training
takes about a second at the first start; a prediction is a sum of a few hundred rows.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from ecocash_copilot.agent.offline import linear, text
from ecocash_copilot.agent.offline.trained import FOLDER, Trained, find_trained, keep_trained
from schemas.identity import Locale

UTTERANCES = Path(__file__).with_name("utterances")
_BLOCK_WEIGHT = {"w": 0.8, "c": 1.0, "m": 0.6}
_INTENT_C = 1.0
_LANGUAGE_C = 1.0
_SHARPNESS = 3.0


class Intent(StrEnum):
    """What a customer may want. Each has its lines in every file of ``utterances/``."""

    GREETING = "greeting"
    THANKS = "thanks"
    BALANCE = "balance"
    TRANSACTIONS = "transactions"
    TRANSACTION_DETAIL = "transaction_detail"
    TRANSACTION_HELP = "transaction_help"
    REPORT_PROBLEM = "report_problem"
    TICKET_STATUS = "ticket_status"
    ADD_TO_TICKET = "add_to_ticket"
    ESCALATE_TICKET = "escalate_ticket"
    CLOSE_TICKET = "close_ticket"
    SHARE_STATEMENT = "share_statement"
    REQUEST_REVERSAL = "request_reversal"
    HELP_QUESTION = "help_question"
    CHANGE_LANGUAGE = "change_language"
    TALK_TO_PERSON = "talk_to_person"
    OUT_OF_SCOPE = "out_of_scope"
    ABUSE = "abuse"
    REDIRECT_ATTEMPT = "redirect_attempt"


INTENTS = tuple(Intent)
LANGUAGES = tuple(Locale)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One example sentence."""

    language: Locale
    intent: Intent
    text: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest intent and language; confidences lie between 0 and 1."""

    intent: Intent
    confidence: float
    language: Locale
    language_confidence: float
    heard: bool
    """At least one of its words stands in an example."""


def read_utterances(folder: Path = UTTERANCES) -> list[Utterance]:
    """Read ``en.tsv``, ``sn.tsv`` and ``nd.tsv``: intent, tab, text on each line.

    Raises:
        ValueError: a line has no tab or names an unknown intent.
    """
    found: list[Utterance] = []
    for language in LANGUAGES:
        for line in (folder / f"{language}.tsv").read_text(encoding="utf-8").splitlines():
            intent, _, sentence = line.partition("\t")
            if not sentence:
                raise ValueError(f"{language}.tsv: no tab in {line!r}")
            found.append(Utterance(language, Intent(intent), sentence))
    return found


def normalise(sentence: str) -> str:
    """Return a sentence as the classifier sees it; two that read alike are one to it."""
    return " ".join(text.words(text.fold(sentence)))


@dataclass(frozen=True, slots=True)
class Classifier:
    """Trained weights. Intents come first in the columns, then languages."""

    weights: linear.Weights
    index: dict[str, int]
    rarity: list[float]

    def predict(self, sentence: str) -> Prediction:
        """Return the likeliest intent and language of a message."""
        words = text.words(text.fold(sentence))
        prediction = self._predict(words)
        if prediction.intent is not Intent.REDIRECT_ATTEMPT:
            return prediction
        # Somebody's number makes a wish for their wallet, but not of a complaint that names it.
        bare = text.without_numbers(words)
        complaint = self._predict(bare) if len(bare) < len(words) else prediction
        return complaint if complaint.intent is Intent.REPORT_PROBLEM else prediction

    def _predict(self, words: Sequence[str]) -> Prediction:
        row = _row(text.features(words), self.index, self.rarity)
        values = np.asarray(row.values, dtype=np.float32)
        scores = values @ self.weights.matrix[row.indices] + self.weights.bias
        intent, confidence = _likeliest(scores[: len(INTENTS)])
        language, language_confidence = _likeliest(scores[len(INTENTS) :])
        heard = any(f"w{word}" in self.index for word in words)
        return Prediction(
            INTENTS[intent], confidence, LANGUAGES[language], language_confidence, heard
        )


def _likeliest(scores: linear.Floats) -> tuple[int, float]:
    best = int(scores.argmax())
    return best, 1.0 / float(np.exp((scores - scores[best]) * _SHARPNESS).sum())


def _row(names: Iterable[str], index: dict[str, int], rarity: Sequence[float]) -> linear.Row:
    """Weigh features by rarity, and give each block of features the same length in every row."""
    indices: list[int] = []
    values: list[float] = []
    blocks: list[str] = []
    squares = dict.fromkeys(_BLOCK_WEIGHT, 0.0)
    for name, count in Counter(names).items():
        position = index.get(name)
        if position is None:
            continue
        value = (1.0 + math.log(count)) * rarity[position]
        indices.append(position)
        values.append(value)
        blocks.append(name[0])
        squares[name[0]] += value * value
    scale = {
        block: _BLOCK_WEIGHT[block] / math.sqrt(total) if total else 0.0
        for block, total in squares.items()
    }
    return linear.Row(indices, [v * scale[b] for v, b in zip(values, blocks, strict=True)])


def train(utterances: Sequence[Utterance]) -> Classifier:
    """Train on the given sentences. The same sentences give the same weights."""
    samples = [text.features(text.words(text.fold(u.text))) for u in utterances]
    documents = Counter(name for sample in samples for name in set(sample))
    index = {name: position for position, name in enumerate(sorted(documents))}
    rarity = [math.log((1 + len(samples)) / (1 + documents[name])) + 1 for name in index]
    rows = [_row(sample, index, rarity) for sample in samples]
    intents = [INTENTS.index(u.intent) for u in utterances]
    languages = [LANGUAGES.index(u.language) for u in utterances]
    by_intent = linear.fit(rows, intents, len(index), c=_INTENT_C)
    by_language = linear.fit(rows, languages, len(index), c=_LANGUAGE_C)
    weights = linear.Weights(
        np.ascontiguousarray(np.hstack([by_intent.matrix, by_language.matrix])),
        np.concatenate([by_intent.bias, by_language.bias]),
    )
    return Classifier(weights, index, rarity)


def restore_or_train(folder: Path) -> Classifier:
    """Return the classifier that was trained before on the same examples, or train it now.

    Args:
        folder: where it was kept, or is to be.
    """
    kept = find_trained(folder, len(INTENTS) + len(LANGUAGES))
    if kept is None:
        trained = train(read_utterances())
        keep_trained(Trained(trained.weights, list(trained.index), trained.rarity), folder)
        return trained
    index = {name: position for position, name in enumerate(kept.names)}
    return Classifier(kept.weights, index, kept.rarity)


@cache
def load_classifier() -> Classifier:
    """Return the classifier of this process.

    Call it once at start, so that no customer waits for it.
    """
    return restore_or_train(FOLDER)


@lru_cache(maxsize=256)
def classify(sentence: str) -> Prediction:
    """Predict with the process's classifier. Both calls of one turn ask the same: hence a cache."""
    return load_classifier().predict(sentence)
