"""The catalogues say everything the product says, and nothing else."""

import ast
import tomllib
from pathlib import Path
from string import Formatter
from typing import cast

import babel
import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from babel.plural import PluralRule

from ecocash_copilot.core.i18n import catalogue, read_catalogue, translator
from schemas.identity import Locale
from tests.core.review_list import DOCUMENT, marked, with_list
from tests.core.source_texts import (
    PACKAGE,
    TRANSLATES_WHAT_IS_THERE,
    Module,
    Source,
    UntraceableTextError,
    source_texts,
)

TRANSLATED = (Locale.SN, Locale.ND)
SAME_AS_ENGLISH = {
    Locale.SN: {"ZiG", "US$", "Airtime", "Data", "Approval code", "Reference"},
    Locale.ND: {"ZiG", "US$"},
}
"""What people call it in this language too."""

FILES = ("1 file", "{count} files")


@pytest.fixture(scope="module")
def sources() -> set[Source]:
    return source_texts()


# --- which texts the code hands to a translator -------------------------------------------------


def test_the_reader_finds_texts_in_literals_tables_and_schemas(sources: set[Source]) -> None:
    assert {
        "{shown} of {total}",  # a literal
        "ZiG wallet",  # either side of a condition, through a local name
        "Why it failed",  # a tuple of a local list
        "Being worked on",  # a table of the module
        "I was charged twice",  # the first of a table's pairs
        "And last week?",  # a table read with get()
        "Earlier chats",  # a schema's default
        "This was not answered yet",  # translator(locale)(...)
        ("{number} of {stars} star", "{number} of {stars} stars"),  # t.many(...)
    } <= sources


def test_the_reader_refuses_what_it_cannot_trace() -> None:
    module = Module(PACKAGE / "core/i18n.py")
    module.tree = ast.parse("def say(t, words):\n    return t(words.upper())")
    with pytest.raises(UntraceableTextError, match=r"t\(words\.upper\(\)\)"):
        list(module.texts())


def test_babel_finds_no_text_that_the_reader_misses(sources: set[Source]) -> None:
    left_out = {str(path.relative_to(PACKAGE)) for path in TRANSLATES_WHAT_IS_THERE}
    found = extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], keywords={"t": None, "many": (1, 2)}
    )
    texts = {text for name, _, text, _, _ in found if name not in left_out}
    assert len(texts) > 100
    assert {text for text in texts if text not in sources} == set()


# --- the catalogues ------------------------------------------------------------------------------


def placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def po_file(locale: Locale) -> Path:
    return PACKAGE / "locales" / f"{locale.value}.po"


def entries(locale: Locale) -> list[Message]:
    return [entry for entry in read_catalogue(locale) if entry.id]


def source_of(entry: Message) -> Source:
    return entry.id if isinstance(entry.id, str) else (entry.id[0], entry.id[1])


def forms_of(entry: Message) -> tuple[str, ...]:
    """Return the translations of a text that counts, one for each form of the plural."""
    return cast("tuple[str, ...]", entry.string)


def texts_of(entry: Message) -> list[tuple[str, str]]:
    """Return the pairs of source text and translation; each form of a plural with its own."""
    if isinstance(entry.id, str):
        return [(entry.id, str(entry.string))]
    return list(zip(entry.id, forms_of(entry), strict=True))


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_catalogue_is_well_formed(locale: Locale) -> None:
    with po_file(locale).open("rb") as file:
        found = read_po(file, locale=locale.value, abort_invalid=True)
    assert str(found.locale) == locale.value
    assert found.charset == "utf-8"
    assert not [entry.id for entry in found if entry.id and entry.fuzzy]
    assert not found.obsolete
    lines = po_file(locale).read_text(encoding="utf-8").splitlines()
    ids = [line for line in lines if line.startswith("msgid ")]
    assert len(ids) == len(set(ids)) == len(entries(locale)) + 1  # and the header


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_catalogue_has_every_text_and_none_that_is_gone(
    locale: Locale, sources: set[Source]
) -> None:
    known = {source_of(entry) for entry in entries(locale)}
    assert {"missing": sources - known, "gone": known - sources} == {
        "missing": set(),
        "gone": set(),
    }


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_text_is_translated_in_each_form(locale: Locale) -> None:
    plain = [entry for entry in entries(locale) if isinstance(entry.id, str)]
    counted = [entry for entry in entries(locale) if not isinstance(entry.id, str)]
    assert [entry.id for entry in plain if not entry.string] == []
    forms = read_catalogue(locale).num_plurals
    assert [e.id for e in counted if len(forms_of(e)) != forms or not all(forms_of(e))] == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_placeholders_are_those_of_the_source(locale: Locale) -> None:
    differing = {
        source: text
        for entry in entries(locale)
        for source, text in texts_of(entry)
        if placeholders(source) != placeholders(text)
    }
    assert differing == {}


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_text_begins_and_ends_as_its_source(locale: Locale) -> None:
    differing = {
        source: text
        for source, text in catalogue(locale).items()
        if text != text.strip() or source.endswith(".") != text.endswith(".")
    }
    assert differing == {}


@pytest.mark.parametrize("locale", TRANSLATED)
def test_only_shared_terms_stay_english(locale: Locale) -> None:
    same = {source for source, text in catalogue(locale).items() if source == text}
    assert same == SAME_AS_ENGLISH[locale]


@pytest.mark.parametrize("locale", TRANSLATED)
def test_plural_forms_are_those_of_the_language(locale: Locale) -> None:
    """The catalogue's header chooses as Unicode CLDR says the language does."""
    found = read_catalogue(locale)
    assert (found.num_plurals, found.plural_expr) == (2, "(n != 1)")
    rule: PluralRule = cast("babel.Locale", found.locale).plural_form
    assert [rule(n) for n in (0, 1, 2, 5, 11, 21, 101)] == ["other", "one", *["other"] * 5]


# --- the translator ------------------------------------------------------------------------------


def test_english_is_its_own_source() -> None:
    assert catalogue(Locale.EN) == {}
    assert translator(Locale.EN)("{shown} of {total}", shown=10, total=60) == "10 of 60"


@pytest.mark.parametrize(("count", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_english_tells_one_from_several(count: int, said: str) -> None:
    assert translator(Locale.EN).many(*FILES, count, count=count) == said


@pytest.mark.parametrize(
    ("locale", "one", "several"),
    [
        (Locale.EN, "within 1 day.", "within 7 days."),
        (Locale.SN, "muzuva 1.", "mumazuva 7."),
        (Locale.ND, "phakathi kosuku olu-1.", "phakathi kwensuku ezi-7."),
    ],
)
def test_each_language_has_its_own_forms(locale: Locale, one: str, several: str) -> None:
    texts = (
        "You can open it again within {days} day.",
        "You can open it again within {days} days.",
    )
    t = translator(locale)
    assert t.many(*texts, 1, days=1).endswith(one)
    assert t.many(*texts, 7, days=7).endswith(several)


def test_a_text_without_translation_is_shown_in_english() -> None:
    assert translator(Locale.SN)("Not a text of ours") == "Not a text of ours"
    assert translator(Locale.SN).many(*FILES, 3, count=3) == "3 files"


def test_values_are_put_into_the_translation() -> None:
    assert translator(Locale.SN)("{shown} of {total}", shown=10, total=60) == "10 pa 60"


# --- texts that lean on one another --------------------------------------------------------------


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_button_is_called_by_the_name_it_shows(locale: Locale) -> None:
    t = translator(locale)
    told = t("This is what to do now. If it does not help, tap Talk to a person.")
    assert t("Talk to a person") in told


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("button", ["Get help", "Talk to a person", "Add information"])
def test_the_offline_model_calls_buttons_by_the_name_they_show(locale: Locale, button: str) -> None:
    answers = tomllib.loads((PACKAGE / "agent/offline/answers.toml").read_text(encoding="utf-8"))
    telling = [key for key, text in answers["en"].items() if f'"{button}"' in text]
    named = f'"{translator(locale)(button)}"'
    assert telling
    assert [key for key in telling if named not in answers[locale.value][key]] == []


# --- what a native reviewer should check ---------------------------------------------------------


def test_the_document_lists_every_string_that_is_marked_for_review() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == with_list(document), "run: python -m tests.core.review_list"


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_mark_says_what_to_look_at(locale: Locale) -> None:
    assert all(look_at for _, _, look_at in marked(locale))
