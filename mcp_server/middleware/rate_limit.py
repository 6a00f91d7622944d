"""Limits how often each customer may call tools."""

import math
from collections.abc import Callable
from datetime import datetime

import mcp_types
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from ecocash_copilot.core.logging import get_logger
from mcp_server.errors import TooManyCalls
from mcp_server.identity import current_caller
from schemas.identity import CustomerId

_log = get_logger(__name__)


class RateLimitMiddleware(Middleware):
    """A sliding window for each customer, whichever way they come in."""

    def __init__(
        self, calls_per_minute: int, storage: Storage, now: Callable[[], datetime]
    ) -> None:
        """``storage`` is shared by all replicas, or in memory where there is one."""
        self._limit = RateLimitItemPerMinute(calls_per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._now = now

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Count the call, or refuse it and say when to try again."""
        customer_id = current_caller().id
        if not await self._allowed(customer_id):
            window = await self._limiter.get_window_stats(self._limit, "mcp", customer_id)
            seconds = max(1, math.ceil(window.reset_time - self._now().timestamp()))
            raise TooManyCalls(
                f"Too many calls: at most {self._limit.amount} a minute for one customer. "
                f"Try again in {seconds} s."
            )
        return await call_next(context)

    async def _allowed(self, customer_id: CustomerId) -> bool:
        try:
            return await self._limiter.hit(self._limit, "mcp", customer_id)
        except StorageError as error:
            # Counting must not stop customers from reading their own wallets.
            _log.warning("rate_limit_not_counted", error=type(error.storage_error).__name__)
            return True
