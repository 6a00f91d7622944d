"""Texts of the product in the customer's language, from gettext catalogues."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from schemas.identity import Locale

Translate = Callable[..., str]
"""``t("{count} of {total}", count=1, total=2)``: an English source text to the final text."""


@cache
def catalogue(locale: Locale) -> Mapping[str, str]:
    """Return source text -> translation for one language; empty for English, the source."""
    if locale is Locale.EN:
        return {}
    path = files("ecocash_copilot") / "locales" / f"{locale.value}.po"
    with path.open("rb") as file:
        entries = read_po(file, locale=locale.value)
    return {
        entry.id: entry.string
        for entry in entries
        if isinstance(entry.id, str) and isinstance(entry.string, str) and entry.id and entry.string
    }


@cache
def translator(locale: Locale) -> Translate:
    """Return the translating function for a language. A missing entry shows its source text."""
    texts = catalogue(locale)

    def translate(source: str, /, **values: object) -> str:
        text = texts.get(source, source)
        return text.format(**values) if values else text

    return translate
