"""One story alone, as pictures and reviews see it; ``assets/story.js`` sets its ground.

Every component is in this page, each in a branch of its own that is run only when it is asked for.
"""

import json
from typing import Any

import reflex as rx

from components.markup import cond, el, fragment, link, match
from components.story import StorySet, Surface, all_story_sets
from components.styles import BOARD_STYLES, DEMO_STYLES
from ecocash_copilot.pages.joint import call, joint
from ecocash_copilot.state.story import StoryState

ROUTE = "/gallery/[item]/[story]"

GROUNDS: dict[Surface, list[str]] = {
    Surface.CHAT: ["/chat.js", "/forms.js"],
    Surface.BOARD: [*BOARD_STYLES, "/board.js", "/board-cards.js", "/board-voice.js"],
    Surface.DEMO: [*DEMO_STYLES],
}
"""What the product loads where a component stands, besides what every page loads."""

# Reflex's signatures hold unknown types.
_state: Any = StoryState


def story_page() -> rx.Component:
    """Return ``/gallery/COMPONENT/STATE``.

    ``data-gallery`` of its root is ``loading``, then ``ready`` once the story stands still, or
    ``missing``, or ``denied``.
    """
    sets = all_story_sets()
    return fragment(
        el.link(rel="stylesheet", href="/story.css"),
        el.script(src="/story.js", defer=True),
        el.div(
            fragment(
                cond(
                    _state.story_status == "drawn",
                    match(
                        _state.story_of,
                        *[(name, _ground(stories)) for name, stories in sets.items()],
                        fragment(),
                    ),
                    _nothing(),
                ),
                # Another story is another element: nothing scrolled or typed is carried over.
                key=_state.story_asked,
            ),
            data_testid="story",
            data_gallery="loading",
            data_status=_state.story_status,
            data_drawing=_state.drawing,
            data_asked=_state.story_asked,
            data_edited=_state.story_edited,
            data_grounds=json.dumps(
                {name: GROUNDS[each.surface] for name, each in sets.items()}, separators=(",", ":")
            ),
            lang=_state.story_lang,
        ),
        # Where the workbench's edits come in.
        joint("story-edited", call("window.gallery.takeEdited()", _state.draw_edited)),
    )


def _ground(stories: StorySet[Any]) -> rx.Component:
    drawn = stories.draw(_state.drawn.to(stories.drawn))
    if stories.whole_page:
        return drawn
    inner = [drawn, el.p(class_name="announce", role="status")]
    if stories.surface is Surface.CHAT:
        # The chat's own ground, as high as the story.
        return el.main(*inner, class_name="chat story", data_app_state="ready")
    return el.main(*inner, class_name=f"{stories.surface.value} story")


def _nothing() -> rx.Component:
    return match(
        _state.story_status,
        ("missing", _words("There is no such story.", "All stories")),
        ("denied", _words("The gallery is open to designers.", "The gallery")),
        fragment(),
    )


def _words(text: str, way_out: str) -> rx.Component:
    return el.main(el.p(text), link(way_out, href="/gallery"), class_name="no-story", role="alert")
