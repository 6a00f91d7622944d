import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecocash_copilot.present.rich_text import parse_blocks, plain_text
from schemas.views import BlockView

Spans = list[tuple[str, str]]


def spans(text: str) -> Spans:
    return [
        (span.text, span.style)
        for block in parse_blocks(text)
        for line in block.lines
        for span in line.spans
    ]


def shape(text: str) -> list[tuple[str, int]]:
    return [(block.kind, len(block.lines)) for block in parse_blocks(text)]


def words(blocks: list[BlockView]) -> str:
    return "".join(span.text for block in blocks for line in block.lines for span in line.spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", [("plain", "")]),
        ("a **bold** word", [("a ", ""), ("bold", "b"), (" word", "")]),
        ("*italic*", [("italic", "i")]),
        ("dial `*151#`", [("dial ", ""), ("*151#", "code")]),
        ("2*3*4", [("2*3*4", "")]),
        ("pay ZiG 1,250.00 now", [("pay ZiG\u00a01,250.00 now", "")]),
        ("**ZiG 5** left", [("ZiG\u00a05", "b"), (" left", "")]),
        ("ZiG and US$", [("ZiG and US$", "")]),
        ("to 077 241 8905.", [("to 077\u00a0241\u00a08905.", "")]),
        ("+263 77 241 8905", [("+263\u00a077\u00a0241\u00a08905", "")]),
        ("5077 241 8905", [("5077 241 8905", "")]),
        ("dial *151# now", [("dial *151# now", "")]),
        ("**not closed", [("**not closed", "")]),
        ("****", [("****", "")]),
        ("`", [("`", "")]),
        ("[label](", [("[label](", "")]),
        ("[open](ecocash://pay)", [("open", "a")]),
        ("[call](tel:+263771234567)", [("call", "a")]),
        ("# Heading **bold**", [("Heading bold", "b")]),
        ("#no heading", [("#no heading", "")]),
        ("<b>no</b>", [("<b>no</b>", "")]),
        ("a &amp; b", [("a &amp; b", "")]),
    ],
)
def test_what_is_marked_up_and_what_is_not(text: str, expected: Spans) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n \t\n", []),
        ("one\ntwo\n\nthree", [("p", 1), ("p", 1)]),
        ("- a\n- b\n* c\n• d", [("ul", 4)]),
        ("1. a\n2) b", [("ol", 2)]),
        ("Steps:\n1. a\n\n2. b\nEnd", [("p", 1), ("ol", 2), ("p", 1)]),
        ("- a\n1. b", [("ul", 1), ("ol", 1)]),
        ("   - a", [("ul", 1)]),
        ("-5 degrees", [("p", 1)]),
        ("**bold** first", [("p", 1)]),
        ("a\r\n\r\nb", [("p", 1), ("p", 1)]),
    ],
)
def test_paragraphs_and_lists(text: str, expected: list[tuple[str, int]]) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://plain.example",
        "//evil.example",
        "/chat",
        "vbscript:x",
        "ecocash:pay",
        "file:///etc/passwd",
        "https:",
    ],
)
def test_links_lead_only_to_the_app_the_web_and_the_dialler(url: str) -> None:
    text = f"[tap me]({url})"
    assert words(parse_blocks(text)) == text
    assert all(style != "a" for _, style in spans(text))


def test_html_stays_text() -> None:
    text = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    assert spans(text) == [(text, "")]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**a** *b* `c` [d](https://e.example)", "a b c d"),
        ("  plain  ", "plain"),
        ("[x](javascript:y)", "[x](javascript:y)"),
    ],
)
def test_copied_text_has_no_markup(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    "unit",
    ["[", "**a", "*a ", "`", "[a](https://", "[a](https://b", "**", "* ", "#", "1", " ", "- ", "](",
     "**a*", "[a](tel:1)", "\n", "a b "],
)  # fmt: skip
def test_twenty_thousand_characters_of_anything_take_no_time(unit: str) -> None:
    text = (unit * 20_000)[:20_000]

    def spent() -> float:
        started = time.thread_time()
        parse_blocks(text)
        plain_text(text)
        return time.thread_time() - started

    # A collection of garbage may fall into one of them; what takes quadratic time is slow in all.
    assert min(spent() for _ in range(3)) < 0.2


_MARKUP = st.text(alphabet="ab*`[]()_#-1. \n<>:/&h", max_size=80)


@settings(max_examples=200, deadline=None)
@given(_MARKUP)
def test_nothing_is_lost_but_marks(text: str) -> None:
    blocks = parse_blocks(text)
    kept = [c for c in text if c.isalpha()]
    shown = [c for c in words(blocks) if c.isalpha()]
    urls = [c for block in blocks for line in block.lines for s in line.spans for c in s.url]
    assert sorted([*shown, *filter(str.isalpha, urls)]) == sorted(kept)
    for block in blocks:
        assert block.kind in ("p", "ul", "ol")
        for line in block.lines:
            for span in line.spans:
                assert span.style in ("", "b", "i", "code", "a")
                assert bool(span.url) == (span.style == "a")


@given(st.text(max_size=200))
def test_any_text_can_be_shown(text: str) -> None:
    parse_blocks(text)
    plain_text(text)
