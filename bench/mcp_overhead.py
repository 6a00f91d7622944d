"""What a tool call costs beyond the tool itself: in process, over ASGI and over loopback HTTP.

Overhead is the time the caller waits less the time from the server's innermost middleware on,
which is the tool with its database.
"""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from statistics import quantiles
from typing import Any, cast

import httpx2
import mcp_types
import uvicorn
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from pydantic import SecretStr

from bench.figures import Figure
from bench.stage import Stage
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_secret
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import HttpWallet, InProcessWallet, WalletTools
from ecocash_copilot.store import tickets, wallet
from ecocash_copilot.store.client import connect
from mcp_server.demo.generate import anchor_day_at
from mcp_server.demo.seed import seed
from mcp_server.help import load_help_centre
from mcp_server.server import McpApp, ServerParts, create_mcp_app, create_mcp_server
from schemas.identity import Customer

PART = "mcp"
CALLS = 500
AIM = "<= 5"
"""Milliseconds of overhead in process."""
CUSTOMER = "c-1001"
TOOLS: dict[str, dict[str, Any]] = {
    "eco_get_balances": {},
    "eco_get_transactions": {"limit": 10},
}


class Stopwatch(Middleware):
    """Notes how long each tool itself took."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Time the rest of the call."""
        started = time.perf_counter()
        try:
            return await call_next(context)
        finally:
            self.seconds = time.perf_counter() - started


class AsgiWallet(HttpWallet):
    """The HTTP path without a socket."""

    def __init__(self, app: McpApp) -> None:
        super().__init__("http://localhost/mcp")
        self._app = app

    def _new_client(self) -> Client[Any]:
        client = super()._new_client()
        transport: StreamableHttpTransport = client.transport

        def over_asgi(**options: Any) -> httpx2.AsyncClient:
            return httpx2.AsyncClient(transport=httpx2.ASGITransport(self._app), **options)

        transport.httpx_client_factory = cast("Any", over_asgi)
        return client


@asynccontextmanager
async def served(app: McpApp) -> AsyncGenerator[str]:
    """Serve ``app`` on a free port of this machine; gives the URL of the MCP endpoint."""
    # asyncio turns Nagle's algorithm off only on sockets that name TCP; left on, it costs 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True
            await task


async def sample(
    way: WalletTools, stopwatch: Stopwatch, token: str, name: str, arguments: dict[str, Any]
) -> dict[str, float]:
    """Call one tool ``CALLS`` times; gives milliseconds."""
    overheads: list[float] = []
    totals: list[float] = []
    cpu = 0.0
    for turn in range(-20, CALLS):
        if turn == 0:
            cpu = time.process_time()
        started = time.perf_counter()
        result = await way.call(name, arguments, token)
        total = time.perf_counter() - started
        if not result.ok:
            raise RuntimeError(result.text)
        if turn >= 0:
            totals.append(total * 1000)
            overheads.append((total - stopwatch.seconds) * 1000)
    cpu = (time.process_time() - cpu) / CALLS * 1000
    return {
        "overhead_p50_ms": round(quantiles(overheads, n=100)[49], 3),
        "overhead_p95_ms": round(quantiles(overheads, n=100)[94], 3),
        "total_p50_ms": round(quantiles(totals, n=100)[49], 3),
        "cpu_ms": round(cpu, 3),
    }


async def _measure() -> dict[str, dict[str, dict[str, float]]]:
    async with connect(Settings(mongodb_uri=SecretStr("memory://"))) as store:
        for module in (tickets, wallet):
            await store.database[module.COLLECTION].create_indexes(module.INDEXES)
        await seed(store, anchor_day_at(now()))
        tokens = McpTokens(new_secret())
        server = create_mcp_server(
            ServerParts(
                store=store,
                verify=tokens.verify,
                help_centre=load_help_centre(),
                calls_per_minute=1_000_000,
            )
        )
        stopwatch = Stopwatch()
        server.add_middleware(stopwatch)
        app = create_mcp_app(server, "http://localhost")
        figures: dict[str, dict[str, dict[str, float]]] = {}
        async with served(app) as url:
            ways: dict[str, WalletTools] = {
                "in_process": InProcessWallet(server),
                "asgi": AsgiWallet(app),
                "http_loopback": HttpWallet(url),
            }
            token = tokens.mint(Customer(id=CUSTOMER))
            for way, wallet_tools in ways.items():
                figures[way] = {
                    name: await sample(wallet_tools, stopwatch, token, name, arguments)
                    for name, arguments in TOOLS.items()
                }
                await wallet_tools.aclose()
        return figures


async def measure(_stage: Stage) -> list[Figure]:
    """Measure every way, on a database of its own.

    Over ASGI and loopback HTTP, client and server are both in this process.
    """
    figures: list[Figure] = []
    for way, tools in (await _measure()).items():
        for tool, measured in tools.items():
            aim = AIM if way == "in_process" else ""
            figures += [
                Figure(
                    part=PART,
                    name=f"{tool}, {way}, {name.removesuffix('_ms')}",
                    value=value,
                    unit="ms",
                    aim=aim if name == "overhead_p50_ms" else "",
                )
                for name, value in measured.items()
            ]
    return figures
