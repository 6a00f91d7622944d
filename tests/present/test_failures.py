"""A failed consent says why in the customer's language."""

import pytest

from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.failures import FAILURE_TEXTS, failure_text
from schemas.identity import Locale

GENERAL = "This did not work. Nothing was changed."


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("said", FAILURE_TEXTS)
def test_what_actions_say_is_told_in_every_language(said: str, locale: Locale) -> None:
    t = translator(locale)
    shown = failure_text(said.format(ticket="TCK-100042"), t)
    assert shown != t(GENERAL)
    assert ("TCK-100042" in shown) is ("{ticket}" in said)
    assert "{" not in shown
    if locale is not Locale.EN:
        assert shown != failure_text(said.format(ticket="TCK-100042"), translator(Locale.EN))


@pytest.mark.parametrize("locale", Locale)
def test_what_is_not_known_is_told_in_general(locale: Locale) -> None:
    t = translator(locale)
    assert failure_text("An index is gone.", t) == t(GENERAL)
