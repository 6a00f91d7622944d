"""One suite over both ways to the wallet, and what each does when things go wrong."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastmcp import FastMCP

from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.gateways.wallet_mcp import HttpWallet, InProcessWallet, WalletTools
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.indexes import create_indexes
from mcp_server.demo.seed import seed
from mcp_server.server import create_mcp_app
from schemas.wallet import Balances
from schemas.widgets import Severity
from tests.mcp_server.parts import (
    ANCHOR,
    add_waiting_tool,
    demo,
    server_over,
    serving,
    token_of,
)


@pytest.fixture(scope="module")
async def wallet_store(mongodb_uri: str) -> AsyncGenerator[Store]:
    async with open_store(mongodb_uri, "gateway_wallet", embedded=True) as store:
        await create_indexes(store)
        await seed(store, ANCHOR)
        yield store
        await store.client.drop_database("gateway_wallet")


@pytest.fixture(scope="module")
def server(wallet_store: Store) -> FastMCP:
    return server_over(wallet_store)


@pytest.fixture(scope="module")
async def url(server: FastMCP) -> AsyncIterator[str]:
    async with serving(create_mcp_app(server, "http://localhost")) as base:
        yield f"{base}/mcp"


@pytest.fixture(params=["in_process", "http"])
async def wallet(
    request: pytest.FixtureRequest, server: FastMCP, url: str
) -> AsyncGenerator[WalletTools]:
    wallet = InProcessWallet(server) if request.param == "in_process" else HttpWallet(url)
    yield wallet
    await wallet.aclose()


async def test_tools_are_listed_with_their_arguments(wallet: WalletTools):
    specs = {each.name: each for each in await wallet.list_tools(token_of("c-1001"))}
    assert len(specs) == 12
    spec = specs["eco_get_transactions"]
    assert spec.description.startswith("List the customer's transactions")
    assert spec.parameters["properties"]["limit"]["maximum"] == 50


async def test_a_tool_says_whether_it_changes_something(wallet: WalletTools):
    specs = {each.name: each for each in await wallet.list_tools(token_of("c-1001"))}
    assert not specs["eco_get_transactions"].mutating
    assert (specs["eco_create_ticket"].mutating, specs["eco_create_ticket"].risk) == (True, "low")
    assert specs["eco_request_reversal"].risk is Severity.HIGH


async def test_a_tool_that_does_not_say_is_taken_to_change_something():
    server = FastMCP("another")

    @server.tool
    def eco_anything() -> str:
        return "done"

    wallet = InProcessWallet(server)
    (spec,) = await wallet.list_tools()
    assert (spec.mutating, spec.risk) == (True, Severity.HIGH)
    await wallet.aclose()


async def test_a_sign_of_life_needs_no_customer(wallet: WalletTools):
    await wallet.ping()
    assert (await wallet.call("eco_get_balances", {}, token_of("c-1001"))).ok
    await wallet.ping()


async def test_a_result_comes_as_text_and_as_data(wallet: WalletTools):
    result = await wallet.call("eco_get_balances", {}, token_of("c-1001"))
    assert result.ok
    assert result.data is not None
    assert json.loads(result.text) == result.data
    assert tuple(Balances.model_validate(result.data).balances) == demo("c-1001").balances


async def test_what_the_server_refuses_comes_as_text(wallet: WalletTools):
    token = token_of("c-1001")
    for name, arguments, said in [
        ("eco_get_transactions", {"limit": 0}, "limit: "),
        ("eco_create_ticket", {"category": "other", "description": "x"}, "Refused"),
        ("eco_nothing", {}, "Unknown tool"),
    ]:
        result = await wallet.call(name, arguments, token)
        assert not result.ok
        assert result.data is None
        assert said in result.text


async def test_a_bad_token_is_turned_down_and_spoils_nothing(wallet: WalletTools):
    for _ in range(2):
        refused = await wallet.call("eco_get_balances", {}, "rubbish")
        assert not refused.ok
        assert "sign" in refused.text
        assert (await wallet.call("eco_get_balances", {}, token_of("c-1001"))).ok


async def test_customers_who_share_the_connection_never_mix(wallet: WalletTools):
    async def ask(customer_id: str) -> int:
        result = await wallet.call("eco_get_balances", {}, token_of(customer_id))
        assert result.data is not None
        return len(result.data["balances"])

    customers = ["c-1001", "c-1002", "c-none"] * 10
    assert await asyncio.gather(*map(ask, customers)) == [2, 1, 0] * 10


async def test_it_opens_again_after_it_was_closed(wallet: WalletTools):
    for _ in range(2):
        assert (await wallet.call("eco_get_balances", {}, token_of("c-1001"))).ok
        await wallet.aclose()


async def test_a_cancelled_call_leaves_the_connection_usable(wallet: WalletTools):
    await wallet.call("eco_get_balances", {}, token_of("c-1001"))
    for _ in range(5):
        call = asyncio.create_task(wallet.call("eco_get_balances", {}, token_of("c-1001")))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
        assert call.cancelled()
    assert (await wallet.call("eco_get_balances", {}, token_of("c-1002"))).ok


async def test_a_slow_tool_is_given_up_in_time(wallet_store: Store):
    server = server_over(wallet_store)
    add_waiting_tool(server, asyncio.Event().wait)
    async with serving(create_mcp_app(server, "http://localhost")) as base:
        for wallet in (InProcessWallet(server, 0.5), HttpWallet(f"{base}/mcp", 0.5)):
            token = token_of("c-1001")
            assert (await wallet.call("eco_get_balances", {}, token)).ok
            async with asyncio.timeout(5):
                result = await wallet.call("eco_wait", {}, token)
            assert (result.ok, result.data) == (False, None)
            assert "did not answer in time" in result.text
            assert (await wallet.call("eco_get_balances", {}, token)).ok
            await wallet.aclose()


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handle: Handler) -> AsyncGenerator[str]:
    """A TCP server that is no MCP server."""
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp"


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("handle", [silent, rude, broken])
async def test_a_server_that_makes_no_sense_is_reported_in_time(handle: Handler):
    async with raw_server(handle) as url:
        wallet = HttpWallet(url, 1.0)
        async with asyncio.timeout(10):
            result = await wallet.call("eco_get_balances", {}, token_of("c-1001"))
            with pytest.raises(Unavailable):
                await wallet.list_tools(token_of("c-1001"))
            with pytest.raises(Unavailable):
                await wallet.ping()
        await wallet.aclose()
    assert not result.ok
    assert "wallet" in result.text


async def test_it_recovers_by_itself_when_the_server_comes_back(server: FastMCP):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    wallet = HttpWallet(f"http://127.0.0.1:{port}/mcp", 2.0)
    token = token_of("c-1001")

    async def call() -> Any:
        async with asyncio.timeout(8):
            return await wallet.call("eco_get_balances", {}, token)

    assert not (await call()).ok
    for _ in range(2):
        async with serving(create_mcp_app(server, "http://localhost"), port):
            assert (await call()).ok
        assert not (await call()).ok
    await wallet.aclose()


async def test_a_server_with_sessions_gets_one_for_each_call(server: FastMCP):
    app = server.http_app(path="/mcp", stateless_http=False)
    async with serving(app) as base:
        wallet = HttpWallet(f"{base}/mcp")
        for customer_id, wallets in (("c-1001", 2), ("c-1002", 1), ("c-1001", 2)):
            result = await wallet.call("eco_get_balances", {}, token_of(customer_id))
            assert result.data is not None, result.text
            assert len(result.data["balances"]) == wallets
        await wallet.aclose()
