"""Malformed content stops the load with a message that names the file and the fault."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import mcp_server.help
from mcp_server.help import HelpContentError, load_help_centre
from mcp_server.help.facts import Fact, render
from mcp_server.help.markdown import markdown_problems
from schemas.identity import Locale

SHIPPED = Path(mcp_server.help.__file__).parent
Edit = Callable[[str, str, str], None]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for name in ("facts.toml", "concepts.toml"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    shutil.copytree(SHIPPED / "articles", tmp_path / "articles")
    return tmp_path


@pytest.fixture
def edit(content: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        path = content / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("articles/imtt-tax.toml", "{imtt_usd_percent}", "{imtt_rate}", "imtt_rate"),
        ("articles/imtt-tax.toml", 'id = "imtt-tax"', 'id = "tax"', "not the file's name"),
        ("articles/imtt-tax.toml", "[nd]", "[zu]", "imtt-tax.toml"),
        ("articles/imtt-tax.toml", "IMTT is the", "# IMTT is the", "not in the subset"),
        ("articles/imtt-tax.toml", "ecocash://fees", "javascript:alert()", "imtt-tax.toml"),
        ("articles/imtt-tax.toml", "category", "categry", "imtt-tax.toml"),
        ("facts.toml", 'value = "2"', 'value = "two"', "no number"),
        ("facts.toml", 'value = "*151#"', 'value = "151"', "no ussd"),
        ("facts.toml", "confirmed = false", "", "facts.toml"),
        ("concepts.toml", '"imtt"', '"IMTT"', "could never match"),
        ("concepts.toml", 'anchors = [\n  "money"', 'anchors = [\n  "mony"', "no concepts"),
    ],
)
def test_a_fault_is_named(
    content: Path, edit: Edit, name: str, old: str, new: str, message: str
) -> None:
    edit(name, old, new)
    with pytest.raises(HelpContentError, match=message):
        load_help_centre(content)


def test_no_articles_is_a_fault(content: Path) -> None:
    shutil.rmtree(content / "articles")
    with pytest.raises(HelpContentError, match="no article"):
        load_help_centre(content)


def test_a_confirmed_fact_is_shown_and_no_longer_listed(content: Path, edit: Edit) -> None:
    edit("facts.toml", 'value = "114"', 'value = "115"')
    edit("facts.toml", "confirmed = false", "confirmed = true")
    centre = load_help_centre(content)
    article = centre.article("contact-care", Locale.EN)
    assert article is not None
    assert "115" in article.body
    assert "imtt_usd_percent" not in centre.unconfirmed_facts


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("percent", "1.5", "1.5%"),
        ("USD", "5000", "US$5,000.00"),
        ("ZWG", "130", "ZiG\N{NO-BREAK SPACE}130.00"),
        ("ussd", "*151#", "*151#"),
        ("time", "07:00", "07:00"),
        ("count", "24", "24"),
    ],
)
def test_units_are_written_as_customers_read_them(unit: str, value: str, shown: str) -> None:
    fact = Fact.model_validate(
        {"value": value, "unit": unit, "effective": "2026-01-01", "confirmed": True, "note": "x"}
    )
    assert render("a {b} c", {"b": fact}) == f"a {shown} c"


def test_a_lone_brace_is_a_fault() -> None:
    with pytest.raises(HelpContentError, match="brace"):
        render("a { b", {})


@pytest.mark.parametrize(
    "body",
    [
        "One **bold** and *italic* line.",
        "- one\n- two",
        "1. one\n2. two",
        "Read [this](https://www.rbz.co.zw) or [that](ecocash://fees).",
        "Dial *151# and wait.",
        "**Bold**\n\nDial *151# on your line.",
    ],
)
def test_the_subset_is_accepted(body: str) -> None:
    assert markdown_problems(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "# heading",
        "> quote",
        "`code`",
        "a | b",
        "<b>no</b>",
        "![image](https://x.example/a.png)",
        "[bad](javascript:alert)",
        "bare https://x.example link",
        "** not bold **",
        "2 * 3",
        "Dial *151# or press **Yes**.",
        "Dial *151# or *152#.",
        "Text\n- item",
        "1. one\n3. three",
        "line one\nline two",
        "one\n\n\ntwo",
    ],
)
def test_the_rest_of_markdown_is_refused(body: str) -> None:
    assert markdown_problems(body)
