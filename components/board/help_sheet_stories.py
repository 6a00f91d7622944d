"""Stories of the help sheet."""

import reflex as rx

from components.board.help_sheet import help_sheet
from components.story import Group, Props, Story, Surface, story_set


class HelpSheetProps(Props):
    """Nothing: it says the same to everybody."""


def _draw(props: HelpSheetProps) -> rx.Component:
    del props
    return help_sheet(opened=True)


STORIES = story_set(
    component="help_sheet",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="Every key of the board, over a dimmed page. It keeps the focus; Escape closes it and "
    "gives the focus back. Keys of one letter can be turned off here.",
    props=HelpSheetProps,
    draw=_draw,
    stories=[Story(name="keys", props=HelpSheetProps())],
)
