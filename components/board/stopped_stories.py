"""Stories of what stands in the columns' place."""

import reflex as rx

from components.board.stopped import offline_line, stopped
from components.board.story_data import BoardState
from components.markup import el
from components.story import Group, Props, Story, Surface, story_set


class StoppedProps(Props):
    """The state of the board."""

    state: BoardState


def _draw(props: StoppedProps) -> rx.Component:
    ground = el.main(stopped(), class_name="ground")
    return el.div(
        offline_line(),
        el.div(ground, class_name="desk"),
        class_name="board",
        data_board_state=props.state,
    )


_NOTES = {
    BoardState.LOADING: "As large as the cards that will stand there, so that nothing jumps.",
    BoardState.DENIED: "Signed in, but not as somebody who works tickets.",
    BoardState.ERROR: "It is tried again by itself, too.",
    BoardState.OFFLINE: "A line over the columns and the open ticket; what is shown stays.",
}

STORIES = story_set(
    component="stopped",
    group=Group.BOARD,
    surface=Surface.BOARD,
    whole_page=True,
    notes="Each says what has happened and offers the way out.",
    props=StoppedProps,
    draw=_draw,
    stories=[
        Story(name=state.value, props=StoppedProps(state=state), notes=notes)
        for state, notes in _NOTES.items()
    ],
)
