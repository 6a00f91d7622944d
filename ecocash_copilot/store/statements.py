"""The ``statements`` collection: transactions that customers let support see, for one ticket."""

from typing import Any

from pymongo import DESCENDING, IndexModel

from ecocash_copilot.store.client import Collection, Document, Store, Tx
from schemas.statement import Statement
from schemas.ticket import TicketId

COLLECTION = "statements"
INDEXES = [IndexModel([("ticket_id", 1), ("shared_at", DESCENDING)], name="by_ticket")]


def _statements(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_statement(store: Store, tx: Tx, statement: Statement) -> None:
    """Write a statement as part of a transaction."""
    document: dict[str, Any] = statement.model_dump(mode="json", exclude={"id"}, exclude_none=True)
    document |= {"_id": statement.id, "shared_at": statement.shared_at}
    await _statements(store).insert_one(document, session=tx)


async def find_statements(store: Store, ticket_id: TicketId, limit: int) -> list[Statement]:
    """Return what was shared for a ticket, latest first."""
    cursor = _statements(store).find({"ticket_id": ticket_id})
    return [_parse(each) async for each in cursor.sort("shared_at", DESCENDING).limit(limit)]


async def delete_statements(store: Store, tx: Tx, ticket_id: TicketId) -> None:
    """Delete what was shared for a ticket."""
    await _statements(store).delete_many({"ticket_id": ticket_id}, session=tx)


def _parse(document: Document) -> Statement:
    return Statement.model_validate({"id": document.pop("_id"), **document})
