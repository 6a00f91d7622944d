import asyncio
from datetime import timedelta

import pytest

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.outbox import (
    claim_due_notices,
    find_dead_notices,
    find_next_due,
    find_notices,
    insert_notice,
    mark_dead,
    mark_failed,
    mark_sent,
    resend,
    resend_all,
)
from schemas.notice import DeliveryState, Notice
from tests.support.tickets import notice


async def put(store: Store, *notices: Notice) -> None:
    async def work(tx: Tx) -> None:
        for each in notices:
            await insert_notice(store, tx, each)

    await store.transact(work)


async def claim(store: Store, limit: int = 20, seconds: float = 30) -> list[Notice]:
    return await claim_due_notices(store, now(), now() + timedelta(seconds=seconds), limit)


async def test_a_notice_comes_back_as_it_was_written(store: Store):
    written = notice(due=now())
    await put(store, written)
    assert await find_notices(store, "c-1") == [written]
    assert await find_notices(store, "c-2") == []


async def test_what_is_due_is_claimed_once_however_many_ask(store: Store):
    due = [notice(due=now() - timedelta(minutes=each)) for each in range(5)]
    await put(store, *due, notice(due=now() + timedelta(hours=1)))
    claims = await asyncio.gather(*(claim(store) for _ in range(6)))
    claimed = [each for part in claims for each in part]
    assert sorted(each.id for each in claimed) == sorted(each.id for each in due)
    assert {each.attempts for each in claimed} == {1}


async def test_what_is_due_longest_is_claimed_first_however_much_there_is(store: Store):
    due = [notice(due=now() - timedelta(seconds=17 * each)) for each in range(60)]
    await put(store, *due)
    claimed = [each.id for _ in range(8) for each in await claim(store, limit=8)]
    assert claimed == [each.id for each in due[::-1]]


async def test_a_claim_that_ran_out_is_due_again(store: Store):
    await put(store, notice(due=now()))
    assert len(await claim(store, seconds=-1)) == 1
    (again,) = await claim(store)
    assert again.attempts == 2


async def test_the_next_one_due_is_known_before_it_is(store: Store):
    assert await find_next_due(store) is None
    soon = now() + timedelta(minutes=7)
    await put(store, notice(due=soon), notice(due=soon + timedelta(minutes=2)))
    assert await find_next_due(store) == soon


async def test_sent_failed_and_dead_notices(store: Store):
    one, other, third = (notice(due=now()) for _ in range(3))
    await put(store, one, other, third)
    assert len(await claim(store)) == 3
    assert await mark_sent(store, one.id)
    assert not await mark_sent(store, one.id)
    assert await mark_failed(store, other.id, now() - timedelta(seconds=1), "503 " + "x" * 400)
    assert await mark_dead(store, third.id, "gone")
    (again,) = await claim(store)
    assert (again.id, again.attempts, len(again.last_error)) == (other.id, 2, 300)
    (dead,) = await find_dead_notices(store)
    assert (dead.id, dead.state, dead.last_error) == (third.id, DeliveryState.DEAD, "gone")


async def test_dead_notices_come_latest_first_in_pages(store: Store):
    made = [notice(due=now()) for _ in range(3)]
    await put(store, *made)
    for each in made:
        await mark_dead(store, each.id, "gone")
    newest, *_ = await find_dead_notices(store, 1)
    assert newest.id in {each.id for each in made}
    assert len(await find_dead_notices(store, 10)) == 3


async def test_all_dead_notices_are_sent_again_more_than_are_listed(store: Store):
    made = [notice(due=now()) for _ in range(60)]
    await put(store, *made)
    for each in made[1:]:
        await mark_dead(store, each.id, "gone")
    assert await resend_all(store, now()) == 59
    assert await find_dead_notices(store) == []
    assert await resend_all(store, now()) == 0


@pytest.mark.parametrize("state", ["sent", "waiting"])
async def test_only_dead_notices_are_sent_again(store: Store, state: str):
    one, other = notice(due=now()), notice(due=now())
    await put(store, one, other)
    await claim(store)
    await mark_dead(store, one.id, "gone")
    if state == "sent":
        await mark_sent(store, other.id)
    assert await resend(store, [one.id, other.id], now()) == 1
    (again,) = await claim(store)
    assert (again.id, again.attempts) == (one.id, 1)
    assert await find_dead_notices(store) == []
