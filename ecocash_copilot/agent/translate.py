"""Agno's run events as TurnEvents: a pure step from one event to zero or more."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from agno.models.response import ToolExecution
from agno.run.agent import (
    CustomEvent,
    RunCancelledEvent,
    RunCompletedEvent,
    RunContentEvent,
    RunErrorEvent,
    RunPausedEvent,
    RunStartedEvent,
    ToolCallCompletedEvent,
    ToolCallErrorEvent,
    ToolCallStartedEvent,
)

from ecocash_copilot.agent.cards import build_card
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

MAX_CARDS = 3
"""Cards one answer may show; further results are only looked up."""

Outcome = Literal["done", "cancelled", "failed", "timed_out"]


class BasicModeEvent(CustomEvent):
    """Yielded by the fallback model before its first word."""


class Translator:
    """Turns the events of one run into TurnEvents, and closes what is open at its end.

    It holds only what closing needs: the run's id, the open tool calls, the count of cards. It
    does no I/O and reads no clock, so a recorded list of events tests it whole.
    """

    def __init__(self, run_id: str, card_prefix: str) -> None:
        """Start for a run whose cards are called ``card_prefix-1``, ``-2`` and so on."""
        self._run_id = run_id
        self._card_prefix = card_prefix
        self._started = False
        self._open: dict[str, str] = {}
        self._cards = 0
        self._finished = False
        self._handlers: Mapping[type, Callable[[Any], list[TurnEvent]]] = {
            RunStartedEvent: self._run_started,
            RunContentEvent: self._content,
            ToolCallStartedEvent: self._tool_started,
            ToolCallCompletedEvent: self._tool_completed,
            ToolCallErrorEvent: self._tool_error,
            BasicModeEvent: self._basic_mode,
            RunPausedEvent: self._paused,
            RunCompletedEvent: self._completed,
            RunCancelledEvent: self._cancelled,
            RunErrorEvent: self._failed,
        }

    def translate(self, event: object) -> list[TurnEvent]:
        """Return the TurnEvents of one Agno event; nothing once the turn is finished."""
        handler = self._handlers.get(type(event))
        return [] if handler is None or self._finished else handler(event)

    def finish(self, reason: Outcome) -> list[TurnEvent]:
        """Close open tool calls, then the turn. A second call returns nothing."""
        if self._finished:
            return []
        self._finished = True
        closing: list[TurnEvent] = [
            ToolFinished(call_id=call_id, name=name, ok=False)
            for call_id, name in self._open.items()
        ]
        self._open.clear()
        return [*closing, TurnFinished(reason=reason)]

    def _run_started(self, _event: Any) -> list[TurnEvent]:
        if self._started:
            return []
        self._started = True
        return [TurnStarted(run_id=self._run_id)]

    def _content(self, event: RunContentEvent) -> list[TurnEvent]:
        return [TextDelta(text=event.content)] if isinstance(event.content, str) else []

    def _tool_started(self, event: ToolCallStartedEvent) -> list[TurnEvent]:
        tool = event.tool
        if tool is None:
            return []
        call_id, name = _identity(tool)
        self._open[call_id] = name
        return [ToolStarted(call_id=call_id, name=name)]

    def _tool_completed(self, event: ToolCallCompletedEvent) -> list[TurnEvent]:
        tool = event.tool
        if tool is None:
            return []
        return self._close_tool(tool, ok=not tool.tool_call_error)

    def _tool_error(self, event: ToolCallErrorEvent) -> list[TurnEvent]:
        return [] if event.tool is None else self._close_tool(event.tool, ok=False)

    def _close_tool(self, tool: ToolExecution, *, ok: bool) -> list[TurnEvent]:
        call_id, name = _identity(tool)
        if self._open.pop(call_id, None) is None:
            return []
        # A tool of ours reports its own failure as text, which Agno counts as a success.
        ok = ok and not (tool.result or "").startswith("Error")
        finished = ToolFinished(call_id=call_id, name=name, ok=ok)
        return [finished, *self._card(tool)] if ok else [finished]

    def _card(self, tool: ToolExecution) -> list[TurnEvent]:
        wanted = (tool.tool_args or {}).get("show_card", True)
        if not wanted or self._cards >= MAX_CARDS:
            return []
        name = tool.tool_name or ""
        try:
            card = build_card(name, tool.result or "", f"{self._card_prefix}-{self._cards + 1}")
        except ValueError as error:
            return [WidgetRejected(tool=name, reason=type(error).__name__)]
        if card is None:
            return []
        self._cards += 1
        return [WidgetReady(widget=card)]

    def _basic_mode(self, _event: Any) -> list[TurnEvent]:
        return [BasicMode()]

    def _paused(self, event: RunPausedEvent) -> list[TurnEvent]:
        """End the turn with the one question that a customer can be asked at a time."""
        waiting = [tool for tool in event.tools or [] if tool.requires_confirmation]
        needed: list[TurnEvent] = []
        for tool in waiting[:1]:
            call_id, name = _identity(tool)
            needed.append(ConsentNeeded(call_id=call_id, tool=name, arguments=tool.tool_args or {}))
        return [*needed, *self.finish("done")]

    def _completed(self, _event: Any) -> list[TurnEvent]:
        return self.finish("done")

    def _cancelled(self, _event: Any) -> list[TurnEvent]:
        return self.finish("cancelled")

    def _failed(self, _event: Any) -> list[TurnEvent]:
        return self.finish("failed")


def _identity(tool: ToolExecution) -> tuple[str, str]:
    return tool.tool_call_id or tool.tool_name or "tool", tool.tool_name or "tool"
