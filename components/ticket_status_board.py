"""Ticket status board: the customer's tickets, where each stands, and what they can do."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach
from components.transaction_row import status_pill
from schemas.views import ChatLabels, StageView, StarView, TicketRow, WidgetView


def _stage(stage: Prop[StageView]) -> rx.Component:
    return el.li(
        stage.label,
        el.small(stage.time, class_name="muted"),
        data_reached=cond(stage.reached, "true", "false"),
        aria_current=cond(stage.current, "step", "false"),
        key=stage.label,
    )


def _star(star: Prop[StarView]) -> rx.Component:
    return el.button(
        icon(cond(star.filled, "star_full", "star")),
        type="button",
        class_name="square",
        data_do="ticket_rate",
        data_value=star.value,
        aria_label=star.label,
        aria_pressed=cond(star.chosen, "true", "false"),
        key=star.value,
    )


def _words(title: Value[str], hint: Value[str], send: Value[str], do: str) -> rx.Component:
    """A line of the customer's own, behind a button."""
    return el.details(
        el.summary(title, class_name="button"),
        el.textarea(name="text", rows="3", max_length=2000, placeholder=hint, aria_label=hint),
        el.button(send, type="button", class_name="button fill wide", data_do=do),
        class_name="say",
    )


def _stars(ticket: Prop[TicketRow]) -> rx.Component:
    return el.div(
        el.span(ticket.stars_title),
        el.div(foreach(ticket.stars, _star)),
        class_name="stars",
        role="group",
        aria_label=ticket.stars_title,
    )


def _ticket(ticket: Prop[TicketRow], labels: Prop[ChatLabels]) -> rx.Component:
    status = either(ticket.status, "new")
    return el.li(
        el.b(ticket.subject),
        status_pill(status, ticket.status_label),
        el.ol(foreach(ticket.stages, _stage), class_name="stages"),
        cond(
            ticket.last_update,
            el.q(el.small(labels.ticket_news, class_name="muted"), ticket.last_update),
        ),
        cond(ticket.promise, el.p(ticket.promise, class_name="promise")),
        el.small(ticket.id, el.span(ticket.updated), class_name="muted"),
        cond(ticket.stars, _stars(ticket)),
        cond(
            ticket.can_add,
            _words(labels.ticket_add, labels.ticket_add_hint, labels.send, "ticket_add"),
        ),
        cond(
            ticket.can_reopen,
            _words(
                labels.ticket_reopen,
                labels.ticket_reopen_hint,
                labels.ticket_reopen_send,
                "ticket_reopen",
            ),
        ),
        class_name="ticket",
        data_ticket_id=ticket.id,
        data_status=status,
        key=ticket.id,
    )


def ticket_status_board(widget: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    """Newest first, as the server ordered it."""
    return el.ul(foreach(widget.tickets, _ticket, labels), class_name="tickets")
