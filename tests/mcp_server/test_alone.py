"""``python -m mcp_server`` as an operator runs it."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from ecocash_copilot.auth.mcp_tokens import McpTokens
from schemas.identity import Customer
from tests.mcp_server.parts import demo

KEY = "a key for tests that is long enough for HS256"
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_demo_wallets_and_stops_when_asked(
    mongodb_uri: str, tmp_path: Path, number: signal.Signals
):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    process = await start(mongodb_uri, tmp_path, "--port", str(port))
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(40):
            while b"startup complete" not in (line := await process.stdout.readline()):
                assert line, (await process.stderr.read()).decode()
            token = McpTokens(KEY).mint(Customer(id="c-1001"))
            transport = StreamableHttpTransport(f"http://127.0.0.1:{port}/mcp", auth=token)
            async with Client(transport) as client:
                result = await client.call_tool("eco_get_balances")
                asked = {"category": "other", "description": "x", "consent_id": "cs_1"}
                refused = await client.call_tool_mcp("eco_create_ticket", asked)
            assert refused.is_error
            assert result.structured_content is not None
            assert len(result.structured_content["balances"]) == len(demo("c-1001").balances)
            process.send_signal(number)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert KEY.encode() not in await process.stderr.read()


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
