"""A button's step by itself: what it says, what it calls, and that it always ends."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from ecocash_copilot.agent.cards import help_reasons
from ecocash_copilot.agent.postbacks import REASON_QUERIES, Postback, PostbackRun, plan
from ecocash_copilot.agent.tools import TurnContext
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Invalid
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.gateways.wallet_mcp import ToolResult, ToolSpec
from ecocash_copilot.present.wallet import REASON_LABELS
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.identity import Locale
from schemas.ticket import TicketCategory
from schemas.turn import TextDelta, ToolFinished, ToolStarted, TurnEvent, TurnFinished, WidgetReady

ITEM = generate(anchor_day_at(now()))[0].transactions[0]
GOOD = ToolResult(ITEM.model_dump_json(), {}, ok=True)
TAPPED = Postback(name="get_help", value=ITEM.reference)


class OneAnswer:
    """A wallet with one answer to everything; without one it never answers."""

    def __init__(self, result: ToolResult | None) -> None:
        self.result = result
        self.asked = asyncio.Event()
        self.calls: list[tuple[str, dict[str, Any], str]] = []

    async def call(self, name: str, arguments: Mapping[str, Any], token: str) -> ToolResult:
        self.calls.append((name, dict(arguments), token))
        self.asked.set()
        if self.result is None:
            await asyncio.Event().wait()
        assert self.result is not None
        return self.result

    async def list_tools(self, token: str | None = None) -> list[ToolSpec]:
        return []

    async def ping(self) -> None: ...

    async def aclose(self) -> None: ...


def run_of(wallet: OneAnswer, tapped: Postback = TAPPED, locale: Locale = Locale.EN) -> PostbackRun:
    context = TurnContext(token=lambda: "token-of-the-customer")
    return PostbackRun("ms_1", plan(tapped, locale), wallet, context, locale)


async def events(run: PostbackRun) -> list[TurnEvent]:
    return [event async for event in run.events()]


async def test_a_step_calls_its_tool_as_the_customer_and_shows_the_card():
    wallet = OneAnswer(GOOD)
    seen = await events(run_of(wallet))
    assert [event.type for event in seen] == [
        "turn_started",
        "tool_started",
        "tool_finished",
        "text_delta",
        "widget_ready",
        "turn_finished",
    ]
    assert wallet.calls == [
        ("eco_get_transaction", {"reference": ITEM.reference}, "token-of-the-customer")
    ]
    card = seen[4]
    assert isinstance(card, WidgetReady)
    assert card.widget.id == "ms_1-1"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (ToolResult("No such transaction", None, ok=False), "I could not get that just now."),
        (ToolResult("Error: none", None, ok=False), "I could not get that just now."),
        (ToolResult("nonsense", None, ok=True), ""),
        (ToolResult("x" * 1_000_000, None, ok=True), "I could not get that just now."),
    ],
)
async def test_what_goes_wrong_is_said_without_its_own_words(result: ToolResult, text: str):
    seen = await events(run_of(OneAnswer(result)))
    said = "".join(event.text for event in seen if isinstance(event, TextDelta))
    assert said.startswith(text)
    assert result.text not in said
    assert not [event for event in seen if isinstance(event, WidgetReady)]
    assert seen[-1] == TurnFinished(reason="done")
    if not text:
        assert seen[-2].type == "widget_rejected"


@pytest.mark.parametrize("locale", list(Locale))
async def test_an_empty_answer_is_said_in_the_customers_language(locale: Locale):
    nothing = ToolResult('{"query": "x", "articles": []}', {}, ok=True)
    run = run_of(OneAnswer(nothing), Postback(name="help_reason", value="other"), locale)
    (said,) = [event.text for event in await events(run) if isinstance(event, TextDelta)]
    assert (said == "I found nothing about that.") == (locale is Locale.EN)


async def test_a_step_that_is_cut_short_closes_what_is_open():
    wallet = OneAnswer(None)
    run = run_of(wallet)
    task = asyncio.create_task(events(run))
    await wallet.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert run.close("cancelled") == [
        ToolFinished(call_id="ms_1-1", name="eco_get_transaction", ok=False),
        TurnFinished(reason="cancelled"),
    ]
    assert run.close("failed") == []


async def test_a_step_closed_at_any_place_is_closed_once():
    for stop_at in range(7):
        run = run_of(OneAnswer(GOOD))
        seen: list[TurnEvent] = []
        async for event in run.events():
            seen.append(event)
            if len(seen) > stop_at:
                break
        seen += run.close("cancelled")
        opened = sum(isinstance(event, ToolStarted) for event in seen)
        closed = sum(isinstance(event, ToolFinished) for event in seen)
        assert closed == opened
        assert sum(isinstance(event, TurnFinished) for event in seen) == 1


def test_every_reason_on_a_card_has_its_step_and_says_what_its_button_says():
    assert set(REASON_QUERIES) == set(TicketCategory)
    for category in help_reasons(ITEM):
        assert category in REASON_QUERIES
    for locale in Locale:
        for category in TicketCategory:
            step = plan(Postback(name="pick_reason", value=category), locale)
            assert (step.tool, step.arguments) == ("eco_prepare_report", {"category": category})
            assert step.said == translator(locale)(REASON_LABELS[category])
            step = plan(Postback(name="help_reason", value=category), locale)
            assert step.arguments["language"] == locale.value


@pytest.mark.parametrize("name", ["create_ticket", "transfer", "__init__", "get_balances"])
def test_no_other_step_can_be_taken(name: str):
    with pytest.raises(Invalid):
        plan(Postback(name=name), Locale.EN)


def test_a_reference_is_never_read_as_a_template():
    step = plan(Postback(name="get_help", value="{t.__class__}"), Locale.EN)
    assert step.said == "I need help with {t.__class__}"


@pytest.mark.parametrize("name", ["", "Get Help", "x" * 41, "get_help\n"])
def test_a_name_is_a_name(name: str):
    with pytest.raises(ValidationError):
        Postback(name=name)
