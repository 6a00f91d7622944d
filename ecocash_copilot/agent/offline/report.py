"""Accuracy by intent and language: ``python -m ecocash_copilot.agent.offline.report [FOLDER]``."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecocash_copilot.agent.offline.classifier import (
    INTENTS,
    LANGUAGES,
    Classifier,
    Intent,
    Utterance,
    read_utterances,
    train,
)
from schemas.identity import Locale

TEST_SPLIT = Path("tests/data/utterances")


@dataclass
class Accuracy:
    """Right and asked, by language and intent; and what was taken for something else."""

    asked: Counter[tuple[Locale, Intent]] = field(default_factory=Counter[tuple[Locale, Intent]])
    right: Counter[tuple[Locale, Intent]] = field(default_factory=Counter[tuple[Locale, Intent]])
    language_right: Counter[Locale] = field(default_factory=Counter[Locale])
    wrong: list[tuple[Utterance, Intent]] = field(default_factory=list[tuple[Utterance, Intent]])

    def of(self, language: Locale | None = None, intent: Intent | None = None) -> float:
        """Return the share answered right, of one language, one intent, both or all."""
        cells = [
            cell for cell in self.asked if language in (None, cell[0]) and intent in (None, cell[1])
        ]
        return sum(self.right[c] for c in cells) / sum(self.asked[c] for c in cells)

    def language_of(self, language: Locale) -> float:
        """Return the share of a language's sentences whose language was recognised."""
        return self.language_right[language] / sum(self.asked[language, i] for i in INTENTS)


def measure(classifier: Classifier, split: Sequence[Utterance]) -> Accuracy:
    """Return the classifier's accuracy on sentences it was not trained on."""
    found = Accuracy()
    for utterance in split:
        cell = (utterance.language, utterance.intent)
        prediction = classifier.predict(utterance.text)
        found.asked[cell] += 1
        found.language_right[utterance.language] += prediction.language == utterance.language
        if prediction.intent is utterance.intent:
            found.right[cell] += 1
        else:
            found.wrong.append((utterance, prediction.intent))
    return found


def table(accuracy: Accuracy) -> str:
    """Return the accuracy as a table, a row per intent and a column per language."""
    lines = [f"{'intent':<20}" + "".join(f"{language:>8}" for language in (*LANGUAGES, "all"))]
    for intent in INTENTS:
        cells = [accuracy.of(language, intent) for language in LANGUAGES]
        shares = [*cells, accuracy.of(intent=intent)]
        lines.append(f"{intent:<20}" + "".join(f"{share:>8.1%}" for share in shares))
    shares = [*(accuracy.of(language) for language in LANGUAGES), accuracy.of()]
    lines.append(f"{'all':<20}" + "".join(f"{share:>8.1%}" for share in shares))
    languages = [accuracy.language_of(language) for language in LANGUAGES]
    lines.append(f"{'language':<20}" + "".join(f"{share:>8.1%}" for share in languages))
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Train, measure on the test split and print."""
    utterances = read_utterances()
    train(utterances[:: len(utterances) // 200])  # scikit-learn's import is no part of training
    started = time.perf_counter()
    classifier = train(utterances)
    trained = time.perf_counter() - started
    split = read_utterances(Path(arguments[0]) if arguments else TEST_SPLIT)
    started = time.perf_counter()
    accuracy = measure(classifier, split)
    each = (time.perf_counter() - started) / len(split)
    print(table(accuracy))
    for utterance, taken_for in accuracy.wrong:
        print(f"{utterance.language} {utterance.intent} taken for {taken_for}: {utterance.text}")
    print(f"{len(utterances)} training, {len(split)} test sentences")
    print(f"training {trained:.2f} s, prediction {each * 1e6:.0f} us")


if __name__ == "__main__":
    main(sys.argv[1:])
