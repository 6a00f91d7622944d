"""Stories in a language, their payloads, and the controls made from their types."""

import json
from typing import Any

import pytest

from components.story import Story, StorySet, all_story_sets
from ecocash_copilot.present.gallery import drawn_props, story_locale
from ecocash_copilot.present.gallery_controls import MOST, parts_of
from ecocash_copilot.present.gallery_payload import (
    LARGEST,
    check_payload,
    payload_of,
    put_value,
)
from schemas.gallery_views import ControlView
from schemas.identity import Locale
from schemas.ticket import TicketCategory

SETS = all_story_sets()
STORIES = [
    pytest.param(stories, story, id=f"{name}/{story.name}")
    for name, stories in SETS.items()
    for story in stories.stories
]
BALANCE = SETS["balance_card"].story("two-wallets").props


def controls(props: Any) -> dict[str, ControlView]:
    return {each.path: each for part in parts_of(props) for each in part.controls}


@pytest.mark.parametrize(("stories", "story"), STORIES)
def test_a_storys_payload_is_valid_and_says_all(stories: StorySet[Any], story: Story[Any]) -> None:
    checked = check_payload(payload_of(story.props), story.props)
    assert checked.faults == []
    assert checked.props is not None
    assert checked.props == story.props
    assert drawn_props(stories, story.props, Locale.EN) == drawn_props(
        stories, checked.props, Locale.EN
    )


@pytest.mark.parametrize(("stories", "story"), STORIES)
def test_a_control_put_back_changes_nothing(stories: StorySet[Any], story: Story[Any]) -> None:
    text = payload_of(story.props)
    assert len(controls(story.props)) <= MOST
    for path, control in controls(story.props).items():
        again = check_payload(put_value(text, path, control.value), story.props)
        assert again.props == story.props, (stories.component, path)


def test_kinds_of_controls_come_from_the_schema() -> None:
    form = controls(SETS["ticket_form"].story("details-errors").props)
    assert form["category"].kind == "choice"
    assert [each.value for each in form["category"].choices] == ["", *TicketCategory]
    assert form["revision"].kind == "number"
    assert form["description"].kind == "text"
    assert form["transaction.reference"].part == "transaction"
    assert "type" not in form
    assert controls(BALANCE)["balances.0.available.amount"].value == "482.15"
    assert controls(SETS["composer"].stories[0].props)["busy"].kind == "switch"


@pytest.mark.parametrize(
    ("change", "at", "message"),
    [
        ({"balances": 3}, "balances", "array"),
        ({"unknown": 1}, "unknown", "not permitted"),
        ({"as_of": "yesterday"}, "as_of", "datetime"),
        ({"type": "nothing"}, "", "nothing"),
        ({"id": "no spaces"}, "id", "pattern"),
    ],
)
def test_a_fault_names_its_place(change: dict[str, Any], at: str, message: str) -> None:
    data = json.loads(payload_of(BALANCE)) | change
    faults = check_payload(json.dumps(data), BALANCE).faults
    assert [fault.at for fault in faults] == [at]
    assert message in faults[0].message


def test_a_fault_deep_down_names_its_place() -> None:
    text = put_value(payload_of(BALANCE), "balances.1.available.amount", "much")
    assert [fault.at for fault in check_payload(text, BALANCE).faults] == [
        "balances.1.available.amount"
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [("{", "line 1, column 2"), ("", "line 1, column 1"), ('{\n  "a": x}', "line 2, column 8")],
)
def test_what_is_no_json_is_told_with_line_and_column(text: str, at: str) -> None:
    assert check_payload(text, BALANCE).faults[0].at == at


@pytest.mark.parametrize("text", ["[" * 100_000, "x" * (LARGEST + 1), "[]", "null", '"a"', "1e999"])
def test_nothing_that_is_typed_breaks_the_check(text: str) -> None:
    checked = check_payload(text, BALANCE)
    assert checked.props is None
    assert checked.faults


@pytest.mark.parametrize("path", ["", "nothing", "balances.9.currency", "id.x", "balances.x"])
def test_a_control_of_something_that_is_not_there_changes_nothing(path: str) -> None:
    text = payload_of(BALANCE)
    assert put_value(text, path, "1") == text


def test_a_text_with_filled_places_is_translated() -> None:
    stories = SETS["confirmation_dialog"]
    english = drawn_props(stories, stories.stories[0].props, Locale.EN).model_dump_json()
    shona = drawn_props(stories, stories.stories[0].props, Locale.SN).model_dump_json()
    assert english != shona


def test_staff_read_english() -> None:
    for stories in SETS.values():
        expected = Locale.EN if stories.surface.value == "board" else Locale.ND
        assert story_locale(stories, Locale.ND) is expected
