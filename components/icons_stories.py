"""Stories of the icons."""

import reflex as rx

from components.icons import icon
from components.markup import Value, el, foreach
from components.story import Group, Props, Story, story_set
from schemas.ticket import TicketStatus
from schemas.wallet import TransactionKind, TransactionStatus
from schemas.widgets import NoticeTone


class IconsProps(Props):
    """Names of icons."""

    names: list[str]


def _named(name: Value[str]) -> rx.Component:
    return el.li(icon(name), el.small(name, class_name="muted"), key=name)


STORIES = story_set(
    component="icon",
    group=Group.CHAT,
    notes="Shapes of 24 by 24 in the style sheet, drawn as masks in the colour of the text around "
    "them. An icon says nothing to a screen reader, so it never stands without words or a name.",
    props=IconsProps,
    draw=lambda props: el.ul(foreach(props.names, _named), class_name="specimens"),
    stories=[
        Story(name="kinds", props=IconsProps(names=list(TransactionKind))),
        Story(
            name="states",
            props=IconsProps(names=[*TransactionStatus, *TicketStatus]),
            notes="Of a payment and of a ticket. Two may share a shape, for their words differ.",
        ),
        Story(name="tones", props=IconsProps(names=list(NoticeTone))),
        Story(
            name="doing",
            props=IconsProps(
                names=[
                    "chat", "language", "person", "history", "add", "close", "up", "down", "next",
                    "stop",
                    "copy", "help", "retry", "lock", "offline", "camera", "star", "star_full",
                ]
            ),
        ),
    ],
)  # fmt: skip
