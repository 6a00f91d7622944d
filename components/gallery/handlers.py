"""What a designer can do in the workbench, and the one place where it is wired to events.

As in the chat, elements carry ``data-do`` and no function: ``assets/gallery.js`` listens once on
the document, and calls what `register` put there.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import reflex as rx
from reflex.event import EventType, passthrough_event_spec

from components.markup import chain, literal, script

Handler = EventType[Any]


@dataclass(frozen=True, kw_only=True)
class GalleryHandlers:
    """Events of the workbench; the arguments each is called with are in its comment."""

    pick: Handler
    """``story, edited``: ``COMPONENT/STATE``, and a payload from a link or nothing"""
    edit: Handler
    """``text``: the whole payload"""
    set_control: Handler
    """``path, value``"""
    reset_story: Handler


_SPECS: dict[str, Callable[..., Any]] = {
    "pick": passthrough_event_spec(str, str),
    "edit": passthrough_event_spec(str),
    "set_control": passthrough_event_spec(str, str),
    "reset_story": rx.event.no_args_event_spec,
}


def register(handlers: GalleryHandlers) -> Any:
    """Make the function that puts the handlers where `assets/gallery.js` finds them.

    It belongs to the ``on_mount`` of one element of the workbench.
    """
    table = literal(
        {
            field.name: chain(getattr(handlers, field.name), _SPECS[field.name])
            for field in fields(handlers)
        }
    )
    return script(
        f"(() => {{ window.workbench = {table}; dispatchEvent(new Event('workbench')) }})"
    )
