"""Logs each tool call: its name, how it ended and how long it took. Never arguments or callers."""

import time

import mcp_types
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult

from ecocash_copilot.core.logging import get_logger
from mcp_server.errors import outcome_of

_log = get_logger(__name__)


class CallsLogMiddleware(Middleware):
    """One line for each call; a failure on our side carries its traceback."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Go on, then log."""
        started = time.perf_counter()
        failure: BaseException | None = None
        try:
            return await call_next(context)
        except BaseException as error:
            failure = error
            raise
        finally:
            outcome = outcome_of(failure)
            fields = {
                "tool": context.message.name[:64],
                "outcome": outcome,
                "duration_ms": round((time.perf_counter() - started) * 1000, 2),
            }
            if outcome == "failed":
                _log.error("mcp_tool_call", **fields, exc_info=failure)
            else:
                _log.info("mcp_tool_call", **fields)
