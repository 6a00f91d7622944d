"""Stories as pictures: which there are, and pages that show one after the other."""

import asyncio
from collections.abc import Iterator
from typing import Any

from playwright.async_api import Browser, Error, Page

from components.story import Group, Story, StorySet, Surface, all_story_sets
from tests.support.camera import NOW, THEMES, VIEWPORTS, Camera, Kind, steady_context

# Within a component the address changes as it does with the back button, by way of no story at
# all, so that nothing of one is left in the next; that takes a third of the time of a new page.
_TURN = """async (path) => {
  const root = document.querySelector("[data-testid=story]");
  const reach = (address) => new Promise((done) => {
    const before = root.dataset.drawing;
    const seen = new MutationObserver(() => {
      if (root.dataset.drawing === before || root.dataset.gallery === "loading") return;
      seen.disconnect();
      done(root.dataset.gallery);
    });
    seen.observe(root, { attributes: true });
    history.replaceState(history.state, "", address);
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
  });
  document.activeElement?.blur();
  document.documentElement.dataset.theme = "light";
  await reach(path.replace(/[^/]*$/, "-"));
  scrollTo(0, 0);
  return reach(path);
}"""
_STANDS_STILL = "[data-testid=story]:not([data-gallery=loading])"
_LONGEST_TURN = 10.0


def all_stories() -> Iterator[tuple[StorySet[Any], Story[Any]]]:
    """Return every story of every component."""
    for stories in all_story_sets().values():
        for story in stories.stories:
            yield stories, story


def kinds_of(stories: StorySet[Any]) -> tuple[Kind, ...]:
    """Return the screens a component is met on: pages on both."""
    board = stories.surface is Surface.BOARD
    if stories.group is Group.PAGES or (board and stories.whole_page):
        return ("phone", "desktop")
    return ("phone",) if stories.surface is Surface.CHAT else ("desktop",)


def picture_name(component: str, story: str, kind: Kind, theme: str) -> str:
    """Return such as ``balance_card/two-wallets-360-dark``."""
    return f"{component}/{story}-{VIEWPORTS[kind][0]}-{theme}"


def story_pictures() -> set[str]:
    """Return the names of all pictures that stories have."""
    return {
        picture_name(stories.component, story.name, kind, theme)
        for stories, story in all_stories()
        for kind in kinds_of(stories)
        for theme in THEMES
    }


class StoryPage:
    """A page of one kind that shows one story after the other, each in light at first."""

    def __init__(self, browser: Browser, url: str, kind: Kind) -> None:
        """Prepare it; `show` opens it."""
        self._browser, self._url = browser, url
        self._kind: Kind = kind
        self._camera: Camera | None = None
        self._component = ""

    async def show(
        self, stories: StorySet[Any], story: Story[Any], *, anew: bool = False
    ) -> Camera:
        """Show a story, and return the camera in front of it.

        Args:
            anew: load the page even where turning to the story would do.
        """
        camera = await self._open()
        path = f"/gallery/{stories.component}/{story.name}"
        turned = self._component == stories.component and not anew
        self._component = ""
        if not (turned and await self._turned(camera.page, path)):
            await camera.page.goto(f"{self._url}{path}?theme=light", wait_until="commit")
            await camera.page.wait_for_selector(_STANDS_STILL)
        shown = await camera.page.get_by_test_id("story").get_attribute("data-gallery")
        assert shown == "ready", f"{path}: {shown}"
        self._component = stories.component
        return camera

    async def _open(self) -> Camera:
        if self._camera is None:
            context = await steady_context(self._browser, self._kind, forget=True)
            page = await context.new_page()
            await page.clock.set_fixed_time(NOW)
            self._camera = await Camera.of(page)
        return self._camera

    @staticmethod
    async def _turned(page: Page, path: str) -> bool:
        try:
            return await asyncio.wait_for(page.evaluate(_TURN, path), _LONGEST_TURN) == "ready"
        except (TimeoutError, Error):
            return False
