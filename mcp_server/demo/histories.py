"""Turn a ticket's script into the ticket and its events, by the rules that real ones follow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from ecocash_copilot.actions.tickets.changes import Change, changed, differences, staff_actor
from ecocash_copilot.actions.tickets.opening import begin_ticket
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.store.ticket_fill import History
from schemas.identity import Customer
from schemas.ticket import TicketCategory, TicketId, TicketStatus
from schemas.ticket_record import (
    Actor,
    ActorKind,
    NewTicket,
    Ticket,
    TicketEvent,
    TicketEventKind,
    TicketPriority,
)
from schemas.wallet import Transaction

DEMO_AGENT = DEMO_STAFF["agent-1"]
"""The agent who works demo tickets."""

Moment = tuple[int, str]
"""Days back from the anchor day, and ``HH:MM`` in Harare."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a ticket. Exactly one field beside ``at`` and ``status`` is set.

    ``status`` alone is a move by the agent; with ``reply`` the ticket moves along with it.
    """

    at: Moment
    status: TicketStatus | None = None
    assign: bool = False
    priority: TicketPriority | None = None
    tags: tuple[str, ...] = ()
    reply: str = ""
    note: str = ""
    says: str = ""
    """The customer adds something."""
    stars: int = 0
    seen: bool = False


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket to come."""

    id: TicketId
    category: TicketCategory
    description: str
    opened: Moment
    subject: str = ""
    """Empty: as real tickets get theirs."""
    steps: tuple[Step, ...] = ()
    answers: dict[str, str] = field(default_factory=dict[str, str])
    about: str | None = None
    """Label of the line of the wallet that it is about."""


def moment_at(anchor: date, days_ago: int, at: str) -> datetime:
    """Return a moment of the Harare calendar."""
    day = anchor - timedelta(days=days_ago)
    return datetime.combine(day, time.fromisoformat(at), HARARE)


def ticket_history(
    line: TicketLine, customer: Customer, transaction: Transaction | None, anchor: date
) -> History:
    """Return a demo ticket with its events. Pure."""
    ticket, opening = _opened(line, customer, transaction, _utc(anchor, line.opened))
    events = [opening]
    for step in line.steps:
        for change in _changes(step, ticket):
            moment = _utc(anchor, step.at)
            before, ticket = ticket, changed(ticket, change, moment)
            events.append(
                TicketEvent(
                    ticket_id=ticket.id,
                    version=ticket.version,
                    kind=change.kind,
                    actor=change.actor,
                    at=moment,
                    changes=differences(before, ticket),
                    text=change.text,
                )
            )
    return History(ticket, tuple(events))


def _opened(
    line: TicketLine, customer: Customer, transaction: Transaction | None, moment: datetime
) -> tuple[Ticket, TicketEvent]:
    new = NewTicket(
        customer_id=customer.id,
        customer_name=customer.name,
        msisdn=customer.msisdn,
        locale=customer.locale,
        category=line.category,
        description=line.description,
        answers=line.answers,
        transaction=transaction,
        consent_id="demo",
    )
    ticket, event = begin_ticket(new, line.id, moment)
    # Nobody consented to a demo ticket; the field is unique.
    changes = {"consent_id": None, "subject": line.subject or ticket.subject}
    return ticket.model_copy(update=changes), event


def _changes(step: Step, ticket: Ticket) -> Iterator[Change]:
    kinds = TicketEventKind
    agent = staff_actor(DEMO_AGENT)
    if step.reply:
        begun = TicketStatus.IN_PROGRESS if ticket.status is TicketStatus.NEW else ticket.status
        fields = {
            "status": step.status or begun,
            "unread": False,
            "last_update": step.reply,
        }
        yield Change(kinds.REPLIED, agent, fields, step.reply)
    elif step.status is not None:
        yield Change(kinds.MOVED, agent, {"status": step.status})
    if step.assign:
        desk = {"assignee": DEMO_AGENT.id, "assignee_name": DEMO_AGENT.name}
        yield Change(kinds.ASSIGNED, agent, desk)
    if step.priority:
        yield Change(kinds.PRIORITISED, agent, {"priority": step.priority})
    if step.tags:
        yield Change(kinds.TAGGED, agent, {"tags": list(step.tags)})
    if step.note:
        yield Change(kinds.NOTED, agent, text=step.note)
    if step.seen:
        yield Change(kinds.SEEN, agent, {"unread": False})
    if step.says:
        waited = ticket.status is TicketStatus.PENDING_CUSTOMER
        status = TicketStatus.IN_PROGRESS if waited else ticket.status
        yield Change(
            kinds.INFORMED, _customer(ticket), {"unread": True, "status": status}, step.says
        )
    if step.stars:
        yield Change(kinds.RATED, _customer(ticket), {"rating": step.stars})


def _customer(ticket: Ticket) -> Actor:
    name = ticket.customer_name or ""
    return Actor(kind=ActorKind.CUSTOMER, id=ticket.customer_id, name=name, via="chat")


def _utc(anchor: date, moment: Moment) -> datetime:
    return moment_at(anchor, *moment).astimezone(UTC)
