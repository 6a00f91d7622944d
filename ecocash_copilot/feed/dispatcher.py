"""Notices from the outbox to the outside: at least once, tried again, given up at last.

Any number of processes may run one: a claim is a lease, so each notice is with one at a time. It
wakes when the feed brings a new notice and when the next one is due, so that nothing waits for
a clock and nothing is lost if the feed is down.
"""

import asyncio
import contextlib
import random
import time
from collections import defaultdict
from datetime import timedelta

from pymongo.errors import PyMongoError

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.metrics import DELIVERIES, DELIVERY_SECONDS
from ecocash_copilot.core.tasks import cancel
from ecocash_copilot.feed.changes import OUTBOX
from ecocash_copilot.feed.hub import Hub
from ecocash_copilot.gateways.webhook import NotDelivered, NoticeGateway
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.outbox import (
    claim_due_notices,
    find_next_due,
    mark_dead,
    mark_failed,
    mark_sent,
)
from schemas.notice import Notice

MOST_ATTEMPTS = 15
"""After so many, in an hour and a half, a notice is dead; a supervisor may re-send it."""

FIRST_RETRY, LONGEST_RETRY = 2.0, 900.0
"""Seconds to the second attempt, doubled for each further one, and the most it comes to."""

BATCH = 8
"""Notices claimed at once."""

LEASE = timedelta(seconds=90)
"""How long claimed notices are nobody else's: longer than a batch for one customer can take."""

LONGEST_SLEEP = 15.0
"""Seconds after which the outbox is looked at, whatever the feed says."""

_log = get_logger(__name__)


class Dispatcher:
    """Delivers notices for as long as the product runs."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        gateway: NoticeGateway,
        *,
        first_retry: float = FIRST_RETRY,
        most_attempts: int = MOST_ATTEMPTS,
    ) -> None:
        """Deliver nothing yet."""
        self._store = store
        self._gateway = gateway
        self._first_retry = first_retry
        self._most_attempts = most_attempts
        self._news = hub.subscribe([OUTBOX])
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Deliver what waits, and what comes."""
        self._task = asyncio.create_task(self._run(), name="dispatcher")

    async def stop(self) -> None:
        """Stop; what was being delivered comes again once its lease is over."""
        self._news.close()
        if self._task is not None:
            await cancel(self._task)
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                if not await self.deliver_due():
                    await self._sleep()
            except* PyMongoError as errors:
                _log.warning("outbox_not_read", error=type(errors.exceptions[0]).__name__)
                await asyncio.sleep(1.0)
            except* Exception as error:
                _log.exception("dispatcher_failed", error=type(error).__name__)
                await asyncio.sleep(1.0)

    async def deliver_due(self) -> int:
        """Deliver a batch of what is due; return how many there were."""
        moment = now()
        notices = await claim_due_notices(self._store, moment, moment + LEASE, BATCH)
        by_customer: defaultdict[str, list[Notice]] = defaultdict(list)
        for notice in notices:
            by_customer[notice.customer_id].append(notice)
        async with asyncio.TaskGroup() as group:
            for each in by_customer.values():
                group.create_task(self._deliver_all(each))
        return len(notices)

    async def _deliver_all(self, notices: list[Notice]) -> None:
        """Deliver one customer's notices in their order."""
        for notice in notices:
            await self._deliver(notice)

    async def _deliver(self, notice: Notice) -> None:
        begun = time.perf_counter()
        try:
            await self._gateway.deliver(notice)
        except NotDelivered as error:
            await self._failed(notice, error)
        except Exception as error:
            # Its text may hold what must not be kept, such as an address with a password.
            await self._failed(notice, NotDelivered(type(error).__name__))
        else:
            await mark_sent(self._store, notice.id)
            DELIVERIES.labels(outcome="sent").inc()
        finally:
            DELIVERY_SECONDS.observe(time.perf_counter() - begun)

    async def _failed(self, notice: Notice, error: NotDelivered) -> None:
        reason = str(error)
        if notice.attempts >= self._most_attempts:
            await mark_dead(self._store, notice.id, reason)
            DELIVERIES.labels(outcome="dead").inc()
            _log.error("notice_dead", notice_id=notice.id, attempts=notice.attempts, reason=reason)
            return
        wait = max(retry_seconds(notice.attempts, self._first_retry), error.retry_after or 0.0)
        await mark_failed(self._store, notice.id, now() + timedelta(seconds=wait), reason)
        DELIVERIES.labels(outcome="failed").inc()
        _log.warning("notice_failed", notice_id=notice.id, attempts=notice.attempts, reason=reason)

    async def _sleep(self) -> None:
        """Wait for news, or until the next notice is due."""
        seconds = LONGEST_SLEEP
        due = await find_next_due(self._store)
        if due is not None:
            seconds = min(seconds, max(0.0, (due - now()).total_seconds()) + 0.002)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await anext(self._news, None)


def retry_seconds(attempts: int, first: float = FIRST_RETRY) -> float:
    """Return how long to wait after so many attempts, give or take a third, never in step."""
    wait = min(first * 2 ** (max(1, attempts) - 1), LONGEST_RETRY)
    return wait * random.uniform(2 / 3, 4 / 3)  # noqa: S311 - no secret
