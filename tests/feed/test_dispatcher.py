"""The dispatcher with a real outbox and a real receiver: once per event id, whatever fails."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from ecocash_copilot.actions.tickets import move, reply
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.metrics import REGISTRY
from ecocash_copilot.feed.changes import STAFF
from ecocash_copilot.feed.dispatcher import (
    FIRST_RETRY,
    LONGEST_RETRY,
    Dispatcher,
    retry_seconds,
)
from ecocash_copilot.feed.hub import Hub, Subscription
from ecocash_copilot.gateways.webhook import HttpWebhook
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.outbox import (
    claim_due_notices,
    find_dead_notices,
    find_notices,
    insert_notice,
    resend,
)
from schemas.notice import DeliveryState, Notice
from schemas.ticket import TicketStatus
from tests.feed.reading import changes, news, reading
from tests.gateways.test_webhook import SECRET, notice
from tests.store.make import new_conversation
from tests.support.tickets import AGENT, opened
from tests.support.webhook_receiver import Answer, Receiver, receiving


@asynccontextmanager
async def dispatching(
    store: Store, *script: Answer, most_attempts: int = 6
) -> AsyncGenerator[tuple[Receiver, Hub]]:
    hub = Hub()
    async with receiving(*script) as receiver, reading(store, hub):
        gateway = HttpWebhook(receiver.url, SECRET, seconds=0.3)
        dispatcher = Dispatcher(store, hub, gateway, first_retry=0.02, most_attempts=most_attempts)
        dispatcher.start()
        try:
            yield receiver, hub
        finally:
            await dispatcher.stop()
            await gateway.aclose()


async def post(store: Store, *notices: Notice) -> None:
    for each in notices:
        due = each.model_copy(update={"next_at": now()})
        await store.transact(lambda tx, due=due: insert_notice(store, tx, due))


async def test_a_change_of_a_ticket_is_posted_at_once_and_noted_as_sent(store: Store) -> None:
    async with dispatching(store) as (receiver, hub):
        staff = hub.subscribe([STAFF])
        conversation = await new_conversation(store)
        ticket = await opened(store, conversation_id=conversation.id)
        await reply(store, AGENT, ticket.id, 1, "We look into it")
        sent: dict[str, Notice] = {}
        while len(sent) < 2:  # the feed may say the same twice
            batch = await news(staff)
            assert isinstance(batch, list)
            sent |= {each.id: each.document for each in batch if isinstance(each.document, Notice)}
        bodies = [json.loads(each.body) for each in receiver.received]
    assert set(sent) == set(receiver.taken())
    assert {each.state for each in sent.values()} == {DeliveryState.SENT}
    assert {body["data"]["ticket_id"] for body in bodies} == {ticket.id}
    kept = await find_notices(store, "c-1")
    assert {each.state for each in kept} == {DeliveryState.SENT}


async def test_a_receiver_that_fails_hangs_and_recovers_takes_each_event_once(
    store: Store,
) -> None:
    script: list[Answer] = [500, "hang", 503, 404, 200]
    async with dispatching(store, *script, most_attempts=20) as (receiver, hub):
        staff = hub.subscribe([STAFF])
        notices = [notice(f"c-{number}") for number in range(4)]
        await post(store, *notices)
        await changes(staff, 4)
    assert sorted(receiver.taken()) == sorted(each.id for each in notices)
    assert len(receiver.received) == 8


async def test_one_customer_is_told_in_order(store: Store) -> None:
    notices = [notice("c-1", text=str(number)) for number in range(6)]
    await post(store, *notices)
    async with dispatching(store) as (receiver, hub):
        await news(hub.subscribe([STAFF]))
        await receiver.until(lambda: len(receiver.taken()) == 6)
    assert receiver.taken() == [each.id for each in notices]


async def _noted(staff: Subscription, state: DeliveryState) -> None:
    """Wait until the feed says that a notice is in a state; it may say each twice."""
    while True:
        batch = await news(staff)
        assert isinstance(batch, list)
        if any(
            isinstance(each.document, Notice) and each.document.state is state for each in batch
        ):
            return


async def test_what_nobody_takes_is_given_up_and_may_be_sent_again(store: Store) -> None:
    before = REGISTRY.get_sample_value("copilot_deliveries_total", {"outcome": "dead"}) or 0
    sent = notice()
    async with dispatching(store, 500, 500, 500, most_attempts=3) as (receiver, hub):
        staff = hub.subscribe([STAFF])
        await post(store, sent)
        await _noted(staff, DeliveryState.DEAD)
        (shown,) = await find_dead_notices(store)
        assert (shown.id, shown.attempts, shown.last_error) == (sent.id, 3, "answered 500")
        assert await resend(store, [sent.id], now()) == 1
        await _noted(staff, DeliveryState.SENT)
    assert receiver.taken() == [sent.id]
    assert await find_dead_notices(store) == []
    after = REGISTRY.get_sample_value("copilot_deliveries_total", {"outcome": "dead"})
    assert after == before + 1


async def test_what_another_process_claimed_and_left_comes_when_its_lease_is_over(
    store: Store,
) -> None:
    sent = notice()
    await post(store, sent)
    moment = now()
    lease = moment + timedelta(seconds=0.2)
    assert [each.id for each in await claim_due_notices(store, moment, lease)] == [sent.id]
    async with dispatching(store) as (receiver, _):
        await receiver.until(lambda: receiver.taken() == [sent.id])
        assert now() >= lease


async def test_two_dispatchers_share_the_work(store: Store) -> None:
    notices = [notice(f"c-{number}") for number in range(30)]
    await post(store, *notices)
    async with (
        dispatching(store) as (one, _),
        dispatching(store) as (other, _),
    ):

        def taken() -> list[str]:
            return one.taken() + other.taken()

        done = [
            asyncio.create_task(each.until(lambda: len(taken()) == 30)) for each in (one, other)
        ]
        await asyncio.wait(done, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.cancel()
    assert sorted(taken()) == sorted(each.id for each in notices)


async def test_it_delivers_while_the_feed_is_down(store: Store) -> None:
    async with receiving() as receiver:
        gateway = HttpWebhook(receiver.url, SECRET)
        dispatcher = Dispatcher(store, Hub(), gateway)
        sent = notice()
        await post(store, sent)
        dispatcher.start()
        await receiver.until(lambda: receiver.taken() == [sent.id])
        await dispatcher.stop()
        await gateway.aclose()


class Faulty:
    """Fails for one customer in a way that nobody foresaw; keeps what it is given for others."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def deliver(self, notice: Notice) -> None:
        if notice.customer_id == "c-1":
            raise UnicodeError("https://user:secret@receiver")
        await asyncio.sleep(0)
        self.taken.append(notice.id)

    async def aclose(self) -> None:
        pass


async def test_a_fault_nobody_foresaw_is_a_failure_and_stops_no_other(store: Store) -> None:
    bad, good = notice("c-1"), notice("c-2")
    await post(store, bad, good)
    gateway = Faulty()
    dispatcher = Dispatcher(store, Hub(), gateway, most_attempts=1)
    assert await dispatcher.deliver_due() == 2
    assert gateway.taken == [good.id]
    (dead,) = await find_dead_notices(store)
    assert (dead.id, dead.last_error) == (bad.id, "UnicodeError")


async def test_a_move_of_a_ticket_tells_the_phone(store: Store) -> None:
    async with dispatching(store) as (receiver, _):
        ticket = await opened(store)
        await move(store, AGENT, ticket.id, 1, TicketStatus.RESOLVED)
        await receiver.until(lambda: len(receiver.taken()) == 2)
    types = [json.loads(each.body)["type"] for each in receiver.received]
    assert all(name.startswith("ticket.") for name in types)


@pytest.mark.parametrize("attempts", [1, 2, 5, 12, 40])
def test_waits_grow_to_a_limit_and_are_never_in_step(attempts: int) -> None:
    waits = {retry_seconds(attempts) for _ in range(50)}
    middle = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    assert len(waits) > 40
    assert all(middle * 0.6 < wait < middle * 1.4 for wait in waits)
