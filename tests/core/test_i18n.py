"""The catalogues say everything the product says, and nothing else."""

import ast
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from ecocash_copilot.agent.offline.classifier import Intent
from ecocash_copilot.agent.offline.conversation import Conversation, Profile
from ecocash_copilot.agent.offline.understand import Understanding, understand
from ecocash_copilot.core.i18n import catalogue, translator
from ecocash_copilot.present import labels
from schemas.identity import Locale
from schemas.views import ChatLabels
from schemas.wallet import TransactionStatus

PACKAGE = Path(labels.__file__).parents[1]
TRANSLATED = (Locale.SN, Locale.ND)
SAME_AS_ENGLISH = {
    Locale.SN: {"ZiG", "US$", "Airtime", "Data", "Approval code", "Reference"},
    Locale.ND: {"ZiG", "US$"},
}
"""What people call it in this language too."""

LONGEST_QUICK_ACTION = 40
"""Characters that fit one line of a 360 px wide phone at the button's 15 px."""

FROM_MODELS = {"ChatLabels().model_dump().items()": list(ChatLabels().model_dump().items())}
"""Expressions whose texts stand in a schema, not in the file that translates them."""


# --- which texts the code hands to a translator -------------------------------------------------


class UntraceableTextError(Exception):
    """A text is translated that this reader can't find in the source."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """One source file; finds every text that reaches ``t(...)`` or ``translator(...)(...)``."""

    def __init__(self, path: Path) -> None:
        self.name = str(path.relative_to(PACKAGE.parent))
        self.tree = ast.parse(path.read_text(encoding="utf-8"))

    def texts(self) -> Iterator[str]:
        """Yield every source text."""
        for scope in self._scopes():
            translators = {"t"} | {
                target.id
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign) and _makes_translator(node.value)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in ast.walk(scope):
                if isinstance(call, ast.Call) and _translates(call, translators):
                    yield from self._strings(call.args[0], scope)

    def _scopes(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def _strings(self, expression: ast.expr, scope: Function) -> Iterator[str]:
        for value in self._values(expression, scope):
            if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                where = f"{self.name}:{expression.lineno}"
                raise UntraceableTextError(f"{where}: t({ast.unparse(expression)})")
            yield value.value

    def _values(self, expression: ast.expr, scope: Function) -> Iterator[ast.expr]:
        """Yield what an expression may be."""
        match expression:
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._values(body, scope)
                yield from self._values(orelse, scope)
            case ast.Subscript(value=table):
                yield from self._elements(table, scope)
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
                yield from self._elements(table, scope)
                for other in default:
                    yield from self._values(other, scope)
            case ast.Name(id=name):
                yield from self._bound(name, scope) or [expression]
            case _:
                yield expression

    def _elements(self, expression: ast.expr, scope: Function) -> Iterator[ast.expr]:
        """Yield what a table or a sequence may hold."""
        if known := FROM_MODELS.get(ast.unparse(expression)):
            yield from (ast.Tuple([ast.Constant(part) for part in pair]) for pair in known)
            return
        for table in self._values(expression, scope):
            if isinstance(table, ast.Dict):
                yield from table.values
            elif isinstance(table, ast.List | ast.Tuple | ast.Set):
                yield from table.elts

    def _bound(self, name: str, scope: Function) -> list[ast.expr]:
        """Return what a name may stand for: in its function, else in its module."""
        inside = [found for node in ast.walk(scope) for found in self._binding(node, name, scope)]
        return inside or [
            found for node in self.tree.body for found in self._binding(node, name, scope)
        ]

    def _binding(self, node: ast.AST, name: str, scope: Function) -> Iterator[ast.expr]:
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                if _names(target, name):
                    yield from _part(target, name, self._values(value, scope))
            case (
                ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source)
            ):
                if _names(target, name):
                    yield from _part(target, name, self._elements(source, scope))
            case _:
                return


def _makes_translator(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "translator"


def _translates(call: ast.Call, translators: set[str]) -> bool:
    named = isinstance(call.func, ast.Name) and call.func.id in translators
    return named or _makes_translator(call.func)


def _names(target: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(target))


def _part(target: ast.expr, name: str, values: Iterator[ast.expr]) -> Iterator[ast.expr]:
    """Yield what ``name`` gets when ``values`` are assigned to ``target``."""
    if not isinstance(target, ast.Tuple):
        yield from values
        return
    position = next(i for i, part in enumerate(target.elts) if _names(part, name))
    for value in values:
        yield value.elts[position] if isinstance(value, ast.Tuple) else value


def texts_in(path: Path) -> set[str]:
    return set(Module(path).texts())


@pytest.fixture(scope="module")
def sources() -> set[str]:
    return set().union(*(texts_in(path) for path in PACKAGE.rglob("*.py")))


def test_the_reader_finds_texts_in_literals_tables_and_schemas(sources: set[str]) -> None:
    assert {
        "{shown} of {total}",  # a literal
        "ZiG wallet",  # either side of a condition, through a local name
        "Why it failed",  # a tuple of a local list
        "Being worked on",  # a table of the module
        "I was charged twice",  # the first of a table's pairs
        "And last week?",  # a table read with get()
        "Earlier chats",  # a schema's default
        "This was not answered yet",  # translator(locale)(...)
    } <= sources


def test_the_reader_refuses_what_it_cannot_trace(tmp_path: Path) -> None:
    module = Module(PACKAGE / "core/i18n.py")
    module.tree = ast.parse("def say(t, words):\n    return t(words.upper())")
    with pytest.raises(UntraceableTextError, match=r"t\(words\.upper\(\)\)"):
        list(module.texts())


# --- the catalogues ------------------------------------------------------------------------------


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def po_file(locale: Locale) -> Path:
    return PACKAGE / "locales" / f"{locale.value}.po"


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_catalogue_is_well_formed(locale: Locale) -> None:
    with po_file(locale).open("rb") as file:
        entries = read_po(file, locale=locale.value, abort_invalid=True)
    assert str(entries.locale) == locale.value
    assert entries.charset == "utf-8"
    assert not [entry.id for entry in entries if entry.id and entry.fuzzy]
    assert not entries.obsolete
    lines = po_file(locale).read_text(encoding="utf-8").splitlines()
    ids = [line for line in lines if line.startswith("msgid ")]
    assert len(ids) == len(set(ids)) == len(catalogue(locale)) + 1  # and the header


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_catalogue_has_every_text(locale: Locale, sources: set[str]) -> None:
    assert sorted(sources - catalogue(locale).keys()) == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_catalogue_has_no_text_that_is_gone(locale: Locale, sources: set[str]) -> None:
    assert sorted(catalogue(locale).keys() - sources) == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_placeholders_are_those_of_the_source(locale: Locale) -> None:
    differing = {
        source: text
        for source, text in catalogue(locale).items()
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


def test_english_is_its_own_source() -> None:
    assert catalogue(Locale.EN) == {}
    assert translator(Locale.EN)("{shown} of {total}", shown=10, total=60) == "10 of 60"


def test_a_text_without_translation_is_shown_in_english() -> None:
    assert translator(Locale.SN)("Not a text of ours") == "Not a text of ours"


def test_values_are_put_into_the_translation() -> None:
    assert translator(Locale.SN)("{shown} of {total}", shown=10, total=60) == "10 pa 60"


# --- texts that lean on one another --------------------------------------------------------------


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_button_is_called_by_the_name_it_shows(locale: Locale) -> None:
    t = translator(locale)
    told = t("This is what to do now. If it does not help, tap Talk to a person.")
    assert t("Talk to a person") in told


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("button", ["Get help", "Talk to a person"])
def test_the_offline_model_calls_buttons_by_the_name_they_show(locale: Locale, button: str) -> None:
    answers = tomllib.loads((PACKAGE / "agent/offline/answers.toml").read_text(encoding="utf-8"))
    telling = [key for key, text in answers["en"].items() if f'"{button}"' in text]
    named = f'"{translator(locale)(button)}"'
    assert telling
    assert [key for key in telling if named not in answers[locale.value][key]] == []


# --- quick actions are messages ------------------------------------------------------------------

TODAY = date(2026, 11, 22)
WANTED = {
    "Show my balance": Intent.BALANCE,
    "My transactions this week": Intent.TRANSACTIONS,
    "A payment went wrong": Intent.REPORT_PROBLEM,
    "What are the fees?": Intent.HELP_QUESTION,
    "Only the failed ones": Intent.TRANSACTIONS,
    "And last week?": Intent.TRANSACTIONS,
    "How does a reversal work?": Intent.HELP_QUESTION,
    "Status of my tickets": Intent.TICKET_STATUS,
    "Talk to a person": Intent.TALK_TO_PERSON,
    "How long does a ticket take?": Intent.HELP_QUESTION,
}


def said(locale: Locale, source: str) -> Understanding:
    message = translator(locale)(source)
    return understand(Conversation(Profile(TODAY, locale, ""), message, (), ()))


def test_every_quick_action_is_tried() -> None:
    assert {text for texts in (labels._FIRST, *labels._AFTER.values()) for text in texts} == set(
        WANTED
    )


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("source", WANTED)
def test_a_quick_action_is_understood(locale: Locale, source: str) -> None:
    understood = said(locale, source)
    assert (understood.intent, understood.gap) == (WANTED[source], None)
    assert understood.language is locale


@pytest.mark.parametrize("locale", Locale)
def test_quick_actions_filter_as_they_say(locale: Locale) -> None:
    monday = TODAY - timedelta(days=TODAY.weekday())
    week = timedelta(days=7)
    this_week = said(locale, "My transactions this week").filter
    last_week = said(locale, "And last week?").filter
    assert (this_week.date_from, this_week.date_to) == (monday, TODAY)
    assert (last_week.date_from, last_week.date_to) == (monday - week, monday - timedelta(days=1))
    assert said(locale, "Only the failed ones").filter.status is TransactionStatus.FAILED


@pytest.mark.parametrize("locale", Locale)
def test_quick_actions_fit_a_small_phone(locale: Locale) -> None:
    t = translator(locale)
    assert [t(text) for text in WANTED if len(t(text)) > LONGEST_QUICK_ACTION] == []
