"""Verifies who is calling before any tool runs."""

import mcp_types
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult

from mcp_server.identity import Verify, enter_caller, identify


class CallerMiddleware(Middleware):
    """Refuses a tool call without a valid token; for the others, injects the caller."""

    def __init__(self, verify: Verify) -> None:
        """``verify`` checks tokens that come with in-process calls."""
        self._verify = verify

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Verify the caller, then go on."""
        leave = enter_caller(identify(self._verify))
        try:
            return await call_next(context)
        finally:
            leave()
