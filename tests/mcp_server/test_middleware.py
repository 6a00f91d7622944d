"""Rate limit, masking, log lines and metrics."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

from fastmcp import Client
from limits.aio.storage import MemoryStorage
from pydantic import SecretStr
from structlog.testing import capture_logs

from ecocash_copilot.core.metrics import REGISTRY
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import META_TOKEN
from ecocash_copilot.store.client import Store
from mcp_server.limits import limit_storage
from tests.mcp_server.parts import Caller, add_waiting_tool, server_over, token_of


class BrokenCentre:
    """A help centre that fails in a way that nobody should see."""

    def search(self, *_: Any) -> Any:
        raise RuntimeError("password=hunter2 at 10.0.0.7")


def counted(tool: str, outcome: str) -> float:
    labels = {"tool": tool, "outcome": outcome}
    return REGISTRY.get_sample_value("copilot_mcp_calls_total", labels) or 0.0


async def test_each_customer_has_an_allowance_of_their_own(demo_store: Store):
    storage = MemoryStorage()
    start = datetime.now(UTC)
    server = server_over(demo_store, calls_per_minute=3, limit_storage=storage, now=lambda: start)
    async with Client(server) as client:
        tendai, nomvula = Caller(client, "c-1001"), Caller(client, "c-1002")
        for _ in range(3):
            await tendai.ask("eco_get_balances")
        message = await tendai.refused("eco_get_balances")
        await nomvula.ask("eco_get_balances")
    match = re.fullmatch(
        r"Too many calls: at most 3 a minute for one customer\. Try again in (\d+) s\.", message
    )
    assert match is not None
    assert 1 <= int(match[1]) <= 61


async def test_bad_arguments_use_up_the_allowance_but_bad_tokens_do_not(demo_store: Store):
    async with Client(server_over(demo_store, calls_per_minute=2)) as client:
        for _ in range(5):
            assert (await client.call_tool_mcp("eco_get_balances", {})).is_error
        tendai = Caller(client, "c-1001")
        for _ in range(2):
            assert "Bad arguments" in await tendai.refused("eco_get_transactions", limit=0)
        assert "Too many calls" in await tendai.refused("eco_get_transactions", limit=0)


async def test_calls_go_on_when_the_counter_is_down(demo_store: Store):
    nowhere = Settings(redis_url=SecretStr("redis://127.0.0.1:1/0"))
    with capture_logs() as logs:
        async with (
            limit_storage(nowhere) as storage,
            Client(server_over(demo_store, limit_storage=storage)) as client,
        ):
            await Caller(client, "c-1001").ask("eco_get_balances")
    assert "rate_limit_not_counted" in [each["event"] for each in logs]


async def test_without_redis_calls_are_counted_in_this_process():
    async with limit_storage(Settings()) as storage:
        assert isinstance(storage, MemoryStorage)


async def test_failures_are_masked_for_the_caller_and_logged_for_us(demo_store: Store):
    with capture_logs() as logs:
        async with Client(server_over(demo_store, help_centre=BrokenCentre())) as client:
            message = await Caller(client, "c-1001").refused("eco_search_help", query="fees")
    assert message == (
        "The wallet cannot answer right now. Nothing was changed. Try again in a moment."
    )
    (line,) = [each for each in logs if each["event"] == "mcp_tool_call"]
    assert (line["log_level"], line["outcome"]) == ("error", "failed")
    assert isinstance(line["exc_info"], Exception)


async def test_each_call_leaves_one_log_line_without_arguments_or_identity(client: Client[Any]):
    token = token_of("c-1001")
    with capture_logs() as logs:
        await client.call_tool_mcp(
            "eco_get_transactions", {"text": "0772418905"}, meta={META_TOKEN: token}
        )
    (line,) = [each for each in logs if each["event"] == "mcp_tool_call"]
    assert set(line) == {"event", "log_level", "tool", "outcome", "duration_ms"}
    assert (line["tool"], line["outcome"]) == ("eco_get_transactions", "ok")
    assert line["duration_ms"] > 0


async def test_calls_are_counted_by_outcome(client: Client[Any], tendai: Caller):
    kinds = [
        ("eco_get_balances", "ok"),
        ("eco_get_balances", "refused"),
        ("unknown", "unknown_tool"),
        ("unknown", "not_signed_in"),
    ]
    before = [counted(*each) for each in kinds]
    await tendai.ask("eco_get_balances")
    await tendai.refused("eco_get_balances", currency="USD")
    await tendai.refused("eco_anything_at_all")
    await client.call_tool_mcp("eco_get_balances", {})
    assert [counted(*each) for each in kinds] == [each + 1 for each in before]


async def test_a_cancelled_call_stops_in_the_server_too(demo_store: Store):
    entered, left = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()

    before = counted("unknown", "cancelled")
    server = server_over(demo_store)
    add_waiting_tool(server, wait)
    async with Client(server) as client:
        caller = Caller(client, "c-1001")
        call = asyncio.create_task(caller.refused("eco_wait"))
        await entered.wait()
        call.cancel()
        async with asyncio.timeout(5):
            await left.wait()
        await asyncio.wait([call])
        await caller.ask("eco_get_balances")
    assert counted("unknown", "cancelled") == before + 1
