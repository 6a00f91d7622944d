"""The colours of the chat can be read (WCAG AA), in light and in dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "assets" / "chat.css").read_text()


def tokens(selector: str) -> dict[str, str]:
    """The colours a block sets."""
    block = CSS.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


LIGHT = tokens(':root, [data-theme="light"] {')
DARK = tokens('\n[data-theme="dark"] {')
SYSTEM_DARK = tokens(':root:not([data-theme="light"]) {')

TEXT = [
    ("ink", "page"), ("ink", "card"), ("ink", "tint"), ("muted", "page"), ("muted", "card"),
    ("muted", "tint"), ("brand", "card"), ("brand", "tint"), ("brand", "page"),
    ("on-fill", "fill"), ("on-fill", "hero"), ("good", "card"), ("good", "good-tint"),
    ("warn", "warn-tint"), ("bad", "bad-tint"), ("warn", "card"), ("bad", "card"),
]  # fmt: skip
SHAPES = [("edge", "card"), ("star", "card"), ("brand", "card"), ("bad", "card")]
"""Outlines of fields and signs that say something: at least 3 to 1."""


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(theme: dict[str, str], shape: str, ground: str) -> None:
    assert contrast(theme[shape], theme[ground]) >= 3


def test_dark_is_the_same_by_choice_and_by_system() -> None:
    assert DARK == SYSTEM_DARK
    assert DARK.keys() == LIGHT.keys()


def test_colours_are_named_in_the_tokens_only() -> None:
    rules = CSS.split("/* Ground */", 1)[1].split("/* Icons", 1)[0]
    assert re.findall(r"#[0-9a-f]{3,6}\b", re.sub(r"--[\w-]+: #\w+;", "", rules)) == []
