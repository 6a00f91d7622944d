"""The ``tickets`` collection.

A ticket is kept as its schema writes it, beside the few fields that queries need. A change replaces
the whole document, only at the version that it was made from.
"""

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from ecocash_copilot.store.ticket_keys import (
    BOARD_FIELDS,
    board_keys,
    is_open,
    rank,
    search_terms,
    stamp,
)
from schemas.identity import CustomerId
from schemas.ticket import TicketId
from schemas.ticket_record import Ticket
from schemas.wallet import TransactionReference

COLLECTION = "tickets"
INDEXES = [
    IndexModel([("customer_id", ASCENDING), ("created_at", DESCENDING)], name="customer_tickets"),
    # One open ticket for each transaction, also of tickets merged into it, and one ticket for each
    # consent, whoever races.
    IndexModel([("open_for", ASCENDING)], name="by_open_for", unique=True, sparse=True),
    IndexModel([("consent_id", ASCENDING)], name="by_consent", unique=True, sparse=True),
    IndexModel([("reference", ASCENDING)], name="by_reference", sparse=True),
    IndexModel([("msisdn", ASCENDING)], name="by_msisdn", sparse=True),
    IndexModel([("terms", ASCENDING)], name="by_term", sparse=True),
    IndexModel([("escalated", ASCENDING)], name="by_escalated", sparse=True),
    *(IndexModel([(name, ASCENDING)], name=f"by_{name}") for name in BOARD_FIELDS.values()),
]

_NEWEST = 20


def _tickets(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def find_customer_tickets(
    store: Store, customer_id: CustomerId, limit: int = _NEWEST
) -> list[Ticket]:
    """Return a customer's tickets, newest first."""
    cursor = (
        _tickets(store)
        .find({"customer_id": customer_id}, {"ticket": 1})
        .sort([("created_at", DESCENDING), ("_id", DESCENDING)])
        .limit(limit)
    )
    return [parse_ticket(each) async for each in cursor]


async def drop_early_tickets(store: Store, customer_id: CustomerId) -> int:
    """Delete a customer's tickets from before they had a history; return how many there were.

    Only demo data was ever written like that.
    """
    early = {"customer_id": customer_id, "ticket.customer_id": {"$exists": False}}
    return (await _tickets(store).delete_many(early)).deleted_count


async def find_whole_ticket(
    store: Store, ticket_id: TicketId, tx: Tx | None = None
) -> Ticket | None:
    """Return a ticket, whoever it belongs to."""
    document = await _tickets(store).find_one({"_id": ticket_id}, {"ticket": 1}, session=tx)
    return parse_ticket(document) if document else None


async def find_open_ticket(
    store: Store,
    customer_id: CustomerId,
    reference: TransactionReference,
    tx: Tx | None = None,
) -> Ticket | None:
    """Return the customer's open ticket about a transaction, also by what was merged into it."""
    document = await _tickets(store).find_one(
        {"open_for": _open_for(customer_id, reference)}, {"ticket": 1}, session=tx
    )
    return parse_ticket(document) if document else None


async def find_escalated_tickets(store: Store, limit: int) -> list[Ticket]:
    """Return open tickets that wait for somebody senior, most urgent first."""
    cursor = _tickets(store).find({"escalated": {"$gte": ""}}, {"ticket": 1})
    cursor = cursor.sort("escalated", ASCENDING).limit(limit)
    return [parse_ticket(each) async for each in cursor]


async def find_ticket_of_consent(store: Store, consent_id: str, tx: Tx) -> Ticket | None:
    """Return the ticket that was opened under a consent."""
    document = await _tickets(store).find_one({"consent_id": consent_id}, {"ticket": 1}, session=tx)
    return parse_ticket(document) if document else None


async def insert_ticket(store: Store, tx: Tx, ticket: Ticket) -> None:
    """Write a new ticket as part of a transaction.

    Raises:
        DuplicateKeyError: its consent opened one before, its transaction has an open one, or its
            number is taken; ``duplicated`` says which.
    """
    await _tickets(store).insert_one(ticket_document(ticket), session=tx)


async def replace_ticket(store: Store, tx: Tx, ticket: Ticket, expected_version: int) -> bool:
    """Put a ticket in place of its earlier version. False if that is not the version there is.

    Raises:
        DuplicateKeyError: it is open again, and its transaction has another open one.
    """
    result = await _tickets(store).replace_one(
        {"_id": ticket.id, "version": expected_version}, ticket_document(ticket), session=tx
    )
    return result.matched_count == 1


async def delete_ticket(store: Store, tx: Tx, ticket_id: TicketId) -> None:
    """Remove a ticket; only demo tickets are ever removed."""
    await _tickets(store).delete_one({"_id": ticket_id}, session=tx)


async def insert_tickets(store: Store, tickets: Sequence[Ticket]) -> None:
    """Write many new tickets at once, without their events and counts."""
    if tickets:
        documents = [ticket_document(each) for each in tickets]
        await _tickets(store).insert_many(documents, ordered=False)


def ticket_document(ticket: Ticket) -> Document:
    """Return a ticket as it is kept."""
    document: dict[str, Any] = {
        "_id": ticket.id,
        "version": ticket.version,
        "customer_id": ticket.customer_id,
        "created_at": ticket.created_at,
        "status": ticket.status.value,
        "category": ticket.category.value,
        "locale": ticket.locale.value,
        "assignee": ticket.assignee,
        **board_keys(ticket),
        **search_terms(ticket),
        "ticket": ticket.model_dump(mode="json", exclude_none=True),
    }
    if ticket.escalated and is_open(ticket.status):
        document["escalated"] = stamp(rank(ticket))
    if ticket.consent_id is not None:
        document["consent_id"] = ticket.consent_id
    if ticket.msisdn is not None:
        document["msisdn"] = ticket.msisdn
    if ticket.transaction is not None:
        document["reference"] = ticket.transaction.reference
    references = ticket.references()
    if references and is_open(ticket.status):
        document["open_for"] = [_open_for(ticket.customer_id, each) for each in references]
    return document


def duplicated(error: DuplicateKeyError) -> str:
    """Return the field whose index refused a ticket, such as ``open_for``; of more, any."""
    return next(iter((error.details or {}).get("keyPattern", {})), "")


def parse_ticket(document: Document) -> Ticket:
    """Return a ticket from its document."""
    return Ticket.model_validate(document["ticket"])


def _open_for(customer_id: CustomerId, reference: TransactionReference) -> str:
    return f"{customer_id}/{reference}"
