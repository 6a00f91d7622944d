"""The server over real HTTP: bearer tokens, addresses, hosts and origins."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.transports import StreamableHttpTransport
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from ecocash_copilot.auth.dev_tokens import DevTokens
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import META_TOKEN
from mcp_server.server import McpApp, create_mcp_app
from schemas.identity import Customer
from schemas.wallet import Balances
from tests.mcp_server.parts import demo, serving, token_of

PUBLIC = "https://copilot.example.co.zw"
INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "plain", "version": "1"},
    },
}
CALL: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "eco_get_balances", "arguments": {}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def bearer(token: str) -> dict[str, str]:
    return {**ACCEPT, "Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
async def base(server: FastMCP) -> AsyncIterator[str]:
    async with serving(create_mcp_app(server, PUBLIC)) as base:
        yield base


@pytest.fixture
async def http(base: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=base, follow_redirects=False) as http:
        yield http


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
async def test_any_standard_client_can_use_it(base: str, mode: str, path: str):
    transport = StreamableHttpTransport(base + path, auth=token_of("c-1001"))
    async with Client(transport, mode=mode) as client:
        assert len(await client.list_tools()) == 12
        result = await client.call_tool("eco_get_balances")
    assert result.structured_content is not None
    balances = Balances.model_validate(result.structured_content)
    assert tuple(balances.balances) == demo("c-1001").balances


async def test_a_plain_http_client_needs_no_session(http: httpx2.AsyncClient):
    answer = await http.post("/mcp", json=CALL, headers=bearer(token_of("c-1002")))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert "mcp-session-id" not in answer.headers
    balances = answer.json()["result"]["structuredContent"]["balances"]
    assert len(balances) == len(demo("c-1002").balances)


async def test_no_redirects_between_the_two_spellings(http: httpx2.AsyncClient):
    for path in ("/mcp", "/mcp/"):
        answer = await http.post(path, json=INITIALIZE, headers=bearer(token_of("c-1001")))
        assert answer.status_code == 200
    assert (await http.post("/mcp/more", json=INITIALIZE)).status_code == 404
    assert (await http.get("/mcp", headers=bearer(token_of("c-1001")))).status_code == 405


@pytest.mark.parametrize("message", [INITIALIZE, CALL])
async def test_without_a_valid_bearer_the_answer_is_401(
    http: httpx2.AsyncClient, settings: Settings, message: dict[str, Any]
):
    customer = Customer(id="c-1001")
    longer_ago = McpTokens("a key for tests that is long enough for HS256", lambda: 1_700_000_000)
    tokens = [
        DevTokens(settings.data_dir, settings.customer_audience).mint("c-1001"),
        DevTokens(settings.data_dir, "ecocash-mcp").mint("c-1001"),
        McpTokens("another key that is long enough for HS256").mint(customer),
        longer_ago.mint(customer),
        "rubbish",
    ]
    headers = [ACCEPT, {**ACCEPT, "Authorization": "Basic YTpi"}, *map(bearer, tokens)]
    for each in headers:
        answer = await http.post("/mcp", json=message, headers=each)
        assert answer.status_code == 401, each
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "result" not in answer.text


async def test_a_token_in_meta_counts_for_nothing_over_http(http: httpx2.AsyncClient):
    params = {**CALL["params"], "_meta": {META_TOKEN: token_of("c-1001")}}
    smuggled = {**CALL, "params": params}
    assert (await http.post("/mcp", json=smuggled, headers=ACCEPT)).status_code == 401
    answer = await http.post("/mcp", json=smuggled, headers=bearer(token_of("c-1003")))
    balances = answer.json()["result"]["structuredContent"]["balances"]
    assert [each["available"]["amount"] for each in balances] == ["0.00"]


async def test_customers_on_one_connection_never_mix(http: httpx2.AsyncClient):
    async def ask(customer_id: str) -> int:
        answer = await http.post("/mcp", json=CALL, headers=bearer(token_of(customer_id)))
        return len(answer.json()["result"]["structuredContent"]["balances"])

    customers = ["c-1001", "c-1002", "c-none"] * 8
    assert await asyncio.gather(*map(ask, customers)) == [2, 1, 0] * 8


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "copilot.example.co.zw"}, 200),
        ({"Host": "copilot.example.co.zw", "Origin": PUBLIC}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "copilot.example.co.zw", "Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_a_rebound_name_or_a_foreign_page_gets_no_further(
    http: httpx2.AsyncClient, headers: dict[str, str], status: int
):
    sent = {**bearer(token_of("c-1001")), **headers}
    assert (await http.post("/mcp", json=CALL, headers=sent)).status_code == status


async def test_malformed_requests_are_client_errors(http: httpx2.AsyncClient):
    headers = {**bearer(token_of("c-1001")), "Content-Type": "application/json"}
    for body in (b"", b"{", b"[]", b'"x"', b"\xff"):
        answer = await http.post("/mcp", content=body, headers=headers)
        assert 400 <= answer.status_code < 500
        assert "Traceback" not in answer.text


def lifespan_of(app: McpApp) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with app.lifespan():
            yield

    return lifespan


def at_home(_: Request) -> PlainTextResponse:
    return PlainTextResponse("home")


def test_it_mounts_into_a_host_application(server: FastMCP):
    app = create_mcp_app(server, "http://testserver")
    home = Route("/", at_home)
    by_route = Starlette(routes=[*app.routes(), home], lifespan=lifespan_of(app))
    # Only authentication is asked here: the database belongs to the loop of the other tests.
    with TestClient(by_route, follow_redirects=False) as client:
        for path in ("/mcp", "/mcp/"):
            assert client.post(path, json=CALL, headers=ACCEPT).status_code == 401
            good = client.post(path, json=INITIALIZE, headers=bearer(token_of("c-1001")))
            assert good.json()["result"]["serverInfo"]["name"] == "EcoCash wallet"
        assert client.get("/").text == "home"


def test_it_also_serves_below_a_mount(server: FastMCP):
    app = create_mcp_app(server, "http://testserver")
    host = Starlette(routes=[Mount("/mcp", app=app)], lifespan=lifespan_of(app))
    with TestClient(host, follow_redirects=False) as client:
        good = client.post("/mcp/", json=INITIALIZE, headers=bearer(token_of("c-1001")))
        assert good.status_code == 200
