"""Stories of where an agent writes."""

import reflex as rx
from pydantic import Field

from components.board.story_data import CANNED, CONFLICT, CONVERSATION, LONG_NAME, NO_WORD, panel_of
from components.board.write import writing
from components.markup import el
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import CannedView, FlashView, PanelView


class WritingProps(Props):
    """The open ticket, ready-made replies, and what came of the last change."""

    ticket: PanelView
    canned: list[CannedView] = Field(default_factory=lambda: list(CANNED))
    flash: FlashView = NO_WORD
    choosing: bool = False


def _draw(props: WritingProps) -> rx.Component:
    drawn = writing(props.ticket, props.canned, props.flash, choosing=props.choosing)
    return el.div(drawn, class_name="talk")


def _conversation(**changes: object) -> PanelView:
    return PanelView.model_validate(CONVERSATION.model_dump() | changes)


STORIES = story_set(
    component="writing",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="A reply goes to the customer, a note to colleagues alone; the note is yellow and says "
    "so. Enter sends, Shift+Enter makes a new line. What was typed stays with its ticket until it "
    "is known to be sent.",
    props=WritingProps,
    draw=_draw,
    stories=[
        Story(name="ticket", props=WritingProps(ticket=panel_of())),
        Story(
            name="ready-made",
            props=WritingProps(ticket=panel_of(), choosing=True),
            notes="In the customer's language first. Arrows go through them, Enter takes one into "
            "the field, Escape goes back.",
        ),
        Story(
            name="ready-made-none",
            props=WritingProps(ticket=panel_of(language="English"), canned=[], choosing=True),
        ),
        Story(
            name="conflict",
            props=WritingProps(ticket=panel_of(), flash=CONFLICT),
            notes="Somebody else was first: nothing was written, and it says who did what.",
        ),
        Story(
            name="waiting",
            props=WritingProps(ticket=_conversation()),
            notes="The customer waits for a person; nothing can be written before it is taken.",
        ),
        Story(
            name="mine",
            props=WritingProps(ticket=_conversation(handover="mine")),
            notes="Every word goes to the customer at once.",
        ),
        Story(
            name="taken",
            props=WritingProps(
                ticket=_conversation(handover="taken", handover_agent="Blessing Ndlovu")
            ),
        ),
        Story(name="handed-back", props=WritingProps(ticket=_conversation(handover=""))),
        Story(
            name="ticket-and-conversation",
            props=WritingProps(ticket=panel_of(handover="mine", handover_id="ho_01hzy7")),
            notes="The customer of an open ticket is in the chat right now.",
        ),
        Story(
            name="too-long",
            props=WritingProps(ticket=_conversation(handover="taken", handover_agent=LONG_NAME)),
        ),
    ],
)
