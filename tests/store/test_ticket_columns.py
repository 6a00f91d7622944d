"""How much of a column's index is read for a window."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Store
from ecocash_copilot.store.ticket_columns import Column, Guide, find_window
from ecocash_copilot.store.ticket_counts import DueTimes
from ecocash_copilot.store.tickets import COLLECTION
from schemas.ticket import TicketStatus
from tests.support.tickets import fill

SPAN = timedelta(hours=3)
BEGIN = datetime(2026, 11, 2, tzinfo=UTC)


def guide(held: int, share: float = 1.0) -> Guide:
    """Return that of a column with so many tickets in each of thirty buckets."""
    due = DueTimes(SPAN)
    first = due.bucket(BEGIN)
    due.counts = Counter({first + number: held for number in range(30)})
    return Guide(due, sorted(due.counts), share)


@pytest.mark.parametrize("wanted", [21, 51, 101])
@pytest.mark.parametrize("held", [1, 3, 8, 28, 300])
@pytest.mark.parametrize("into", [timedelta(0), timedelta(hours=1, minutes=7)])
def test_a_range_holds_what_is_wanted_and_little_more(
    wanted: int, held: int, into: timedelta
) -> None:
    start = BEGIN + into
    end = guide(held).reach(start, wanted)
    if end is None:
        assert held * 30 < wanted + held
        return
    assert wanted <= (end - start) / SPAN * held + 0.01 <= wanted * 1.6 + 0.1


def test_where_a_column_begins_its_first_bucket_is_read_whole() -> None:
    # Its tickets may all be at the bucket's end.
    assert guide(40).reach(None, 21) == BEGIN + SPAN
    # Unless that is far more than is wanted.
    end = guide(300).reach(None, 21)
    assert end is not None
    assert (end - BEGIN) / SPAN * 300 == pytest.approx(21 * 3, abs=0.1)


def test_where_a_part_is_guessed_more_is_read() -> None:
    end = guide(28, share=0.5).reach(BEGIN, 21)
    assert end is not None
    assert (end - BEGIN) / SPAN * 14 == pytest.approx(21 * 1.6, abs=0.1)


def test_the_end_of_a_column_is_its_end() -> None:
    assert guide(1).reach(BEGIN, 31) is None
    assert guide(1).reach(BEGIN + 40 * SPAN, 1) is None


@dataclass(frozen=True)
class Counted(Store):
    """A store that knows how often each collection was asked for."""

    asked: Counter[str] = field(default_factory=Counter[str])

    def kept(self, name: str) -> Collection:
        self.asked[name] += 1
        return super().kept(name)


@pytest.mark.parametrize("status", [TicketStatus.IN_PROGRESS, TicketStatus.CLOSED])
async def test_a_column_that_was_read_before_is_read_in_one_look(
    store: Store, status: TicketStatus
) -> None:
    counted = Counted(store.client, store.database, store.embedded)
    await fill(store, 400, now(), events=False)
    column, looks = Column(status, conditions={"locale": "sn"}), list[Counter[str]]()
    for _ in range(2):
        counted.asked.clear()
        window = await find_window(counted, column, None, 20)
        assert len(window.tickets) == 20
        looks.append(Counter(counted.asked))
    assert looks[0][COLLECTION] > looks[1][COLLECTION] == 1


async def test_what_was_remembered_of_a_column_hides_nothing_that_came_since(store: Store) -> None:
    await fill(store, 400, now(), events=False)
    column = Column(TicketStatus.IN_PROGRESS)
    before = await find_window(store, column, None, 20)
    for ticket in before.tickets[:15]:
        await store.kept(COLLECTION).delete_one({"_id": ticket.id})
    after = await find_window(store, column, None, 20)
    whole = await find_window(store, column, None, 100)
    assert after.tickets[:5] == before.tickets[15:]
    assert after.tickets == whole.tickets[:20]
    assert len(after.tickets) == 20


@pytest.mark.parametrize("status", [TicketStatus.IN_PROGRESS, TicketStatus.RESOLVED])
async def test_pages_that_were_read_before_hold_what_came_and_not_what_went(
    store: Store, status: TicketStatus
) -> None:
    await fill(store, 400, now(), events=False)
    column, collection = Column(status), store.kept(COLLECTION)
    before = await _read_all(store, column)
    gone = before[3:60:2]
    documents = await collection.find({"_id": {"$in": gone}}).to_list()
    await collection.delete_many({"_id": {"$in": gone}})
    assert await _read_all(store, column) == [each for each in before if each not in gone]
    await collection.insert_many(documents)
    assert await _read_all(store, column) == before


async def _read_all(store: Store, column: Column) -> list[str]:
    window = await find_window(store, column, None, 20)
    found = window.tickets
    while window.next_place is not None:
        window = await find_window(store, column, window.next_place, 20)
        found = found + window.tickets
    return [each.id for each in found]
