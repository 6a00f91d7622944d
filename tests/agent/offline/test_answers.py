import string
import tomllib
from pathlib import Path

import pytest

from ecocash_copilot.agent.offline import answers
from ecocash_copilot.agent.offline.answers import Answer
from ecocash_copilot.agent.offline.classifier import Intent
from ecocash_copilot.agent.offline.meaning import Gap
from schemas.identity import Locale
from schemas.ticket import TicketStatus
from schemas.wallet import TransactionStatus

TEXTS = tomllib.loads(Path(answers.__file__).with_name("answers.toml").read_text("utf-8"))


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", ["sn", "nd"])
def test_each_language_says_everything_with_the_same_fillings(language: str):
    english = {key: fields(text) for key, text in TEXTS["en"].items()}
    assert {key: fields(text) for key, text in TEXTS[language].items()} == english


@pytest.mark.parametrize("language", Locale)
def test_every_state_and_gap_has_its_words(language: Locale):
    said = (
        Intent.GREETING, Intent.THANKS, Intent.TALK_TO_PERSON, Intent.OUT_OF_SCOPE, Intent.ABUSE,
        Intent.REDIRECT_ATTEMPT,
    )  # fmt: skip
    keys = [
        *(f"status_{status}" for status in TransactionStatus),
        *(f"ticket_{status}" for status in TicketStatus),
        *Gap,
        *said,
    ]
    assert all(Answer(key, name="").text(language) for key in keys)


@pytest.mark.parametrize("text", [t for lang in ("en", "sn", "nd") for t in TEXTS[lang].values()])
def test_nothing_is_promised_and_nothing_runs_long(text: str):
    assert not any(word in text.lower() for word in ("guarantee", "will be refunded", "ichadzoka"))
    sentences = [s for s in text.replace("?", ".").split(".") if s.strip()]
    assert max((len(s.split()) for s in sentences), default=0) <= 22


def test_a_name_cannot_bring_a_template_along():
    assert (
        Answer("greeting", name=answers.greeted("{care_line} X"))
        .text(Locale.EN)
        .startswith("Hello, {care_line}.")
    )
