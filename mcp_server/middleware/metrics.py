"""Counts tool calls and times them for Prometheus."""

import time

import mcp_types
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from prometheus_client import Counter

from ecocash_copilot.core.metrics import REGISTRY, TOOL_SECONDS
from mcp_server.errors import outcome_of

MCP_CALLS = Counter(
    "copilot_mcp_calls",
    "Tool calls that the MCP server took.",
    ["tool", "outcome"],
    registry=REGISTRY,
)
"""By ``tool`` (``unknown`` for names that do not exist) and ``outcome``."""


class MetricsMiddleware(Middleware):
    """Counts every call by outcome; times those that ran a tool."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Go on, then count."""
        started = time.perf_counter()
        failure: BaseException | None = None
        try:
            return await call_next(context)
        except BaseException as error:
            failure = error
            raise
        finally:
            outcome = outcome_of(failure)
            # Names come from clients: one that is not ours must not become a new time series.
            known = outcome in ("ok", "refused", "failed")
            tool = context.message.name if known else "unknown"
            MCP_CALLS.labels(tool=tool, outcome=outcome).inc()
            if known:
                TOOL_SECONDS.labels(tool=tool).observe(time.perf_counter() - started)
