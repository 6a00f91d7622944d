"""One turn: from a customer's message to a stream of TurnEvents that is always closed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from agno.agent import Agent
from agno.models.message import Message as ModelMessage
from agno.run.agent import ModelRequestCompletedEvent, ModelRequestStartedEvent

from ecocash_copilot.agent.build import TOOL_CALL_LIMIT, Agents
from ecocash_copilot.agent.carry_in import carry_in
from ecocash_copilot.agent.figures import FigureGate
from ecocash_copilot.agent.history import model_history
from ecocash_copilot.agent.prompt import system_prompt
from ecocash_copilot.agent.tools import TURN, TurnContext
from ecocash_copilot.agent.translate import BasicModeEvent, Outcome, Translator
from ecocash_copilot.core.logging import get_logger
from schemas.identity import Customer
from schemas.message import Message, Role
from schemas.turn import (
    BasicMode,
    ConsentNeeded,
    TextDelta,
    ToolFinished,
    TurnEvent,
    TurnFinished,
    WidgetReady,
)
from schemas.widgets import TicketForm

IDLE_SECONDS = 20.0
"""Longest silence of a model before the offline model takes over."""

TURN_SECONDS = 90.0
"""Longest turn, start to end."""

PRIMARY_SHARE = 2 / 3
"""Of a turn's time, what the configured model may take to its first word; then the offline model
still has time to answer."""

MODEL_CALL_LIMIT = TOOL_CALL_LIMIT + 2
"""Requests one run may make of its model."""

_log = get_logger(__name__)


@dataclass(frozen=True)
class TurnRequest:
    """What one turn is about."""

    run_id: str
    answer_id: str
    """Id of the answer to be; its cards are numbered under it."""
    conversation_id: str
    customer: Customer
    settled: list[Message]
    """The conversation's newest messages, oldest first; the last one is to be answered."""
    moment: datetime
    product_facts: str = ""
    """Figures of the product itself that may be said, such as the care line's number."""
    further_back: Callable[[], Awaitable[list[Message]]] | None = None
    """Reads more than ``settled`` of what was said, for a report; None: ``settled`` is all."""


@dataclass(frozen=True)
class Limits:
    """How long a turn may be silent, and how long it may take, in seconds."""

    idle: float = IDLE_SECONDS
    total: float = TURN_SECONDS


class ModelFaultError(Exception):
    """The model went on for ever, or stopped in the middle."""


class TurnRun:
    """One run of the agent for one message.

    When the configured model fails or falls silent, ``BasicMode`` voids the text so far and the
    offline model answers.
    """

    def __init__(
        self,
        agents: Agents,
        request: TurnRequest,
        context: TurnContext,
        limits: Limits | None = None,
    ) -> None:
        """Prepare the run; nothing happens before ``events`` is read."""
        self._agents = agents
        self._request = request
        self._context = context
        self._limits = limits or Limits()
        self._translator = Translator(request.run_id, request.answer_id)
        self._learnt = 0
        self._spoke = False
        self._gate = self._new_gate()

    @property
    def withheld(self) -> int:
        """Sentences that were cut because they held a figure or promise without a source."""
        return self._gate.withheld

    async def events(self) -> AsyncGenerator[TurnEvent, None]:
        """Yield the turn's events; the last is a ``TurnFinished`` unless the reader cancels."""
        try:
            async with asyncio.timeout(self._limits.total), aclosing(self._attempts()) as attempts:
                async for event in attempts:
                    for passed in self._through(event):
                        yield await self._carried_in(passed)
                    if isinstance(event, ConsentNeeded):
                        for asked in await self._ask(event):
                            yield asked
        except TimeoutError:
            for event in self.close("timed_out"):
                yield event

    def close(self, reason: Outcome) -> list[TurnEvent]:
        """Return what ends the turn early: held text that is safe, open tools, the end."""
        return [
            passed for event in self._translator.finish(reason) for passed in self._through(event)
        ]

    async def _ask(self, needed: ConsentNeeded) -> list[TurnEvent]:
        """Ask the customer for the consent that the run paused for; the words are our own."""
        if self._context.ask is None:
            return []
        rest = self._gate.finish()
        asked = await self._context.ask(needed, f"{self._request.answer_id}-q")
        self._learn_new_uses()
        if rest or self._spoke:
            rest += "\n\n"
        return [*_text(rest), *[await self._carried_in(event) for event in asked]]

    async def _carried_in(self, event: TurnEvent) -> TurnEvent:
        """Fill what the customer has said already into a form that is about to open."""
        if not (isinstance(event, WidgetReady) and isinstance(event.widget, TicketForm)):
            return event
        spoken, further_back = self._request.settled, self._request.further_back
        if further_back is not None and spoken[0].seq > 1:
            spoken = await further_back()
        return WidgetReady(widget=carry_in(event.widget, spoken, self._request.customer))

    async def _attempts(self) -> AsyncGenerator[TurnEvent, None]:
        """Run the primary agent and, if it fails in any way, the basic one."""
        basic = self._agents.basic
        share = PRIMARY_SHARE if basic else 1
        try:
            async with asyncio.timeout(self._limits.total * share) as patience:
                async for event in self._run(self._agents.primary):
                    if isinstance(event, TextDelta):
                        patience.reschedule(None)
                    if isinstance(event, TurnFinished) and event.reason == "failed":
                        break
                    yield event
                    if isinstance(event, TurnFinished):
                        return
        except Exception as error:
            _log.warning("model_failed", error=type(error).__name__)
        # What the failed run left open is closed, but for the turn, which goes on.
        for event in self._translator.finish("failed"):
            if not isinstance(event, TurnFinished):
                yield event
        if basic is None:
            yield TurnFinished(reason="failed")
            return
        self._translator = Translator(self._request.run_id, f"{self._request.answer_id}-b")
        yield BasicMode(keeps_cards=False)
        async for event in self._run(basic):
            yield event

    async def _run(self, agent: Agent) -> AsyncGenerator[TurnEvent, None]:
        """Run one agent.

        Raises:
            TimeoutError: it was silent for too long.
            ModelFaultError: its model goes on for ever, or stopped in the middle.
        """
        check = _RunCheck(usage=self._agents.reports_usage and agent is self._agents.primary)
        earlier, question = self._messages()
        # The context of this run, on a copy: an agent has no other place for it that is as cheap.
        own = copy(agent)
        own.additional_input = [*earlier]
        stream = cast("Any", own).arun(
            question,
            stream=True,
            stream_events=True,
            run_id=self._request.run_id,
            session_id=self._request.conversation_id,
            dependencies={TURN: self._context},
        )
        async with aclosing(stream):
            while True:
                try:
                    async with asyncio.timeout(self._limits.idle):
                        event = await anext(stream)
                except StopAsyncIteration:
                    break
                check.see(event)
                for translated in self._translator.translate(event):
                    yield translated
        for closing in self._translator.finish("failed"):
            yield closing

    def _messages(self) -> tuple[list[ModelMessage], str]:
        """Return what comes before the question, and the question."""
        system = system_prompt(self._request.customer, self._request.moment)
        *earlier, question = self._request.settled
        return [ModelMessage(role="system", content=system), *model_history(earlier)], question.text

    def _new_gate(self) -> FigureGate:
        gate = FigureGate()
        gate.learn([self._request.product_facts])
        for message in self._request.settled:
            if message.role is not Role.ASSISTANT:
                gate.learn([message.text])
            gate.learn(use.result for use in message.tools)
        self._learnt = 0
        return gate

    def _learn_new_uses(self) -> None:
        new = self._context.uses[self._learnt :]
        self._learnt += len(new)
        self._gate.learn(use.result for use in new)

    def _through(self, event: TurnEvent) -> list[TurnEvent]:
        """Pass one event through the gate; only text is held."""
        if isinstance(event, BasicMode):
            self._gate = self._new_gate()
            self._spoke = False
            self._learn_new_uses()
        if isinstance(event, TextDelta):
            safe = self._gate.feed(event.text)
            self._spoke = self._spoke or bool(safe)
            return _text(safe)
        if isinstance(event, ToolFinished):
            self._learn_new_uses()
        if isinstance(event, TurnFinished):
            return [*_text(self._gate.finish()), event]
        return [event]


class _RunCheck:
    """Watches a run for what Agno does not report as an error."""

    def __init__(self, *, usage: bool) -> None:
        self._usage = usage
        self._requests = 0
        self._basic = False

    def see(self, event: object) -> None:
        match event:
            case BasicModeEvent():
                self._basic = True
            case ModelRequestStartedEvent():
                self._requests += 1
                if self._requests > MODEL_CALL_LIMIT:
                    raise ModelFaultError("it does not come to an end")
            case ModelRequestCompletedEvent() if self._usage and not self._basic:
                if not event.total_tokens:
                    raise ModelFaultError("it stopped in the middle")
            case _:
                pass


def _text(safe: str) -> list[TurnEvent]:
    return [TextDelta(text=safe)] if safe else []
