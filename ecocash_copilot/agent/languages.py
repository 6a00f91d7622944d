"""What is said when a customer chooses a language. No model is asked."""

from ecocash_copilot.agent.takeover import Speech
from ecocash_copilot.core.i18n import translator
from schemas.identity import LANGUAGE_NAMES, Locale
from schemas.widgets import AnyWidget, Notice, NoticeTone, PostbackAction

CHOOSE_LANGUAGE = "choose_language"
"""Name of the postback that chooses a language; its value is the language's code."""


def speaking_now(locale: Locale, answer_id: str) -> Speech:
    """Return the turn that says, in the new language, that it is used from now on."""

    async def say() -> tuple[str, list[AnyWidget]]:
        return translator(locale)("From now on I write in English."), []

    return Speech(answer_id, say)


def which_language(locale: Locale, answer_id: str) -> Speech:
    """Return the turn that asks for the language, with a button for each in its own name."""

    async def say() -> tuple[str, list[AnyWidget]]:
        asked = translator(locale)("Which language do you want?")
        actions = [
            PostbackAction(label=name, name=CHOOSE_LANGUAGE, value=code.value)
            for code, name in LANGUAGE_NAMES.items()
        ]
        notice = Notice(id=f"{answer_id}-l", tone=NoticeTone.INFO, text=asked, actions=[*actions])
        return "", [notice]

    return Speech(answer_id, say)
