"""Texts of the product in the customer's language, from gettext catalogues."""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from schemas.identity import Locale


class Translate:
    """``t("{name} has left", name="Rudo")``: an English source text to the final text.

    A text that no catalogue has is shown as it is.
    """

    def __init__(self, translations: NullTranslations) -> None:
        """``translations`` are one language's."""
        self._translations = translations

    def __call__(self, source: str, /, **values: object) -> str:
        """Return the text in the customer's language, with the values in their places."""
        text = self._translations.gettext(source)
        return text.format(**values) if values else text

    def many(self, one: str, several: str, count: int, /, **values: object) -> str:
        """Return the form that the language uses for a number: ``t.many("1 day", "{n} days", n)``.

        Args:
            one: source text for one, in English.
            several: source text for none and for more than one.
            count: the number; give it among ``values`` as well where it is to be shown.
        """
        text = self._translations.ngettext(one, several, count)
        return text.format(**values) if values else text


@cache
def read_catalogue(locale: Locale) -> Catalog:
    """Return one language's catalogue as it is written; empty for English, the source."""
    if locale is Locale.EN:
        return Catalog(locale=locale.value)
    path = files("ecocash_copilot") / "locales" / f"{locale.value}.po"
    with path.open("rb") as file:
        return read_po(file, locale=locale.value)


@cache
def catalogue(locale: Locale) -> Mapping[str, str]:
    """Return source text -> translation; a text that depends on a number has each of its forms."""
    texts: dict[str, str] = {}
    for entry in read_catalogue(locale):
        ids = (entry.id,) if isinstance(entry.id, str) else entry.id
        forms = (entry.string,) if isinstance(entry.string, str) else (entry.string or ())
        texts |= {source: text for source, text in zip(ids, forms, strict=False) if source and text}
    return texts


@cache
def translator(locale: Locale) -> Translate:
    """Return the translating function for a language. A missing entry shows its source text."""
    if locale is Locale.EN:
        return Translate(NullTranslations())
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(locale))
    compiled.seek(0)
    return Translate(GNUTranslations(compiled))
