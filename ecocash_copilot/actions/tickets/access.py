"""Tickets reached by those who may, and their histories."""

from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.statements import find_statements
from ecocash_copilot.store.ticket_events import find_events
from ecocash_copilot.store.tickets import (
    find_customer_tickets,
    find_open_ticket,
    find_whole_ticket,
)
from schemas.identity import Customer, CustomerId
from schemas.staff import Staff, StaffRole
from schemas.statement import Statement
from schemas.ticket import TicketId
from schemas.ticket_record import Ticket, TicketEvent
from schemas.wallet import TransactionReference

_MOST_STATEMENTS = 5


async def access_ticket(store: Store, customer: Customer, ticket_id: TicketId) -> Ticket:
    """Return a ticket of this customer.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    ticket = await find_whole_ticket(store, ticket_id)
    if ticket is None or ticket.customer_id != customer.id:
        raise NotFound("There is no such ticket.")
    return ticket


async def access_ticket_as_staff(store: Store, staff: Staff, ticket_id: TicketId) -> Ticket:
    """Return any ticket, to an agent or a supervisor.

    Raises:
        NotAllowed: the member of staff is neither.
        NotFound: there is no such ticket.
    """
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)
    ticket = await find_whole_ticket(store, ticket_id)
    if ticket is None:
        raise NotFound("There is no such ticket.")
    return ticket


async def list_tickets(store: Store, customer_id: CustomerId) -> list[Ticket]:
    """Return a customer's tickets, newest first, the latest twenty at most."""
    return await find_customer_tickets(store, customer_id)


async def list_events(
    store: Store, ticket_id: TicketId, after_version: int = 0, *, limit: int = 0
) -> list[TicketEvent]:
    """Return what happened to a ticket after a version, oldest first.

    The caller has accessed the ticket; private notes are among them. ``limit``: of more than so
    many, the newest alone; 0 for all.
    """
    return await find_events(store, ticket_id, after_version, limit=limit)


async def list_statements(store: Store, staff: Staff, ticket: Ticket) -> list[Statement]:
    """Return what the customer shared for a ticket, latest first, the latest few at most.

    Args:
        ticket: one that the caller has accessed.

    Raises:
        NotAllowed: the member of staff is neither agent nor supervisor.
    """
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)
    return await find_statements(store, ticket.id, _MOST_STATEMENTS)


async def find_open_ticket_for(
    store: Store, customer_id: CustomerId, reference: TransactionReference
) -> Ticket | None:
    """Return the customer's ticket about a transaction that is not resolved or closed."""
    return await find_open_ticket(store, customer_id, reference)
