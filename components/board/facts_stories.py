"""Stories of what is known about the open ticket."""

import reflex as rx

from components.board.facts import facts
from components.board.story_data import CONVERSATION, FILES, LONG_NAME, panel_of
from components.markup import el
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import PanelView, StatementView
from schemas.ticket import TicketStatus
from schemas.views import FactView, TransactionRow

_SHARED = [
    TransactionRow(
        reference=f"MP26111{8 - n}.0914.L2040{n}",
        title=title,
        subtitle=subtitle,
        amount=amount,
        status=status,
        status_label=status.capitalize(),
    )
    for n, (title, subtitle, amount, status) in enumerate(
        (
            ("Privilege Sibanda", "Sent · 18 Nov, 09:14", "\N{MINUS SIGN}US$40.00", "completed"),
            ("ZESA Holdings", "Bill · 17 Nov, 18:02", "\N{MINUS SIGN}ZiG 300.00", "failed"),
            ("Tendai Moyo", "Received · 16 Nov, 12:40", "+US$25.00", "completed"),
        )
    )
]
_STATEMENT = StatementView(
    id="st_1", title="1 November to 18 November", note="3 transactions", opened=True, rows=_SHARED
)
_LONG = StatementView(
    id="st_2",
    title="1 January to 31 October",
    note="312 transactions",
    more="These are the newest 200.",
    rows=[
        row.model_copy(update={"reference": f"{row.reference}{n}"})
        for n in range(67)
        for row in _SHARED
    ],
)


class FactsProps(Props):
    """The open ticket or conversation."""

    ticket: PanelView


def _draw(props: FactsProps) -> rx.Component:
    return el.div(facts(props.ticket), class_name="rail")


def _story(name: str, ticket: PanelView, notes: str = "") -> Story[FactsProps]:
    return Story(name=name, props=FactsProps(ticket=ticket), notes=notes)


STORIES = story_set(
    component="facts",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="What is known, each part only where there is something in it: what was handed over, the "
    "customer's words, the very transaction, answers, files, what the assistant has tried, and the "
    "customer. Below them what is seldom done.",
    props=FactsProps,
    draw=_draw,
    stories=[
        _story("ticket", panel_of()),
        _story(
            "no-chat",
            panel_of(description="I sent US$40 to the wrong number and want it back.", tried=[]),
            "Opened over another way than the chat: the customer's words stand here.",
        ),
        _story("files", panel_of(evidence=FILES), "A picture is shown small, a PDF as an icon."),
        _story(
            "statement",
            panel_of(statements=[_STATEMENT, _LONG]),
            "Few transactions are shown at once, many when asked.",
        ),
        _story(
            "rated", panel_of(TicketStatus.CLOSED, rating=4, rating_comment="Quick. Thank you.")
        ),
        _story("handed-over", CONVERSATION),
        _story("led-to-a-ticket", CONVERSATION.model_copy(update={"ticket_id": "TCK-100042"})),
        _story("tagged", panel_of(tags=["recipient-asked", "second-line"])),
        _story(
            "too-long",
            panel_of(
                customer=LONG_NAME,
                description="I sent it to the wrong number. " * 30,
                answers=[FactView(label="Number you meant", value="0772418905 " * 12)],
            ),
        ),
        _story(
            "empty",
            PanelView(kind="ticket", id="TCK-100001", customer_id="c-1003"),
            "Hardly anything is known.",
        ),
    ],
)
