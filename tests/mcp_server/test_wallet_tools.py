"""Balances and transactions through the in-memory client."""

import json
from datetime import timedelta
from typing import Any

import pytest
from fastmcp import Client, FastMCP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.gateways.wallet_mcp import META_TOKEN
from schemas.money import Currency
from schemas.mutations import MUTATIONS
from schemas.wallet import (
    Balances,
    Direction,
    Transaction,
    TransactionFilter,
    TransactionKind,
    TransactionPage,
    TransactionStatus,
)
from tests.mcp_server.parts import ANCHOR, Caller, demo, text_of, token_of

HISTORY = demo("c-1001").transactions


def newest_first(transactions: list[Transaction]) -> list[str]:
    ordered = sorted(transactions, key=lambda each: (each.occurred_at, each.reference))
    return [each.reference for each in reversed(ordered)]


def texts_of(transaction: Transaction) -> list[str]:
    party = transaction.counterparty
    texts = [party.name, party.account, transaction.note, transaction.reference, party.msisdn]
    if party.msisdn is not None:
        texts.append("0" + party.msisdn[4:])
    return [each.lower() for each in texts if each]


def fits(transaction: Transaction, wanted: TransactionFilter) -> bool:
    """The filter's meaning, spelled out one condition at a time."""
    day = transaction.occurred_at.astimezone(HARARE).date()
    amount = transaction.amount.amount
    text = wanted.text.lower() if wanted.text else None
    return (
        (wanted.currency is None or transaction.amount.currency is wanted.currency)
        and (wanted.direction is None or transaction.direction is wanted.direction)
        and (wanted.status is None or transaction.status is wanted.status)
        and (wanted.kind is None or transaction.kind is wanted.kind)
        and (wanted.date_from is None or day >= wanted.date_from)
        and (wanted.date_to is None or day <= wanted.date_to)
        and (wanted.min_amount is None or amount >= wanted.min_amount)
        and (wanted.max_amount is None or amount <= wanted.max_amount)
        and (text is None or any(text in each for each in texts_of(transaction)))
    )


async def every_page(caller: Caller, limit: int, **conditions: Any) -> list[TransactionPage]:
    pages: list[TransactionPage] = []
    cursor: str | None = None
    while not pages or cursor is not None:
        answer = await caller.ask("eco_get_transactions", limit=limit, cursor=cursor, **conditions)
        pages.append(TransactionPage.model_validate(answer))
        cursor = pages[-1].next_cursor
        assert len(pages) <= 61
    return pages


async def listed(caller: Caller, **conditions: Any) -> list[str]:
    pages = await every_page(caller, 50, **conditions)
    return [each.reference for page in pages for each in page.transactions]


async def test_balances_are_those_of_the_wallets(tendai: Caller, nomvula: Caller, rudo: Caller):
    for caller, customer_id in ((tendai, "c-1001"), (nomvula, "c-1002"), (rudo, "c-1003")):
        answer = Balances.model_validate(await caller.ask("eco_get_balances"))
        assert tuple(answer.balances) == demo(customer_id).balances


async def test_a_stranger_has_no_wallet_and_no_history(client: Client[Any]):
    stranger = Caller(client, "c-4040")
    assert (await stranger.ask("eco_get_balances"))["balances"] == []
    page = await stranger.ask("eco_get_transactions")
    assert (page["transactions"], page["total"]) == ([], 0)


async def test_without_conditions_the_ten_newest_come_first(tendai: Caller):
    page = TransactionPage.model_validate(await tendai.ask("eco_get_transactions"))
    assert [each.reference for each in page.transactions] == newest_first(list(HISTORY))[:10]
    assert page.total == 60
    assert page.filter == TransactionFilter()
    assert page.transactions[0] == HISTORY[-1]


async def test_the_text_is_the_same_json_as_the_structured_content(client: Client[Any]):
    meta = {META_TOKEN: token_of("c-1001")}
    result = await client.call_tool_mcp("eco_get_transactions", {"limit": 3}, meta=meta)
    text = text_of(result)
    assert json.loads(text) == result.structured_content
    assert json.dumps(result.structured_content, separators=(",", ":"), ensure_ascii=False) == text


@pytest.mark.parametrize("limit", [1, 7, 20, 50])
async def test_pages_hold_everything_exactly_once(tendai: Caller, limit: int):
    pages = await every_page(tendai, limit)
    found = [each.reference for page in pages for each in page.transactions]
    assert found == newest_first(list(HISTORY))
    assert {page.total for page in pages} == {60}
    assert all(len(page.transactions) == limit for page in pages[:-1])


@pytest.mark.parametrize("currency", Currency)
async def test_by_currency(tendai: Caller, currency: Currency):
    wanted = [each for each in HISTORY if each.amount.currency is currency]
    assert await listed(tendai, currency=currency.value) == newest_first(wanted)


@pytest.mark.parametrize("spelling", ["ZiG", "zig", "zwg", " ZWG "])
async def test_zig_is_understood(tendai: Caller, spelling: str):
    page = await tendai.ask("eco_get_transactions", currency=spelling)
    assert page["filter"] == {"currency": "ZWG"}


@pytest.mark.parametrize("direction", Direction)
async def test_by_direction(tendai: Caller, direction: Direction):
    wanted = [each for each in HISTORY if each.direction is direction]
    assert await listed(tendai, direction=direction.value) == newest_first(wanted)


@pytest.mark.parametrize("status", TransactionStatus)
async def test_by_status(tendai: Caller, status: TransactionStatus):
    wanted = [each for each in HISTORY if each.status is status]
    assert wanted
    assert await listed(tendai, status=status.value) == newest_first(wanted)


@pytest.mark.parametrize("kind", TransactionKind)
async def test_by_kind(tendai: Caller, kind: TransactionKind):
    wanted = [each for each in HISTORY if each.kind is kind]
    assert wanted
    assert await listed(tendai, kind=kind.value) == newest_first(wanted)


async def test_days_are_inclusive_and_those_of_harare(tendai: Caller):
    # On the anchor day everything happens before 00:10, which in UTC is still the day before.
    today = ANCHOR.isoformat()
    assert len(await listed(tendai, date_from=today, date_to=today)) == 5
    before = (ANCHOR - timedelta(days=1)).isoformat()
    assert len(await listed(tendai, date_from=before, date_to=before)) == 2
    assert len(await listed(tendai, date_to=before)) == 55
    assert await listed(tendai, date_from="2026-03-05") == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_days_far_away_are_just_far_away(tendai: Caller, day: str):
    total = len(await listed(tendai, date_from=day)) + len(await listed(tendai, date_to=day))
    assert total == 60


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("pick n pay", 4),
        ("PICK N PAY", 4),
        ("  chicken   inn ", 3),
        ("0772418905", 2),
        ("+263 77 241 8905", 2),
        ("077-241-8905", 2),
        ("772418950", 1),
        ("Meter 37124408815", 5),
        ("mushonga", 1),
        (".*", 0),
        ("(", 0),
        ("a|b", 0),
        ("\\", 0),
        ("****2290", 4),
    ],
)
async def test_by_text(tendai: Caller, text: str, count: int):
    assert len(await listed(tendai, text=text)) == count


async def test_by_part_of_a_reference(tendai: Caller):
    reference = HISTORY[20].reference
    assert await listed(tendai, text=reference[-8:].lower()) == [reference]


async def test_amounts_are_compared_exactly_and_inclusively(tendai: Caller):
    assert len(await listed(tendai, min_amount="18.75", max_amount=18.75)) == 2
    assert await listed(tendai, min_amount="18.76", max_amount="18.99") == []
    assert len(await listed(tendai, max_amount=0)) == 0
    wanted = [each for each in HISTORY if each.amount.amount >= 100]
    assert await listed(tendai, min_amount=100) == newest_first(wanted)


async def test_blank_arguments_count_as_left_out(tendai: Caller):
    blanks = dict.fromkeys(["currency", "status", "text", "date_from", "min_amount", "cursor"], "")
    page = await tendai.ask("eco_get_transactions", **blanks)
    assert (page["total"], page["filter"]) == (60, {})


AMOUNTS = st.none() | st.decimals(0, 400, places=2).map(str)
DAYS = st.none() | st.dates(ANCHOR - timedelta(days=95), ANCHOR + timedelta(days=5))
WORDS = sorted({word for each in HISTORY for text in texts_of(each) for word in text.split()})


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    first, last = draw(DAYS), draw(DAYS)
    if first and last:
        first, last = min(first, last), max(first, last)
    low, high = draw(AMOUNTS), draw(AMOUNTS)
    if low and high and float(low) > float(high):
        low, high = high, low
    found = {
        "currency": draw(st.none() | st.sampled_from(Currency)),
        "direction": draw(st.none() | st.sampled_from(Direction)),
        "status": draw(st.none() | st.sampled_from(TransactionStatus)),
        "kind": draw(st.none() | st.sampled_from(TransactionKind)),
        "date_from": first.isoformat() if first else None,
        "date_to": last.isoformat() if last else None,
        "text": draw(st.none() | st.sampled_from(WORDS)),
        "min_amount": low,
        "max_amount": high,
    }
    dropped = draw(st.sets(st.sampled_from(sorted(found)), max_size=9))
    return {key: value for key, value in found.items() if key not in dropped and value is not None}


@given(conditions=filters(), limit=st.integers(1, 50))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_filter_gives_what_a_plain_search_gives(
    tendai: Caller, conditions: dict[str, Any], limit: int
):
    wanted = TransactionFilter.model_validate(conditions)
    pages = await every_page(tendai, limit, **conditions)
    found = [each.reference for page in pages for each in page.transactions]
    expected = newest_first([each for each in HISTORY if fits(each, wanted)])
    assert found == expected
    assert {page.total for page in pages} == {len(expected)}
    assert all(page.filter == wanted for page in pages)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"limit": 0}, "limit: Input should be greater than or equal to 1"),
        ({"limit": 51}, "limit: Input should be less than or equal to 50"),
        ({"limit": "many"}, "limit: Input should be a valid integer"),
        ({"currency": "EUR"}, "currency: Input should be 'USD' or 'ZWG'"),
        ({"direction": "up"}, "direction: Input should be 'in' or 'out'"),
        ({"status": "lost"}, "'completed', 'pending', 'failed' or 'reversed'"),
        ({"kind": "gift"}, "kind: Input should be 'send', 'receive'"),
        ({"date_from": "yesterday"}, "date_from: Input should be a valid date"),
        ({"date_to": "2026-02-30"}, "date_to: Input should be a valid date"),
        ({"date_from": "2026-02-02", "date_to": "2026-02-01"}, "is after date_to 2026-02-01"),
        ({"min_amount": "ten"}, "min_amount: Input should be a valid decimal"),
        ({"min_amount": -1}, "min_amount: Input should be greater than or equal to 0"),
        ({"min_amount": "1.234"}, "min_amount: Decimal input should have no more than 2"),
        ({"max_amount": "NaN"}, "max_amount: Input should be a finite number"),
        ({"min_amount": 20, "max_amount": 5}, "min_amount: 20 is more than max_amount 5"),
        ({"text": "x" * 81}, "text: String should have at most 80 characters"),
        ({"text": "a\u0000b"}, "text: has characters that cannot be searched for"),
        ({"customer_id": "c-1002"}, "customer_id: no such argument; allowed are: limit, cursor"),
        ({"caller": "c-1002"}, "caller: no such argument"),
    ],
)
async def test_bad_arguments_are_named_with_what_is_allowed(
    tendai: Caller, arguments: dict[str, Any], said: str
):
    message = await tendai.refused("eco_get_transactions", **arguments)
    assert message.startswith("Bad arguments. ")
    assert said in message
    assert "pydantic" not in message


async def test_all_bad_arguments_are_named_at_once(tendai: Caller):
    message = await tendai.refused("eco_get_transactions", limit=99, currency="EUR", other=1)
    assert all(f"{each}: " in message for each in ("limit", "currency", "other"))


async def test_a_cursor_serves_only_its_own_filter_and_caller(tendai: Caller, nomvula: Caller):
    page = await tendai.ask("eco_get_transactions", limit=5, currency="USD")
    cursor = page["next_cursor"]
    wrong = [
        (tendai, {"cursor": cursor}),
        (tendai, {"cursor": cursor, "currency": "ZWG"}),
        (nomvula, {"cursor": cursor, "currency": "USD"}),
        (tendai, {"cursor": cursor[:-2] + "AA", "currency": "USD"}),
        (tendai, {"cursor": "!" + cursor, "currency": "USD"}),
        (tendai, {"cursor": "rubbish"}),
        (tendai, {"cursor": "ü"}),
        (tendai, {"cursor": "x" * 201}),
    ]
    for caller, arguments in wrong:
        assert "cursor: " in await caller.refused("eco_get_transactions", **arguments)
    again = await tendai.ask("eco_get_transactions", limit=9, currency="USD", cursor=cursor)
    assert len(again["transactions"]) == 9


async def test_one_transaction_is_found_by_its_reference(tendai: Caller):
    for wanted in HISTORY:
        answer = await tendai.ask("eco_get_transaction", reference=wanted.reference)
        assert Transaction.model_validate(answer) == wanted
    answer = await tendai.ask("eco_get_transaction", reference=f" {HISTORY[0].reference.lower()} ")
    assert answer["reference"] == HISTORY[0].reference


async def test_another_customers_transaction_looks_like_none_at_all(tendai: Caller):
    theirs = demo("c-1002").transactions[0].reference
    nobodys = "MP210304.1412.L06729"
    said = [
        (await tendai.refused("eco_get_transaction", reference=each)).replace(each, "?")
        for each in (theirs, nobodys)
    ]
    assert said[0] == said[1]
    assert "no transaction ? in this customer's wallet" in said[0]


async def test_a_malformed_reference_is_explained(tendai: Caller):
    message = await tendai.refused("eco_get_transaction", reference="12345")
    assert "reference: " in message
    assert "such as MP210304.1412.L06729" in message
    assert "reference: missing" in await tendai.refused("eco_get_transaction")


async def test_tools_are_described_for_a_model(server: FastMCP):
    tools = {each.name: each for each in await server.list_tools()}
    assert set(tools) == {
        "eco_get_balances",
        "eco_get_transactions",
        "eco_get_transaction",
        "eco_get_ticket_status",
        "eco_prepare_report",
        "eco_search_help",
        *MUTATIONS,
    }
    for name, tool in tools.items():
        assert tool.description
        assert tool.output_schema is not None
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (name not in MUTATIONS)
        assert "caller" not in tool.parameters["properties"]
        assert all(each.get("description") for each in tool.parameters["properties"].values())
