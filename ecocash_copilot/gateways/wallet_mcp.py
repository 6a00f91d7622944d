"""The wallet's MCP tools, called as one customer at a time over one shared connection.

``InProcessWallet`` speaks MCP to the server in this process, ``HttpWallet`` to one elsewhere. Each
call carries its own customer's token: in the request's ``_meta`` in process, as the bearer of its
own HTTP request otherwise. The connection itself stands for nobody.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Protocol, Unpack

import httpx2
from fastmcp import Client, FastMCP
from fastmcp.client.transports import FastMCPTransport, StreamableHttpTransport
from fastmcp.client.transports.base import SessionKwargs, TransportOptions
from mcp import ClientSession, MCPError
from mcp_types import CONNECTION_CLOSED, REQUEST_TIMEOUT, CallToolResult, TextContent, Tool

from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.logging import get_logger
from schemas.widgets import Severity

META_TOKEN = "ecocash/token"  # noqa: S105 - the name of a field
"""Key in a request's ``_meta`` that holds the token of an in-process call."""

META_MUTATING = "ecocash/mutating"
META_RISK = "ecocash/risk"
"""Keys in a tool's ``_meta``: whether it changes something, and how much is at stake."""

_DOWN = "The wallet does not answer right now. Nothing was changed. Try again in a moment."
_SLOW = "The wallet did not answer in time. Nothing is known about the result. Try again."
_NOT_SIGNED_IN = "The wallet did not accept the customer's sign-in."
_UNAUTHORIZED = 401
_RISKS = frozenset(each.value for each in Severity)

_log = get_logger(__name__)
_credentials: ContextVar["_Credentials | None"] = ContextVar("wallet_credentials", default=None)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told about it."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON schema of the arguments."""
    mutating: bool = False
    """It changes something, and does so only with the customer's consent."""
    risk: Severity = Severity.LOW
    """How much is at stake where it changes something."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a call came to."""

    text: str
    """The result as JSON text, or what went wrong."""
    data: dict[str, Any] | None
    """The result, where there is one."""
    ok: bool


class WalletTools(Protocol):
    """The wallet as the agent uses it."""

    async def list_tools(self, token: str | None = None) -> list[ToolSpec]:
        """Return the tools; a server elsewhere may want the token of some customer for it.

        Raises:
            Unavailable: the server did not tell.
        """
        ...

    async def call(self, name: str, arguments: Mapping[str, Any], token: str) -> ToolResult:
        """Call one tool as the customer of ``token``; never raises for what the server does."""
        ...

    async def ping(self) -> None:
        """Ask for a sign of life; a server that wants somebody to sign in first has given one.

        Raises:
            Unavailable: it gives none.
        """
        ...

    async def aclose(self) -> None:
        """Close the connection; a later call opens it again."""
        ...


class _TrustingSession(ClientSession):
    """Leaves out the check of results against the tool's schema: four fifths of a call's time.

    Nothing depends on it: what a customer sees is validated when a card is made of it.
    """

    async def validate_tool_result(self, name: str, result: CallToolResult) -> None:
        """Accept the result."""


def _trusting(options: TransportOptions | None) -> TransportOptions:
    return replace(options or TransportOptions(), session_class=_TrustingSession)


class _MemoryTransport(FastMCPTransport):
    @asynccontextmanager
    async def connect_session(
        self,
        *,
        transport_options: TransportOptions | None = None,
        **session_kwargs: Unpack[SessionKwargs],
    ) -> AsyncGenerator[ClientSession]:
        options = _trusting(transport_options)
        async with super().connect_session(transport_options=options, **session_kwargs) as session:
            yield session


class _HttpTransport(StreamableHttpTransport):
    @asynccontextmanager
    async def connect_session(
        self,
        *,
        transport_options: TransportOptions | None = None,
        **session_kwargs: Unpack[SessionKwargs],
    ) -> AsyncGenerator[ClientSession]:
        options = _trusting(transport_options)
        async with super().connect_session(transport_options=options, **session_kwargs) as session:
            yield session


@dataclass(slots=True)
class _Credentials:
    """The token of one call, and whether the server turned it down."""

    token: str | None
    rejected: bool = False


class _BearerPerCall(httpx2.Auth):
    """Signs each request with the token of the call it was sent for."""

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the bearer, which the MCP client carries along in the call's context."""
        credentials = _credentials.get()
        if credentials is not None and credentials.token is not None:
            request.headers["Authorization"] = f"Bearer {credentials.token}"
        response = yield request
        if credentials is not None and response.status_code == _UNAUTHORIZED:
            credentials.rejected = True


class _SharedWallet(ABC):
    """One MCP client for all calls: connected when first needed, and anew when it broke."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._connecting = asyncio.Lock()
        self._client: Client[Any] | None = None

    @abstractmethod
    def _new_client(self) -> Client[Any]: ...

    @abstractmethod
    async def _call(
        self, client: Client[Any], name: str, arguments: dict[str, Any], token: str
    ) -> CallToolResult: ...

    async def list_tools(self, token: str | None = None) -> list[ToolSpec]:
        """Return the tools.

        Raises:
            Unavailable: the server did not tell, or not in time.
        """
        return await self._list_tools(_Credentials(token))

    async def ping(self) -> None:
        """Ask for a sign of life; a server that wants somebody to sign in first has given one.

        Raises:
            Unavailable: it gives none in time.
        """
        nobody = _Credentials(None)
        try:
            await self._list_tools(nobody)
        except Unavailable:
            if not nobody.rejected:
                raise

    async def _list_tools(self, credentials: _Credentials) -> list[ToolSpec]:
        _credentials.set(credentials)
        client: Client[Any] | None = None
        try:
            async with asyncio.timeout(self._seconds):
                client = await self._connected()
                tools = await client.list_tools()
        except Exception as error:
            await self._recover(client, error)
            raise Unavailable(_DOWN) from error
        return [_spec(each) for each in tools]

    async def call(self, name: str, arguments: Mapping[str, Any], token: str) -> ToolResult:
        """Call one tool as the customer of ``token``, within the time allowed."""
        credentials = _Credentials(token)
        _credentials.set(credentials)
        client: Client[Any] | None = None
        try:
            async with asyncio.timeout(self._seconds):
                client = await self._connected()
                result = await self._call(client, name, dict(arguments), token)
        except Exception as error:
            if credentials.rejected:
                return ToolResult(_NOT_SIGNED_IN, None, ok=False)
            await self._recover(client, error)
            return ToolResult(_SLOW if _is_slowness(error) else _DOWN, None, ok=False)
        data = None if result.is_error else result.structured_content
        return ToolResult(_text(result), data, ok=not result.is_error)

    async def aclose(self) -> None:
        """Close the connection; a later call opens it again."""
        if self._client is not None:
            await self._drop(self._client)

    async def _connected(self) -> Client[Any]:
        client = self._client
        if client is not None and client.is_connected():
            return client
        async with self._connecting:
            if self._client is None or not self._client.is_connected():
                await self.aclose()
                client = self._new_client()
                await client.__aenter__()
                self._client = client
            return self._client

    async def _recover(self, client: Client[Any] | None, error: Exception) -> None:
        """Note the failure; where the connection is to blame, let the next call make a new one."""
        answered = isinstance(error, MCPError) and error.error.code != CONNECTION_CLOSED
        _log.warning("wallet_call_failed", error=type(error).__name__, answered=answered)
        if client is not None and not answered and not isinstance(error, TimeoutError):
            await self._drop(client)

    async def _drop(self, client: Client[Any]) -> None:
        if self._client is client:
            self._client = None
        try:
            await client.close()
        except Exception as error:
            # A connection that broke says so once more when it is closed.
            _log.debug("wallet_close_failed", error=type(error).__name__)


class InProcessWallet(_SharedWallet):
    """The server of this process, over MCP's in-memory transport."""

    def __init__(self, server: FastMCP, seconds: float = 10.0) -> None:
        """``seconds`` is how long one call may take."""
        super().__init__(seconds)
        self._server = server

    def _new_client(self) -> Client[Any]:
        return Client(_MemoryTransport(self._server))

    async def _call(
        self, client: Client[Any], name: str, arguments: dict[str, Any], token: str
    ) -> CallToolResult:
        return await client.call_tool_mcp(name, arguments, meta={META_TOKEN: token})


class HttpWallet(_SharedWallet):
    """A server elsewhere, over streamable HTTP with kept-alive connections."""

    def __init__(self, url: str, seconds: float = 10.0) -> None:
        """``url`` is the MCP endpoint; ``seconds`` is how long one call may take."""
        super().__init__(seconds)
        self._url = url

    def _new_client(self) -> Client[Any]:
        transport = _HttpTransport(self._url, auth=_BearerPerCall())
        return Client(transport, init_timeout=self._seconds)

    async def _call(
        self, client: Client[Any], name: str, arguments: dict[str, Any], token: str
    ) -> CallToolResult:
        if client.transport.get_session_id() is None:
            return await client.call_tool_mcp(name, arguments)
        # A server with sessions ties each to whoever opened it, so a customer needs their own.
        async with self._new_client() as own:
            return await own.call_tool_mcp(name, arguments)


def _spec(tool: Tool) -> ToolSpec:
    """Read a tool's listing. One that does not say that it only reads is taken to change things."""
    meta = tool.meta or {}
    reads = tool.annotations is not None and tool.annotations.read_only_hint is True
    risk = meta.get(META_RISK)
    return ToolSpec(
        name=tool.name,
        description=tool.description or "",
        parameters=tool.input_schema,
        mutating=meta.get(META_MUTATING, not reads) is not False,
        risk=Severity(risk) if risk in _RISKS else Severity.HIGH,
    )


def _is_slowness(error: Exception) -> bool:
    if isinstance(error, MCPError):
        return error.error.code == REQUEST_TIMEOUT
    return isinstance(error, TimeoutError)


def _text(result: CallToolResult) -> str:
    return "\n".join(each.text for each in result.content if isinstance(each, TextContent))
