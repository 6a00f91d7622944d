"""Stories of the bulk bar."""

import reflex as rx

from components.board.bulk_bar import bulk_bar
from components.board.story_data import LONG_NAME, STAFF
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import StaffView


class BulkBarProps(Props):
    """Who may have tickets, and how many are selected."""

    staff: list[StaffView]
    count: str


def _draw(props: BulkBarProps) -> rx.Component:
    return bulk_bar(props.staff, props.count)


STORIES = story_set(
    component="bulk_bar",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="Over the board's foot while tickets are selected. b goes to it, Escape clears the "
    "selection and goes back to the card.",
    props=BulkBarProps,
    draw=_draw,
    stories=[
        Story(name="one", props=BulkBarProps(staff=STAFF, count="1 selected")),
        Story(name="too-many", props=BulkBarProps(staff=STAFF, count="148 selected")),
        Story(
            name="too-long",
            props=BulkBarProps(
                staff=[StaffView(id="agent-9", name=LONG_NAME, initials="CM", me=True)],
                count="2 selected",
            ),
        ),
    ],
)
