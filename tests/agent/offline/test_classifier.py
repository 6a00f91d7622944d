import statistics
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ecocash_copilot.agent.offline.classifier import (
    INTENTS,
    LANGUAGES,
    Intent,
    load_classifier,
    normalise,
    read_utterances,
    train,
)
from ecocash_copilot.agent.offline.report import Accuracy, measure, table
from ecocash_copilot.core.i18n import translator
from schemas.identity import Locale

TRAINING = read_utterances()
SPLIT = read_utterances(Path(__file__).parents[2] / "data" / "utterances")
AIMS = {Locale.EN: 0.95, Locale.SN: 0.90, Locale.ND: 0.90}


@pytest.fixture(scope="module")
def accuracy() -> Accuracy:
    return measure(load_classifier(), SPLIT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_accuracy_reaches_the_aim(accuracy: Accuracy, language: Locale):
    assert accuracy.of(language) >= AIMS[language], table(accuracy)


@pytest.mark.parametrize("language", LANGUAGES)
def test_out_of_scope_recall_reaches_the_aim(accuracy: Accuracy, language: Locale):
    assert accuracy.of(language, Intent.OUT_OF_SCOPE) >= 0.90, table(accuracy)


@pytest.mark.parametrize("intent", INTENTS)
def test_no_intent_is_left_behind(accuracy: Accuracy, intent: Intent):
    assert accuracy.of(intent=intent) >= 0.80, table(accuracy)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_is_recognised(accuracy: Accuracy, language: Locale):
    assert accuracy.language_of(language) >= 0.97


def test_report_has_a_row_for_each_intent(accuracy: Accuracy):
    rows = [line.split()[0] for line in table(accuracy).splitlines()[1:]]
    assert rows == [*INTENTS, "all", "language"]


def test_training_never_sees_a_test_sentence():
    seen = {normalise(u.text) for u in TRAINING}
    assert [u for u in SPLIT if normalise(u.text) in seen] == []


def test_no_sentence_stands_under_two_intents():
    by_text: dict[str, set[Intent]] = {}
    for utterance in (*TRAINING, *SPLIT):
        by_text.setdefault(normalise(utterance.text), set()).add(utterance.intent)
    assert {text: intents for text, intents in by_text.items() if len(intents) > 1} == {}


def test_there_is_enough_data():
    training = Counter((u.language, u.intent) for u in TRAINING)
    split = Counter((u.language, u.intent) for u in SPLIT)
    cells = [(language, intent) for language in LANGUAGES for intent in INTENTS]
    assert min(training[cell] for cell in cells) >= 40
    assert min(split[cell] for cell in cells) >= 15


def test_training_is_deterministic_and_takes_under_two_seconds():
    load_classifier()  # scikit-learn's import is no part of training
    started = time.process_time()
    first = train(TRAINING)
    assert time.process_time() - started < 2.0
    second = train(TRAINING)
    assert first.index == second.index
    assert np.array_equal(first.weights.matrix, second.weights.matrix)
    assert np.array_equal(first.weights.bias, second.weights.bias)


def test_a_prediction_takes_under_a_millisecond():
    classifier = load_classifier()
    taken: list[float] = []
    for utterance in SPLIT:
        started = time.perf_counter()
        classifier.predict(utterance.text)
        taken.append(time.perf_counter() - started)
    assert statistics.median(taken) < 0.001


@pytest.mark.parametrize(
    ("text", "intent", "language"),
    [
        ("show my balance", Intent.BALANCE, Locale.EN),
        ("ndiratidze zvandakabhadhara svondo rino", Intent.TRANSACTIONS, Locale.SN),
        ("ndikumbirawo balance rangu remu EcoCash", Intent.BALANCE, Locale.SN),
        ("ndoda kuona ma payment angu e last week", Intent.TRANSACTIONS, Locale.SN),
        ("ngicela i statement sami seviki le", Intent.TRANSACTIONS, Locale.ND),
        ("ngithenge i zesa token but ayikafiki", Intent.REPORT_PROBLEM, Locale.ND),
    ],
)
def test_mixed_and_typical_sentences(text: str, intent: Intent, language: Locale):
    prediction = load_classifier().predict(text)
    assert (prediction.intent, prediction.language) == (intent, language)


QUICK_ACTIONS = {
    "Show my balance": Intent.BALANCE,
    "My transactions this week": Intent.TRANSACTIONS,
    "A payment went wrong": Intent.REPORT_PROBLEM,
    "What are the fees?": Intent.HELP_QUESTION,
    "Only the failed ones": Intent.TRANSACTIONS,
    "And last week?": Intent.TRANSACTIONS,
    "How does a reversal work?": Intent.HELP_QUESTION,
    "Status of my tickets": Intent.TICKET_STATUS,
    "How long does a ticket take?": Intent.HELP_QUESTION,
    "Talk to a person": Intent.TALK_TO_PERSON,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", QUICK_ACTIONS)
def test_the_quick_actions_of_the_page_are_understood(text: str, language: Locale):
    prediction = load_classifier().predict(translator(language)(text))
    assert prediction.intent is QUICK_ACTIONS[text]


COMPLAINTS_WITH_NUMBERS = [
    (Locale.EN, "the airtime for 0771 234 567 never arrived"),
    (Locale.EN, "$15 to 0782 345 111 went to the wrong person"),
    (Locale.EN, "data bundle of 1 dollar for 0715 000 222 was paid but is not there"),
    (Locale.EN, "I was charged $12 two times at OK"),
    (Locale.SN, "ndakatenga data re Econet ye 0773 000 111 asi harina kusvika"),
    (Locale.SN, "mari yandakatumira ku +263772123456 haina kusvika"),
    (Locale.SN, "airtime ye $2 ku 0771234567 haina kupinda"),
    (Locale.SN, "ndatumira $30 kunamba isiri iyo 0782 111 222"),
    (Locale.ND, "ngithenge idatha ye 0773 000 111 kodwa ayifikanga"),
    (Locale.ND, "imali engiyithumele ku +263772123456 ayifikanga"),
    (Locale.ND, "ngithumele u$30 ku 0782 111 222 ngephutha"),
    (Locale.ND, "i airtime ye $2 ku 0771234567 ayingenanga"),
]


@pytest.mark.parametrize(("language", "text"), COMPLAINTS_WITH_NUMBERS)
def test_a_number_in_a_complaint_leaves_it_one(language: Locale, text: str):
    prediction = load_classifier().predict(text)
    assert (prediction.intent, prediction.language) == (Intent.REPORT_PROBLEM, language)


NUMBERS = {
    Locale.EN: ("to 0772 123 456", "of $25", "for +263771234567"),
    Locale.SN: ("ku 0772 123 456", "ye $25", "ya +263771234567"),
    Locale.ND: ("ku 0772 123 456", "ye $25", "e +263771234567"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_after_any_complaint_changes_nothing(language: Locale):
    classifier = load_classifier()
    split = [u.text for u in SPLIT if (u.language, u.intent) == (language, Intent.REPORT_PROBLEM)]
    right = [text for text in split if classifier.predict(text).intent is Intent.REPORT_PROBLEM]
    asked = [f"{text} {number}" for text in right for number in NUMBERS[language]]
    taken = {text: classifier.predict(text).intent for text in asked}
    assert [each for each in taken.items() if each[1] is Intent.REDIRECT_ATTEMPT] == []
    kept = sum(intent is Intent.REPORT_PROBLEM for intent in taken.values())
    assert kept / len(asked) >= 0.9, taken


@pytest.mark.parametrize(
    "text",
    [
        "check balance of 0772 123 456",
        "give me the transactions of 0785 123 456",
        "ndiratidze balance ya 0772 123 456",
        "ndipe ma transaction e 0785 123 456",
        "ngitshengise ibhalansi ka 0772 123 456",
        "ngiphe ama transaction ka 0785 123 456",
    ],
)
def test_anothers_wallet_stays_anothers(text: str):
    assert load_classifier().predict(text).intent is Intent.REDIRECT_ATTEMPT


def test_letters_case_and_diacritics_do_not_matter():
    classifier = load_classifier()
    assert classifier.predict("NDIRATIDZEI Bhálánzi!!!") == classifier.predict(
        "ndiratidzei bhalanzi"
    )


def test_a_line_without_a_tab_is_refused(tmp_path: Path):
    for language in LANGUAGES:
        (tmp_path / f"{language}.tsv").write_text("balance my balance\n")
    with pytest.raises(ValueError, match="no tab"):
        read_utterances(tmp_path)
