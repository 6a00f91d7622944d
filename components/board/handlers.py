"""What staff can do on the board, and the one place where it is wired to events.

As in the chat, buttons carry ``data-do`` and no function: ``assets/board.js`` listens once on the
document, and calls what `register` put there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import reflex as rx
from reflex.event import EventType, passthrough_event_spec

from components.markup import chain, literal, script

Handler = EventType[Any]


@dataclass(frozen=True, kw_only=True)
class BoardHandlers:
    """Events of the board; the arguments each is called with are in its comment.

    ``key`` is the page's own for one request, and comes back with the answer. ``version`` is the
    one of the ticket that the agent saw.
    """

    reload: Handler
    show: Handler
    """``query``: that of the address, such as ``view=mine&language=sn``"""
    more: Handler
    """``status, whole``: whether the page shows as many cards as a window holds"""
    newer: Handler
    """``status``"""
    move: Handler
    """``key, ticket_id, version, status``"""
    assign: Handler
    """``key, ticket_id, version, staff_id``; empty for nobody, ``me`` for the caller"""
    prioritise: Handler
    """``key, ticket_id, version, priority``"""
    set_team: Handler
    """``key, ticket_id, version, team``"""
    tag: Handler
    """``key, ticket_id, version, tags``: the whole list, parted by spaces or commas"""
    reply: Handler
    """``key, ticket_id, version, text, then``: the state to move to with it, or empty"""
    note: Handler
    """``key, ticket_id, version, text``"""
    merge: Handler
    """``key, ticket_id, version, into``"""
    escalate: Handler
    """``key, ticket_id, version, text``"""
    bulk_assign: Handler
    """``key, tickets, staff_id``: ``TCK-1:3 TCK-2:7``, each with its version"""
    bulk_close: Handler
    """``key, tickets``"""
    open_item: Handler
    """``item_id``: of a ticket or a conversation"""
    close_item: Handler
    earlier: Handler
    """Older messages of the open conversation"""
    typing: Handler
    """The agent types to the customer; at most every 3 seconds"""
    take: Handler
    """``key, handover_id``"""
    hand_back: Handler
    """``key, handover_id``"""
    say: Handler
    """``key, handover_id, text``: to the customer, while the agent has the conversation"""
    resend: Handler
    """``key, notice_id``"""
    resend_all: Handler
    """``key``"""


_SPECS: dict[str, Callable[..., Any]] = {
    "show": passthrough_event_spec(str),
    "more": passthrough_event_spec(str, bool),
    "newer": passthrough_event_spec(str),
    "move": passthrough_event_spec(str, str, int, str),
    "assign": passthrough_event_spec(str, str, int, str),
    "prioritise": passthrough_event_spec(str, str, int, str),
    "set_team": passthrough_event_spec(str, str, int, str),
    "tag": passthrough_event_spec(str, str, int, str),
    "reply": passthrough_event_spec(str, str, int, str, str),
    "note": passthrough_event_spec(str, str, int, str),
    "merge": passthrough_event_spec(str, str, int, str),
    "escalate": passthrough_event_spec(str, str, int, str),
    "bulk_assign": passthrough_event_spec(str, str, str),
    "bulk_close": passthrough_event_spec(str, str),
    "open_item": passthrough_event_spec(str),
    "take": passthrough_event_spec(str, str),
    "hand_back": passthrough_event_spec(str, str),
    "say": passthrough_event_spec(str, str, str),
    "resend": passthrough_event_spec(str, str),
    "resend_all": passthrough_event_spec(str),
}
_NONE: Callable[[], Sequence[rx.Var[Any]]] = rx.event.no_args_event_spec


def register(handlers: BoardHandlers) -> Any:
    """Make the function that puts the handlers where `assets/board.js` finds them.

    It belongs to the ``on_mount`` of one element of the board.
    """
    table = literal(
        {
            field.name: chain(getattr(handlers, field.name), _SPECS.get(field.name, _NONE))
            for field in fields(handlers)
        }
    )
    return script(f"(() => {{ (window.ecocash ??= {{}}).board = {table} }})")
