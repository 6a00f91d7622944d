"""What customers do with their tickets.

Those that take a ``Tx`` are carried out under a consent, in the transaction that uses it up;
rating and reopening are the customer's own taps and need none. None of them writes to the chat:
what the customer does there shows by itself.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ecocash_copilot.actions.tickets.changes import Change, apply, load
from ecocash_copilot.actions.tickets.effects import asked_back, escalated, informed
from ecocash_copilot.actions.tickets.opening import Via, customer_actor
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.statements import insert_statement
from ecocash_copilot.store.ticket_events import has_event
from ecocash_copilot.store.ticket_keys import is_open
from ecocash_copilot.store.wallet import find_transactions
from schemas.identity import Customer, CustomerId
from schemas.statement import MAX_STATEMENT_TRANSACTIONS, Statement
from schemas.ticket import REOPEN_DAYS, Evidence, TicketId, TicketStatus
from schemas.ticket_record import MAX_WORDS, Ticket, TicketEventKind
from schemas.wallet import TransactionFilter

MAX_TICKET_EVIDENCE = 12
"""Files that a ticket may hold in all."""

MAX_COMMENT = 500


async def add_information(
    store: Store,
    tx: Tx,
    customer_id: CustomerId,
    ticket_id: TicketId,
    text: str,
    evidence: Sequence[Evidence] = (),
    *,
    via: Via = "chat",
    key: str | None = None,
) -> Ticket:
    """Add what a customer says; a ticket that waits for them goes on being worked on.

    Args:
        key: the page's own; what was added under it before is not added again.

    Raises:
        NotFound: no such ticket of this customer.
        Conflict: it is closed, or goes on in another.
        Invalid: nothing was said, or there are too many files.
    """
    ticket = await _own(store, tx, customer_id, ticket_id)
    if key and await has_event(store, tx, ticket_id, TicketEventKind.INFORMED, key):
        return ticket
    _need_unclosed(ticket)
    if not text.strip() and not evidence:
        raise Invalid("Please say what to add.")
    kept = [*ticket.evidence, *evidence]
    if len(kept) > MAX_TICKET_EVIDENCE:
        raise Invalid(f"A ticket holds {MAX_TICKET_EVIDENCE} files at most.")
    fields = {**informed(ticket), "evidence": kept}
    kind = TicketEventKind.INFORMED
    return await _change(
        store, tx, ticket, kind, fields, text=text, evidence=evidence, via=via, key=key
    )


async def escalate(
    store: Store,
    tx: Tx,
    customer_id: CustomerId,
    ticket_id: TicketId,
    text: str,
    *,
    via: Via = "chat",
) -> Ticket:
    """Ask for somebody senior, which raises the priority to high at least.

    Raises:
        NotFound: no such ticket of this customer.
        Conflict: it is not open, or was escalated before.
    """
    ticket = await _own(store, tx, customer_id, ticket_id)
    _need_open(ticket)
    if ticket.escalated:
        raise Conflict("This ticket is with a senior colleague already.")
    kind = TicketEventKind.ESCALATED
    return await _change(store, tx, ticket, kind, escalated(ticket), text=text, via=via)


async def close_by_customer(
    store: Store,
    tx: Tx,
    customer_id: CustomerId,
    ticket_id: TicketId,
    text: str = "",
    *,
    via: Via = "chat",
) -> Ticket:
    """Close a ticket that the customer needs no more.

    Raises:
        NotFound: no such ticket of this customer.
        Conflict: it is closed already.
    """
    ticket = await _own(store, tx, customer_id, ticket_id)
    _need_unclosed(ticket)
    fields = {"status": TicketStatus.CLOSED}
    return await _change(store, tx, ticket, TicketEventKind.MOVED, fields, text=text, via=via)


async def request_reversal(
    store: Store,
    tx: Tx,
    customer_id: CustomerId,
    ticket_id: TicketId,
    text: str = "",
    *,
    via: Via = "chat",
) -> Ticket:
    """Ask for the ticket's transaction to be reversed, which raises the priority to high at least.

    Raises:
        NotFound: no such ticket of this customer.
        Conflict: it is not open, has no transaction, or this was asked before.
    """
    ticket = await _own(store, tx, customer_id, ticket_id)
    _need_open(ticket)
    if not ticket.references():
        raise Conflict("This ticket is not about a transaction.")
    if ticket.reversal_requested:
        raise Conflict("A reversal has been requested already.")
    kind = TicketEventKind.REVERSAL_REQUESTED
    return await _change(store, tx, ticket, kind, asked_back(ticket), text=text, via=via)


async def share_statement(
    store: Store,
    tx: Tx,
    customer_id: CustomerId,
    ticket_id: TicketId,
    date_from: date,
    date_to: date,
    *,
    via: Via = "chat",
) -> Ticket:
    """Let support see the customer's transactions of some days, as they are now.

    Raises:
        NotFound: no such ticket of this customer.
        Conflict: it is not open.
    """
    ticket = await _own(store, tx, customer_id, ticket_id)
    _need_open(ticket)
    days = TransactionFilter(date_from=date_from, date_to=date_to)
    found, total = await find_transactions(
        store, customer_id, days, before=None, limit=MAX_STATEMENT_TRANSACTIONS
    )
    statement = Statement(
        id=new_id("st"),
        ticket_id=ticket_id,
        customer_id=customer_id,
        date_from=date_from,
        date_to=date_to,
        shared_at=now(),
        transactions=found,
        total=total,
    )
    await insert_statement(store, tx, statement)
    kind, text = TicketEventKind.STATEMENT_SHARED, f"{date_from}/{date_to}"
    return await _change(store, tx, ticket, kind, {"unread": True}, text=text, via=via)


async def rate(
    store: Store, customer: Customer, ticket_id: TicketId, stars: int, comment: str = ""
) -> Ticket:
    """Rate how a ticket was resolved. Rating again replaces it; the history keeps each.

    Args:
        stars: 1 to 5.
        comment: 500 characters at most.

    Raises:
        NotFound: no such ticket of this customer.
        Conflict: it is not resolved or closed, or goes on in another.
        Invalid: not so many stars, or too long a comment.
    """
    comment = comment.strip()
    if not 1 <= stars <= 5:
        raise Invalid("A rating has one to five stars.")
    if len(comment) > MAX_COMMENT:
        raise Invalid(f"A comment has {MAX_COMMENT} characters at most.")

    async def work(tx: Tx) -> Ticket:
        ticket = await _own(store, tx, customer.id, ticket_id)
        if is_open(ticket.status) or ticket.merged_into:
            raise Conflict("This ticket can be rated once it is resolved.")
        if (ticket.rating, ticket.rating_comment) == (stars, comment):
            return ticket
        fields = {"rating": stars, "rating_comment": comment}
        return await _change(store, tx, ticket, TicketEventKind.RATED, fields, text=comment)

    return await store.transact(work)


async def reopen(
    store: Store,
    customer: Customer,
    ticket_id: TicketId,
    reason: str = "",
    *,
    key: str | None = None,
) -> Ticket:
    """Take a resolved or closed ticket up again, within ``REOPEN_DAYS`` of its end.

    Args:
        key: the page's own; a ticket that was reopened under it stays as it is.

    Raises:
        NotFound: no such ticket of this customer.
        Conflict: it is open, ended too long ago, goes on in another, or its transaction has
            another open ticket.
        Invalid: the reason is too long.
    """
    reason = reason.strip()
    if len(reason) > MAX_WORDS:
        raise Invalid(f"Please use {MAX_WORDS} characters at most.")

    async def work(tx: Tx) -> Ticket:
        ticket = await _own(store, tx, customer.id, ticket_id)
        if key and await has_event(store, tx, ticket_id, TicketEventKind.REOPENED, key):
            return ticket
        if is_open(ticket.status):
            raise Conflict("This ticket is open already.")
        _need_unmerged(ticket)
        if now() - (ticket.resolved_at or ticket.updated_at) > timedelta(days=REOPEN_DAYS):
            raise Conflict(f"A ticket can be reopened for {REOPEN_DAYS} days. Please open another.")
        fields = {"status": TicketStatus.IN_PROGRESS, "unread": True}
        kind = TicketEventKind.REOPENED
        return await _change(store, tx, ticket, kind, fields, text=reason, key=key)

    return await store.transact(work)


async def _own(store: Store, tx: Tx, customer_id: CustomerId, ticket_id: TicketId) -> Ticket:
    ticket = await load(store, tx, ticket_id)
    if ticket.customer_id != customer_id:
        raise NotFound("There is no such ticket.")
    return ticket


def _need_unmerged(ticket: Ticket) -> None:
    if ticket.merged_into:
        raise Conflict(f"This ticket goes on in {ticket.merged_into}.")


def _need_open(ticket: Ticket) -> None:
    _need_unmerged(ticket)
    if not is_open(ticket.status):
        raise Conflict("This ticket is not open any more.")


def _need_unclosed(ticket: Ticket) -> None:
    _need_unmerged(ticket)
    if ticket.status is TicketStatus.CLOSED:
        raise Conflict("This ticket is closed.")


async def _change(
    store: Store,
    tx: Tx,
    ticket: Ticket,
    kind: TicketEventKind,
    fields: dict[str, Any],
    *,
    text: str = "",
    evidence: Sequence[Evidence] = (),
    via: Via = "chat",
    key: str | None = None,
) -> Ticket:
    actor = customer_actor(ticket.customer_id, ticket.customer_name, via)
    change = Change(kind, actor, fields, text, evidence, key)
    after, _ = await apply(store, tx, ticket, change)
    return after
