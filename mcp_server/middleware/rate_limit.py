"""Limits how often each customer may call tools."""

import math

import mcp_types
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage

from ecocash_copilot.core.errors import RateLimited
from ecocash_copilot.core.rate_limit import RateLimit
from mcp_server.errors import TooManyCalls
from mcp_server.identity import current_caller


class RateLimitMiddleware(Middleware):
    """A sliding window for each customer, whichever way they come in."""

    def __init__(self, calls_per_minute: int, storage: Storage) -> None:
        """``storage`` is shared by all replicas, or in memory where there is one."""
        self._calls_per_minute = calls_per_minute
        self._limit = RateLimit(storage, RateLimitItemPerMinute(calls_per_minute), "mcp")

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Count the call, or refuse it and say when to try again."""
        try:
            await self._limit.hit(current_caller().id)
        except RateLimited as error:
            raise TooManyCalls(
                f"Too many calls: at most {self._calls_per_minute} a minute for one customer. "
                f"Try again in {math.ceil(error.retry_after)} s."
            ) from None
        return await call_next(context)
