"""Stories of the columns."""

import reflex as rx
from pydantic import Field

from components.board.lanes import lanes
from components.board.story_data import CARDS, TAKEN, WAITING, lanes_of, many_cards
from components.markup import el
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import CardView, LanesView, QueryView, WaitingView
from schemas.ticket import TicketStatus


class Windows(Props):
    """The cards that are shown of each column."""

    new: list[CardView] = Field(default_factory=list[CardView])
    in_progress: list[CardView] = Field(default_factory=list[CardView])
    pending_customer: list[CardView] = Field(default_factory=list[CardView])
    resolved: list[CardView] = Field(default_factory=list[CardView])
    closed: list[CardView] = Field(default_factory=list[CardView])


class LanesProps(Props):
    """Every column, and the conversations that want a person."""

    lanes: LanesView
    windows: Windows
    waiting: list[WaitingView] = Field(default_factory=list[WaitingView])
    query: QueryView = QueryView()


def windows_of(cards: list[CardView]) -> Windows:
    """Return each card in the column of its state."""
    return Windows.model_validate(
        {each.value: [card for card in cards if card.status == each.value] for each in TicketStatus}
    )


FULL = Windows.model_validate({each.value: many_cards(40, each) for each in TicketStatus})


def _draw(props: LanesProps) -> rx.Component:
    drawn = lanes(
        lanes=props.lanes,
        cards=lambda status: getattr(props.windows, status.value),
        waiting=props.waiting,
        query=props.query,
    )
    return el.div(
        el.div(el.main(drawn, class_name="ground"), class_name="desk"), class_name="board"
    )


STORIES = story_set(
    component="lanes",
    group=Group.BOARD,
    surface=Surface.BOARD,
    whole_page=True,
    notes="A column for each state of a ticket; the one for conversations that want a person comes "
    "first, and only while there are any. j and k go up and down, h and l from column to column. "
    "While a card is dragged, columns that do not take it fade.",
    props=LanesProps,
    draw=_draw,
    stories=[
        Story(
            name="ready",
            props=LanesProps(lanes=lanes_of("3", "2", "1", "1", "1"), windows=windows_of(CARDS)),
        ),
        Story(
            name="first-use",
            props=LanesProps(lanes=lanes_of("0", "0", "0", "0", "0"), windows=Windows()),
            notes="Each column says what will be in it.",
        ),
        Story(
            name="nothing-fits",
            props=LanesProps(
                lanes=lanes_of("0", "0", "0", "0", "0"),
                windows=Windows(),
                query=QueryView(text="groceries", filtered=True),
            ),
            notes="Where something is searched or filtered for, an empty column says so.",
        ),
        Story(
            name="partial",
            props=LanesProps(
                lanes=lanes_of("3", "0", "0", "0", "0"), windows=windows_of(CARDS[:3])
            ),
            notes="Tickets in one column only.",
        ),
        Story(
            name="waiting",
            props=LanesProps(
                lanes=lanes_of("3", "2", "1", "1", "1"),
                windows=windows_of(CARDS),
                waiting=[WAITING, TAKEN],
            ),
            notes="One waits, one is with a colleague.",
        ),
        Story(
            name="too-many",
            props=LanesProps(
                lanes=lanes_of("1,204", "318", "96", "2,410", "20+", more=True, newer=True),
                windows=FULL,
            ),
            notes="A column holds forty at most and is scrolled by itself; the buttons at its ends "
            "move the window on.",
        ),
    ],
)
