"""The one path by which tickets change.

A change is decided on the ticket as it is inside the transaction, checked against the legal moves,
and kept with its event, the counts and the notice, or not at all. Afterwards the customer's chat
gets its message; what a crash leaves out is made up for, see ``telling``.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from ecocash_copilot.actions.sla import (
    earliest_due,
    end_clock,
    meet_clock,
    pause_clock,
    resume_clock,
    shift_clock,
    sla_policies,
    start_clock,
)
from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.actions.tickets.telling import notice_of, tell, tells
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, NotFound
from ecocash_copilot.store.client import Store, Tx, run_anew
from ecocash_copilot.store.outbox import insert_notice
from ecocash_copilot.store.ticket_counts import change_counts
from ecocash_copilot.store.ticket_events import find_events, has_event, insert_event
from ecocash_copilot.store.ticket_keys import is_open
from ecocash_copilot.store.tickets import (
    duplicated,
    find_whole_ticket,
    insert_ticket,
    replace_ticket,
)
from schemas.staff import Staff, StaffRole
from schemas.ticket import LEGAL_MOVES, Evidence, TicketId, TicketStatus
from schemas.ticket_record import (
    PUBLIC_EVENTS,
    Actor,
    ActorKind,
    Ticket,
    TicketEvent,
    TicketEventKind,
    TicketPriority,
)

HARMLESS = frozenset({TicketEventKind.SEEN})
"""What somebody else may have done meanwhile without it mattering to any change."""

_TOLD_FIELDS = (
    "status",
    "priority",
    "category",
    "team",
    "assignee",
    "tags",
    "escalated",
    "reversal_requested",
    "merged_into",
    "unread",
    "reopened",
    "rating",
)
"""Fields whose values before and after stand in the event: replayed, they give the ticket."""


MOST_MISSED = 200
"""Events since a caller's version, from which on they must look again whatever happened."""


class Stale(Conflict):
    """Somebody else changed the ticket since the caller saw it."""

    code = "stale"
    default_detail = "Somebody else has changed this ticket."

    def __init__(self, ticket: Ticket, events: Sequence[TicketEvent]) -> None:
        """Carry the ticket as it is now, and what happened since the caller's version."""
        super().__init__()
        self.ticket = ticket
        self.events = list(events)


@dataclass(frozen=True)
class Change:
    """What is to become of a ticket."""

    kind: TicketEventKind
    actor: Actor
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    """New values of the ticket's fields; clocks, versions and moments follow from them."""
    text: str = ""
    evidence: Sequence[Evidence] = ()
    key: str | None = None
    """The page's own: under one key a ticket has one event of a kind."""


Decide = Callable[[Ticket], Change | None]
"""Looks at a ticket and says what becomes of it; None leaves it. May raise a ``ProductError``."""


def staff_actor(staff: Staff) -> Actor:
    """Return a member of staff as who made a change."""
    return Actor(kind=ActorKind.STAFF, id=staff.id, name=staff.name, via="board")


async def change_as_staff(
    store: Store,
    staff: Staff,
    ticket_id: TicketId,
    expected_version: int | None,
    decide: Decide,
    *,
    also: Callable[[Tx, Ticket], Awaitable[None]] | None = None,
    once: tuple[TicketEventKind, str] | None = None,
) -> Ticket:
    """Change a ticket for a member of staff, and tell the customer where they are told.

    Args:
        expected_version: what the caller saw; None takes the ticket as it is.
        once: the kind and the key of the change: where it was made before, it is not made again,
            whatever happened to the ticket since.
        also: what else happens in the transaction, after the change, given the ticket as it was.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        NotFound: there is no such ticket.
        Stale: others changed it since that version.
        Conflict: it can't be done in the state the ticket is in.
    """
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)

    async def work(tx: Tx) -> tuple[Ticket, TicketEvent | None]:
        ticket = await load(store, tx, ticket_id)
        if once is not None and await has_event(store, tx, ticket_id, *once):
            return ticket, None
        await _check_version(store, tx, ticket, expected_version)
        change = decide(ticket)
        if change is None:
            return ticket, None
        kept = await apply(store, tx, ticket, change)
        if also is not None:
            await also(tx, ticket)
        return kept

    ticket, event = await store.transact(work)
    if event is not None:
        await tell(store, ticket, event)
    return ticket


async def load(store: Store, tx: Tx, ticket_id: TicketId) -> Ticket:
    """Return a ticket as the transaction sees it.

    Raises:
        NotFound: there is none.
    """
    ticket = await find_whole_ticket(store, ticket_id, tx)
    if ticket is None:
        raise NotFound("There is no such ticket.")
    return ticket


async def apply(store: Store, tx: Tx, before: Ticket, change: Change) -> tuple[Ticket, TicketEvent]:
    """Keep a change of a ticket: itself, its event, the counts and the notice.

    Raises:
        Conflict: the move is not legal, or the transaction has another open ticket.
    """
    moment = max(now(), before.updated_at)
    after = changed(before, change, moment)
    try:
        replaced = await replace_ticket(store, tx, after, before.version)
    except DuplicateKeyError as error:
        if duplicated(error) != "open_for":
            raise
        raise Conflict("Another ticket about this transaction is open.") from error
    if not replaced:
        raise Conflict("Somebody else has changed this ticket.")
    event = TicketEvent(
        ticket_id=after.id,
        version=after.version,
        kind=change.kind,
        actor=change.actor,
        at=moment,
        changes=differences(before, after),
        text=change.text,
        evidence=list(change.evidence),
    )
    await keep(store, tx, before, after, event, change.key)
    return after, event


async def open_new(store: Store, tx: Tx, ticket: Ticket, event: TicketEvent) -> None:
    """Keep a new ticket with its first event.

    Raises:
        Conflict: its transaction has an open one.
        PyMongoError: its consent has just opened one, and the transaction runs anew to find it;
            or its number is taken.
    """
    try:
        await insert_ticket(store, tx, ticket)
    except DuplicateKeyError as error:
        match duplicated(error):
            case "open_for":
                raise Conflict("There is an open ticket about this already.") from error
            case "consent_id":
                raise run_anew() from error
            case _:
                raise
    await keep(store, tx, None, ticket, event)


async def keep(
    store: Store,
    tx: Tx,
    before: Ticket | None,
    after: Ticket,
    event: TicketEvent,
    key: str | None = None,
) -> None:
    """Write what goes with a ticket's new version."""
    await insert_event(store, tx, event, untold=tells(after, event), key=key)
    await change_counts(store, tx, before, after)
    notice = await notice_of(store, tx, before, after, event)
    if notice is not None:
        await insert_notice(store, tx, notice)


def changed(before: Ticket, change: Change, moment: datetime) -> Ticket:
    """Return a ticket after a change. Pure.

    Raises:
        Conflict: the move is not legal.
    """
    fields: dict[str, Any] = {**change.fields, "version": before.version + 1}
    if change.kind in PUBLIC_EVENTS:
        fields["updated_at"] = moment
    status = fields.get("status", before.status)
    if status is not before.status:
        fields |= _moved(before, status, moment)
    after = before.model_copy(update=fields)
    after = _with_clocks(before, after, change, moment)
    return after.model_copy(update={"due_at": earliest_due(after.first_reply, after.resolution)})


def differences(before: Ticket | None, after: Ticket) -> dict[str, tuple[str, str]]:
    """Return each told field that differs, with its text before and after."""
    pairs = {
        name: (as_text(getattr(before, name)) if before else "", as_text(getattr(after, name)))
        for name in _TOLD_FIELDS
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def as_text(value: Any) -> str:
    """Return a field's value as events hold it; nothing is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(cast("list[str]", value)) if isinstance(value, list) else str(value)


async def _check_version(
    store: Store, tx: Tx, ticket: Ticket, expected_version: int | None
) -> None:
    if expected_version is None or ticket.version == expected_version:
        return
    events = await find_events(store, ticket.id, expected_version, tx, limit=MOST_MISSED)
    # Of so many the oldest are not known, and may not be harmless.
    unknown = len(events) in (0, MOST_MISSED)
    if unknown or any(each.kind not in HARMLESS for each in events):
        raise Stale(ticket, events)


def _moved(before: Ticket, status: TicketStatus, moment: datetime) -> dict[str, Any]:
    """Return what changes with the state."""
    if status not in LEGAL_MOVES[before.status]:
        raise Conflict(f"A ticket can't go from {before.status.value} to {status.value}.")
    if is_open(status):
        again = not is_open(before.status)
        return {"resolved_at": None, "reopened": before.reopened + 1} if again else {}
    return {"resolved_at": before.resolved_at or moment}


def _with_clocks(before: Ticket, after: Ticket, change: Change, moment: datetime) -> Ticket:
    """Return the ticket with its clocks as they run after a change."""
    first, resolution = after.first_reply, after.resolution
    by_staff = change.actor.kind is ActorKind.STAFF
    if after.priority is not before.priority:
        was = sla_policies().promise(before.category, before.priority)
        promised = sla_policies().promise(after.category, after.priority)
        first = shift_clock(first, promised.first_reply - was.first_reply, moment)
        resolution = shift_clock(resolution, promised.resolution - was.resolution, moment)
    if change.kind is TicketEventKind.REPLIED:
        first = meet_clock(first, moment)
    if is_open(before.status) and not is_open(after.status):
        # Staff who resolve or close say so to the customer, which is an answer as well.
        end = meet_clock if by_staff else end_clock
        first, resolution = end(first, moment), end(resolution, moment)
    elif is_open(after.status) and not is_open(before.status):
        promised = sla_policies().promise(after.category, after.priority)
        # More time for what is left to do; that it was late once stays known.
        again = start_clock(promised.resolution, moment)
        resolution = again.model_copy(update={"breached": resolution.breached})
    if after.status is TicketStatus.PENDING_CUSTOMER:
        first, resolution = pause_clock(first, moment), pause_clock(resolution, moment)
    else:
        first, resolution = resume_clock(first, moment), resume_clock(resolution, moment)
    return after.model_copy(update={"first_reply": first, "resolution": resolution})


def raised(priority: TicketPriority, least: TicketPriority = TicketPriority.HIGH) -> TicketPriority:
    """Return a priority, raised to at least this one."""
    order = list(TicketPriority)
    return max(priority, least, key=order.index)
