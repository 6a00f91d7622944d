"""Limits how often one address of the network, or one customer, may ask."""

import time

from limits import RateLimitItem
from limits.aio.storage import Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from ecocash_copilot.core.errors import RateLimited
from ecocash_copilot.core.logging import get_logger

_log = get_logger(__name__)


class RateLimit:
    """A sliding window for each key."""

    def __init__(self, storage: Storage, limit: RateLimitItem, name: str) -> None:
        """``storage`` is shared by all replicas, or in memory where there is one."""
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._limit = limit
        self._name = name

    async def hit(self, key: str) -> None:
        """Count a request. While the storage is down nothing is counted and nobody is refused.

        Raises:
            RateLimited: there were too many; the error says when to try again.
        """
        try:
            if await self._limiter.hit(self._limit, self._name, key):
                return
            window = await self._limiter.get_window_stats(self._limit, self._name, key)
        except StorageError as error:
            _log.warning("rate_limit_not_counted", error=type(error).__name__)
            return
        raise RateLimited(max(1.0, window.reset_time - time.time()))
