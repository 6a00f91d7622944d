"""The support board: its shell bound to its states, and the files that only staff load."""

from typing import Any

import reflex as rx

from components.board.handlers import BoardHandlers
from components.board.shell import board_shell
from components.markup import cond, el, fragment
from components.styles import BOARD_STYLES
from ecocash_copilot.pages.chat import UNCONNECTED
from ecocash_copilot.state.board import BoardState
from ecocash_copilot.state.board_window import cards_var
from ecocash_copilot.state.chat import ChatState
from ecocash_copilot.state.desk import DeskState
from ecocash_copilot.state.ticket_panel import TicketPanelState
from ecocash_copilot.state.window import window_var

ROUTE = "/board/[[item]]"
"""One page with and without an open ticket, so that opening one draws nothing anew."""

# Reflex's signatures hold unknown types.
_board: Any = BoardState
_desk: Any = DeskState
_panel: Any = TicketPanelState
_chat: Any = ChatState


def board_page() -> rx.Component:
    """Return ``/board``."""
    return fragment(
        *[el.link(rel="stylesheet", href=sheet) for sheet in BOARD_STYLES],
        el.script(src="/board.js", defer=True),
        el.script(src="/board-cards.js", defer=True),
        el.script(src="/board-voice.js", defer=True),
        board_shell(
            handlers=_handlers(),
            board_state=cond(
                UNCONNECTED & (_board.board_state == "ready"), "offline", _board.board_state
            ),
            need_sign_in=_board.need_sign_in + _desk.need_sign_in + _panel.need_sign_in,
            opened=_board.opened,
            me=_board.me,
            query=_board.query,
            lanes=_board.lanes,
            cards=lambda status: cards_var(BoardState, status),
            staff=_board.roster,
            waiting=_board.waiting,
            team=_board.team,
            deliveries=_board.deliveries,
            late=_board.late,
            flashes=(_board.flash, _desk.flash, _panel.flash),
            ticket=_panel.item,
            events=_panel.events,
            # Staff read English, which is what these are before a customer has signed in.
            labels=_chat.labels,
            messages=window_var(TicketPanelState),
            has_earlier=_panel.has_earlier,
            typing=_panel.typing,
            typing_tick=_panel.typing_tick,
            viewers=_panel.viewers,
            canned=_panel.canned,
        ),
    )


def _handlers() -> BoardHandlers:
    return BoardHandlers(
        reload=_board.open_board,
        show=_board.show,
        more=_board.more,
        newer=_board.newer,
        move=_desk.move,
        assign=_desk.assign,
        prioritise=_desk.prioritise,
        set_team=_desk.set_team,
        tag=_desk.tag,
        reply=_desk.reply,
        note=_desk.note,
        merge=_desk.merge,
        escalate=_desk.escalate,
        bulk_assign=_desk.bulk_assign,
        bulk_close=_desk.bulk_close,
        open_item=_panel.open_item,
        close_item=_panel.close_item,
        earlier=_panel.earlier_messages,
        typing=_panel.type_to_customer,
        take=_desk.take,
        hand_back=_desk.hand_back,
        say=_desk.say,
        resend=_desk.resend,
        resend_all=_desk.resend_all,
    )
