import asyncio

from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.counters import next_number, skip_numbers


async def take(store: Store) -> int:
    return await store.transact(lambda tx: next_number(store, tx, "things", 7))


async def test_numbers_begin_rise_and_never_come_twice(store: Store):
    taken = await asyncio.gather(*(take(store) for _ in range(30)))
    assert sorted(taken) == list(range(7, 37))


async def test_a_transaction_that_fails_gives_its_number_back(store: Store):
    class GiveUpError(Exception):
        pass

    async def work(tx: Tx) -> None:
        await next_number(store, tx, "things")
        raise GiveUpError

    assert await take(store) == 7
    try:
        await store.transact(work)
    except GiveUpError:
        assert await take(store) == 8


async def test_skipped_numbers_are_not_given(store: Store):
    await skip_numbers(store, "things", 40)
    assert await take(store) == 41
    await skip_numbers(store, "things", 12)
    assert await take(store) == 42
