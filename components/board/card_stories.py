"""Stories of the ticket's card."""

import reflex as rx

from components.board.card import ticket_card
from components.board.story_data import (
    AGAIN,
    ASKED,
    CARD,
    CLOSED,
    DONE,
    LATE,
    LONG_NAME,
    PAUSED,
    SOON,
    at,
    card,
)
from components.markup import el
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import CardView
from schemas.ticket_record import TicketPriority


class TicketCardProps(Props):
    """A ticket on the board."""

    card: CardView


def _draw(props: TicketCardProps) -> rx.Component:
    return el.div(
        el.section(el.ol(ticket_card(card=props.card)), class_name="lane"), class_name="lanes"
    )


def _story(name: str, card: CardView, notes: str = "") -> Story[TicketCardProps]:
    return Story(name=name, props=TicketCardProps(card=card), notes=notes)


STORIES = story_set(
    component="ticket_card",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="One ticket. On top its number and age, then what it is about, whom and how much, and in "
    "the foot the promise that is due next, flags and who has it. Enter or a click opens it; the "
    "dots, m or a drag move it; x selects it. Everything that has a colour also has a word.",
    props=TicketCardProps,
    draw=_draw,
    stories=[
        _story("new", CARD, "Nobody has it yet: an empty ring in the place of the initials."),
        _story("in-progress", ASKED, "A reversal was asked for, and a colleague tagged it."),
        _story("pending-customer", PAUSED, "The clock stands still while the customer is asked."),
        _story("resolved", DONE),
        _story("closed", CLOSED, "No money in it, so no amount."),
        *[_story(f"priority-{each.value}", card(priority=each.value)) for each in TicketPriority],
        _story("clock-calm", card(due=at(hours=-20))),
        _story("clock-soon", card(due=at(minutes=-22)), "Within the last hour."),
        _story("clock-late", card(due=at(minutes=48), breached=True)),
        _story("clock-paused", PAUSED),
        _story("clock-was-late", card(due=0, due_for="", breached=True)),
        _story("clock-none", card(due=0, due_for="")),
        _story("unread", SOON, "The customer wrote something that nobody has read."),
        _story("escalated", LATE),
        _story("reversal-asked", ASKED),
        _story("reopened", AGAIN),
        _story(
            "too-long",
            card(
                customer=LONG_NAME,
                category="Electricity token missing",
                amount="\N{MINUS SIGN}ZiG 999,999,999.99",
                created=at(days=412),
                due=at(days=410),
                breached=True,
                priority="urgent",
                unread=True,
                escalated=True,
                reversal=True,
                reopened=True,
                tags=["recipient-asked", "police-report-expected", "second-line"],
                assignee="Tapiwanashe Mukanyandiradzidzwa",
                initials="TM",
            ),
            "Every flag at once, and a name that does not end.",
        ),
        _story("first-use", CardView(id="TCK-100001"), "What is known of it at the very least."),
    ],
)
