"""Colours, sizes and durations have names, and only `tokens.css` gives them their values."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from tinycss2 import color4

from tests.support.styles import ASSETS, css_of

TOKENS = ASSETS / "tokens.css"
SHEETS = sorted(path for path in ASSETS.glob("*.css") if path != TOKENS)
SCRIPTS = sorted(ASSETS.glob("*.js"))
COMPONENTS = sorted((ASSETS.parent / "components").rglob("*.py"))

RELATIVE = {"%", "fr", "vh", "vw", "vmax", "vmin", "dvh", "svh", "lvh", "deg", "turn"}
"""Units that depend on what is around, and angles."""
ORDERED = {"font-weight", "line-height", "z-index"}
"""Numbers without a unit that belong to a scale as well."""
KEYWORDS = {"transparent", "currentcolor"}


class Found:
    """What one style sheet says."""

    def __init__(self, css: str) -> None:
        self.literals: list[str] = []
        self.used: set[str] = set()
        self.used_without_default: set[str] = set()
        self.defined: set[str] = set()
        self.widths: set[str] = set()
        self._read(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))

    def _read(self, nodes: list[Any]) -> None:
        for node in nodes:
            assert node.type != "error", node.message
            if node.type == "at-rule":
                self.widths |= {
                    token.representation + token.unit
                    for token in _flat(node.prelude)
                    if token.type == "dimension"
                }
                if node.content is not None:
                    self._read(tinycss2.parse_rule_list(node.content, True, True))
            else:
                self._declarations(node)

    def _declarations(self, rule: Any) -> None:
        for each in tinycss2.parse_blocks_contents(rule.content, True, True):
            assert each.type == "declaration", tinycss2.serialize([each])
            if each.name.startswith("--"):
                self.defined.add(each.name)
            self._value(each, tinycss2.serialize(rule.prelude).strip())

    def _value(self, declaration: Any, selector: str) -> None:
        for token in _flat(declaration.value):
            if token.type == "function" and token.lower_name == "var":
                name, *rest = (each for each in token.arguments if each.type != "whitespace")
                self.used.add(name.value)
                if not rest:
                    self.used_without_default.add(name.value)
            if _is_literal(token, declaration.lower_name):
                found = token.serialize()
                self.literals.append(f"{selector} {{ {declaration.name}: {found} }}")


def _flat(values: list[Any]) -> Iterator[Any]:
    """All tokens, those in functions and brackets as well."""
    for token in values:
        yield token
        yield from _flat(getattr(token, "arguments", None) or getattr(token, "content", None) or [])


def _is_literal(token: Any, name: str) -> bool:
    if token.type == "dimension":
        return token.lower_unit not in RELATIVE
    if token.type == "number":
        return name in ORDERED
    if token.type == "ident" and (name.startswith("--") or token.lower_value in KEYWORDS):
        return False
    if token.type in ("ident", "hash", "function"):
        return color4.parse_color(token) is not None
    return False


FOUND = {path.name: Found(path.read_text("utf-8")) for path in [TOKENS, *SHEETS]}
DEFINED = FOUND["tokens.css"].defined
USED = set[str]().union(*(each.used for each in FOUND.values()))
_NAMED = TOKENS.read_text("utf-8").split("Breakpoints", 1)[1].split("*/")[0]
BREAKPOINTS = set(re.findall(r"\d+(?:px|rem)", _NAMED))


def block(selector: str) -> dict[str, str]:
    """Return what a block of the tokens sets."""
    text = TOKENS.read_text("utf-8").split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", text))


@pytest.mark.parametrize("sheet", [path.name for path in SHEETS])
def test_values_are_tokens(sheet: str) -> None:
    assert FOUND[sheet].literals == []


@pytest.mark.parametrize("sheet", [path.name for path in SHEETS])
def test_media_queries_keep_to_the_breakpoints(sheet: str) -> None:
    assert FOUND[sheet].widths <= BREAKPOINTS


def test_every_breakpoint_is_in_use() -> None:
    assert set().union(*(each.widths for each in FOUND.values())) == BREAKPOINTS


def test_every_token_is_in_use() -> None:
    assert DEFINED <= USED, DEFINED - USED


def test_what_is_used_is_defined() -> None:
    drawings = {name for found in FOUND.values() for name in found.defined if _is_drawing(name)}
    for name, found in FOUND.items():
        assert found.used_without_default - DEFINED - drawings == set(), name


def test_only_the_tokens_define_tokens() -> None:
    """A style sheet may point a token at another one, and name its own drawings."""
    for path in SHEETS:
        new = FOUND[path.name].defined - DEFINED
        assert all(_is_drawing(name) for name in new), path.name


def _is_drawing(name: str) -> bool:
    return name == "--i" or name.startswith("--i-")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_set_no_colour_size_or_duration(path: Path) -> None:
    assert _literals_of_code(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_components_have_no_style_of_their_own(path: Path) -> None:
    source = path.read_text("utf-8")
    assert _literals_of_code(source) == []
    assert (
        re.findall(r"\b(?:style=(?:\{|dict)|(?:color|background|border|margin|padding)=)", source)
        == []
    )


def _literals_of_code(source: str) -> list[str]:
    """Return what looks like a value of CSS within quotes."""
    quoted = re.findall(r"""(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1""", source)
    value = re.compile(
        r"(?<![\w&])#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(?:rgb|hsl|oklch)a?\("
        r"|(?<![\w.-])\d*\.?\d+(?:px|r?em|ms)\b",
        re.IGNORECASE,
    )
    return [found[0] for _, text in quoted if (found := value.search(text))]


def test_the_check_sees_what_it_is_for() -> None:
    bad = """
    .a { color: #fff; margin: 0 3px; transition: opacity .2s; border: 1px solid red; width: 50%; }
    .b { background: rgb(0 0 0 / 10%); z-index: 3; font: 13px/1.4 serif; padding: calc(1em + 2px); }
    .c { color: var(--ink); inset: 0; height: calc(100vh - 2 * var(--row)); opacity: .5; }
    """
    assert [each.split(": ", 1)[1] for each in Found(bad).literals] == [
        "#fff }", "3px }", ".2s }", "1px }", "red }",
        "rgb(0 0 0 / 10%) }", "3 }", "13px }", "1em }", "2px }",
    ]  # fmt: skip
    assert _literals_of_code('x.style.width = "12px"; y = `${n}px`; z = "#fa0"; "#keys"') == [
        "12px",
        "#fa0",
    ]


def test_dark_is_the_same_by_choice_and_by_system() -> None:
    by_choice, by_system = (
        block('\n[data-theme="dark"] {'),
        block(':root:not([data-theme="light"]) {'),
    )
    assert by_choice == by_system
    assert by_choice.keys() == block(':root, [data-theme="light"] {').keys()


def test_what_moves_is_over_in_a_fifth_of_a_second() -> None:
    scale = block(":root {")
    for name in ("fast", "slow"):
        assert float(scale[name].removesuffix("s")) < 0.2
    for name, found in FOUND.items():
        if {"--pulse"} & found.used:
            css = css_of([name])
            assert re.findall(r"transition: [^;]*--pulse", css) == []
            loops = re.findall(r"animation: ([^;]*--pulse[^;]*)", css)
            assert all("infinite" in each or "backwards" in each for each in loops)


def test_spaces_are_on_the_grid() -> None:
    spaces = {name: value for name, value in block(":root {").items() if name.startswith("space-")}
    assert spaces.pop("space-half") == "2px"
    for name, value in spaces.items():
        assert value == f"{4 * int(name.removeprefix('space-'))}px"
