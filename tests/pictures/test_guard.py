"""The pictures notice what a careful eye would, and nothing else."""

from pathlib import Path

import pytest
from PIL import Image

from components.story import all_story_sets
from tests.pictures.story_pages import StoryPage
from tests.support.camera import THEMES, Camera, Kind, Theme
from tests.support.pictures import THRESHOLD, Album, difference, opened

STORIES = [("balance_card", "two-wallets"), ("transaction_detail", "send")]
CHANGES = {
    "the card one px to the right": "[data-widget] { position: relative; left: 1px; }",
    "a line of text one px down": "[data-widget] h2 { position: relative; top: 1px; }",
    "one px more between things": "[data-widget] { padding-bottom: 1px; }",
    "all colours 5 % darker": "[data-testid=story] { filter: brightness(.95); }",
    "5 % of red in a heading": """[data-widget] h2 {
        color: color-mix(in srgb, currentColor 95%, red); }""",
    "the ground 5 % towards grey": """[data-testid=story] > * {
        background: color-mix(in srgb, var(--page) 95%, grey) !important; }""",
}
_ADD = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}"""
_REMOVE = "() => { document.adoptedStyleSheets.pop(); }"


async def _shoot(camera: Camera, theme: Theme) -> Image.Image:
    return opened(await camera.shoot(camera.page.get_by_test_id("story"), theme=theme))


async def test_small_changes_are_seen(story_pages: dict[Kind, StoryPage]) -> None:
    component, name = STORIES[0]
    stories = all_story_sets()[component]
    camera = await story_pages["phone"].show(stories, stories.story(name), anew=True)
    missed: list[str] = []
    for theme in THEMES:
        before = await _shoot(camera, theme)
        for what, css in CHANGES.items():
            await camera.page.evaluate(_ADD, css)
            count, _ = difference(before, await _shoot(camera, theme))
            await camera.page.evaluate(_REMOVE)
            missed += [] if count else [f"{theme}: {what}"]
        count, _ = difference(before, await _shoot(camera, theme))
        assert not count, "a picture of the same is another"
    assert not missed


@pytest.mark.parametrize(("component", "name"), STORIES)
async def test_a_story_looks_alike_however_its_page_came_to_it(
    component: str, name: str, story_pages: dict[Kind, StoryPage]
) -> None:
    stories = all_story_sets()[component]
    page, story = story_pages["phone"], stories.story(name)
    turned_from = next(each for each in stories.stories if each.name != name)
    pictures: list[Image.Image] = []
    for anew in (True, False, False):
        await page.show(stories, turned_from)
        camera = await page.show(stories, story, anew=anew)
        pictures.append(await _shoot(camera, "light"))
    assert [difference(pictures[0], each)[0] for each in pictures] == [0, 0, 0]


async def test_all_text_is_in_the_font_of_the_tests(story_pages: dict[Kind, StoryPage]) -> None:
    for component, name in STORIES:
        stories = all_story_sets()[component]
        camera = await story_pages["phone"].show(stories, stories.story(name))
        assert await camera.foreign_fonts() == set()


def _png(path: Path, image: Image.Image) -> bytes:
    image.save(path)
    return path.read_bytes()


def test_a_difference_leaves_old_new_and_what_differs(tmp_path: Path) -> None:
    old, new = Image.new("RGB", (30, 20), "#eee"), Image.new("RGB", (30, 24), "#eee")
    new.putpixel((3, 4), (0, 0, 0))
    pngs = [_png(tmp_path / f"{n}.png", image) for n, image in enumerate((old, new))]
    kept, results = tmp_path / "kept", tmp_path / "results"
    assert "no such picture yet" in Album(kept, results).compare("a/one", pngs[0])[0]
    accepting = Album(kept, results, accepting=True)
    assert accepting.compare("a/one", pngs[0]) == []
    assert not (results / "a/one.png").exists()

    strict = Album(kept, results)
    assert strict.compare("a/one", pngs[0]) == []
    problem = strict.compare("a/one", pngs[1])[0]
    assert f"{30 * 4 + 1} pixels differ" in problem
    assert str(results / "a/one.png") in problem
    with Image.open(results / "a/one.png") as shown:
        assert shown.width > 3 * 30

    accepting.compare("b/other", pngs[0])
    assert strict.names() == {"a/one", "b/other"}
    strict.delete_orphans({"a/one"})
    assert strict.names() == {"a/one"}
    assert not (kept / "b").exists()


def test_what_no_eye_sees_is_let_pass() -> None:
    grey = Image.new("RGB", (8, 8), (120, 120, 120))
    assert difference(grey, Image.new("RGB", (8, 8), (122, 122, 122)))[0] == 0, THRESHOLD
    assert difference(grey, Image.new("RGB", (8, 8), (126, 126, 126)))[0] == 64
