"""A wallet with fixed answers, over real MCP: the demo customer's, or ones that make no sense."""

import contextlib
import json
import socket
import threading
from types import TracebackType
from typing import Any, Literal, Self

import uvicorn
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.tools.base import ToolResult
from mcp_types import TextContent, ToolAnnotations

from ecocash_copilot.core.clock import now
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.help import HelpResults
from schemas.ticket import Tickets
from schemas.wallet import Balances, TransactionFilter, TransactionPage

Balance = Literal["right", "nonsense", "error"]
READS = ToolAnnotations(read_only_hint=True)


def _answer(data: dict[str, Any]) -> ToolResult:
    return ToolResult(content=[TextContent(type="text", text=json.dumps(data))])


def create_wallet(balance: Balance = "right") -> FastMCP:
    """Return a wallet of ``c-1001`` that does not ask who is calling.

    Args:
        balance: what ``eco_get_balances`` returns: the balances, a result that is none, an error.
    """
    moment = now()
    wallet = generate(anchor_day_at(moment))[0]
    newest = wallet.transactions[::-1]
    server = FastMCP("Fixed wallet")

    @server.tool(annotations=READS)
    def eco_get_balances() -> ToolResult:  # pyright: ignore[reportUnusedFunction]
        """Get the balance of each wallet."""
        if balance == "error":
            raise ToolError("The wallet is closed for maintenance.")
        if balance == "nonsense":
            return _answer({"balances": [{"currency": "GOLD", "available": "plenty"}]})
        result = Balances(balances=list(wallet.balances), as_of=moment)
        return _answer(result.model_dump(mode="json", exclude_none=True))

    @server.tool(annotations=READS)
    def eco_get_transactions(limit: int = 10) -> ToolResult:  # pyright: ignore[reportUnusedFunction]
        """List transactions, newest first."""
        page = TransactionPage(
            transactions=list(newest[:limit]), filter=TransactionFilter(), total=len(newest)
        )
        return _answer(page.model_dump(mode="json", exclude_none=True))

    @server.tool(annotations=READS)
    def eco_get_ticket_status() -> ToolResult:  # pyright: ignore[reportUnusedFunction]
        """List the tickets."""
        tickets = Tickets(tickets=list(wallet.tickets))
        return _answer(tickets.model_dump(mode="json", exclude_none=True))

    @server.tool(annotations=READS)
    def eco_search_help(query: str) -> ToolResult:  # pyright: ignore[reportUnusedFunction]
        """Search the help centre."""
        return _answer(HelpResults(query=query, articles=[]).model_dump(mode="json"))

    return server


class WalletServer:
    """A fixed wallet over HTTP on a free port, in a thread of its own; a context manager."""

    def __init__(self, wallet: FastMCP) -> None:
        """Take a free port."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        app = wallet.http_app(path="/mcp", stateless_http=True, json_response=True)
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="fixed-wallet", daemon=True)

    def _serve(self) -> None:
        with contextlib.suppress(SystemExit):
            self._server.run(sockets=[self._socket])

    @property
    def url(self) -> str:
        """What ``WALLET_MCP_URL`` is to be."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/mcp"

    def __enter__(self) -> Self:
        """Start; the port listens already."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
