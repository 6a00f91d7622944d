"""The colours can be read (WCAG AA), in light and in dark; what counts also in the sun (AAA)."""

import re

import pytest

from tests.support.styles import css_of

CSS = css_of(["tokens.css"])


def tokens(selector: str) -> dict[str, str]:
    """The colours a block sets."""
    block = CSS.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


LIGHT = tokens(':root, [data-theme="light"] {')
DARK = tokens('\n[data-theme="dark"] {')

TEXT = [
    ("ink", "page"), ("ink", "card"), ("ink", "tint"), ("ink", "lane"), ("ink", "warn-tint"),
    ("muted", "page"), ("muted", "card"), ("muted", "tint"), ("muted", "lane"),
    ("muted", "warn-tint"), ("brand", "card"), ("brand", "tint"), ("brand", "page"),
    ("on-fill", "fill"), ("on-fill", "hero"), ("on-hero", "hero"), ("on-hero", "hero-end"),
    ("good", "card"), ("good", "good-tint"), ("warn", "warn-tint"), ("warn", "card"),
    ("bad", "bad-tint"), ("bad", "card"), ("bad", "tint"), ("violet", "violet-tint"),
    ("card", "ink"), ("card", "bad"),
]  # fmt: skip
IN_THE_SUN = [
    ("ink", "page"), ("ink", "card"), ("ink", "tint"), ("ink", "warn-tint"), ("muted", "card"),
    ("muted", "page"), ("good", "card"), ("bad", "card"), ("warn", "card"), ("brand", "card"),
    ("brand", "tint"), ("on-fill", "fill"), ("on-fill", "hero"), ("on-fill", "hero-end"),
]  # fmt: skip
"""What customers read on a phone outside: messages, amounts, buttons; at least 7 to 1."""
SHAPES = [
    ("edge", "card"), ("star", "card"), ("brand", "card"), ("brand", "page"), ("bad", "card"),
    ("violet", "lane"), ("good", "lane"), ("warn", "lane"), ("bad", "lane"),
]  # fmt: skip
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


@pytest.mark.parametrize(("text", "ground"), IN_THE_SUN)
def test_light_can_be_read_in_the_sun(text: str, ground: str) -> None:
    assert contrast(LIGHT[text], LIGHT[ground]) >= 7
