"""The columns: one for each state of a ticket, and one for conversations that wait."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from components.board.card import ticket_card
from components.icons import icon
from components.markup import (
    Prop,
    Value,
    cond,
    count_of,
    either,
    el,
    foreach,
    fragment,
    link,
    memo,
)
from schemas.board_views import CardView, LanesView, LaneView, QueryView, WaitingView
from schemas.board_words import EMPTY, NOTHING_FITS, STATUSES, accepts
from schemas.ticket import TicketStatus


def _card(card: Prop[CardView]) -> rx.Component:
    return fragment(ticket_card(card=card), key=card.id)


def _edge(shown: Value[bool], label: str, do: str, status: TicketStatus) -> rx.Component:
    return cond(
        shown,
        el.li(
            el.button(
                label,
                type="button",
                class_name="quiet wide-button",
                data_do=do,
                data_value=status.value,
            ),
            class_name="edge",
        ),
    )


def _nothing(status: TicketStatus, query: Prop[QueryView]) -> rx.Component:
    """Why a column is empty: there is none, or none of what was asked for."""
    whole = either(query.view, "all") == "all"
    return el.li(
        cond(query.filtered, NOTHING_FITS, cond(whole, EMPTY[status], NOTHING_FITS)),
        class_name="nothing",
    )


def _lane(
    status: TicketStatus,
    lane: Prop[LaneView],
    cards: Value[list[CardView]],
    query: Prop[QueryView],
) -> rx.Component:
    label = STATUSES[status]
    return el.section(
        el.header(
            el.span(class_name="dot"),
            el.h2(label),
            el.span(either(lane.count, "0"), class_name="count", data_testid="column-count"),
        ),
        el.ol(
            _edge(lane.newer, "Show those above", "newer", status),
            foreach(cards, _card),
            cond(either(lane.shown, 0) == 0, _nothing(status, query)),
            _edge(lane.more, "Show more", "more", status),
        ),
        # The script puts a ticket here from the moment it is dropped until the server answers.
        el.ol(class_name="landing", aria_hidden=True),
        class_name="lane",
        data_testid="board-column",
        data_status=status.value,
        data_accepts=accepts(status),
        aria_label=label,
    )


@memo
def _waiting(item: Prop[WaitingView]) -> rx.Component:
    return el.li(
        el.div(
            icon("person"),
            el.span(item.reason, class_name="number"),
            el.span(class_name="age", data_at=either(item.since, 0), data_span="short"),
            class_name="top",
        ),
        link(item.customer, href=f"/board/{item.id}", class_name="about", tab_index=-1),
        el.p(item.summary, class_name="excerpt"),
        el.div(
            cond(
                item.agent,
                el.span(item.agent, class_name="mark-word", data_kind="calm"),
                el.span("Waiting", class_name="mark-word", data_kind="warn"),
            ),
            el.span(either(item.language, "en"), class_name="lang"),
            class_name="foot",
        ),
        class_name="tile call",
        tab_index=-1,
        data_testid="handover-card",
        data_item=item.id,
        data_handover_id=item.id,
        aria_label=f"{item.customer}, {item.reason}",
    )


def _call(item: Prop[WaitingView]) -> rx.Component:
    return fragment(_waiting(item=item), key=item.id)


def _calls(waiting: Value[list[WaitingView]]) -> rx.Component:
    count = count_of(waiting)
    return cond(
        count,
        el.section(
            el.header(
                el.span(class_name="dot"),
                el.h2("Wants a person"),
                el.span(count, class_name="count"),
            ),
            el.ol(foreach(waiting, _call)),
            class_name="lane calls",
            data_testid="handover-column",
            aria_label="Conversations for a person",
        ),
    )


def lanes(
    *,
    lanes: Prop[LanesView],
    cards: Callable[[TicketStatus], Any],
    waiting: Value[list[WaitingView]],
    query: Prop[QueryView],
) -> rx.Component:
    """Side by side; ``cards`` gives the window of one column."""
    return el.div(
        _calls(waiting),
        *[
            _lane(status, getattr(lanes, status.value), cards(status), query)
            for status in TicketStatus
        ],
        class_name="lanes",
    )
