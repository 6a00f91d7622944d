"""What a customer can do in the chat, and the one place where it is wired to events.

Buttons carry ``data-do`` with the name of a handler and ``data-value`` with its argument;
``assets/chat.js`` listens once on the document and calls the handler that `register` put there.
So no message holds a function: a settled one is never rendered again, and stays small.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import reflex as rx
from reflex.event import EventType, passthrough_event_spec

from components.markup import chain, literal, script

Handler = EventType[Any]


@dataclass(frozen=True, kw_only=True)
class ChatHandlers:
    """Events of the chat page; the arguments each is called with are in its comment."""

    send: Handler
    """The composer was submitted; the text is read with ``ecocash.ui.takeText()``."""
    stop: Handler
    retry: Handler
    """``message_id``"""
    quick_action: Handler
    """``text``"""
    new_chat: Handler
    choose_language: Handler
    """``locale``"""
    open_history: Handler
    close_history: Handler
    open_conversation: Handler
    """``conversation_id``"""
    load_earlier: Handler
    get_help: Handler
    """``reference``"""
    open_transaction: Handler
    """``reference``"""
    pick_reason: Handler
    """``widget_id, category``"""
    chip: Handler
    """``widget_id, name``"""
    next_page: Handler
    """``widget_id``"""
    postback: Handler
    """``widget_id, name, value``"""
    deeplink: Handler
    """``url``"""
    form_next: Handler
    """``widget_id, fields``: what the shown step holds, as JSON of `schemas.report.Typed`"""
    form_back: Handler
    """``widget_id, fields``"""
    form_field: Handler
    """``widget_id, fields``: kept while typing; nobody waits for it"""
    form_edit: Handler
    """``widget_id, step``: from the review back to a step"""
    form_submit: Handler
    """``widget_id``"""
    form_discard: Handler
    """``widget_id``"""
    form_upload: Handler
    """``widget_id``: a ticket for one file, where the browser keeps no cookie"""
    form_evidence: Handler
    """``widget_id, evidence_id``: a file that was uploaded"""
    form_remove_evidence: Handler
    """``widget_id, evidence_id``"""
    confirm_accept: Handler
    """``widget_id``"""
    confirm_decline: Handler
    """``widget_id``"""
    ticket_rate: Handler
    """``ticket_id, stars``"""
    ticket_reopen: Handler
    """``ticket_id, text``"""
    ticket_add: Handler
    """``ticket_id, text``"""
    leave_queue: Handler
    """The customer no longer waits for a person"""
    typing: Handler
    """The customer types while a person answers; at most every 3 seconds"""
    talk_to_person: Handler
    sign_in_again: Handler
    reload: Handler


_ONE = passthrough_event_spec(str)
_TWO = passthrough_event_spec(str, str)
_THREE = passthrough_event_spec(str, str, str)
_NONE: Callable[[], Sequence[rx.Var[Any]]] = rx.event.no_args_event_spec

_SPECS: dict[str, Callable[..., Any]] = {
    "retry": _ONE,
    "quick_action": _ONE,
    "choose_language": _ONE,
    "open_conversation": _ONE,
    "get_help": _ONE,
    "open_transaction": _ONE,
    "pick_reason": _TWO,
    "chip": _TWO,
    "next_page": _ONE,
    "postback": _THREE,
    "deeplink": _ONE,
    "form_next": _TWO,
    "form_back": _TWO,
    "form_field": _TWO,
    "form_edit": _TWO,
    "form_submit": _ONE,
    "form_discard": _ONE,
    "form_upload": _ONE,
    "form_evidence": _TWO,
    "form_remove_evidence": _TWO,
    "confirm_accept": _ONE,
    "confirm_decline": _ONE,
    "ticket_rate": _TWO,
    "ticket_reopen": _THREE,
    "ticket_add": _THREE,
}


def register(handlers: ChatHandlers) -> Any:
    """Make the function that puts the handlers where `assets/chat.js` finds them.

    It belongs to the ``on_mount`` of one element of a page that shows messages.
    """
    table = literal(
        {
            field.name: chain(getattr(handlers, field.name), _SPECS.get(field.name, _NONE))
            for field in fields(handlers)
            if field.name != "send"
        }
    )
    return script(f"(() => {{ (window.ecocash ??= {{}}).actions = {table} }})")
