"""Stories: a component in one of its states, as designers, pictures and tests see it.

A component's stories stand beside it in ``NAME_stories.py``, which holds one `StorySet` called
``STORIES``. The gallery lists them, draws each with the code that the product uses, and the picture
and accessibility tests walk the same list.
"""

import importlib
import json
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

import reflex as rx
from pydantic import BaseModel, ConfigDict

import components
from components.board.handlers import BoardHandlers
from components.handlers import ChatHandlers
from components.markup import Prop, script
from components.widget import widget
from schemas.views import ChatLabels, WidgetView
from schemas.widgets import AnyWidget


class Group(StrEnum):
    """Where the gallery lists a component."""

    CARDS = "Cards"
    CHAT = "Chat"
    BOARD = "Board"
    PAGES = "Pages"


class Surface(StrEnum):
    """The ground a story stands on: whose style sheets and scripts its page loads."""

    CHAT = "chat"
    BOARD = "board"
    DEMO = "demo"


class Props(BaseModel):
    """Base of what a component is given in a story, as one typed value."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class CardProps(Props):
    """A card as the server keeps it; the gallery presents it as a message would."""

    widget: AnyWidget


class CardDrawn(Props):
    """What becomes of `CardProps` on its way to the page."""

    widget: WidgetView
    labels: ChatLabels = ChatLabels()


P = TypeVar("P", bound=Props)
D = TypeVar("D", bound=Props)


@dataclass(frozen=True, kw_only=True)
class Story(Generic[P]):
    """One state of a component."""

    name: str
    """Its address in lower case with hyphens, such as ``two-wallets``."""
    props: P
    notes: str = ""
    """When it is met, and what to look at."""


@dataclass(frozen=True, kw_only=True)
class StorySet(Generic[P]):
    """A component with its states."""

    component: str
    """The name of the function that draws it."""
    group: Group
    notes: str
    """What it is for and how it behaves, for designers."""
    draw: Callable[[Any], rx.Component]
    """Draws it from a var of the type `drawn`."""
    drawn: type[Props]
    """What `draw` is given; the type of the props, or of what they become for the page."""
    stories: Sequence[Story[P]]
    surface: Surface = Surface.CHAT
    whole_page: bool = False
    """It fills the screen; otherwise it is as high as it needs."""

    def story(self, name: str) -> Story[P]:
        """Return one story.

        Raises:
            KeyError: there is none of that name.
        """
        for each in self.stories:
            if each.name == name:
                return each
        raise KeyError(name)


def story_set(
    *,
    component: str,
    group: Group,
    notes: str,
    props: type[P],
    draw: Callable[[P], rx.Component],
    stories: Sequence[Story[P]],
    surface: Surface = Surface.CHAT,
    whole_page: bool = False,
) -> StorySet[P]:
    """Return the stories of a component that is drawn from its props as they are."""
    return StorySet(
        component=component,
        group=group,
        notes=notes,
        draw=draw,
        drawn=props,
        stories=stories,
        surface=surface,
        whole_page=whole_page,
    )


def presented_set(
    *,
    component: str,
    group: Group,
    notes: str,
    props: type[P],
    drawn: type[D],
    draw: Callable[[D], rx.Component],
    stories: Sequence[Story[P]],
    whole_page: bool = False,
) -> StorySet[P]:
    """Return the stories of a component whose props hold messages or cards as they are kept.

    ``drawn`` has the fields of ``props``, views in the place of messages and cards; the gallery
    makes one of the other as the chat does.
    """
    del props  # it is the stories' type, said where a checker can hold each of them to it
    return StorySet(
        component=component,
        group=group,
        notes=notes,
        draw=draw,
        drawn=drawn,
        stories=stories,
        whole_page=whole_page,
    )


def card_set(
    component: str, notes: str, stories: Sequence[Story[CardProps]]
) -> StorySet[CardProps]:
    """Return the stories of a card: its payload is checked, presented and drawn as in the chat."""
    return presented_set(
        component=component,
        group=Group.CARDS,
        notes=notes,
        props=CardProps,
        drawn=CardDrawn,
        draw=_draw_card,
        stories=stories,
    )


def chat_handlers() -> ChatHandlers:
    """Return handlers for a story of the whole chat: each only says that it was called."""
    made = {field.name: recorded(field.name) for field in fields(ChatHandlers)}
    return ChatHandlers(**made)


def board_handlers() -> BoardHandlers:
    """Return the same for a story of the whole board."""
    return BoardHandlers(**{field.name: recorded(field.name) for field in fields(BoardHandlers)})


def recorded(name: str) -> Any:
    """Return a handler for a component that takes one: it only says that it was called.

    ``assets/story.js`` keeps what was said, and the workbench lists it.
    """
    return script(f"((...args) => window.gallery?.log({json.dumps(name)}, args))")


def _draw_card(drawn: Prop[CardDrawn]) -> rx.Component:
    return widget(widget=drawn.widget, labels=drawn.labels)


@cache
def all_story_sets() -> dict[str, StorySet[Any]]:
    """Return every component's stories by the component's name, in the order of the gallery.

    Raises:
        ValueError: two components share a name, or two stories of one do.
    """
    found: dict[str, StorySet[Any]] = {}
    for module in pkgutil.walk_packages(components.__path__, "components."):
        if not module.name.endswith("_stories"):
            continue
        stories: StorySet[Any] = importlib.import_module(module.name).STORIES
        names = [story.name for story in stories.stories]
        if stories.component in found or len(set(names)) != len(names):
            msg = f"{module.name}: {stories.component} or a story of it stands twice."
            raise ValueError(msg)
        found[stories.component] = stories
    order = list(Group)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[1].group), item[0])))
