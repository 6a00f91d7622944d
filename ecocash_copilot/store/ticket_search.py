"""Searches over all tickets, newest first."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.ticket_columns import Window
from ecocash_copilot.store.ticket_keys import day_of, moment_of, month_of, stamp
from ecocash_copilot.store.tickets import COLLECTION, parse_ticket
from schemas.identity import Msisdn
from schemas.ticket_record import Ticket
from schemas.wallet import TransactionReference

_DAYS = (1, 3, 12)
"""How many days each of the first looks takes in."""

_MONTHS = (1, 3, 12, 36, 72)
"""How many months each of the later ones does."""

_SAMPLE_DAYS = 2
"""Days in which the words of a search are counted, to look for the rarest."""

_MOST = 200
_AHEAD = timedelta(minutes=1)


async def find_by_reference(store: Store, reference: TransactionReference) -> list[Ticket]:
    """Return the tickets about a transaction, newest first."""
    return await _find_by(store, "reference", reference)


async def find_by_msisdn(store: Store, msisdn: Msisdn) -> list[Ticket]:
    """Return the tickets of the customer with a number, newest first."""
    return await _find_by(store, "msisdn", msisdn)


async def find_by_words(
    store: Store,
    words: list[str],
    conditions: Mapping[str, str | None],
    after: str | None,
    limit: int,
) -> Window:
    """Return tickets that hold every one of these words, newest first.

    Args:
        words: as ``ticket_keys.search_words`` gives them; at least one.
        conditions: plain fields of the document and their values.
        after: place of the last ticket before the window; None begins with the newest.
        limit: how many tickets.

    Raises:
        ValueError: ``after`` is no place.
    """
    begins = moment_of(after) if after is not None else now() + _AHEAD
    key = words[0] if len(words) == 1 else await _rarest(store, words, day_of(begins))
    query: dict[str, Any] = {**conditions, "words": {"$all": words}}
    found: dict[str, Ticket] = {}
    for periods, before in _looks(begins):
        query["terms"] = {"$in": [f"{key}/{period}" for period in periods]}
        query["created_at"] = {"$lt": before}
        async for document in store.kept(COLLECTION).find(query, {"ticket": 1}):
            ticket = parse_ticket(document)
            found.setdefault(_place(ticket), ticket)
        places = sorted((each for each in found if after is None or each < after), reverse=True)
        if len(places) > limit:
            shown = places[:limit]
            return Window([found[each] for each in shown], shown[-1])
    places = sorted((each for each in found if after is None or each < after), reverse=True)
    return Window([found[each] for each in places], None)


async def _rarest(store: Store, words: list[str], day: int) -> str:
    """Return the word that the fewest tickets of the last days hold; of several, the longest."""
    counted = [
        await store.kept(COLLECTION).count_documents(
            {"terms": {"$in": [f"{word}/d{day - each}" for each in range(_SAMPLE_DAYS)]}}
        )
        for word in words
    ]
    return min(zip(counted, words, strict=True), key=lambda each: (each[0], -len(each[1])))[1]


async def _find_by(store: Store, field: str, value: str) -> list[Ticket]:
    cursor = store.kept(COLLECTION).find({field: value}, {"ticket": 1})
    documents = await cursor.sort("created_at", DESCENDING).limit(_MOST).to_list()
    return [parse_ticket(each) for each in documents]


def _looks(begins: datetime) -> Iterator[tuple[list[str], datetime]]:
    """Yield the periods of each look back in time, and the moment that it ends before."""
    before, day = begins + timedelta(milliseconds=1), day_of(begins)
    for count in _DAYS:
        yield [f"d{day - each}" for each in range(count)], before
        day -= count
    month = month_of(begins - timedelta(days=sum(_DAYS) - 1))
    for count in _MONTHS:
        yield [f"m{month - each}" for each in range(count)], before
        month -= count


def _place(ticket: Ticket) -> str:
    return f"{stamp(ticket.created_at)}/{ticket.id}"
