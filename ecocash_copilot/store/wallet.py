"""Collections of the built-in demo wallet: ``wallets`` and ``transactions``.

Every read names its customer, so no query can reach another customer's rows. A transaction is kept
as its schema writes it, beside the few fields that queries need. Its place in the history is one
string, ``sort_key``, so that days and page cursors are ranges of one indexed field (an ``$or`` over
two fields makes the embedded server scan the whole collection). Amounts compare as whole
minor units.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pymongo import DESCENDING, IndexModel, ReplaceOne

from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.store.client import Store
from schemas.identity import CustomerId
from schemas.wallet import Balance, Transaction, TransactionFilter, TransactionReference

COLLECTION = "transactions"
INDEXES = [IndexModel([("customer_id", 1), ("sort_key", DESCENDING)], name="customer_history")]
"""Single transactions are found by ``_id``, which holds the customer and the reference."""

_WALLETS = "wallets"
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_NUMBER = re.compile(r"^\+?[\d\s()-]+$")
_NUMBER_PUNCTUATION = re.compile(r"[\s()-]")
_COUNTRY_CODE = "+263"


async def find_balances(store: Store, customer_id: CustomerId) -> list[Balance]:
    """Return the customer's wallets; empty where the customer has none."""
    document = await store.quick(_WALLETS).find_one({"_id": customer_id}, {"balances": 1})
    return [Balance.model_validate(each) for each in document["balances"]] if document else []


async def find_transaction(
    store: Store, customer_id: CustomerId, reference: TransactionReference
) -> Transaction | None:
    """Return one transaction of this customer."""
    document = await store.quick(COLLECTION).find_one(
        {"_id": _document_id(customer_id, reference)}, {"transaction": 1}
    )
    return Transaction.model_validate(document["transaction"]) if document else None


async def find_transactions(
    store: Store,
    customer_id: CustomerId,
    conditions: TransactionFilter,
    *,
    before: str | None,
    limit: int,
) -> tuple[list[Transaction], int]:
    """Return at most ``limit`` matching transactions, newest first, and how many match in all.

    Args:
        before: list only those older than this sort key; None starts at the newest.
    """
    page: list[dict[str, Any]] = [
        {"$limit": limit},
        {"$project": {"_id": 0, "transaction": 1}},
    ]
    if before is not None:
        page.insert(0, {"$match": {"sort_key": {"$lt": before}}})
    # One pass finds and counts: half the server's work of asking twice.
    cursor = await store.quick(COLLECTION).aggregate(
        [
            {"$match": _query(customer_id, conditions)},
            {"$sort": {"sort_key": DESCENDING}},
            {"$facet": {"page": page, "count": [{"$count": "total"}]}},
        ]
    )
    (answer,) = await cursor.to_list()
    found = [Transaction.model_validate(each["transaction"]) for each in answer["page"]]
    return found, answer["count"][0]["total"] if answer["count"] else 0


async def replace_wallet(
    store: Store,
    customer_id: CustomerId,
    balances: Sequence[Balance],
    transactions: Sequence[Transaction],
) -> None:
    """Write a customer's wallet in place of what there was."""
    await store.kept(COLLECTION).delete_many({"customer_id": customer_id})
    documents = [_document(customer_id, each) for each in transactions]
    if documents:
        await store.kept(COLLECTION).bulk_write(
            [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
        )
    wallet = {"balances": [each.model_dump(mode="json") for each in balances]}
    await store.kept(_WALLETS).replace_one({"_id": customer_id}, wallet, upsert=True)


def sort_key(transaction: Transaction) -> str:
    """Return the place of a transaction in its history; a greater key is newer."""
    return f"{_stamp(transaction.occurred_at)}/{transaction.reference}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _document_id(customer_id: CustomerId, reference: TransactionReference) -> str:
    return f"{customer_id}/{reference}"


def _document(customer_id: CustomerId, transaction: Transaction) -> dict[str, Any]:
    return {
        "_id": _document_id(customer_id, transaction.reference),
        "customer_id": customer_id,
        "sort_key": sort_key(transaction),
        "currency": transaction.amount.currency.value,
        "direction": transaction.direction.value,
        "status": transaction.status.value,
        "kind": transaction.kind.value,
        "amount_minor": _minor(transaction.amount.amount),
        "search": _searchable(transaction),
        "transaction": transaction.model_dump(mode="json", exclude_none=True),
    }


def _searchable(transaction: Transaction) -> list[str]:
    party = transaction.counterparty
    texts = [party.name, transaction.reference, party.account, transaction.note]
    if party.msisdn is not None:
        texts += [party.msisdn, party.msisdn.replace(_COUNTRY_CODE, "0")]
    return [text.lower() for text in texts if text]


def _minor(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _query(customer_id: CustomerId, conditions: TransactionFilter) -> dict[str, Any]:
    query: dict[str, Any] = {"customer_id": customer_id}
    for name in ("currency", "direction", "status", "kind"):
        wanted = getattr(conditions, name)
        if wanted is not None:
            query[name] = wanted.value
    if span := _days(conditions):
        query["sort_key"] = span
    if conditions.text is not None:
        query["search"] = {"$regex": _pattern(conditions.text)}
    if amounts := _amount_range(conditions):
        query["amount_minor"] = amounts
    return query


def _days(conditions: TransactionFilter) -> dict[str, str]:
    """Turn days of the Harare calendar into a range of sort keys."""
    span: dict[str, str] = {}
    if conditions.date_from is not None:
        span["$gte"] = _stamp(_midnight(conditions.date_from))
    if conditions.date_to is not None:
        span["$lt"] = _stamp(_midnight(conditions.date_to) + timedelta(days=1))
    return span


def _midnight(day: date) -> datetime:
    return datetime.combine(min(max(day, _FIRST_DAY), _LAST_DAY), time.min, HARARE)


def _amount_range(conditions: TransactionFilter) -> dict[str, int]:
    amounts: dict[str, int] = {}
    if conditions.min_amount is not None:
        amounts["$gte"] = _minor(conditions.min_amount)
    if conditions.max_amount is not None:
        amounts["$lte"] = _minor(conditions.max_amount)
    return amounts


def _pattern(text: str) -> str:
    """Match the text literally; a number is also found as it is stored, without its spaces."""
    wanted = [text.lower()]
    if _NUMBER.match(text):
        wanted.append(_NUMBER_PUNCTUATION.sub("", text))
    return "|".join(re.escape(each) for each in wanted if each)
