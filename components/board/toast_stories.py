"""Stories of the toast."""

import reflex as rx

from components.board.story_data import CONFLICT
from components.board.toast import toast
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import FlashView


class ToastProps(Props):
    """A short word."""

    flash: FlashView


def _draw(props: ToastProps) -> rx.Component:
    return toast(props.flash, shown=True)


def _story(name: str, notes: str = "", **flash: object) -> Story[ToastProps]:
    return Story(name=name, props=ToastProps(flash=FlashView.model_validate(flash)), notes=notes)


STORIES = story_set(
    component="toast",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="What came of what was just asked, for 3 seconds; an error for 7. It never takes the "
    "focus, and is said aloud once.",
    props=ToastProps,
    draw=_draw,
    stories=[
        _story("info", text="Nothing has changed."),
        _story("success", text="TCK-100042 is yours.", tone="success"),
        _story("error", text="Only a supervisor may do this.", tone="error"),
        Story(
            name="conflict",
            props=ToastProps(flash=CONFLICT),
            notes="The ticket is not open, so the changes are listed here.",
        ),
        _story(
            "too-long",
            text="The ticket TCK-100042 cannot be merged into TCK-100018, because that one was "
            "itself merged into TCK-100003 on 18 November by Blessing Ndlovu.",
            tone="error",
        ),
    ],
)
