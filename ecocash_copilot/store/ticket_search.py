"""Searches over all tickets, newest first.

Words are indexed with the moment of their ticket. A search reads back from now, in looks as wide as
what they hold asks for, so that its cost follows what it shows.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Document, Store
from ecocash_copilot.store.counters import last_number
from ecocash_copilot.store.ticket_columns import Window
from ecocash_copilot.store.ticket_keys import (
    NUMBERS,
    moment_of,
    search_term,
    stamp,
    ticket_id,
)
from ecocash_copilot.store.tickets import COLLECTION, parse_ticket
from schemas.identity import Msisdn
from schemas.ticket_record import Ticket
from schemas.wallet import TransactionReference

_FIRST_LOOK = timedelta(hours=3)
_LONGEST_LOOK = timedelta(days=1000)
"""A look that would be longer takes in all that is earlier."""

_WIDER, _WIDEST = 2.0, 8.0
"""How many times as long as the one before a look is at least and at most."""

_SPARE = 1.3
"""How many times what is still wanted the next look is expected to hold."""

_SAMPLE = 32
"""Tickets whose words are counted, to look for the rarest of a search."""

_MOST = 200
_AHEAD = timedelta(minutes=1)
_MILLISECOND = timedelta(milliseconds=1)


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
    # What was created at one moment is told apart by its number, so that moment is read again.
    end = (moment_of(after) if after is not None else now() + _AHEAD) + _MILLISECOND
    key = words[0] if len(words) == 1 else await _rarest(store, words)
    query: dict[str, Any] = {**conditions, "words": {"$all": words}}
    ids: dict[str, str] = {}
    span: timedelta | None = _FIRST_LOOK
    while span is not None and len(ids) <= limit:
        start = end - span if span < _LONGEST_LOOK else None
        query |= _between(store, key, start, end)
        before = len(ids)
        async for document in store.kept(COLLECTION).find(query, {"created_at": 1}):
            place = _place(document)
            if after is None or place < after:
                ids[place] = document["_id"]
        span = _next_span(span, len(ids) - before, limit + 1 - len(ids)) if start else None
        end = start or end
    places = sorted(ids, reverse=True)
    shown = places[:limit]
    tickets = await _find_tickets(store, [ids[place] for place in shown])
    return Window(tickets, shown[-1] if len(places) > limit else None)


def _between(store: Store, word: str, start: datetime | None, end: datetime) -> dict[str, Any]:
    """Return what holds for tickets with a word from a moment on until before another.

    MongoDB reads a range of an array's index only where one element is to be in it. The embedded
    server reads it where that is not said, and else reads everything.
    """
    within = {"$gte": search_term(word, start), "$lt": search_term(word, end)}
    created = {"$lt": end} if start is None else {"$gte": start, "$lt": end}
    return {"created_at": created, "terms": within if store.embedded else {"$elemMatch": within}}


def _next_span(span: timedelta, found: int, missing: int) -> timedelta:
    wider = _SPARE * missing / found if found else _WIDEST
    return span * min(max(wider, _WIDER), _WIDEST)


async def _rarest(store: Store, words: list[str]) -> str:
    """Return the word that the fewest of the newest tickets hold; of several, the longest."""
    last = await last_number(store, NUMBERS)
    ids = [ticket_id(last - each) for each in range(_SAMPLE)]
    held: Counter[str] = Counter()
    async for document in store.kept(COLLECTION).find({"_id": {"$in": ids}}, {"words": 1}):
        held.update(document["words"])
    return min(words, key=lambda word: (held[word], -len(word)))


async def _find_tickets(store: Store, ids: list[str]) -> list[Ticket]:
    cursor = store.kept(COLLECTION).find({"_id": {"$in": ids}}, {"ticket": 1})
    found = {ticket.id: ticket for ticket in map(parse_ticket, await cursor.to_list())}
    return [found[each] for each in ids if each in found]


async def _find_by(store: Store, field: str, value: str) -> list[Ticket]:
    cursor = store.kept(COLLECTION).find({field: value}, {"ticket": 1})
    documents = await cursor.sort("created_at", DESCENDING).limit(_MOST).to_list()
    return [parse_ticket(each) for each in documents]


def _place(document: Document) -> str:
    return f"{stamp(document['created_at'])}/{document['_id']}"
