"""Tickets begin: under a customer's consent, with a number that nobody else gets."""

from datetime import datetime
from typing import Literal

from ecocash_copilot.actions.sla import earliest_due, sla_policies, start_clock
from ecocash_copilot.actions.tickets.changes import differences, open_new
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.wallet import REASON_LABELS
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.counters import next_number
from ecocash_copilot.store.ticket_keys import NUMBERS, ticket_id
from ecocash_copilot.store.tickets import find_ticket_of_consent
from schemas.identity import CustomerId
from schemas.ticket import TicketId
from schemas.ticket_record import (
    Actor,
    ActorKind,
    NewTicket,
    Ticket,
    TicketEvent,
    TicketEventKind,
)

Via = Literal["chat", "mcp"]
"""Where a customer does something."""

FIRST_NUMBER = 100_043
"""Lower numbers belong to demo tickets."""


async def open_ticket(store: Store, tx: Tx, new: NewTicket, *, via: Via = "chat") -> Ticket:
    """Open a ticket, under the next number; where the consent opened one before, return that.

    Raises:
        Conflict: the transaction has an open one.
    """
    if (opened := await find_ticket_of_consent(store, new.consent_id, tx)) is not None:
        return opened
    number = await next_number(store, tx, NUMBERS, FIRST_NUMBER)
    ticket, event = begin_ticket(new, ticket_id(number), now(), via=via)
    await open_new(store, tx, ticket, event)
    return ticket


def begin_ticket(
    new: NewTicket, ticket_id: TicketId, moment: datetime, *, via: Via = "chat"
) -> tuple[Ticket, TicketEvent]:
    """Return a ticket as it is opened, with its clocks running, and its first event. Pure."""
    policies = sla_policies()
    policy = policies.category[new.category]
    promise = policies.promise(new.category, policy.priority)
    first_reply = start_clock(promise.first_reply, moment)
    resolution = start_clock(promise.resolution, moment)
    ticket = Ticket(
        **{name: getattr(new, name) for name in NewTicket.model_fields},
        id=ticket_id,
        subject=subject_of(new),
        priority=policy.priority,
        team=policy.team,
        created_at=moment,
        updated_at=moment,
        first_reply=first_reply,
        resolution=resolution,
        due_at=earliest_due(first_reply, resolution),
    )
    event = TicketEvent(
        ticket_id=ticket.id,
        version=ticket.version,
        kind=TicketEventKind.OPENED,
        actor=customer_actor(new.customer_id, new.customer_name, via),
        at=moment,
        changes=differences(None, ticket),
        text=ticket.description,
        evidence=ticket.evidence,
    )
    return ticket, event


def subject_of(new: NewTicket) -> str:
    """Return a ticket's subject in the customer's language: what is wrong, with what."""
    reason = translator(new.locale)(REASON_LABELS[new.category])
    if new.transaction is None:
        return reason
    party = new.transaction.counterparty.name[:80]
    return f"{reason}: {new.transaction.amount}, {party}"


def customer_actor(customer_id: CustomerId, name: str | None, via: Via) -> Actor:
    """Return a customer as who made a change."""
    return Actor(kind=ActorKind.CUSTOMER, id=customer_id, name=name or "", via=via)
