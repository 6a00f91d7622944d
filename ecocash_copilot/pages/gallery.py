"""The workbench of the gallery: its shell bound to its state."""

from typing import Any

import reflex as rx

from components.gallery.handlers import GalleryHandlers
from components.gallery.shell import gallery_shell
from components.markup import cond, el, fragment
from components.story import all_story_sets
from ecocash_copilot.pages.chat import UNCONNECTED
from ecocash_copilot.state.gallery import GalleryState

# Reflex's signatures hold unknown types.
_state: Any = GalleryState


def gallery_page() -> rx.Component:
    """Return ``/gallery``."""
    return fragment(
        el.link(rel="stylesheet", href="/gallery.css"),
        el.script(src="/gallery-access.js", defer=True),
        el.script(src="/gallery.js", defer=True),
        gallery_shell(
            handlers=GalleryHandlers(
                pick=_state.pick,
                edit=_state.edit,
                set_control=_state.set_control,
                reset_story=_state.reset_story,
            ),
            sets=all_story_sets(),
            gallery_state=cond(
                UNCONNECTED & (_state.gallery_state == "ready"), "offline", _state.gallery_state
            ),
            about=_state.about,
            parts=_state.parts,
            payload=_state.payload,
            faults=_state.faults,
            edited=_state.edited,
            revision=_state.revision,
        ),
    )
