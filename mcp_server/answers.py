"""Tool results: one Pydantic model as structured content and, compact, as text."""

from fastmcp.tools.base import ToolResult
from mcp_types import TextContent
from pydantic import BaseModel
from pydantic_core import to_json


def answer(result: BaseModel) -> ToolResult:
    """Return the result of a tool; fields that are None are left out of both forms."""
    data = result.model_dump(mode="json", exclude_none=True)
    text = TextContent(type="text", text=to_json(data).decode())
    return ToolResult(content=[text], structured_content=data)
