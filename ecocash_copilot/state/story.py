"""The page of one story alone: what its address asks for, ready to draw."""

from typing import Any, cast
from urllib.parse import parse_qs

import reflex as rx

from components.story import Props, Story, StorySet, all_story_sets
from ecocash_copilot.core.errors import ProductError
from ecocash_copilot.present.gallery import drawn_props, story_locale
from ecocash_copilot.present.gallery_payload import check_payload
from ecocash_copilot.state.guard import DesignerState, designer_event
from schemas.identity import Locale


@cast("Any", rx).serializer
def serialize_props(props: Props) -> dict[str, Any]:
    """Return what a component is drawn from as its page would send it: one var for each."""
    return {name: getattr(props, name) for name in type(props).model_fields}


class StoryState(DesignerState, rx.State):
    """One story."""

    story_status: str = "loading"
    """``loading``, ``drawn``, ``missing`` or ``denied``."""
    story_of: str = ""
    """The component it is a story of."""
    story_lang: str = "en"
    story_asked: str = ""
    """The address that it answers, such as ``/gallery/notice/info,sn``: a page that comes back has
    the story before on it until then."""
    story_edited: bool = False
    """It is drawn from another payload than its own."""
    drawn: Props | None = None
    drawing: int = 0
    """Counts what was drawn; the page's script watches it."""

    @designer_event
    async def open_story(self) -> None:
        """Draw what the address asks for."""
        async with self:
            path, query = self.router.url.path, self.router.url.query
        found = find_story(path)
        if found is None:
            await self._show("missing")
            return
        stories, story = found
        locale = story_locale(stories, locale_of(query))
        drawn = drawn_props(stories, story.props, locale)
        await self._show("drawn", stories.component, drawn, locale.value)

    @designer_event
    async def draw_edited(self, text: str) -> None:
        """Draw the story with another payload; where it is not valid, nothing changes."""
        async with self:
            path, query = self.router.url.path, self.router.url.query
        found = find_story(path)
        if found is None:
            return
        stories, story = found
        props = check_payload(text, story.props).props
        if props is not None:
            locale = story_locale(stories, locale_of(query))
            drawn = drawn_props(stories, props, locale)
            await self._show("drawn", stories.component, drawn, locale.value, edited=True)

    async def _show(
        self,
        status: str,
        component: str = "",
        drawn: Props | None = None,
        lang: str = "",
        *,
        edited: bool = False,
    ) -> None:
        async with self:
            if self.story_edited != edited:
                self.story_edited = edited
            asked = f"{self.router.url.path},{_asked_lang(self.router.url.query)}"
            if self.story_asked != asked:
                self.story_asked = asked
            # A page that connects anew asks again: what stands there still stands still.
            if (status, component, drawn) == (self.story_status, self.story_of, self.drawn):
                return
            self.story_status, self.story_of, self.drawn = status, component, drawn
            self.story_lang = lang or self.story_lang
            self.drawing += 1

    async def _refused(self, error: ProductError) -> None:
        await self._show("denied")


def find_story(path: str) -> tuple[StorySet[Any], Story[Any]] | None:
    """Return the story of ``/gallery/COMPONENT/STATE``; None where there is no such."""
    _, _, component, name, *rest = [*path.split("/"), "", "", "", ""]
    stories = all_story_sets().get(component)
    names = [story.name for story in stories.stories] if stories else []
    if stories is None or name not in names or any(rest):
        return None
    return stories, stories.story(name)


def locale_of(query: str) -> Locale:
    """Return the language that an address asks for; English where it asks for none we have."""
    asked = _asked_lang(query)
    return Locale(asked) if asked in set(Locale) else Locale.EN


def _asked_lang(query: str) -> str:
    return parse_qs(query).get("lang", [""])[0]
