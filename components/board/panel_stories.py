"""Stories of the open ticket."""

import reflex as rx
from pydantic import Field

from components.board.panel import panel
from components.board.story_data import (
    CANNED,
    CONFLICT,
    CONVERSATION,
    EVENTS,
    FILES,
    LONG_NAME,
    MESSAGES,
    NO_WORD,
    STAFF,
    at,
    panel_of,
    said,
)
from components.markup import el
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import CannedView, EventView, FlashView, PanelView, StaffView
from schemas.ticket import TicketStatus
from schemas.ticket_record import TicketPriority
from schemas.views import ChatLabels, MessageView


class PanelProps(Props):
    """The open ticket or conversation with all that stands in it."""

    ticket: PanelView
    staff: list[StaffView] = Field(default_factory=lambda: list(STAFF))
    events: list[EventView] = Field(default_factory=lambda: list(EVENTS))
    labels: ChatLabels = ChatLabels()
    messages: list[MessageView] = Field(default_factory=lambda: list(MESSAGES))
    has_earlier: bool = False
    typing: str = ""
    typing_tick: int = 0
    viewers: list[str] = Field(default_factory=list[str])
    canned: list[CannedView] = Field(default_factory=lambda: list(CANNED))
    flash: FlashView = NO_WORD


def _draw(props: PanelProps) -> rx.Component:
    drawn = panel(
        ticket=props.ticket,
        staff=props.staff,
        events=props.events,
        labels=props.labels,
        messages=props.messages,
        has_earlier=props.has_earlier,
        typing=props.typing,
        typing_tick=props.typing_tick,
        viewers=props.viewers,
        canned=props.canned,
        flash=props.flash,
    )
    return el.div(
        el.div(el.main(class_name="ground"), drawn, class_name="desk"), class_name="board"
    )


def _conversation(handover: str, **changes: object) -> PanelView:
    return PanelView.model_validate(
        CONVERSATION.model_dump()
        | {"handover": handover, "handover_agent": "Blessing Ndlovu"}
        | changes
    )


_ASKING = [
    said("customer", "Ngicela ukukhuluma lomuntu.", 1, day="Today"),
    said("assistant", "Ngiyakudlulisela kumuntu khathesi.", 2),
]

STORIES = story_set(
    component="panel",
    group=Group.BOARD,
    surface=Surface.BOARD,
    whole_page=True,
    notes="The open ticket: what can be changed on top, the conversation as the customer sees it, "
    "and what is known beside it. It stands beside the columns where there is room, and over them "
    "on a tablet. Escape closes it and goes back to its card.",
    props=PanelProps,
    draw=_draw,
    stories=[
        *[
            Story(name=status.value.replace("_", "-"), props=PanelProps(ticket=panel_of(status)))
            for status in TicketStatus
        ],
        *[
            Story(
                name=f"priority-{each.value}",
                props=PanelProps(ticket=panel_of(priority=each.value)),
            )
            for each in TicketPriority
        ],
        Story(
            name="loading",
            props=PanelProps(ticket=panel_of(), messages=[], events=[]),
            notes="The ticket is there, what was said is still being read.",
        ),
        Story(
            name="late",
            props=PanelProps(
                ticket=panel_of(due=at(minutes=48), breached=True, escalated=True, reversal=True)
            ),
        ),
        Story(
            name="colleague-reads",
            props=PanelProps(ticket=panel_of(), viewers=["Blessing Ndlovu", "Farai Chikwanha"]),
            notes="Who else has it open, so that two do not answer at once.",
        ),
        Story(
            name="customer-types",
            props=PanelProps(ticket=panel_of(), typing="Rudo Moyo", typing_tick=1),
        ),
        Story(name="earlier", props=PanelProps(ticket=panel_of(), has_earlier=True)),
        Story(
            name="conflict",
            props=PanelProps(ticket=panel_of(), flash=CONFLICT),
            notes="Somebody else was first; what was typed is still in the field.",
        ),
        Story(
            name="merged",
            props=PanelProps(ticket=panel_of(TicketStatus.CLOSED, merged_into="TCK-100018")),
        ),
        Story(
            name="rated",
            props=PanelProps(
                ticket=panel_of(TicketStatus.CLOSED, rating=5, rating_comment="Maita basa chaizvo.")
            ),
        ),
        Story(
            name="conversation-waiting",
            props=PanelProps(ticket=_conversation("waiting"), messages=_ASKING, events=[]),
        ),
        Story(
            name="conversation-mine",
            props=PanelProps(ticket=_conversation("mine"), messages=_ASKING, events=[]),
        ),
        Story(
            name="conversation-taken",
            props=PanelProps(ticket=_conversation("taken"), messages=_ASKING, events=[]),
        ),
        Story(
            name="conversation-handed-back",
            props=PanelProps(ticket=_conversation(""), messages=_ASKING, events=[]),
        ),
        Story(
            name="empty",
            props=PanelProps(
                ticket=PanelView(kind="ticket", id="TCK-100001", title="Something else"),
                messages=[],
                events=EVENTS[-1:],
            ),
            notes="Opened a moment ago over another way than the chat.",
        ),
        Story(
            name="too-long",
            props=PanelProps(
                ticket=panel_of(
                    title=f"Sent to the wrong number: US$40.00 to {LONG_NAME}",
                    customer=LONG_NAME,
                    evidence=FILES,
                    escalated=True,
                    reversal=True,
                ),
                viewers=[LONG_NAME],
                messages=[said("customer", "Please help me. " * 60, 1), *MESSAGES],
            ),
        ),
        Story(
            name="too-many",
            props=PanelProps(
                ticket=panel_of(),
                has_earlier=True,
                messages=[
                    said(("customer", "agent")[n % 2], f"Message number {n}", n) for n in range(60)
                ],
            ),
        ),
    ],
)
