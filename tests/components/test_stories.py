"""The gallery's list equals the components, and each story is whole."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin

import pytest
import reflex as rx
from pydantic import BaseModel

import components
from components.banner_stories import BannerProps
from components.chat_shell_stories import ChatShellProps
from components.evidence_field_stories import EvidenceFieldProps
from components.speaker_bar_stories import SpeakerBarProps
from components.story import CardProps, Group, Story, StorySet, Surface, all_story_sets
from ecocash_copilot.core.i18n import catalogue
from ecocash_copilot.present.gallery import drawn_props
from schemas.help import HelpCategory
from schemas.identity import Locale
from schemas.message import Message, Role
from schemas.mutations import MUTATIONS
from schemas.views import (
    ChoiceView,
    EvidenceView,
    FieldView,
    FormView,
    MessageView,
    QuickActionView,
    SendingView,
)
from schemas.widgets import AnyWidget, ConfirmationDialog

ROOT = Path(components.__file__).parent
ICONS = (ROOT.parent / "assets" / "icons.css").read_text()

NOT_IN_THE_PRODUCT = {"story", "story_data", "markup", "gallery"}
"""Modules and packages that draw nothing of the product's own."""

PARTS = {
    "amount": "balance_card",
    "avatar": "ticket_card",
    "choice": "form_field",
    "choices": "form_field",
    "clock": "ticket_card",
    "drawn_widget": "message",
    "history_line": "history",
    "note": "form_field",
    "offline_line": "board_shell",
    "rich_line": "rich_text",
    "status_pill": "transaction_table",
    "transaction_row": "transaction_table",
    "widget": "message",
    "words_field": "ticket_form",
}
"""Components that are seen in the stories of another only, which draws them."""

SETS = all_story_sets()
STORIES = [
    pytest.param(stories, story, id=f"{name}/{story.name}")
    for name, stories in SETS.items()
    for story in stories.stories
]


@cache
def _modules() -> dict[str, ast.Module]:
    """Source of every module of components, by its dotted name below the package."""
    paths = sorted(ROOT.rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    return {
        name: ast.parse(path.read_text())
        for name, path in zip(names, paths, strict=True)
        if not name.endswith("_stories") and not set(name.split(".")) & NOT_IN_THE_PRODUCT
    }


def _functions() -> Iterator[ast.FunctionDef]:
    for module in _modules().values():
        yield from (node for node in module.body if isinstance(node, ast.FunctionDef))


@cache
def _drawn() -> dict[str, frozenset[str]]:
    """Each public function that draws, with every name that it comes to by calling."""
    named: dict[str, set[str]] = defaultdict(set)
    for function in _functions():
        named[function.name] |= {
            node.id for node in ast.walk(function) if isinstance(node, ast.Name)
        }

    def reached(name: str) -> frozenset[str]:
        seen: set[str] = set()
        new = {name}
        while new:
            seen |= new
            new = {each for one in new for each in named.get(one, ())} - seen
        return frozenset(seen)

    return {
        function.name: reached(function.name)
        for function in _functions()
        if not function.name.startswith("_")
        and function.returns is not None
        and ast.unparse(function.returns) == "rx.Component"
    }


def test_each_component_is_in_the_gallery_and_nothing_else_is() -> None:
    assert set(SETS) | set(PARTS) == set(_drawn())
    assert not set(SETS) & set(PARTS)


@pytest.mark.parametrize(("part", "whole"), PARTS.items())
def test_a_part_is_drawn_by_a_component_that_has_stories(part: str, whole: str) -> None:
    assert whole in SETS
    assert part in _drawn()[whole]


def test_stories_stand_beside_their_component() -> None:
    for name, module in _modules().items():
        functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        beside = (ROOT / f"{name.replace('.', '/')}_stories.py").exists()
        assert beside == bool(functions & set(SETS)), name


def test_each_card_has_stories_of_its_own() -> None:
    types = {each.model_fields["type"].default for each in get_args(get_args(AnyWidget)[0])}
    cards = {name for name, stories in SETS.items() if stories.group is Group.CARDS}
    assert cards == types
    for name in cards:
        assert {story.props.widget.type for story in SETS[name].stories} == {name}


# -- Every value ----------------------------------------------------------------------------------

NOT_SHOWN = {HelpCategory, Locale}
"""Enumerations that no component draws apart."""


def _models(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _models(getattr(value, name))
    elif isinstance(value, list | tuple):
        for each in cast("Iterable[Any]", value):
            yield from _models(each)


def _choices(annotation: Any) -> tuple[Any, ...]:
    """Values that a field chooses from, where they are told by its type."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return () if annotation in NOT_SHOWN else tuple(annotation)
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for each in get_args(annotation) if (found := _choices(each))), ())


def test_every_value_of_a_status_kind_or_severity_is_in_some_story() -> None:
    found: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    for choices, values in _shown_choices():
        found[choices] |= values
    missing = {choices: set(choices) - values for choices, values in found.items()}
    assert not {choices: rest for choices, rest in missing.items() if rest}


def _shown_choices() -> Iterator[tuple[tuple[Any, ...], set[Any]]]:
    for stories in SETS.values():
        for model in _models([story.props for story in stories.stories]):
            for name, field in type(model).model_fields.items():
                choices = _choices(field.annotation)
                value = getattr(model, name)
                if choices:
                    given = cast("list[Any]", value) if isinstance(value, list) else [value]
                    yield choices, set(given)


def test_every_change_that_needs_consent_is_asked_for_in_some_story() -> None:
    asked = {story.props.widget.tool for story in SETS["confirmation_dialog"].stories}
    assert asked >= set(MUTATIONS)


def test_every_icon_is_shown() -> None:
    shapes = set(re.findall(r"\.i-(\w+)", ICONS))
    assert {name for story in SETS["icon"].stories for name in story.props.names} == shapes


# -- Each story -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("stories", "story"), STORIES)
def test_a_story_is_valid_and_can_be_shown_in_each_language(
    stories: StorySet[Any], story: Story[Any]
) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", story.name)
    props: BaseModel = story.props
    assert type(props).model_validate(props.model_dump()) == props
    for locale in Locale:
        assert isinstance(drawn_props(stories, story.props, locale), stories.drawn)


@pytest.mark.parametrize("stories", SETS.values(), ids=SETS)
def test_a_component_is_drawn_from_its_stories_props(stories: StorySet[Any]) -> None:
    assert stories.notes
    given: Any = rx.Var("given", _var_type=stories.drawn).guess_type()
    markup = str(stories.draw(given))
    read = set(re.findall(r'given\?\.\["(\w+)"\]', markup))
    assert read == set(stories.drawn.model_fields)


# -- Words ----------------------------------------------------------------------------------------

OUR_TEXTS: dict[type[BaseModel], tuple[str, ...]] = {
    BannerProps: ("refused",),
    ChatShellProps: ("alert", "speaker_note"),
    ChoiceView: ("label",),
    ConfirmationDialog: ("title", "consequences"),
    EvidenceFieldProps: ("failed",),
    EvidenceView: ("remove_label",),
    FieldView: ("label", "hint", "error"),
    FormView: ("evidence_error",),
    MessageView: ("note",),
    QuickActionView: ("label", "text"),
    SendingView: ("label",),
    SpeakerBarProps: ("note",),
}
"""Fields that hold the product's own words; everything else is a name or what people wrote."""


def _sources() -> re.Pattern[str]:
    """Source texts of the catalogues, anything in the place of a ``{value}``."""
    sources = set(catalogue(Locale.SN)) & set(catalogue(Locale.ND))
    patterns = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(source)) for source in sources]
    return re.compile("|".join(patterns), re.DOTALL)


def _texts(story: Story[Any]) -> Iterator[str]:
    for model in _models(story.props):
        if isinstance(model, Message) and model.role is Role.SYSTEM:
            yield model.text
        for name in OUR_TEXTS.get(type(model), ()):
            value = getattr(model, name)
            yield from value if isinstance(value, list) else [value]


def test_the_products_words_are_in_the_catalogues() -> None:
    known = _sources()
    for stories in SETS.values():
        if stories.surface is not Surface.CHAT:
            continue
        for story in stories.stories:
            if story.name.startswith("too-"):
                continue
            for text in _texts(story):
                # Of an answer, its question alone is ours.
                ours = known.fullmatch(text) or known.fullmatch(text.split(": ")[0])
                assert not text or ours, f"{stories.component}/{story.name}: {text}"


def test_cards_are_given_as_the_server_keeps_them() -> None:
    for name, stories in SETS.items():
        given: set[type[BaseModel]] = {type(story.props) for story in stories.stories}
        assert (given == {CardProps}) == (stories.group is Group.CARDS), name
