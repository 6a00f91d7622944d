"""What staff do with tickets.

Each takes the version that its caller saw, and raises ``Stale`` where others have changed the
ticket since. All raise ``NotAllowed`` for whoever is neither agent nor supervisor, and ``NotFound``
for a ticket that is not there. What would change nothing changes nothing, and makes no event.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from ecocash_copilot.actions.messages import clean_text
from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.actions.tickets.changes import (
    Change,
    Decide,
    apply,
    change_as_staff,
    load,
    raised,
    staff_actor,
)
from ecocash_copilot.core.errors import Conflict, Invalid, ProductError
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.ticket_keys import is_open
from schemas.staff import Staff, StaffId, StaffRole
from schemas.ticket import TicketId, TicketStatus
from schemas.ticket_board import BulkResult
from schemas.ticket_record import (
    Tag,
    Team,
    Ticket,
    TicketEventKind,
    TicketPriority,
)

MAX_TAGS = 20
MAX_BULK = 100
"""Tickets that one bulk change may name."""

_UPDATE_LENGTH = 500


async def move(
    store: Store, staff: Staff, ticket_id: TicketId, expected_version: int, status: TicketStatus
) -> Ticket:
    """Move a ticket to another state; back from resolved or closed, it is reopened.

    Raises:
        Conflict: the move is not legal, or the ticket goes on in another.
    """

    def decide(ticket: Ticket) -> Change | None:
        if ticket.status is status:
            return None
        again = not is_open(ticket.status) and is_open(status)
        if again and ticket.merged_into:
            raise Conflict(f"This ticket goes on in {ticket.merged_into}.")
        kind = TicketEventKind.REOPENED if again else TicketEventKind.MOVED
        return Change(kind, staff_actor(staff), {"status": status})

    return await change_as_staff(store, staff, ticket_id, expected_version, decide)


async def assign(
    store: Store,
    staff: Staff,
    ticket_id: TicketId,
    expected_version: int,
    assignee: StaffId | None,
    assignee_name: str | None = None,
) -> Ticket:
    """Give a ticket to somebody; None takes it off everybody's desk."""
    name = (assignee_name or assignee) if assignee else None
    decide = _setting(
        staff, TicketEventKind.ASSIGNED, {"assignee": assignee, "assignee_name": name}
    )
    return await change_as_staff(store, staff, ticket_id, expected_version, decide)


async def prioritise(
    store: Store, staff: Staff, ticket_id: TicketId, expected_version: int, priority: TicketPriority
) -> Ticket:
    """Set how soon; running clocks move by what the priorities promise."""
    decide = _setting(staff, TicketEventKind.PRIORITISED, {"priority": priority})
    return await change_as_staff(store, staff, ticket_id, expected_version, decide)


async def tag(
    store: Store, staff: Staff, ticket_id: TicketId, expected_version: int, tags: Sequence[Tag]
) -> Ticket:
    """Set the ticket's tags, in place of those it has.

    Raises:
        Invalid: too many.
    """
    unique = list(dict.fromkeys(tags))
    if len(unique) > MAX_TAGS:
        raise Invalid(f"A ticket has {MAX_TAGS} tags at most.")
    decide = _setting(staff, TicketEventKind.TAGGED, {"tags": unique})
    return await change_as_staff(store, staff, ticket_id, expected_version, decide)


async def set_team(
    store: Store, staff: Staff, ticket_id: TicketId, expected_version: int, team: Team
) -> Ticket:
    """Hand a ticket to another team."""
    decide = _setting(staff, TicketEventKind.ASSIGNED, {"team": team})
    return await change_as_staff(store, staff, ticket_id, expected_version, decide)


async def note(
    store: Store,
    staff: Staff,
    ticket_id: TicketId,
    expected_version: int,
    text: str,
    *,
    key: str | None = None,
) -> Ticket:
    """Write what the customer never sees. It overwrites nothing, so it is never stale.

    Args:
        key: the page's own. Sent again under it, the note is written once.

    Raises:
        Invalid: nothing is left of the text, or it is too long.
    """
    kind = TicketEventKind.NOTED
    change = Change(kind, staff_actor(staff), text=clean_text(text), key=key)
    once = (kind, key) if key else None
    return await change_as_staff(store, staff, ticket_id, None, lambda _: change, once=once)


async def reply(
    store: Store,
    staff: Staff,
    ticket_id: TicketId,
    expected_version: int,
    text: str,
    *,
    then: TicketStatus | None = None,
    key: str | None = None,
) -> Ticket:
    """Write to the customer, in the ticket's chat. A new ticket is in progress by it.

    Args:
        then: the state that the ticket moves to with it, such as ``pending_customer``.
        key: the page's own. Sent again under it, the reply is written once.

    Raises:
        Invalid: nothing is left of the text, or it is too long.
        Conflict: the move is not legal, or the ticket goes on in another.
    """
    text, kind = clean_text(text), TicketEventKind.REPLIED

    def decide(ticket: Ticket) -> Change:
        if ticket.merged_into:
            raise Conflict(f"This ticket goes on in {ticket.merged_into}.")
        begun = TicketStatus.IN_PROGRESS if ticket.status is TicketStatus.NEW else ticket.status
        fields = {"status": then or begun, "unread": False, "last_update": text[:_UPDATE_LENGTH]}
        return Change(kind, staff_actor(staff), fields, text, key=key)

    once = (kind, key) if key else None
    return await change_as_staff(store, staff, ticket_id, expected_version, decide, once=once)


async def escalate_by_staff(
    store: Store, staff: Staff, ticket_id: TicketId, expected_version: int, text: str = ""
) -> Ticket:
    """Hand a ticket to somebody senior, which raises its priority to high at least.

    Raises:
        Conflict: it is not open, or was escalated before.
    """

    def decide(ticket: Ticket) -> Change:
        if not is_open(ticket.status) or ticket.escalated:
            raise Conflict("This ticket is escalated already, or not open any more.")
        fields = {"escalated": True, "priority": raised(ticket.priority)}
        return Change(TicketEventKind.ESCALATED, staff_actor(staff), fields, text.strip())

    return await change_as_staff(store, staff, ticket_id, expected_version, decide)


async def mark_seen(store: Store, staff: Staff, ticket_id: TicketId) -> Ticket:
    """Note that somebody read what the customer said."""
    decide = _setting(staff, TicketEventKind.SEEN, {"unread": False})
    return await change_as_staff(store, staff, ticket_id, None, decide)


async def merge(
    store: Store, staff: Staff, ticket_id: TicketId, expected_version: int, into: TicketId
) -> Ticket:
    """Close a ticket as a duplicate of another of the same customer.

    The other one gets its files and a line in its history, and is the open ticket about its
    transaction from then on. What the customer does with the duplicate is refused, naming the
    other.

    Returns:
        The duplicate.

    Raises:
        Conflict: the tickets are one and the same, of different customers, or not both open.
    """
    actor = staff_actor(staff)

    async def take_in(tx: Tx, duplicate: Ticket) -> None:
        target = await load(store, tx, into)
        if target.id == duplicate.id or target.customer_id != duplicate.customer_id:
            raise Conflict("Only two tickets of one customer can be merged.")
        if not is_open(target.status):
            raise Conflict(f"{target.id} is not open any more.")
        fields = {
            "unread": target.unread or duplicate.unread,
            "evidence": [*target.evidence, *duplicate.evidence],
            "also_about": [*target.also_about, *duplicate.references()],
        }
        await apply(store, tx, target, Change(TicketEventKind.MERGED, actor, fields, duplicate.id))

    def decide(ticket: Ticket) -> Change:
        if not is_open(ticket.status):
            raise Conflict(f"{ticket.id} is not open any more.")
        fields: dict[str, Any] = {
            "status": TicketStatus.CLOSED,
            "merged_into": into,
            "unread": False,
        }
        return Change(TicketEventKind.MERGED, actor, fields, into)

    return await change_as_staff(store, staff, ticket_id, expected_version, decide, also=take_in)


async def bulk_assign(
    store: Store,
    staff: Staff,
    tickets: Sequence[tuple[TicketId, int]],
    assignee: StaffId | None,
    assignee_name: str | None = None,
) -> list[BulkResult]:
    """Give several tickets to somebody, each by itself.

    Args:
        tickets: id, and the version that the caller saw, of each.

    Returns:
        What came of each, in the same order.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        Invalid: more than ``MAX_BULK`` tickets.
    """
    return await _each(
        staff,
        tickets,
        lambda each, version: assign(store, staff, each, version, assignee, assignee_name),
    )


async def bulk_close(
    store: Store, staff: Staff, tickets: Sequence[tuple[TicketId, int]]
) -> list[BulkResult]:
    """Close several tickets, each by itself; see ``bulk_assign``."""
    return await _each(
        staff,
        tickets,
        lambda each, version: move(store, staff, each, version, TicketStatus.CLOSED),
    )


def _setting(staff: Staff, kind: TicketEventKind, fields: dict[str, Any]) -> Decide:
    """Return what sets these fields, unless they are so already."""

    def decide(ticket: Ticket) -> Change | None:
        if all(getattr(ticket, name) == value for name, value in fields.items()):
            return None
        return Change(kind, staff_actor(staff), fields)

    return decide


async def _each(
    staff: Staff,
    tickets: Sequence[tuple[TicketId, int]],
    act: Callable[[TicketId, int], Awaitable[Ticket]],
) -> list[BulkResult]:
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)
    if len(tickets) > MAX_BULK:
        raise Invalid(f"Please choose {MAX_BULK} tickets at most.")
    results: list[BulkResult] = []
    for ticket_id, version in tickets:
        try:
            ticket = await act(ticket_id, version)
        except ProductError as error:
            results.append(BulkResult(ticket_id=ticket_id, ok=False, error=error.detail))
        else:
            results.append(BulkResult(ticket_id=ticket_id, ok=True, ticket=ticket))
    return results
