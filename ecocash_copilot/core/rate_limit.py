"""Limits how often one address of the network, or one customer, may ask."""

import time

from limits import RateLimitItem
from limits.aio.storage import Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from ecocash_copilot.core.errors import RateLimited
from ecocash_copilot.core.logging import get_logger

REST_SECONDS = 5.0
"""How long nothing is counted once the storage has failed."""

_log = get_logger(__name__)


class RateLimit:
    """A sliding window for each key."""

    def __init__(self, storage: Storage, limit: RateLimitItem, name: str) -> None:
        """``storage`` is shared by all replicas, or in memory where there is one."""
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._limit = limit
        self._name = name
        self._rests_until = 0.0
        """On the monotonic clock: a storage that is slow to fail is not asked for every request."""

    async def hit(self, key: str) -> None:
        """Count a request. While the storage is down nothing is counted and nobody is refused.

        Raises:
            RateLimited: there were too many; the error says when to try again.
        """
        if time.monotonic() < self._rests_until:
            return
        try:
            if await self._limiter.hit(self._limit, self._name, key):
                return
            window = await self._limiter.get_window_stats(self._limit, self._name, key)
        except StorageError as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            _log.warning("rate_limit_not_counted", limit=self._name, error=type(error).__name__)
            return
        raise RateLimited(max(1.0, window.reset_time - time.time()))
