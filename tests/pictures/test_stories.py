"""Every story looks as it did, in both themes, and axe finds nothing against it."""

from typing import Any

import pytest

from components.story import Story, StorySet
from tests.pictures.story_pages import StoryPage, all_stories, kinds_of, picture_name
from tests.support.access import COLOURS, violations
from tests.support.camera import THEMES, Kind
from tests.support.pictures import ALBUM

STORIES = [
    pytest.param(stories, story, id=f"{stories.component}-{story.name}")
    for stories, story in all_stories()
]


@pytest.mark.parametrize(("stories", "story"), STORIES)
async def test_looks_as_it_did_and_is_for_everyone(
    stories: StorySet[Any], story: Story[Any], story_pages: dict[Kind, StoryPage]
) -> None:
    problems: list[str] = []
    for kind in kinds_of(stories):
        camera = await story_pages[kind].show(stories, story)
        for theme in THEMES:
            png = await camera.shoot(camera.page.get_by_test_id("story"), theme=theme)
            name = picture_name(stories.component, story.name, kind, theme)
            problems += ALBUM.compare(name, png)
            # The other theme is another set of colours, and nothing else.
            found = await violations(camera.page, () if theme == THEMES[0] else COLOURS)
            problems += [f"{kind}, {theme}: {each}" for each in found]
    assert not problems, "\n".join(problems)
