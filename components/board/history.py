"""History: every change of a ticket, the newest on top."""

import reflex as rx

from components.markup import Prop, Value, cond, either, el, foreach, fragment, memo
from schemas.board_views import EventView


@memo
def history_line(event: Prop[EventView]) -> rx.Component:
    """Who did what, when; with the words, where something was written."""
    return el.li(
        el.p(
            el.b(event.who),
            f" {event.what}",
            cond(event.where, f", {event.where}", ""),
            el.span(class_name="age", data_at=either(event.at, 0), data_span="long"),
        ),
        cond(event.text, el.blockquote(event.text)),
        data_event=event.kind,
        data_private=cond(event.private, "true", "false"),
    )


def _line(event: Prop[EventView]) -> rx.Component:
    return fragment(history_line(event=event), key=event.version)


def history(events: Value[list[EventView]]) -> rx.Component:
    """Private notes stand out."""
    return cond(
        events,
        el.section(
            el.h3("History"),
            el.ol(foreach(events, _line), class_name="events"),
            data_testid="ticket-history",
        ),
    )
