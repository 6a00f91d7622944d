"""The workbench: the list of stories, the story in a frame, and what is known about it."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from components.gallery.handlers import GalleryHandlers, register
from components.gallery.index import story_index
from components.gallery.panels import panels
from components.gallery.toolbar import toolbar
from components.markup import Prop, Value, el, link
from components.story import StorySet
from schemas.gallery_views import AboutView, FaultView, PartView


def gallery_shell(
    *,
    handlers: GalleryHandlers,
    sets: Mapping[str, StorySet[Any]],
    gallery_state: Value[str],
    about: Prop[AboutView],
    parts: Value[list[PartView]],
    payload: Value[str],
    faults: Value[list[FaultView]],
    edited: Value[bool],
    revision: Value[int],
) -> rx.Component:
    """The whole workbench; ``gallery_state`` is the value of ``data-gallery-state``."""
    return el.div(
        link("Skip to the story", href="#gallery-stage", class_name="skip"),
        story_index(sets),
        el.main(
            toolbar(about),
            el.div(
                el.iframe(
                    title="Story",
                    custom_attrs={"id": "gallery-frame"},
                    data_testid="gallery-frame",
                ),
                el.p(
                    "There is no such story. Choose another from the list.",
                    class_name="lost",
                    role="alert",
                ),
                el.p(
                    "The gallery is open to designers. Sign in as one.",
                    class_name="closed",
                    role="alert",
                ),
                id="gallery-stage",
                class_name="stage",
                tab_index=-1,
            ),
            panels(about, parts, payload, faults, edited),
            class_name="bench",
        ),
        el.p(class_name="announce", role="status", id="gallery-says", on_mount=register(handlers)),
        class_name="gallery",
        data_gallery_state=gallery_state,
        data_story=about.story,
        data_revision=revision,
        data_edited=edited,
    )
