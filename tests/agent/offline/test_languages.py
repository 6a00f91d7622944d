"""Wishes for a language, and the language an answer comes in."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ecocash_copilot.agent.offline.classifier import normalise, read_utterances
from ecocash_copilot.agent.offline.conversation import Conversation, Profile
from ecocash_copilot.agent.offline.languages import language_wish
from ecocash_copilot.agent.offline.meaning import Understanding
from ecocash_copilot.agent.offline.understand import understand
from schemas.identity import Locale
from tests.agent.offline.wallet_tools import Chat

DATA = Path(__file__).parents[2] / "data"
MIXED = [line.split("\t") for line in (DATA / "mixed" / "sentences.tsv").read_text().splitlines()]
"""Language of the answer, intent, sentence: two languages in each, and none of them in training."""


def understood(text: str, preferred: Locale = Locale.EN) -> Understanding:
    profile = Profile(date(2026, 11, 22), preferred, "")
    return understand(Conversation(profile, text, (), ()))


# --- wishes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("please speak English", Locale.EN),
        ("English please", Locale.EN),
        ("taurai nechirungu", Locale.EN),
        ("khulumani isiKhiwa", Locale.EN),
        ("taura neShona", Locale.SN),
        ("chiShona", Locale.SN),
        ("can we taura neShona please", Locale.SN),
        ("khuluma isiNdebele", Locale.ND),
        ("ngicela i-Ndebele", Locale.ND),
        ("I don't understand English, use Ndebele", Locale.ND),
        ("handinzwi chirungu, taurai neShona", Locale.SN),
        ("change language", None),
        ("chinja mutauro", None),
        ("tshintsha ulimi", None),
        ("I do not understand English", None),
    ],
)
def test_a_wish_for_a_language_is_recognised(text: str, locale: Locale | None):
    wish = language_wish(text)
    assert wish is not None
    assert (wish.locale, wish.rest) == (locale, "")


@pytest.mark.parametrize(
    ("text", "locale", "rest"),
    [
        ("please speak English and show my balance", Locale.EN, "show my balance"),
        ("taurai neShona. mari yangu imarii?", Locale.SN, "mari yangu imarii"),
        ("khuluma isiNdebele, ngitshengise imali yami", Locale.ND, "ngitshengise imali yami"),
    ],
)
def test_what_else_is_asked_is_kept(text: str, locale: Locale, rest: str):
    wish = language_wish(text)
    assert wish is not None
    assert (wish.locale, wish.rest) == (locale, rest)
    assert understood(text).language is locale


@pytest.mark.parametrize(
    "text",
    [
        "show my balance",
        "show my balance in Shona",
        "taura nemunhu",
        "I want to talk to a person in Shona",
        "khuluma lomuntu",
        "thank you",
        "my airtime did not come",
    ],
)
def test_other_messages_change_no_language(text: str):
    assert language_wish(text) is None


def test_of_the_test_sentences_none_but_wishes_change_the_language():
    split = read_utterances(DATA / "utterances")
    taken = Counter(
        (utterance.intent.value == "change_language", language_wish(utterance.text) is not None)
        for utterance in split
    )
    assert taken[False, True] == 0
    assert taken[True, True] / (taken[True, True] + taken[True, False]) >= 0.95


# --- answers -------------------------------------------------------------------------------------


def test_mixed_sentences_are_understood_and_answered_in_the_language_that_carries_them():
    wrong = [
        (text, found.intent.value, found.language.value)
        for language, intent, text in MIXED
        if (found := understood(text)) and (found.intent, found.language) != (intent, language)
    ]
    intents = sum(understood(text).intent == intent for _, intent, text in MIXED)
    languages = sum(understood(text).language == language for language, _, text in MIXED)
    assert len(MIXED) >= 60
    assert intents / len(MIXED) >= 0.95, wrong
    assert languages / len(MIXED) >= 0.95, wrong


def test_training_never_sees_a_mixed_sentence():
    seen = {normalise(utterance.text) for utterance in read_utterances()}
    assert [text for _, _, text in MIXED if normalise(text) in seen] == []


@pytest.mark.parametrize(
    ("preferred", "text", "language"),
    [
        (Locale.EN, "Show my balance ndapota", Locale.EN),
        (Locale.SN, "Show my balance ndapota", Locale.SN),
        (Locale.ND, "Show my balance ngicela", Locale.ND),
        (Locale.ND, "Show my balance", Locale.EN),
        (Locale.EN, "mari yangu imarii", Locale.SN),
        (Locale.SN, "imali yami ingakanani", Locale.ND),
        (Locale.SN, "balance", Locale.SN),
        (Locale.ND, "ok", Locale.ND),
        (Locale.EN, "show my balance in Shona", Locale.SN),
        (Locale.SN, "ndiratidze mari yangu nechirungu", Locale.EN),
    ],
)
def test_courtesy_carries_no_sentence_and_a_named_language_wins(
    preferred: Locale, text: str, language: Locale
):
    assert understood(text, preferred).language is language


async def test_an_answer_is_written_in_the_language_of_the_question():
    chat = Chat("en")
    assert (await chat.say("Ndiratidze my balance")).startswith("Mune ")
    assert (await chat.say("Ngitshengise my balance")).startswith("Ule ")
    assert (await chat.say("Show my balance ndapota")).startswith("You have ")
