"""Who is calling, in process."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from fastmcp import Client

from ecocash_copilot.auth.dev_tokens import DevTokens
from ecocash_copilot.auth.mcp_tokens import LIFETIME, McpTokens
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import META_TOKEN
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.wallet import replace_wallet
from schemas.identity import Customer
from schemas.money import Currency, Money
from schemas.wallet import Balance
from tests.mcp_server.parts import Caller, add_waiting_tool, server_over, text_of, token_of

NOT_SIGNED_IN = "Not signed in: the call needs a valid access token for this server."


async def refusal(client: Client[Any], meta: dict[str, Any] | None) -> str:
    result = await client.call_tool_mcp("eco_get_balances", {}, meta=meta)
    assert result.is_error
    return text_of(result)


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        {META_TOKEN: ""},
        {META_TOKEN: "rubbish"},
        {META_TOKEN: "a.b.c"},
        {META_TOKEN: None},
        {META_TOKEN: 7},
        {META_TOKEN: ["x"]},
        {"token": "x"},
    ],
)
async def test_without_a_valid_token_nothing_is_read(client: Client[Any], meta: Any):
    assert await refusal(client, meta) == NOT_SIGNED_IN


async def test_tokens_of_other_keys_audiences_and_times_are_refused(
    client: Client[Any], settings: Settings
):
    customer = Customer(id="c-1001")
    other_key = McpTokens("another key that is long enough for HS256").mint(customer)
    customers_own = DevTokens(settings.data_dir, settings.customer_audience).mint("c-1001")
    unsigned = token_of("c-1001").rpartition(".")[0] + "."
    for token in (other_key, customers_own, unsigned):
        assert await refusal(client, {META_TOKEN: token}) == NOT_SIGNED_IN


async def test_an_expired_token_is_refused(demo_store: Store):
    moment = 1_800_000_000.0
    tokens = McpTokens("a key for tests that is long enough for HS256", lambda: moment)
    token = tokens.mint(Customer(id="c-1001"))
    async with Client(server_over(demo_store, verify=tokens.verify)) as client:
        before = await client.call_tool_mcp("eco_get_balances", {}, meta={META_TOKEN: token})
        assert not before.is_error
        moment += LIFETIME + 60
        assert await refusal(client, {META_TOKEN: token}) == NOT_SIGNED_IN


async def test_an_unknown_tool_is_refused_before_it_is_looked_up(client: Client[Any]):
    result = await client.call_tool_mcp("eco_steal", {})
    assert text_of(result) == NOT_SIGNED_IN
    known = await client.call_tool_mcp("eco_steal", {}, meta={META_TOKEN: token_of("c-1001")})
    assert known.is_error
    assert text_of(known) == "Unknown tool: 'eco_steal'"


async def test_fifty_customers_share_a_session_and_never_mix(store: Store):
    customers = [f"c-{5000 + each}" for each in range(50)]
    for number, customer_id in enumerate(customers):
        money = Money(amount=Decimal(f"{number}.00"), currency=Currency.USD)
        balance = Balance(currency=Currency.USD, available=money)
        await replace_wallet(store, customer_id, [balance], [])
    async with Client(server_over(store)) as client:

        async def ask(number: int) -> None:
            caller = Caller(client, customers[number])
            for _ in range(4):
                answer = await caller.ask("eco_get_balances")
                assert answer["balances"][0]["available"]["amount"] == f"{number}.00"

        await asyncio.gather(*(ask(number) for number in range(50)))


async def test_calls_of_one_session_run_side_by_side(demo_store: Store):
    meeting = asyncio.Barrier(5)

    server = server_over(demo_store)
    add_waiting_tool(server, meeting.wait)
    async with Client(server) as client, asyncio.timeout(10):
        callers = [Caller(client, f"c-{number}") for number in range(5)]
        answers = await asyncio.gather(*(each.ask("eco_wait") for each in callers))
    assert [each["id"] for each in answers] == [f"c-{number}" for number in range(5)]
