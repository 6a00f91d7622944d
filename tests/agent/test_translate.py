"""Recorded events of Agno's runs, and what becomes of them."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from agno.models.response import ToolExecution
from agno.run.agent import (
    ModelRequestStartedEvent,
    RunCancelledEvent,
    RunCompletedEvent,
    RunContentCompletedEvent,
    RunContentEvent,
    RunErrorEvent,
    RunPausedEvent,
    RunStartedEvent,
    ToolCallCompletedEvent,
    ToolCallErrorEvent,
    ToolCallStartedEvent,
)
from hypothesis import given
from hypothesis import strategies as st

from ecocash_copilot.agent.translate import MAX_CARDS, BasicModeEvent, Outcome, Translator
from ecocash_copilot.core.clock import now
from schemas.money import Currency, Money
from schemas.turn import (
    BasicMode,
    ConsentNeeded,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEvent,
    TurnFinished,
    TurnStarted,
    WidgetReady,
    WidgetRejected,
)
from schemas.wallet import Balance, Balances

BALANCE = "eco_get_balances"
GOOD = Balances(
    balances=[
        Balance(
            currency=Currency.USD, available=Money(amount=Decimal("12.50"), currency=Currency.USD)
        ),
    ],
    as_of=now(),
).model_dump_json(exclude_none=True)


def tool(call: str | None = "c1", name: str | None = BALANCE, **fields: Any) -> ToolExecution:
    return ToolExecution(tool_call_id=call, tool_name=name, **fields)


def started(call: str | None = "c1", name: str | None = BALANCE) -> ToolCallStartedEvent:
    return ToolCallStartedEvent(tool=tool(call, name))


def completed(call: str | None = "c1", result: str | None = GOOD, **fields: Any) -> Any:
    return ToolCallCompletedEvent(tool=tool(call, result=result, **fields))


def run(*events: object) -> list[TurnEvent]:
    translator = Translator("rn_1", "ms_1")
    return [out for event in events for out in translator.translate(event)]


def kinds(events: list[TurnEvent]) -> list[str]:
    return [event.type for event in events]


def test_a_normal_run():
    events = run(
        RunStartedEvent(),
        ModelRequestStartedEvent(),
        started(),
        completed(),
        RunContentEvent(content="You have "),
        RunContentEvent(content="US$12.50."),
        RunContentCompletedEvent(),
        RunCompletedEvent(content="You have US$12.50."),
    )
    assert kinds(events) == [
        "turn_started",
        "tool_started",
        "tool_finished",
        "widget_ready",
        "text_delta",
        "text_delta",
        "turn_finished",
    ]
    assert events[0] == TurnStarted(run_id="rn_1")
    assert events[1] == ToolStarted(call_id="c1", name=BALANCE)
    assert events[2] == ToolFinished(call_id="c1", name=BALANCE, ok=True)
    assert isinstance(events[3], WidgetReady)
    assert (events[3].widget.id, events[3].widget.type) == ("ms_1-1", "balance_card")
    assert events[4] == TextDelta(text="You have ")
    assert events[-1] == TurnFinished(reason="done")


def test_parallel_calls_close_in_their_own_order():
    events = run(RunStartedEvent(), started("c1"), started("c2"), completed("c2"), completed("c1"))
    assert [e.call_id for e in events if isinstance(e, ToolStarted)] == ["c1", "c2"]
    assert [e.call_id for e in events if isinstance(e, ToolFinished)] == ["c2", "c1"]
    assert [e.widget.id for e in events if isinstance(e, WidgetReady)] == ["ms_1-1", "ms_1-2"]


def test_calls_without_an_id_go_by_their_name():
    events = run(started(None), completed(None), started(None, None), completed(None, name=None))
    assert [e.ok for e in events if isinstance(e, ToolFinished)] == [True, True]
    assert kinds(run(started(None, None))) == ["tool_started"]


@pytest.mark.parametrize(
    "event",
    [
        completed(result="Error: no such wallet"),
        completed(tool_call_error=True),
        ToolCallErrorEvent(tool=tool(result=GOOD), error="broken"),
    ],
)
def test_a_tool_that_failed_shows_no_card(event: object):
    assert run(started(), event)[1:] == [ToolFinished(call_id="c1", name=BALANCE, ok=False)]


def test_events_without_their_tool_and_ends_without_a_start_are_nothing():
    assert (
        run(
            ToolCallStartedEvent(),
            ToolCallCompletedEvent(),
            ToolCallErrorEvent(),
            completed("c9"),
            ToolCallErrorEvent(tool=tool("c9")),
            RunContentEvent(content=None),
            RunContentEvent(content={"a": 1}),
            object(),
            None,
            "text",
        )
        == []
    )


def test_a_run_that_starts_twice_is_one_turn():
    assert kinds(run(RunStartedEvent(), RunStartedEvent())) == ["turn_started"]


def test_basic_mode_is_passed_on():
    assert run(BasicModeEvent()) == [BasicMode()]


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (RunCancelledEvent(), "cancelled"),
        (RunErrorEvent(content="boom"), "failed"),
        (RunCompletedEvent(), "done"),
    ],
)
@pytest.mark.parametrize(
    ("before", "still_open"),
    [
        ([], []),
        ([RunStartedEvent()], []),
        ([RunStartedEvent(), RunContentEvent(content="Hel")], []),
        ([RunStartedEvent(), started("c1")], ["c1"]),
        ([RunStartedEvent(), started("c1"), started("c2"), completed("c1")], ["c2"]),
        ([RunStartedEvent(), started("c1"), started("c2")], ["c1", "c2"]),
        ([BasicModeEvent(), started("c1")], ["c1"]),
    ],
)
def test_whatever_is_open_is_closed_at_the_end(
    before: list[object], still_open: list[str], last: object, reason: Outcome
):
    after = [RunContentEvent(content="late"), completed("c1"), started("c3"), RunCompletedEvent()]
    events = run(*before, last, *after)
    count = len(run(*before))
    assert events[count:] == [
        *(ToolFinished(call_id=call, name=BALANCE, ok=False) for call in still_open),
        TurnFinished(reason=reason),
    ]


def test_a_turn_closed_from_outside_ends_once():
    translator = Translator("rn_1", "ms_1")
    translator.translate(started("c1"))
    assert kinds(translator.finish("timed_out")) == ["tool_finished", "turn_finished"]
    assert translator.finish("failed") == []
    assert translator.translate(RunContentEvent(content="late")) == []


@pytest.mark.parametrize(
    "result",
    [
        "",
        None,
        "null",
        "5",
        "[]",
        "{}",
        "not json",
        "{" * 100_000,
        "[" * 1_000_000,
        "9" * 1_000_000,
        json.dumps({"balances": [{"currency": "GOLD"}], "as_of": "today"}),
        GOOD.replace("12.50", "NaN"),
        GOOD.replace("12.50", "1e400"),
        GOOD[:-1] + ', "pin": "1234"}',
        json.dumps({"balances": json.loads(GOOD)["balances"] * 9, "as_of": "2026-01-01T00:00:00Z"}),
        "\ud83d",
    ],
)
def test_a_result_that_makes_no_card_is_rejected(result: str | None):
    events = run(RunStartedEvent(), started(), completed(result=result))
    assert isinstance(events[-1], WidgetRejected)
    assert events[-1].tool == BALANCE
    assert "1234" not in events[-1].reason
    assert kinds(events).count("widget_ready") == 0


def test_a_huge_result_is_rejected_in_no_time():
    padded = GOOD[:-1] + f', "x": "{"y" * 5_000_000}"}}'
    assert isinstance(run(started(), completed(result=padded))[-1], WidgetRejected)


def test_nothing_to_show_is_no_card():
    empty = Balances(balances=[], as_of=now()).model_dump_json()
    assert kinds(run(started(), completed(result=empty))) == ["tool_started", "tool_finished"]


def test_an_unknown_tool_shows_no_card():
    events = run(started("c1", "transfer"), completed("c1", name="transfer"))
    assert kinds(events) == ["tool_started", "tool_finished"]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [(None, True), ({}, True), ({"show_card": True}, True), ({"show_card": False}, False)],
)
def test_a_model_may_only_look_something_up(arguments: dict[str, Any] | None, shown: bool):
    events = run(started(), completed(tool_args=arguments))
    assert ("widget_ready" in kinds(events)) == shown


def waiting(call_id: str, name: str = "eco_close_ticket") -> ToolExecution:
    return ToolExecution(
        tool_call_id=call_id,
        tool_name=name,
        tool_args={"ticket_id": "TCK-100042"},
        requires_confirmation=True,
    )


def test_a_paused_run_ends_with_the_one_question_it_waits_for():
    done = tool("c1")
    paused = RunPausedEvent(tools=[done, waiting("c2"), waiting("c3", "eco_share_statement")])
    events = run(started(), paused)
    assert events[-3:] == [
        ConsentNeeded(call_id="c2", tool="eco_close_ticket", arguments={"ticket_id": "TCK-100042"}),
        ToolFinished(call_id="c1", name="eco_get_balances", ok=False),
        TurnFinished(reason="done"),
    ]


def test_an_answer_shows_few_cards():
    calls = [event for n in range(8) for event in (started(f"c{n}"), completed(f"c{n}"))]
    events = run(*calls)
    cards = [event.widget.id for event in events if isinstance(event, WidgetReady)]
    assert cards == [f"ms_1-{n + 1}" for n in range(MAX_CARDS)]
    assert sum(isinstance(event, ToolFinished) and event.ok for event in events) == 8


_CALLS = st.sampled_from(["c1", "c2", "c3"])
_EVENTS = st.one_of(
    st.builds(RunStartedEvent),
    st.builds(RunContentEvent, content=st.text(max_size=5)),
    _CALLS.map(started),
    _CALLS.map(completed),
    _CALLS.map(lambda call: completed(call, result="Error: no")),
    _CALLS.map(lambda call: ToolCallErrorEvent(tool=tool(call))),
    st.builds(BasicModeEvent),
    st.builds(RunErrorEvent),
    st.builds(RunCancelledEvent),
    st.builds(RunCompletedEvent),
    _CALLS.map(lambda call: RunPausedEvent(tools=[waiting(call)])),
)


@given(st.lists(_EVENTS, max_size=25))
def test_any_order_of_events_makes_a_turn_that_is_closed(recorded: list[object]):
    translator = Translator("rn_1", "ms_1")
    events = [out for event in recorded for out in translator.translate(event)]
    events += translator.finish("timed_out")
    assert isinstance(events[-1], TurnFinished)
    assert kinds(events).count("turn_finished") == 1
    assert kinds(events).count("turn_started") <= 1
    opened = Counter(e.call_id for e in events if isinstance(e, ToolStarted))
    closed = Counter(e.call_id for e in events if isinstance(e, ToolFinished))
    assert set(opened) == set(closed)
    assert all(closed[call] <= opened[call] for call in closed)
    assert kinds(events).count("widget_ready") <= MAX_CARDS
