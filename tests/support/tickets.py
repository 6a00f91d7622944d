"""Tickets and staff for tests, and many tickets fast for measurements."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from ecocash_copilot.actions.tickets import open_ticket
from ecocash_copilot.actions.tickets.changes import Change, changed, differences, staff_actor
from ecocash_copilot.actions.tickets.opening import begin_ticket
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.counters import skip_numbers
from ecocash_copilot.store.ticket_fill import History, fill_tickets
from ecocash_copilot.store.ticket_keys import NUMBERS
from schemas.identity import Locale
from schemas.money import Currency, Money
from schemas.notice import Notice, TicketNews
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketCategory, TicketStatus
from schemas.ticket_record import NewTicket, Ticket, TicketEvent, TicketEventKind
from schemas.wallet import Direction, Party, Transaction, TransactionKind, TransactionStatus

AGENT = Staff(id="agent-1", name="Tariro Moyo", roles=frozenset({StaffRole.AGENT}))
OTHER_AGENT = Staff(id="agent-2", name="Blessing Ndlovu", roles=frozenset({StaffRole.AGENT}))
SUPERVISOR = Staff(id="supervisor-1", name="Farai", roles=frozenset({StaffRole.SUPERVISOR}))
OPERATOR = Staff(id="operator-1", name="Nokuthula", roles=frozenset({StaffRole.OPERATOR}))

_FIRST = 500_000
_STATES = tuple(TicketStatus)
_WORDS = (
    *("money", "transfer", "bank", "wallet", "merchant", "airtime", "token", "agent", "debited"),
    *("twice", "missing", "number", "wrong", "reversal", "school", "fees", "groceries", "till"),
    *("mari", "yangu", "haina", "kusvika", "imali", "yami", "ayifikanga", "ndapota", "ngicela"),
)
_RARE_WORDS = tuple(f"place{number}" for number in range(800))


def transaction(number: int = 1, amount: str = "45.00") -> Transaction:
    """A payment to somebody."""
    return Transaction(
        reference=f"MP260301.1412.L{number:05d}",
        kind=TransactionKind.SEND,
        direction=Direction.OUT,
        status=TransactionStatus.COMPLETED,
        amount=Money(amount=Decimal(amount), currency=Currency.USD),
        counterparty=Party(name="Privilege Sibanda", msisdn="+263772418950"),
        occurred_at=datetime.fromisoformat("2026-03-01T12:12:00Z"),
    )


def notice(customer_id: str = "c-1", due: datetime | None = None, **fields: Any) -> Notice:
    """A notice about a ticket; ``fields`` are more of its own, or of what it says."""
    moment = now() if due is None else due
    said = {name: fields.pop(name) for name in ("ticket_id", "title", "text") if name in fields}
    news = {"ticket_id": "TCK-100042", "title": "Answer", "text": "Ndatenda ✓", **said}
    return Notice(
        id=new_id("nt"),
        type="ticket.moved",
        customer_id=customer_id,
        at=moment,
        data=TicketNews(version=2, status=TicketStatus.IN_PROGRESS, **news),
        next_at=moment + timedelta(seconds=1) if due is None else due,
        **fields,
    )


def new_ticket(customer_id: str = "c-1", **fields: Any) -> NewTicket:
    """A report that a customer consented to."""
    given: dict[str, Any] = {
        "customer_name": "Tariro Dube",
        "msisdn": "+263771234567",
        "category": TicketCategory.OTHER,
        "description": "It does not work",
        "consent_id": new_id("cs"),
        **fields,
    }
    return NewTicket(customer_id=customer_id, **given)


async def opened(store: Store, customer_id: str = "c-1", **fields: Any) -> Ticket:
    """Open a ticket as a consent would."""
    new = new_ticket(customer_id, **fields)
    return await store.transact(lambda tx: open_ticket(store, tx, new))


async def fill(
    store: Store, count: int, moment: datetime, agents: int = 20, *, events: bool = True
) -> None:
    """Write so many tickets, spread over all states and the ninety days before a moment.

    A fifth is in each state. Counts are consistent with them, and numbers to come are higher. A
    hundred thousand need an embedded server with some gigabytes of cache.
    """
    await fill_tickets(store, _histories(count, moment, agents), events=events)
    await skip_numbers(store, NUMBERS, _FIRST + count)


def _histories(count: int, moment: datetime, agents: int) -> Iterator[History]:
    random = Random(count)
    for number in range(1, count + 1):
        opened_at = moment - timedelta(seconds=random.uniform(60, 90 * 86400))
        new = new_ticket(
            f"c-{number % 40_000}",
            customer_name=f"Customer {number}",
            msisdn=f"+2637710{number % 100_000:05d}",
            locale=random.choice(tuple(Locale)),
            category=random.choice(tuple(TicketCategory)),
            description=" ".join(random.sample(_WORDS, 4) + random.sample(_RARE_WORDS, 5)),
            transaction=transaction(number % 100_000) if number % 3 else None,
        )
        ticket, opening = begin_ticket(new, f"TCK-{_FIRST + number}", opened_at)
        yield _lived(ticket, opening, _STATES[number % 5], number % (agents + 1), random, moment)


def _lived(
    ticket: Ticket,
    opening: TicketEvent,
    status: TicketStatus,
    agent: int,
    random: Random,
    end: datetime,
) -> History:
    staff = Staff(id=f"agent-{agent}", name=f"Agent {agent}", roles=frozenset({StaffRole.AGENT}))
    actor = staff_actor(staff)
    changes: list[Change] = []
    if agent:
        desk = {"assignee": staff.id, "assignee_name": staff.name}
        changes.append(Change(TicketEventKind.ASSIGNED, actor, desk))
    if status is not TicketStatus.NEW:
        changes.append(Change(TicketEventKind.MOVED, actor, {"status": status}))
    events, at = [opening], ticket.created_at
    for change in changes:
        at += (end - at) * random.uniform(0.01, 0.3)
        before, ticket = ticket, changed(ticket, change, at)
        events.append(
            TicketEvent(
                ticket_id=ticket.id,
                version=ticket.version,
                kind=change.kind,
                actor=change.actor,
                at=at,
                changes=differences(before, ticket),
            )
        )
    return History(ticket, tuple(events))
