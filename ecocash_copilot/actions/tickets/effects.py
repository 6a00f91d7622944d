"""What a customer's act makes of a ticket, also before they have agreed to it. Pure."""

from datetime import datetime
from typing import Any

from ecocash_copilot.actions.tickets.changes import Change, changed, raised
from ecocash_copilot.actions.tickets.opening import customer_actor
from schemas.mutations import AddToTicket, EscalateTicket, Mutation, RequestReversal
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket, TicketEventKind

Fields = dict[str, Any]
"""New values of a ticket's fields."""


def informed(ticket: Ticket) -> Fields:
    """Return what changes when a customer adds something: a ticket that waited goes on."""
    fields: Fields = {"unread": True}
    if ticket.status is TicketStatus.PENDING_CUSTOMER:
        fields["status"] = TicketStatus.IN_PROGRESS
    return fields


def escalated(ticket: Ticket) -> Fields:
    """Return what changes when a customer asks for somebody senior."""
    return {"escalated": True, "unread": True, "priority": raised(ticket.priority)}


def asked_back(ticket: Ticket) -> Fields:
    """Return what changes when a customer asks for a reversal."""
    return {"reversal_requested": True, "unread": True, "priority": raised(ticket.priority)}


def foreseen(ticket: Ticket, call: Mutation, moment: datetime) -> Ticket:
    """Return a ticket as it would be after a call, with its clocks."""
    match call:
        case AddToTicket():
            kind, fields = TicketEventKind.INFORMED, informed(ticket)
        case EscalateTicket():
            kind, fields = TicketEventKind.ESCALATED, escalated(ticket)
        case RequestReversal():
            kind, fields = TicketEventKind.REVERSAL_REQUESTED, asked_back(ticket)
        case _:
            return ticket
    actor = customer_actor(ticket.customer_id, ticket.customer_name, "chat")
    return changed(ticket, Change(kind, actor, fields), moment)
