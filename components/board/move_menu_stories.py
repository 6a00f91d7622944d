"""Stories of the move menu."""

import reflex as rx

from components.board.move_menu import move_menu
from components.story import Group, Props, Story, Surface, story_set
from schemas.ticket import LEGAL_MOVES, TicketStatus


class MoveMenuProps(Props):
    """The states that the ticket cannot be moved to."""

    barred: list[str]


def _draw(props: MoveMenuProps) -> rx.Component:
    return move_menu(props.barred)


def _story(status: TicketStatus) -> Story[MoveMenuProps]:
    barred = [each.value for each in TicketStatus if each not in LEGAL_MOVES[status]]
    return Story(name=status.value.replace("_", "-"), props=MoveMenuProps(barred=barred))


STORIES = story_set(
    component="move_menu",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="Behind the dots of a card, and the key m. What the ticket's state does not allow cannot "
    "be chosen. Arrows, Home and End go through it and stay in it; Escape goes back to the card.",
    props=MoveMenuProps,
    draw=_draw,
    stories=[_story(status) for status in TicketStatus],
)
