"""Turns under way in this process: started, watched from any number of tabs, stopped, settled.

A turn belongs to its conversation, not to a page: it goes on when the browser is gone, and a page
that comes back in the middle sees it from the start.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from ecocash_copilot.agent.tools import TurnContext
from ecocash_copilot.agent.transcript import Answer, Transcript
from ecocash_copilot.agent.translate import Outcome
from ecocash_copilot.core.logging import get_logger, log_context
from ecocash_copilot.core.metrics import TURN_SECONDS, TURNS
from ecocash_copilot.core.tasks import cancel
from schemas.message import Message
from schemas.turn import TurnEvent, TurnFinished

Settle = Callable[[Answer], Awaitable[Message | None]]
"""Keeps an answer for good and ends the conversation's claim. None: a person speaks by now, so
the answer is dropped."""

_log = get_logger(__name__)


class Run(Protocol):
    """Something that answers a message: a model's run, or a button's step."""

    @property
    def withheld(self) -> int:
        """Sentences that were cut because they had no source."""
        ...

    def events(self) -> AsyncIterator[TurnEvent]:
        """Yield the turn's events; the last is a ``TurnFinished`` unless the reader cancels."""
        ...

    def close(self, reason: Outcome) -> list[TurnEvent]:
        """Return what ends the turn early."""
        ...


class LiveTurn:
    """One turn: a log of its events that anyone may read from the start."""

    def __init__(self, conversation_id: str, run_id: str) -> None:
        """Begin an empty log."""
        self.conversation_id = conversation_id
        self.run_id = run_id
        self.answer: Message | None = None
        """The settled answer; None until then, and for good if it could not be kept."""
        self.settling = False
        """The answer is being kept; from here on nothing stops the turn."""
        self.silenced = False
        """There is no answer, because a person speaks by now."""
        self._log: list[TurnEvent] = []
        self._over = False
        self._changed = asyncio.Event()

    def publish(self, event: TurnEvent) -> None:
        """Append an event and wake every reader."""
        self._log.append(event)
        self._wake()

    def end(self, answer: Message | None) -> None:
        """Close the log."""
        self.answer = answer
        self._over = True
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def watch(self) -> AsyncIterator[TurnEvent]:
        """Yield every event from the first, and end when the answer is settled."""
        seen = 0
        while True:
            changed = self._changed
            while seen < len(self._log):
                yield self._log[seen]
                seen += 1
            if self._over:
                return
            await changed.wait()


class Turns:
    """The turns of this process, at most one for each conversation."""

    def __init__(self, started: Callable[[LiveTurn], None] | None = None) -> None:
        """Start with none. ``started`` is told of each turn that begins."""
        self._started = started
        self._live: dict[str, LiveTurn] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping: set[asyncio.Task[None]] = set()

    def find(self, conversation_id: str) -> LiveTurn | None:
        """Return the turn under way in a conversation."""
        return self._live.get(conversation_id)

    def run_ids(self) -> list[str]:
        """Return the ids of all turns under way, to renew their claims."""
        return [turn.run_id for turn in self._live.values()]

    def start(
        self,
        conversation_id: str,
        run_id: str,
        run: Run,
        context: TurnContext,
        settle: Settle,
    ) -> LiveTurn:
        """Run a turn to its end, whoever watches. The caller holds the conversation's claim."""
        turn = LiveTurn(conversation_id, run_id)
        self._live[conversation_id] = turn
        self._tasks[run_id] = asyncio.create_task(
            self._drive(turn, run, context, settle), name=f"turn-{run_id}"
        )
        if self._started is not None:
            self._started(turn)
        return turn

    def stop(self, conversation_id: str) -> bool:
        """Cancel the turn under way; what was said so far is kept. False if there is none."""
        turn = self._live.get(conversation_id)
        if turn is None or turn.settling:
            return False
        # By a task: one that is cancelled before its first step would never settle.
        stopping = asyncio.create_task(self._cancel(turn), name=f"stop-{turn.run_id}")
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)
        return True

    async def wait(self, conversation_id: str) -> None:
        """Wait until the turn under way in a conversation is settled."""
        turn = self._live.get(conversation_id)
        task = self._tasks.get(turn.run_id) if turn else None
        if task is not None:
            await asyncio.wait([task])

    async def _cancel(self, turn: LiveTurn) -> None:
        task = self._tasks.get(turn.run_id)
        if task is not None:
            await cancel(task, unless=lambda: turn.settling)

    async def close(self, seconds: float) -> None:
        """Let turns finish for a while, then cancel the rest and wait until they are settled."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks.values(), timeout=seconds)
        for conversation_id in list(self._live):
            self.stop(conversation_id)
        if late:
            await asyncio.wait(late, timeout=seconds)

    async def _drive(self, turn: LiveTurn, run: Run, context: TurnContext, settle: Settle) -> None:
        with log_context(run_id=turn.run_id):
            await self._answer(turn, run, context, settle)

    async def _answer(self, turn: LiveTurn, run: Run, context: TurnContext, settle: Settle) -> None:
        transcript = Transcript()
        started = asyncio.get_running_loop().time()
        try:
            await self._read(turn, run, transcript)
            turn.settling = True
            answer = transcript.answer(context, withheld=run.withheld)
            turn.answer = await settle(answer)
            turn.silenced = turn.answer is None
            TURNS.labels(outcome=answer.outcome).inc()
            _log.info(
                "turn_settled",
                outcome=answer.outcome,
                tools=len(answer.tools),
                basic_mode=answer.basic_mode,
            )
            turn.publish(TurnFinished(reason=answer.outcome))
        except Exception as error:
            _log.exception("turn_not_settled", error=type(error).__name__)
            TURNS.labels(outcome="not_settled").inc()
        finally:
            TURN_SECONDS.observe(asyncio.get_running_loop().time() - started)
            # A turn that lost its claim may have a successor by now.
            if self._live.get(turn.conversation_id) is turn:
                del self._live[turn.conversation_id]
            self._tasks.pop(turn.run_id, None)
            turn.end(turn.answer)

    async def _read(self, turn: LiveTurn, run: Run, transcript: Transcript) -> None:
        """Publish the run's events but the last, which waits until the answer is settled."""
        try:
            async for event in run.events():
                transcript.add(event)
                if not isinstance(event, TurnFinished):
                    turn.publish(event)
        except asyncio.CancelledError:
            for event in run.close("cancelled"):
                transcript.add(event)
        except Exception as error:
            _log.exception("turn_failed", error=type(error).__name__)
            for event in run.close("failed"):
                transcript.add(event)
