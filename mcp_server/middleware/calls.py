"""Logs, counts and times each tool call. Never arguments or callers."""

import time

import mcp_types
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from prometheus_client import Counter

from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.metrics import REGISTRY, TOOL_SECONDS
from mcp_server.errors import outcome_of

MCP_CALLS = Counter(
    "copilot_mcp_calls",
    "Tool calls that the MCP server took.",
    ["tool", "outcome"],
    registry=REGISTRY,
)
"""By ``tool`` (``unknown`` for names that do not exist) and ``outcome``."""

_RAN = ("ok", "refused", "failed")
_log = get_logger(__name__)


class CallsMiddleware(Middleware):
    """One line and one count for each call; those that ran a tool are timed for Prometheus."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Go on, then note how it ended."""
        started = time.perf_counter()
        failure: BaseException | None = None
        try:
            return await call_next(context)
        except BaseException as error:
            failure = error
            raise
        finally:
            _note(context.message.name, failure, time.perf_counter() - started)


def _note(name: str, failure: BaseException | None, seconds: float) -> None:
    outcome = outcome_of(failure)
    # Names come from clients: one that is not ours must not become a new time series.
    tool = name if outcome in _RAN else "unknown"
    MCP_CALLS.labels(tool=tool, outcome=outcome).inc()
    if outcome in _RAN:
        TOOL_SECONDS.labels(tool=tool).observe(seconds)
    fields = {"tool": name[:64], "outcome": outcome, "duration_ms": round(seconds * 1000, 2)}
    if outcome == "failed":
        # A failure on our side carries its traceback.
        _log.error("mcp_tool_call", **fields, exc_info=failure)
    else:
        _log.info("mcp_tool_call", **fields)
