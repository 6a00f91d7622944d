"""The gallery's states: the story of an address, edits, and who may see it in production."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest

from components.story import all_story_sets
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.present.gallery_payload import payload_of
from ecocash_copilot.state.gallery import GalleryState
from ecocash_copilot.state.story import StoryState, find_story, locale_of
from ecocash_copilot.store.client import Store
from schemas.identity import Locale
from schemas.staff import StaffRole
from tests.state.handlers import Handler, ours
from tests.state.tab import Delta, Tab, tab_of
from tests.support.assistant import Desk, open_desk

GALLERY, STORY = GalleryState.get_full_name(), StoryState.get_full_name()
ARGUMENTS = {
    "story": "notice/error",
    "edited": "",
    "text": "{}",
    "path": "text",
    "value": "Hello",
}
HANDLERS = [handler for handler in ours() if handler.guard == "designer"]
WARNING = all_story_sets()["notice"].story("warning").props


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def production(desk: Desk) -> Desk:
    return replace(desk, settings=desk.settings.model_copy(update={"app_env": "prod"}))


def seen(tab: Tab, state: str) -> Delta:
    """What the page shows of a state."""
    shown: Delta = {}
    for name, delta in tab.by_state:
        if name == state:
            shown |= delta
    return shown


async def call(tab: Tab, handler: Handler) -> None:
    payload = {name: ARGUMENTS[name] for name in handler.parameters}
    await tab.call_of(handler.state.get_full_name(), handler.name, **payload)


def test_both_pages_are_guarded() -> None:
    assert {handler.state for handler in HANDLERS} == {GalleryState, StoryState}


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.label)
async def test_in_production_nobody_sees_it_without_a_sign_in(
    production: Desk, handler: Handler
) -> None:
    async with tab_of(production, path="/gallery/notice/error") as tab:
        await call(tab, handler)
        assert [set(delta) for _, delta in tab.by_state] == [{"need_sign_in"}]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.label)
@pytest.mark.parametrize("name", list(DEMO_STAFF))
async def test_in_production_the_role_decides(
    production: Desk, handler: Handler, name: str
) -> None:
    secret = await production.staff_sign_in.open_session(DEMO_STAFF[name])
    async with tab_of(production, staff=secret, path="/gallery/notice/error") as tab:
        await call(tab, handler)
        shown = seen(tab, handler.state.get_full_name())
        denied = "denied" in (shown.get("gallery_state"), shown.get("story_status"))
        assert denied != DEMO_STAFF[name].has(StaffRole.DESIGNER)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/gallery/notice/error", True),
        ("/gallery/notice/error/", True),
        ("/gallery/notice/nothing", False),
        ("/gallery/nothing/error", False),
        ("/gallery/notice/error/more", False),
        ("/gallery", False),
        ("", False),
    ],
)
def test_a_story_is_found_by_its_address(path: str, found: bool) -> None:
    assert (find_story(path) is not None) == found


@pytest.mark.parametrize(
    ("query", "locale"),
    [("lang=sn", Locale.SN), ("theme=dark&lang=nd", Locale.ND), ("lang=fr", Locale.EN), ("", "en")],
)
def test_an_address_asks_for_a_language(query: str, locale: str) -> None:
    assert locale_of(query) == locale


async def test_a_story_is_drawn_and_stands_still(desk: Desk) -> None:
    async with tab_of(desk, path="/gallery/notice/error?lang=sn") as tab:
        await tab.call_of(STORY, "open_story")
        shown = seen(tab, STORY)
        assert (shown["story_status"], shown["story_of"]) == ("drawn", "notice")
        assert (shown["story_lang"], shown["drawing"]) == ("sn", 1)
        tab.forget()
        await tab.call_of(STORY, "open_story")
        assert seen(tab, STORY) == {}


async def test_an_edited_payload_is_drawn_if_it_is_valid(desk: Desk) -> None:
    async with tab_of(desk, path="/gallery/notice/error") as tab:
        await tab.call_of(STORY, "open_story")
        tab.forget()
        await tab.call_of(STORY, "draw_edited", text='{"id": "w-1"}')
        assert seen(tab, STORY) == {}
        await tab.call_of(STORY, "draw_edited", text=payload_of(WARNING))
        shown = seen(tab, STORY)
        drawn: Any = shown["drawn"]
        assert (drawn.widget.tone, shown["story_edited"]) == ("warning", True)
        await tab.call_of(STORY, "open_story")
        assert seen(tab, STORY)["story_edited"] is False


async def test_there_is_no_such_story(desk: Desk) -> None:
    async with tab_of(desk, path="/gallery/notice/nothing") as tab:
        await tab.call_of(STORY, "open_story")
        assert seen(tab, STORY)["story_status"] == "missing"
        await tab.call_of(GALLERY, "pick", story="notice/nothing", edited="")
        assert seen(tab, GALLERY)["gallery_state"] == "missing"


async def test_what_is_not_valid_leaves_the_last_valid_payload(desk: Desk) -> None:
    async with tab_of(desk) as tab:
        await tab.call_of(GALLERY, "pick", story="notice/error", edited="")
        first = seen(tab, GALLERY)
        assert first["about"].notes
        assert first["about"].docs
        assert first["about"].source == "components/notice.py"
        assert not first["faults"]
        tab.forget()
        await tab.call_of(GALLERY, "edit", text='{"type": "notice"}')
        assert {"payload", "revision"}.isdisjoint(seen(tab, GALLERY))
        assert {fault.at for fault in seen(tab, GALLERY)["faults"]} == {"id", "tone", "text"}
        await tab.call_of(GALLERY, "edit", text=payload_of(WARNING))
        shown = seen(tab, GALLERY)
        assert (shown["payload"], shown["edited"]) == (payload_of(WARNING), True)
        assert shown["faults"] == []
        await tab.call_of(GALLERY, "set_control", path="text", value="Hello")
        assert '"Hello"' in seen(tab, GALLERY)["payload"]
        await tab.call_of(GALLERY, "set_control", path="tone", value="loud")
        assert [fault.at for fault in seen(tab, GALLERY)["faults"]] == ["tone"]
        await tab.call_of(GALLERY, "reset_story")
        shown = seen(tab, GALLERY)
        assert (shown["payload"], shown["edited"]) == (first["payload"], False)


async def test_a_link_holds_an_edited_payload(desk: Desk) -> None:
    async with tab_of(desk) as tab:
        await tab.call_of(GALLERY, "pick", story="notice/error", edited=payload_of(WARNING))
        assert seen(tab, GALLERY)["payload"] == payload_of(WARNING)
        tab.forget()
        await tab.call_of(GALLERY, "pick", story="notice/error", edited="{")
        assert seen(tab, GALLERY)["faults"][0].at == "line 1, column 2"
        assert '"error"' in seen(tab, GALLERY)["payload"]
