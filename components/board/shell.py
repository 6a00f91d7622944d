"""The whole board: top bar, columns, the open ticket beside them, and what lies over them."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from components.board.bulk_bar import bulk_bar
from components.board.deliveries_sheet import deliveries_sheet
from components.board.handlers import BoardHandlers, register
from components.board.help_sheet import help_sheet
from components.board.lanes import lanes as lanes_of
from components.board.move_menu import move_menu
from components.board.panel import panel
from components.board.stopped import offline_line, stopped
from components.board.team_sheet import team_sheet
from components.board.toast import toast
from components.board.top_bar import top_bar
from components.markup import Prop, Value, count_of, either, el, match
from schemas.board_views import (
    CannedView,
    DeliveryView,
    EventView,
    FlashView,
    LanesView,
    MeView,
    PanelView,
    QueryView,
    StaffView,
    TeamView,
    WaitingView,
)
from schemas.ticket import TicketStatus
from schemas.views import ChatLabels, MessageView


def board_shell(
    *,
    handlers: BoardHandlers,
    board_state: Value[str],
    need_sign_in: Value[int],
    opened: Value[int],
    me: Prop[MeView],
    query: Prop[QueryView],
    lanes: Prop[LanesView],
    cards: Callable[[TicketStatus], Any],
    staff: Value[list[StaffView]],
    waiting: Value[list[WaitingView]],
    team: Prop[TeamView],
    deliveries: Value[list[DeliveryView]],
    late: Value[int],
    flashes: tuple[Prop[FlashView], Prop[FlashView], Prop[FlashView]],
    ticket: Prop[PanelView],
    events: Value[list[EventView]],
    labels: Prop[ChatLabels],
    messages: Value[list[MessageView]],
    has_earlier: Value[bool],
    typing: Value[str],
    typing_tick: Value[int],
    viewers: Value[list[str]],
    canned: Value[list[CannedView]],
) -> rx.Component:
    """The board; ``board_state`` is the value of ``data-board-state``.

    ``flashes`` are the words of the board, of what was done with a ticket, and of the panel.
    """
    dead = count_of(deliveries)
    return el.div(
        top_bar(me, query, dead, late),
        offline_line(),
        el.div(
            el.main(
                match(
                    either(query.view, "all"),
                    ("team", team_sheet(team)),
                    ("deliveries", deliveries_sheet(deliveries, dead)),
                    lanes_of(lanes=lanes, cards=cards, waiting=waiting, query=query),
                ),
                stopped(),
                class_name="ground",
            ),
            panel(
                ticket=ticket,
                staff=staff,
                events=events,
                labels=labels,
                messages=messages,
                has_earlier=has_earlier,
                typing=typing,
                viewers=viewers,
                canned=canned,
                typing_tick=typing_tick,
                flash=flashes[1],
            ),
            class_name="desk",
        ),
        bulk_bar(staff),
        move_menu(),
        help_sheet(),
        *[toast(flash) for flash in flashes],
        el.p(class_name="announce", role="status", on_mount=register(handlers)),
        class_name="board",
        data_board_state=board_state,
        data_need=need_sign_in,
        data_opened=opened,
        data_item=either(ticket.id, ""),
        data_view=either(query.view, "all"),
        data_me=either(me.id, ""),
    )
