"""What tests of the server share: a demo wallet in MongoDB and the server over it."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import uvicorn
from fastmcp import Client, FastMCP
from fastmcp.tools.base import ToolResult
from mcp_types import CallToolResult, TextContent
from starlette.types import ASGIApp

from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.gateways.wallet_mcp import META_TOKEN
from ecocash_copilot.store.client import Store
from mcp_server.answers import answer
from mcp_server.demo.generate import DemoWallet, generate
from mcp_server.help import HelpHit
from mcp_server.identity import CALLER
from mcp_server.server import ServerParts, create_mcp_server
from mcp_server.tools.registration import add_tool
from schemas.identity import Customer, Locale

ANCHOR = date(2026, 3, 4)
"""A Wednesday."""


def demo(customer_id: str) -> DemoWallet:
    """The demo wallet as it was generated."""
    return next(each for each in generate(ANCHOR) if each.customer.id == customer_id)


KEY = "a key for tests that is long enough for HS256"
TOKENS = McpTokens(KEY)


def token_of(customer_id: str, locale: Locale = Locale.EN) -> str:
    return TOKENS.mint(Customer(id=customer_id, locale=locale))


class NoArticles:
    """A help centre without articles."""

    def search(self, query: str, language: Locale, limit: int = 3) -> list[HelpHit]:
        return []


def server_over(store: Store, **parts: Any) -> FastMCP:
    given: dict[str, Any] = {
        "calls_per_minute": 100_000,
        "help_centre": NoArticles(),
        "verify": TOKENS.verify,
        **parts,
    }
    return create_mcp_server(ServerParts(store=store, **given))


def add_waiting_tool(server: FastMCP, wait: Callable[[], Awaitable[object]]) -> None:
    """Add the tool ``eco_wait``, which does not answer before ``wait`` returns."""

    async def run(*, caller: Customer = CALLER) -> ToolResult:
        """Wait."""
        await wait()
        return answer(caller)

    add_tool(server, run, name="eco_wait", title="Wait", result=Customer)


def text_of(result: CallToolResult) -> str:
    """What an answer says first, which is text."""
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text


class Caller:
    """One customer's calls over a client that others may share."""

    def __init__(self, client: Client[Any], customer_id: str) -> None:
        self._client = client
        self._meta = {META_TOKEN: token_of(customer_id)}

    async def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self._client.call_tool_mcp(tool, arguments, meta=self._meta)
        assert not result.is_error, result.content
        assert result.structured_content is not None
        return result.structured_content

    async def refused(self, tool: str, **arguments: Any) -> str:
        result = await self._client.call_tool_mcp(tool, arguments, meta=self._meta)
        assert result.is_error
        assert result.structured_content is None
        return text_of(result)


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncGenerator[str]:
    """Serve over real HTTP, on a free port unless one is given; gives the URL without a path."""
    # asyncio turns Nagle's algorithm off only on sockets that name TCP; left on, it costs 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        config = uvicorn.Config(app, lifespan="on", log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
