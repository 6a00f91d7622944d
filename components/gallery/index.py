"""The list of every story, by group and component, with a search over it."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import reflex as rx

from components.markup import el, link
from components.story import Group, Story, StorySet


def story_index(sets: Mapping[str, StorySet[Any]]) -> rx.Component:
    """The list. It is written when the product is built: the search only hides what does not fit.

    Each entry is a link to the story's own place in the workbench, so it can be opened in a tab.
    """
    groups = [(group, list(of)) for group, of in groupby(sets.values(), lambda each: each.group)]
    count = sum(len(each.stories) for each in sets.values())
    return el.nav(
        el.header(
            el.h1("Gallery"),
            el.small(f"{len(sets)} components · {count} stories"),
            class_name="brand",
        ),
        el.div(
            el.input(
                type="search",
                id="gallery-search",
                placeholder="Search stories",
                aria_label="Search stories",
                auto_complete="off",
                spell_check=False,
                data_testid="gallery-search",
            ),
            el.kbd("/"),
            class_name="search",
        ),
        el.div(*[_group(group, of) for group, of in groups], class_name="index"),
        el.p("No story is called so.", class_name="none", hidden=True),
        class_name="stories",
        aria_label="Stories",
    )


def _group(group: Group, sets: list[StorySet[Any]]) -> rx.Component:
    return el.section(
        el.h2(group.value),
        *[_component(stories) for stories in sets],
        data_group=group.value,
        aria_label=group.value,
    )


def _component(stories: StorySet[Any]) -> rx.Component:
    return el.details(
        el.summary(el.span(stories.component.replace("_", " ")), el.small(len(stories.stories))),
        el.ul(*[_story(stories, story) for story in stories.stories]),
        data_component=stories.component,
        data_surface=stories.surface.value,
    )


def _story(stories: StorySet[Any], story: Story[Any]) -> rx.Component:
    address = f"{stories.component}/{story.name}"
    return el.li(
        link(
            story.name.replace("-", " "),
            href=f"/gallery?story={address}",
            data_story=address,
            data_testid="gallery-story",
        )
    )
