"""Turns every failure into a text that an agent can act on and that leaks nothing."""

import mcp_types
from fastmcp.exceptions import NotFoundError, ToolError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from pydantic import ValidationError as ArgumentsError

from mcp_server.errors import Refusal, ResultUnknown, explain

_FAILED = "The wallet cannot answer right now. Nothing was changed. Try again in a moment."


class MaskingMiddleware(Middleware):
    """Explains bad arguments, lets refusals through, and hides everything else."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Go on, and translate what goes wrong."""
        try:
            return await call_next(context)
        except (Refusal, ResultUnknown, NotFoundError):
            raise
        except ValidationError as error:
            if isinstance(error.__cause__, ArgumentsError):
                raise explain(error.__cause__, await _parameters(context)) from None
            raise ToolError(_FAILED) from error
        except Exception as error:
            raise ToolError(_FAILED) from error


async def _parameters(
    context: MiddlewareContext[mcp_types.CallToolRequestParams],
) -> dict[str, object]:
    if context.fastmcp_context is None:
        return {}
    tool = await context.fastmcp_context.fastmcp.get_tool(context.message.name)
    return tool.parameters if tool else {}
