"""Ticket status board: the customer's tickets and where each stands."""

import reflex as rx

from components.markup import Prop, cond, either, el, foreach
from components.transaction_row import status_pill
from schemas.views import TicketRow, WidgetView


def _ticket(ticket: Prop[TicketRow]) -> rx.Component:
    status = either(ticket.status, "new")
    return el.li(
        el.b(ticket.subject),
        status_pill(status, ticket.status_label),
        el.span(el.i(), el.i(), el.i(), class_name="steps", aria_hidden=True),
        cond(ticket.last_update, el.q(ticket.last_update)),
        el.small(ticket.id, el.span(ticket.updated), class_name="muted"),
        class_name="ticket",
        data_ticket_id=ticket.id,
        data_status=status,
        key=ticket.id,
    )


def ticket_status_board(widget: Prop[WidgetView]) -> rx.Component:
    """Newest first, as the server ordered it."""
    return el.ul(foreach(widget.tickets, _ticket), class_name="tickets")
