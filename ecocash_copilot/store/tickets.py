"""The ``tickets`` collection, as its customers see it."""

from collections.abc import Sequence
from typing import Any

from pymongo import DESCENDING, IndexModel, ReplaceOne

from ecocash_copilot.store.client import Store
from schemas.identity import CustomerId
from schemas.ticket import TicketId, TicketSummary

COLLECTION = "tickets"
INDEXES = [IndexModel([("customer_id", 1), ("created_at", DESCENDING)], name="customer_tickets")]

_NEWEST = 20


async def find_tickets(store: Store, customer_id: CustomerId) -> list[TicketSummary]:
    """Return the customer's tickets, newest first, the latest twenty at most."""
    cursor = (
        store.quick(COLLECTION)
        .find({"customer_id": customer_id}, {"_id": 0, "ticket": 1})
        .sort([("created_at", DESCENDING), ("_id", DESCENDING)])
        .limit(_NEWEST)
    )
    return [TicketSummary.model_validate(each["ticket"]) async for each in cursor]


async def find_ticket(
    store: Store, customer_id: CustomerId, ticket_id: TicketId
) -> TicketSummary | None:
    """Return one ticket of this customer."""
    document = await store.quick(COLLECTION).find_one(
        {"_id": ticket_id, "customer_id": customer_id}, {"ticket": 1}
    )
    return TicketSummary.model_validate(document["ticket"]) if document else None


async def replace_tickets(
    store: Store, customer_id: CustomerId, tickets: Sequence[TicketSummary]
) -> None:
    """Write a customer's tickets in place of what there was."""
    await store.kept(COLLECTION).delete_many({"customer_id": customer_id})
    documents = [_document(customer_id, each) for each in tickets]
    if documents:
        await store.kept(COLLECTION).bulk_write(
            [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
        )


def _document(customer_id: CustomerId, ticket: TicketSummary) -> dict[str, Any]:
    return {
        "_id": ticket.id,
        "customer_id": customer_id,
        "created_at": ticket.created_at,
        "ticket": ticket.model_dump(mode="json", exclude_none=True),
    }
