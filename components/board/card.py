"""One ticket on the board."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach, link, memo
from schemas.board_views import CardView
from schemas.board_words import CATEGORIES
from schemas.ticket_record import TicketPriority


def clock(
    due: Value[int], due_for: Value[str], paused: Value[bool], breached: Value[bool]
) -> rx.Component:
    """A promise about time: `assets/board.js` counts down in it, in words and in colour."""
    return el.span(
        class_name="clock",
        data_due=either(due, 0),
        data_for=due_for,
        data_paused=cond(paused, "true", "false"),
        data_breached=cond(breached, "true", "false"),
    )


def avatar(initials: Value[str], name: Value[str]) -> rx.Component:
    """Who has it; an empty ring where nobody does."""
    return el.span(
        initials,
        class_name="avatar",
        title=either(name, "Nobody"),
        role="img",
        aria_label=either(name, "Unassigned"),
        data_nobody=cond(initials, "false", "true"),
    )


def _mark(shown: Value[bool], text: str, kind: str) -> rx.Component:
    return cond(shown, el.span(text, class_name="mark-word", data_kind=kind))


def _tag(name: Prop[str]) -> rx.Component:
    return el.span(name, class_name="tag")


@memo
def ticket_card(card: Prop[CardView]) -> rx.Component:
    """Drawn again only when its ticket changes. Marked with colour and with words.

    One card of the board is reached with Tab, the others from it with the arrows. For a screen
    reader that goes through the page, what it is about is a link that opens it.
    """
    priority = either(card.priority, TicketPriority.NORMAL.value)
    return el.li(
        el.div(
            el.input(
                type="checkbox",
                class_name="pick tick i-completed",
                aria_label=f"Select {card.id}",
                data_do="pick",
                tab_index=-1,
            ),
            el.span(card.id, class_name="number"),
            cond(card.unread, el.span("Unread", class_name="unread")),
            el.span(class_name="age", data_at=either(card.created, 0), data_span="short"),
            el.button(
                icon("more"),
                type="button",
                class_name="dots-button",
                data_do="menu",
                aria_label=f"Move {card.id}",
                aria_haspopup="menu",
                tab_index=-1,
            ),
            class_name="top",
        ),
        link(
            either(card.category, list(CATEGORIES.values())[-1]),
            href=f"/board/{card.id}",
            class_name="about",
            tab_index=-1,
        ),
        el.div(
            el.span(card.customer, class_name="customer"),
            cond(card.amount, el.span(card.amount, class_name="sum-of")),
            class_name="whom",
        ),
        el.div(
            clock(card.due, card.due_for, card.paused, card.breached),
            cond(
                priority != TicketPriority.NORMAL.value,
                el.span(icon(f"p-{priority}"), priority, class_name="prio", data_priority=priority),
            ),
            _mark(card.escalated, "Escalated", "bad"),
            _mark(card.reversal, "Reversal asked", "warn"),
            _mark(card.reopened, "Reopened", "warn"),
            foreach(either(card.tags, []), _tag),
            el.span(either(card.language, "en"), class_name="lang"),
            avatar(card.initials, card.assignee),
            class_name="foot",
        ),
        class_name="tile",
        draggable=True,
        tab_index=-1,
        data_testid="ticket-card",
        data_ticket_id=card.id,
        data_status=either(card.status, "new"),
        data_version=either(card.version, 0),
        data_unread=cond(card.unread, "true", "false"),
        aria_label=f"{card.id}, {card.category}, {card.customer}",
    )
