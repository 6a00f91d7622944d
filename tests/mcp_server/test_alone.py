"""``python -m mcp_server`` as an operator runs it."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from ecocash_copilot.actions.audit import list_audit, verify_audit
from ecocash_copilot.actions.consents import confirm
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import HttpWallet, ToolResult
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from tests.mcp_server.consent_desk import TENDAI, Desk
from tests.mcp_server.parts import KEY, TOKENS, demo

ROOT = Path(__file__).parents[2]


async def start(
    mongodb_uri: str, data_dir: Path, *arguments: str, **environment: str
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mcp_server", *arguments),
        cwd=ROOT,
        env={
            **os.environ,
            "MONGODB_URI": mongodb_uri,
            "MONGODB_DB": "mcp_alone",
            "MCP_SIGNING_KEY": KEY,
            "DATA_DIR": str(data_dir),
            **environment,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def serving(
    mongodb_uri: str, data_dir: Path, **environment: str
) -> AsyncGenerator[tuple[asyncio.subprocess.Process, str]]:
    """Run it as a process; gives the process and the address of its MCP endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    process = await start(mongodb_uri, data_dir, "--port", str(port), **environment)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(40):
            while b"startup complete" not in (line := await process.stdout.readline()):
                assert line, (await process.stderr.read()).decode()
        yield process, f"http://127.0.0.1:{port}/mcp"
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_demo_wallets_and_stops_when_asked(
    mongodb_uri: str, tmp_path: Path, number: signal.Signals
):
    async with serving(mongodb_uri, tmp_path) as (process, url):
        transport = StreamableHttpTransport(url, auth=TOKENS.mint(Customer(id="c-1001")))
        async with Client(transport) as client:
            result = await client.call_tool("eco_get_balances")
            asked = {"category": "other", "description": "x", "consent_id": "cs_1"}
            refused = await client.call_tool_mcp("eco_create_ticket", asked)
        assert refused.is_error
        assert result.structured_content is not None
        assert len(result.structured_content["balances"]) == len(demo("c-1001").balances)
        process.send_signal(number)
        assert await process.wait() == 0
        assert process.stderr is not None
        assert KEY.encode() not in await process.stderr.read()


async def test_fifty_taps_at_once_on_two_services_make_one_ticket(
    mongodb_uri: str, settings: Settings, store: Store, tmp_path: Path
):
    """Processes of their own: in one, changes that are audited take turns before they collide."""
    environment = {"MONGODB_DB": settings.mongodb_db, "TOOL_CALLS_PER_MINUTE": "100000"}
    async with AsyncExitStack() as stack:
        started = await asyncio.gather(
            *(
                stack.enter_async_context(serving(mongodb_uri, tmp_path / name, **environment))
                for name in ("first", "second")
            )
        )
        desks = [Desk(store, HttpWallet(url)) for _, url in started]
        for desk in desks:
            stack.push_async_callback(desk.wallet.aclose)
        consent = await desks[0].ask()

        async def tap(desk: Desk) -> ToolResult:
            await confirm(store, TENDAI, consent.id)
            return await desk.call(consent.id)

        results = await asyncio.gather(*(tap(desks[number % 2]) for number in range(50)))
    (made,) = [each.data for each in results if each.ok]
    assert made is not None
    assert all(made["id"] in each.text for each in results)
    # Beside them there is the demo's own ticket.
    of_this = {"consent_id": consent.id}
    assert await store.kept("tickets").count_documents(of_this) == 1
    assert await store.kept("tickets").count_documents({}) == 2
    events = store.kept("ticket_events").find({"ticket_id": made["id"]})
    assert [each["version"] async for each in events] == [1]
    assert (await verify_audit(store)).intact
    kinds = [each.kind for each in await list_audit(store, consent.id)]
    assert kinds == ["consent.asked", "consent.confirmed", "consent.executed"]


async def test_in_production_it_says_what_is_missing(mongodb_uri: str, tmp_path: Path):
    process = await start(mongodb_uri, tmp_path, APP_ENV="prod")
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert b"CUSTOMER_JWKS" in errors
    assert b"Traceback" not in errors


async def test_a_database_that_is_not_there_is_reported(tmp_path: Path):
    uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300"
    process = await start(uri, tmp_path)
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"database does not answer" in errors
    assert b"Traceback" not in errors
