"""The open ticket, beside the board: its head, the conversation, and what is known."""

import reflex as rx

from components.board.card import clock
from components.board.choice import choice
from components.board.facts import facts
from components.board.history import history
from components.board.write import writing
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach, fragment
from components.message import message
from schemas.board_views import CannedView, EventView, FlashView, OptionView, PanelView, StaffView
from schemas.board_words import PRIORITIES
from schemas.ticket_record import TicketPriority
from schemas.views import ChatLabels, MessageView


def _option(option: Prop[OptionView]) -> rx.Component:
    return el.option(option.label, value=option.value)


def _person(person: Prop[StaffView]) -> rx.Component:
    return el.option(cond(person.me, f"{person.name} (me)", person.name), value=person.id)


def _controls(ticket: Prop[PanelView], staff: Value[list[StaffView]]) -> rx.Component:
    return el.div(
        choice(
            "Status",
            foreach(either(ticket.moves, []), _option),
            do="move",
            value=either(ticket.status, "new"),
            data_testid="ticket-status",
        ),
        choice(
            "Assignee",
            el.option("Nobody", value=""),
            foreach(staff, _person),
            do="assign",
            value=either(ticket.assignee_id, ""),
            data_testid="ticket-assign",
        ),
        choice(
            "Priority",
            *[el.option(text, value=value.value) for value, text in PRIORITIES.items()],
            do="prioritise",
            value=either(ticket.priority, TicketPriority.NORMAL.value),
            data_testid="ticket-priority",
        ),
        class_name="controls-of",
    )


def _name(name: Prop[str]) -> rx.Component:
    return el.span(name, class_name="viewer")


def _head(
    ticket: Prop[PanelView], staff: Value[list[StaffView]], viewers: Value[list[str]]
) -> rx.Component:
    is_ticket = either(ticket.kind, "") == "ticket"
    return el.header(
        el.div(
            cond(
                is_ticket,
                el.button(
                    ticket.id,
                    icon("copy"),
                    type="button",
                    class_name="quiet number",
                    data_do="copy_link",
                    data_value=ticket.id,
                    title="Copy the link",
                ),
                el.span(icon("person"), "Conversation", class_name="number"),
            ),
            clock(ticket.due, ticket.due_for, ticket.paused, ticket.breached),
            cond(ticket.escalated, el.span("Escalated", class_name="mark-word", data_kind="bad")),
            cond(
                ticket.reversal,
                el.span("Reversal asked", class_name="mark-word", data_kind="warn"),
            ),
            cond(
                ticket.merged_into,
                el.span(
                    f"Merged into {ticket.merged_into}", class_name="mark-word", data_kind="calm"
                ),
            ),
            el.span(class_name="space"),
            cond(
                viewers,
                el.span(
                    icon("eye"),
                    foreach(viewers, _name),
                    class_name="viewers",
                    role="status",
                    data_testid="ticket-viewers",
                ),
            ),
            el.button(
                icon("close"),
                type="button",
                class_name="quiet icon-button",
                data_do="close",
                aria_label="Close",
                title="Close (Esc)",
            ),
            class_name="line",
        ),
        el.h2(ticket.title),
        cond(is_ticket, _controls(ticket, staff)),
        class_name="panel-head",
    )


def _said(item: Prop[MessageView], labels: Prop[ChatLabels]) -> rx.Component:
    return fragment(message(message=item, labels=labels), key=item.id)


def _transcript(
    labels: Prop[ChatLabels],
    messages: Value[list[MessageView]],
    has_earlier: Value[bool],
    typing: Value[str],
    typing_tick: Value[int],
) -> rx.Component:
    """The customer's chat as they see it; nothing in it can be pressed."""
    return el.div(
        cond(
            has_earlier,
            el.button(
                "Show earlier messages",
                type="button",
                class_name="quiet wide-button",
                data_do="earlier",
            ),
        ),
        el.fieldset(
            el.ol(foreach(messages, _said, labels), class_name="messages"),
            disabled=True,
        ),
        cond(
            typing,
            el.p(typing, " is typing", class_name="typing", role="status", data_tick=typing_tick),
        ),
        class_name="chat transcript",
        role="region",
        aria_label="Conversation as the customer sees it",
        tab_index=0,
        data_testid="ticket-transcript",
    )


def panel(
    *,
    ticket: Prop[PanelView],
    staff: Value[list[StaffView]],
    events: Value[list[EventView]],
    labels: Prop[ChatLabels],
    messages: Value[list[MessageView]],
    has_earlier: Value[bool],
    typing: Value[str],
    typing_tick: Value[int],
    viewers: Value[list[str]],
    canned: Value[list[CannedView]],
    flash: Prop[FlashView],
) -> rx.Component:
    """Nothing while ``ticket.kind`` is empty."""
    return cond(
        either(ticket.kind, ""),
        el.aside(
            _head(ticket, staff, viewers),
            el.div(
                el.div(
                    _transcript(
                        labels,
                        messages,
                        has_earlier,
                        typing,
                        typing_tick,
                    ),
                    writing(ticket, canned, flash),
                    class_name="talk",
                ),
                el.div(
                    facts(ticket),
                    history(events),
                    class_name="rail",
                ),
                class_name="panel-body",
            ),
            class_name="ticket-panel",
            aria_label=cond(either(ticket.kind, "") == "ticket", "Ticket", "Conversation"),
            tab_index=-1,
            data_testid="ticket-panel",
            data_item=ticket.id,
            data_kind=ticket.kind,
            data_version=either(ticket.version, 0),
            data_status=either(ticket.status, "new"),
            data_handover_id=either(ticket.handover_id, ""),
            data_tags=either(ticket.tags, []).join(" "),
        ),
    )
