"""Searches find every ticket, newest first, however tickets lie in time."""

from datetime import datetime, timedelta

import pytest

from ecocash_copilot.actions.tickets.opening import begin_ticket
from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.counters import skip_numbers
from ecocash_copilot.store.ticket_fill import History, fill_tickets
from ecocash_copilot.store.ticket_keys import NUMBERS, ticket_id
from ecocash_copilot.store.ticket_search import find_by_words
from schemas.ticket_record import Ticket
from tests.support.tickets import new_ticket

FIRST = 700_001
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
SPREADS = {
    "busy": [HOUR * each / 20 for each in range(60)],
    "one a day": [DAY * each for each in range(40)],
    "one a month": [DAY * 30 * each for each in range(30)],
    "years ago": [3 * YEAR + HOUR * each for each in range(30)],
    "busy, and years ago": [
        *(HOUR * each / 10 for each in range(30)),
        *(2 * YEAR + DAY * each for each in range(10)),
    ],
    "at one moment": [HOUR] * 30,
    "two weeks ago": [DAY * 16 + HOUR * each for each in range(30)],
}


async def written(store: Store, ages: list[timedelta], says: str = "money") -> list[Ticket]:
    """Write a ticket of each age, of which two in three say something; return those."""
    moment = now()
    tickets = [
        begin_ticket(
            new_ticket(description=f"It is {says}" if number % 3 else "It is nothing"),
            ticket_id(FIRST + number),
            _at(moment - age),
        )[0]
        for number, age in enumerate(ages)
    ]
    await fill_tickets(store, [History(each, ()) for each in tickets], events=False)
    await skip_numbers(store, NUMBERS, FIRST + len(ages))
    found = [each for each in tickets if says in each.description]
    return sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)


def _at(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("spread", SPREADS)
async def test_all_are_found_page_by_page(store: Store, spread: str, limit: int):
    expected = await written(store, SPREADS[spread])
    found: list[Ticket] = []
    after: str | None = None
    for _ in expected:
        window = await find_by_words(store, ["money"], {}, after, limit)
        found, after = found + window.tickets, window.next_place
        assert len(window.tickets) == limit or after is None
        if after is None:
            break
    assert found == expected
    assert after is None


async def test_every_word_must_be_there_whichever_is_the_rarest(store: Store):
    await written(store, SPREADS["one a day"], "money")
    wanted = new_ticket(description="money groceries")
    moment = _at(now() - 300 * DAY)
    ticket, _ = begin_ticket(wanted, ticket_id(FIRST + 100), moment)
    await fill_tickets(store, [History(ticket, ())], events=False)
    for words in (["money", "groceries"], ["groceries", "money"]):
        window = await find_by_words(store, words, {}, None, 5)
        assert window.tickets == [ticket]
    assert (await find_by_words(store, ["money", "nowhere"], {}, None, 5)).tickets == []


async def test_conditions_hold_for_all_that_is_found(store: Store):
    expected = await written(store, SPREADS["one a day"])
    assert (await find_by_words(store, ["money"], {"status": "closed"}, None, 5)).tickets == []
    window = await find_by_words(store, ["money"], {"status": "new"}, None, 5)
    assert window.tickets == expected[:5]


async def test_a_server_of_its_own_finds_the_same(store: Store):
    expected = await written(store, SPREADS["busy, and years ago"])
    elsewhere = Store(store.client, store.database, embedded=False)
    assert (await find_by_words(elsewhere, ["money"], {}, None, 100)).tickets == expected
