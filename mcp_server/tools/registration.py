"""Puts a function on the server as a tool."""

from collections.abc import Awaitable, Callable

from fastmcp import FastMCP
from fastmcp.tools import FunctionTool
from fastmcp.tools.base import ToolResult
from fastmcp.utilities.json_schema import dereference_refs
from mcp_types import ToolAnnotations
from pydantic import BaseModel

READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
"""Hints of a tool that only reads."""


def add_tool(
    server: FastMCP,
    run: Callable[..., Awaitable[ToolResult]],
    *,
    name: str,
    title: str,
    result: type[BaseModel],
    annotations: ToolAnnotations = READS,
) -> None:
    """Add ``run`` as the tool ``name``; its docstring and annotations are what a model reads.

    Args:
        result: what ``run`` gives ``answer``; its schema is the tool's output schema.
    """
    tool = FunctionTool.from_function(
        run,
        name=name,
        title=title,
        annotations=annotations,
        output_schema=dereference_refs(result.model_json_schema(mode="serialization")),
    )
    # Some clients cannot follow $ref. Inlined once, here: the framework would do it again on each
    # listing, and over HTTP it lists all tools before each call.
    inlined = tool.model_copy(update={"parameters": dereference_refs(tool.parameters)})
    server.add_tool(inlined)
