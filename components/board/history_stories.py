"""Stories of a ticket's history."""

import reflex as rx
from pydantic import Field

from components.board.history import history
from components.board.story_data import EVENTS, LONG_NAME, TARIRO, at
from components.markup import el
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import EventView


class HistoryProps(Props):
    """Changes of a ticket, the newest first."""

    events: list[EventView] = Field(default_factory=list[EventView])


def _draw(props: HistoryProps) -> rx.Component:
    return el.div(history(props.events), class_name="rail")


STORIES = story_set(
    component="history",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="Who did what, when, and the words where something was written. A private note has a "
    "ground of its own and says “noted”; the customer never sees it.",
    props=HistoryProps,
    draw=_draw,
    stories=[
        Story(name="full", props=HistoryProps(events=EVENTS)),
        Story(
            name="opened", props=HistoryProps(events=EVENTS[-1:]), notes="Nothing but the start."
        ),
        Story(
            name="empty",
            props=HistoryProps(),
            notes="Not read yet: nothing stands there, not even the heading.",
        ),
        Story(
            name="too-long",
            props=HistoryProps(
                events=[
                    EventView(
                        version=2,
                        kind="informed",
                        who=LONG_NAME,
                        what="added",
                        text="I went to the shop and asked. " * 24,
                        at=at(minutes=4),
                    )
                ]
            ),
        ),
        Story(
            name="too-many",
            props=HistoryProps(
                events=[
                    EventView(
                        version=60 - n,
                        kind="prioritised",
                        who=TARIRO.name,
                        what=f"set the priority to {('High', 'Normal')[n % 2]}",
                        at=at(minutes=7 * n),
                    )
                    for n in range(50)
                ]
            ),
            notes="The whole history is there; the rail scrolls.",
        ),
    ],
)
