"""The workbench of the gallery: one story, its controls, and what is wrong with what was edited."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import reflex as rx

import components
from components.story import Props, Story, StorySet, Surface
from ecocash_copilot.core.errors import ProductError
from ecocash_copilot.present.gallery_controls import parts_of
from ecocash_copilot.present.gallery_payload import check_payload, payload_of, put_value
from ecocash_copilot.state.guard import DesignerState, designer_event
from ecocash_copilot.state.story import find_story
from schemas.gallery_views import AboutView, FaultView, PartView


class GalleryState(DesignerState, rx.State):
    """What the workbench shows of the story that was picked."""

    gallery_state: str = "loading"
    """``loading``, ``ready``, ``missing`` or ``denied``."""
    about: AboutView = AboutView()
    parts: list[PartView] = []
    payload: str = ""
    """The newest text that is valid."""
    faults: list[FaultView] = []
    """What is wrong with what was typed since."""
    revision: int = 0
    """Counts what is valid; the page's script then draws it."""
    edited: bool = False
    """The payload is no longer that of the story."""

    @designer_event
    async def open_gallery(self) -> None:
        """Be ready for the story that the page's script picks, by its address."""
        async with self:
            self.gallery_state = "ready"

    @designer_event
    async def pick(self, story: str, edited: str) -> None:
        """Show a story.

        Args:
            story: ``COMPONENT/STATE``.
            edited: a payload instead of the story's own, from a link; or empty.
        """
        found = find_story(f"/gallery/{story}")
        if found is None:
            async with self:
                self.gallery_state, self.about = "missing", AboutView()
            return
        async with self:
            self.gallery_state, self.about = "ready", _about(*found)
            self._take(found[1].props, found[1].props)
            if edited:
                self._edit(edited, found[1])

    @designer_event
    async def edit(self, text: str) -> None:
        """Take an edited payload; where it is not valid, say why and keep what is drawn."""
        async with self:
            if found := find_story(f"/gallery/{self.about.story}"):
                self._edit(text, found[1])

    @designer_event
    async def set_control(self, path: str, value: str) -> None:
        """Change one value of the payload."""
        async with self:
            if found := find_story(f"/gallery/{self.about.story}"):
                self._edit(put_value(self.payload, path, value), found[1])

    @designer_event
    async def reset_story(self) -> None:
        """Back to the story as it is written."""
        async with self:
            if found := find_story(f"/gallery/{self.about.story}"):
                self._take(found[1].props, found[1].props)

    def _edit(self, text: str, story: Story[Any]) -> None:
        checked = check_payload(text, story.props)
        self.faults = checked.faults
        if checked.props is not None:
            self._take(checked.props, story.props)

    def _take(self, props: Props, written: Props) -> None:
        self.payload, self.parts, self.faults = payload_of(props), parts_of(props), []
        self.edited = props != written
        self.revision += 1

    async def _refused(self, error: ProductError) -> None:
        async with self:
            self.gallery_state = "denied"


def _about(stories: StorySet[Any], story: Story[Any]) -> AboutView:
    docs, source = _defined(stories.component)
    return AboutView(
        story=f"{stories.component}/{story.name}",
        component=stories.component,
        group=stories.group.value,
        notes=stories.notes,
        state_notes=story.notes,
        docs=docs,
        source=source,
        english_only=stories.surface is Surface.BOARD,
    )


@cache
def _defined(component: str) -> tuple[str, str]:
    """Return what a component says of itself, and the file it is in."""
    root = Path(components.__file__).parent
    for path in sorted(root.rglob("*.py")):
        source = path.read_text("utf-8")
        if path.stem.endswith("_stories") or f"\ndef {component}(" not in source:
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name == component:
                return ast.get_docstring(node) or "", path.relative_to(root.parent).as_posix()
    return "", ""
