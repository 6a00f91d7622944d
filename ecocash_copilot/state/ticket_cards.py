"""Tickets on the cards of a chat, as they are now rather than as they were when the card was sent.

A message keeps the tickets that it showed. Pages draw them with what is known by now, so a page
that saw every change and one that opens afresh show the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ecocash_copilot.actions.tickets import access_ticket, list_tickets
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.present.messages import widget_view
from ecocash_copilot.store.client import Store
from schemas.identity import Customer, Locale
from schemas.message import Message
from schemas.ticket import TicketId, TicketSummary
from schemas.ticket_record import Ticket
from schemas.views import MessageView, TicketRow
from schemas.widgets import TicketStatusBoard

KnownTickets = Mapping[TicketId, Ticket]


def ticket_ids(messages: Iterable[Message]) -> set[TicketId]:
    """Return the tickets that the cards of these messages show."""
    return {
        ticket.id
        for message in messages
        for widget in message.widgets
        if isinstance(widget, TicketStatusBoard)
        for ticket in widget.tickets
    }


async def read_tickets(
    store: Store, customer: Customer, messages: Iterable[Message]
) -> list[Ticket]:
    """Return the tickets that these messages show, as they are now."""
    wanted = ticket_ids(messages)
    if not wanted:
        return []
    found = [each for each in await list_tickets(store, customer.id) if each.id in wanted]
    for ticket_id in wanted - {each.id for each in found}:
        try:
            found.append(await access_ticket(store, customer, ticket_id))
        except NotFound:
            continue
    return found


def as_known(message: Message, known: KnownTickets) -> Message:
    """Return a message whose cards show the tickets as they are known."""
    if not known or not any(isinstance(each, TicketStatusBoard) for each in message.widgets):
        return message
    widgets = [
        widget.model_copy(update={"tickets": [_newest(each, known) for each in widget.tickets]})
        if isinstance(widget, TicketStatusBoard)
        else widget
        for widget in message.widgets
    ]
    return message.model_copy(update={"widgets": widgets})


def _newest(summary: TicketSummary, known: KnownTickets) -> TicketSummary:
    ticket = known.get(summary.id)
    return summary if ticket is None else ticket.summary()


def ticket_row(ticket: Ticket, locale: Locale, now: datetime) -> TicketRow:
    """Return a ticket's line on a card."""
    board = TicketStatusBoard(id=ticket.id, tickets=[ticket.summary()])
    return widget_view(board, locale, now).tickets[0]


def with_row(view: MessageView, row: TicketRow) -> MessageView:
    """Return a message whose cards show this line for its ticket; itself where nothing differs."""
    if not any(each.id == row.id and each != row for w in view.widgets for each in w.tickets):
        return view
    widgets = [
        widget.model_copy(
            update={"tickets": [row if each.id == row.id else each for each in widget.tickets]}
        )
        if any(each.id == row.id for each in widget.tickets)
        else widget
        for widget in view.widgets
    ]
    return view.model_copy(update={"widgets": widgets})
