"""Builds the MCP server and its HTTP application."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastmcp import FastMCP
from fastmcp.server.http import StarletteWithLifespan
from fastmcp.tools import Tool
from limits.aio.storage import MemoryStorage, Storage
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ecocash_copilot.core.clock import now as clock_now
from ecocash_copilot.store.client import Store
from mcp_server.identity import BearerVerifier, Verify
from mcp_server.middleware.caller import CallerMiddleware
from mcp_server.middleware.calls import CallsMiddleware
from mcp_server.middleware.masking import MaskingMiddleware
from mcp_server.middleware.rate_limit import RateLimitMiddleware
from mcp_server.tools.help import HelpSearch, HelpToolset
from mcp_server.tools.ticket_changes import TicketChanges
from mcp_server.tools.tickets import TicketToolset
from mcp_server.tools.wallet import WalletToolset

MCP_PATH = "/mcp"
CALLS_PER_MINUTE = 60

_INSTRUCTIONS = (
    "The EcoCash wallet of one customer, the one whose token the calls carry. Amounts are exact "
    "decimals with their ISO currency; ZWG is what customers call ZiG. Days are those of "
    "Zimbabwe. Nothing here moves money. What changes a ticket needs the customer's consent to "
    "exactly that call, which only the app can ask for."
)


@dataclass(frozen=True, slots=True)
class ServerParts:
    """What the server is made of."""

    store: Store
    verify: Verify
    """Checks access tokens for this server: ``McpTokens.verify``."""
    help_centre: HelpSearch
    calls_per_minute: int = CALLS_PER_MINUTE
    """For each customer."""
    limit_storage: Storage = field(default_factory=MemoryStorage)
    """Where calls are counted; share it where several replicas run."""
    now: Callable[[], datetime] = clock_now


class WalletServer(FastMCP):
    """Tells the HTTP transport the arguments of a tool without listing all tools for it.

    The transport compares ``Mcp-Param-*`` headers with the tool's schema before each call, and
    lists and serializes every tool where nothing tells it that one.
    """

    def __init__(self, name: str, **options: Any) -> None:
        """Take the options of ``FastMCP``."""
        super().__init__(name, **options)
        self._arguments: dict[str, dict[str, Any]] = {}
        self._mcp_server.get_tool_input_schema = self._arguments.get

    def add_tool(self, tool: Tool | Callable[..., Any]) -> Tool:
        """Add a tool and note its arguments."""
        added = super().add_tool(tool)
        self._arguments[added.name] = added.parameters
        return added


def create_mcp_server(parts: ServerParts) -> FastMCP:
    """Return the server with its tools; it does nothing until a transport runs it."""
    server = WalletServer(
        "EcoCash wallet",
        instructions=_INSTRUCTIONS,
        auth=BearerVerifier(parts.verify),
        # Outermost first. Masking sits inside the log, so that the log has the true cause.
        middleware=[
            CallsMiddleware(),
            MaskingMiddleware(),
            CallerMiddleware(parts.verify),
            RateLimitMiddleware(parts.calls_per_minute, parts.limit_storage),
        ],
        mask_error_details=True,
        dereference_schemas=False,
    )
    WalletToolset(parts.store, parts.now).register(server)
    TicketToolset(parts.store).register(server)
    TicketChanges(parts.store).register(server)
    HelpToolset(parts.help_centre).register(server)
    return server


class McpApp:
    """The server over streamable HTTP, at ``/mcp`` and ``/mcp/`` alike, without redirects.

    A host application must hold ``lifespan()`` open while it serves requests.
    """

    def __init__(self, inner: StarletteWithLifespan) -> None:
        """``inner`` serves ``/mcp``."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; alone, also the server's start and stop."""
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith(MCP_PATH):
            scope = {**scope, "path": MCP_PATH, "raw_path": MCP_PATH.encode(), "root_path": ""}
        await self._inner(scope, receive, send)

    def lifespan(self) -> AbstractAsyncContextManager[object]:
        """Return the context in which requests can be served; it can be entered once."""
        return self._inner.lifespan(self._inner)

    def routes(self) -> list[Route]:
        """Return the routes to put first in a Starlette host."""
        return [Route(path, endpoint=self) for path in (MCP_PATH, f"{MCP_PATH}/")]


def create_mcp_app(server: FastMCP, public_url: str, extra_hosts: Sequence[str] = ()) -> McpApp:
    """Return the server as an ASGI application.

    Requests must name a known host (``public_url``'s, this machine's, ``extra_hosts``), and those
    from a browser must come from a page of the product: a rebound DNS name gets no further.

    Args:
        public_url: where the product is reached, such as ``https://copilot.example.co.zw``.
        extra_hosts: other names by which clients reach this server, such as a service's name.
    """
    public = urlsplit(public_url)
    inner = server.http_app(
        path=MCP_PATH,
        # Each request stands alone, so any replica can serve it and no session can be taken over.
        stateless_http=True,
        json_response=True,
        host_origin_protection=True,
        allowed_hosts=[*filter(None, [public.hostname]), *extra_hosts],
        allowed_origins=[f"{public.scheme}://{public.netloc}"] if public.netloc else [],
    )
    return McpApp(inner)
