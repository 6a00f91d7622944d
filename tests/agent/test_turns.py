"""Turns under way: watched, stopped, settled, whatever happens."""

# pyright: reportPrivateUsage=false

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from ecocash_copilot.agent.tools import TurnContext
from ecocash_copilot.agent.transcript import Answer
from ecocash_copilot.agent.translate import Outcome
from ecocash_copilot.agent.turns import LiveTurn, Turns
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from schemas.message import Message, Role
from schemas.turn import TextDelta, TurnEvent, TurnFinished, TurnStarted

CONVERSATION, OTHER = (f"cv_{digit * 26}" for digit in "01")


class Talk:
    """A run that says two words, with a pause between them that ends when told to."""

    withheld = 0

    def __init__(self, *, error: Exception | None = None, words: int = 2) -> None:
        self.paused = asyncio.Event()
        self.go_on = asyncio.Event()
        self.closed_as: list[str] = []
        self._error = error
        self._words = words

    async def events(self) -> AsyncIterator[TurnEvent]:
        yield TurnStarted(run_id="rn")
        for _ in range(self._words - 1):
            yield TextDelta(text="one ")
        self.paused.set()
        await self.go_on.wait()
        if self._error is not None:
            raise self._error
        yield TextDelta(text="two")
        yield TurnFinished(reason="done")

    def close(self, reason: Outcome) -> list[TurnEvent]:
        self.closed_as.append(reason)
        return [TurnFinished(reason=reason)]


@dataclass
class Keeper:
    """Keeps answers; can be slow, and can fail."""

    conversation_id: str = CONVERSATION
    error: Exception | None = None
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    kept: list[Answer] = field(default_factory=list[Answer])

    def __post_init__(self) -> None:
        self.go_on.set()

    async def __call__(self, answer: Answer) -> Message:
        self.entered.set()
        await self.go_on.wait()
        if self.error is not None:
            raise self.error
        self.kept.append(answer)
        return Message(
            id=new_id("ms"),
            conversation_id=self.conversation_id,
            customer_id="c-1",
            seq=2,
            role=Role.ASSISTANT,
            text=answer.text,
            created_at=now(),
        )


@pytest.fixture
def turns() -> Turns:
    return Turns()


Begin = Callable[..., LiveTurn]


def begin(
    turns: Turns, run: Talk, keeper: Keeper, conversation_id: str = CONVERSATION, run_id: str = "r1"
) -> LiveTurn:
    return turns.start(conversation_id, run_id, run, TurnContext(token=str), keeper)


async def read(turn: LiveTurn) -> list[str]:
    async with asyncio.timeout(5):
        return [event.type async for event in turn.watch()]


WHOLE = ["turn_started", "text_delta", "text_delta", "turn_finished"]


async def test_every_reader_sees_the_whole_turn_whenever_it_joins(turns: Turns):
    run, keeper = Talk(), Keeper()
    turn = begin(turns, run, keeper)
    early = [asyncio.create_task(read(turn)) for _ in range(3)]
    await run.paused.wait()
    assert turns.find(CONVERSATION) is turn
    assert turns.run_ids() == ["r1"]
    middle = asyncio.create_task(read(turn))
    run.go_on.set()
    assert await asyncio.gather(*early, middle) == [WHOLE] * 4
    assert await read(turn) == WHOLE
    assert turn.answer is not None
    assert turn.answer.text == "one two"
    assert turns.find(CONVERSATION) is None
    assert turns.run_ids() == []


async def test_the_end_comes_when_the_answer_is_kept(turns: Turns):
    run, keeper = Talk(), Keeper()
    keeper.go_on.clear()
    run.go_on.set()
    turn = begin(turns, run, keeper)
    await keeper.entered.wait()
    seen: list[str] = []

    async def follow() -> None:
        async for event in turn.watch():
            seen.append(event.type)
            if event.type == "turn_finished":
                assert turn.answer is not None

    reader = asyncio.create_task(follow())
    await asyncio.sleep(0)
    assert "turn_finished" not in seen
    keeper.go_on.set()
    await reader
    assert seen == WHOLE


async def test_a_reader_that_leaves_disturbs_nobody(turns: Turns):
    run, keeper = Talk(), Keeper()
    turn = begin(turns, run, keeper)
    leaving, staying = (asyncio.create_task(read(turn)) for _ in range(2))
    await run.paused.wait()
    leaving.cancel()
    run.go_on.set()
    assert await staying == WHOLE
    assert leaving.cancelled()


async def test_a_stop_while_running_keeps_what_was_said(turns: Turns):
    run, keeper = Talk(), Keeper()
    turn = begin(turns, run, keeper)
    await run.paused.wait()
    assert turns.stop(CONVERSATION)
    assert turns.stop(CONVERSATION)
    assert await read(turn) == ["turn_started", "text_delta", "turn_finished"]
    assert [(each.text, each.outcome) for each in keeper.kept] == [("one", "cancelled")]
    assert run.closed_as == ["cancelled"]
    assert not turns.stop(CONVERSATION)


async def test_a_stop_before_the_first_step_still_settles_the_turn(turns: Turns):
    run, keeper = Talk(), Keeper()
    turn = begin(turns, run, keeper)
    assert turns.stop(CONVERSATION)
    assert (await read(turn))[-1] == "turn_finished"
    assert [each.outcome for each in keeper.kept] == ["cancelled"]
    assert turns.find(CONVERSATION) is None


class Deaf(Talk):
    """A run in which the database driver takes the first cancellation for a lost connection."""

    async def events(self) -> AsyncIterator[TurnEvent]:
        yield TurnStarted(run_id="rn")
        yield TextDelta(text="one ")
        self.paused.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()


async def test_a_stop_that_is_swallowed_once_stops_all_the_same(turns: Turns):
    run, keeper = Deaf(), Keeper()
    turn = begin(turns, run, keeper)
    await run.paused.wait()
    assert turns.stop(CONVERSATION)
    assert await read(turn) == ["turn_started", "text_delta", "turn_finished"]
    assert [each.outcome for each in keeper.kept] == ["cancelled"]


async def test_an_answer_that_is_kept_slowly_is_not_cancelled_by_a_stop(turns: Turns):
    run, keeper = Talk(), Keeper()
    keeper.go_on.clear()
    turn = begin(turns, run, keeper)
    await run.paused.wait()
    assert turns.stop(CONVERSATION)
    await keeper.entered.wait()
    await asyncio.sleep(0.5)  # Longer than until a stop is repeated.
    keeper.go_on.set()
    assert (await read(turn))[-1] == "turn_finished"
    assert [each.outcome for each in keeper.kept] == ["cancelled"]


async def test_a_stop_while_settling_is_too_late(turns: Turns):
    run, keeper = Talk(), Keeper()
    keeper.go_on.clear()
    run.go_on.set()
    turn = begin(turns, run, keeper)
    await keeper.entered.wait()
    assert not turns.stop(CONVERSATION)
    keeper.go_on.set()
    assert await read(turn) == WHOLE
    assert [each.outcome for each in keeper.kept] == ["done"]


async def test_a_stop_at_any_moment_ends_in_one_settled_answer(turns: Turns):
    for steps in range(12):
        run, keeper = Talk(), Keeper()
        run.go_on.set()
        turn = begin(turns, run, keeper)
        for _ in range(steps):
            await asyncio.sleep(0)
        turns.stop(CONVERSATION)
        assert (await read(turn))[-1] == "turn_finished"
        assert len(keeper.kept) == 1
        assert turn.answer is not None
        assert turns.run_ids() == []


async def test_a_run_that_breaks_is_settled_as_failed(turns: Turns):
    run, keeper = Talk(error=ZeroDivisionError()), Keeper()
    run.go_on.set()
    turn = begin(turns, run, keeper)
    assert (await read(turn))[-1] == "turn_finished"
    assert [(each.text, each.outcome) for each in keeper.kept] == [("one", "failed")]


@pytest.mark.parametrize("stopped", [True, False])
async def test_an_answer_that_can_not_be_kept_ends_the_turn_all_the_same(
    turns: Turns, stopped: bool
):
    run, keeper = Talk(), Keeper(error=ConnectionError("no database"))
    turn = begin(turns, run, keeper)
    await run.paused.wait()
    if stopped:
        turns.stop(CONVERSATION)
    else:
        run.go_on.set()
    assert "turn_finished" not in await read(turn)
    assert turn.answer is None
    assert turns.find(CONVERSATION) is None
    assert turns.run_ids() == []


async def test_turns_of_two_conversations_do_not_meet(turns: Turns):
    first, second = Talk(), Talk()
    kept, other = Keeper(), Keeper(OTHER)
    one = begin(turns, first, kept)
    two = begin(turns, second, other, OTHER, "r2")
    await asyncio.gather(first.paused.wait(), second.paused.wait())
    assert sorted(turns.run_ids()) == ["r1", "r2"]
    assert turns.stop(CONVERSATION)
    await read(one)
    assert turns.find(OTHER) is two
    second.go_on.set()
    assert await read(two) == WHOLE
    assert [kept.kept[0].outcome, other.kept[0].outcome] == ["cancelled", "done"]


async def test_a_turn_that_lost_its_claim_does_not_take_its_successor_along(turns: Turns):
    old, new, keeper = Talk(), Talk(), Keeper()
    lost = begin(turns, old, keeper)
    taken = begin(turns, new, keeper, run_id="r2")
    await asyncio.gather(old.paused.wait(), new.paused.wait())
    old.go_on.set()
    assert await read(lost) == WHOLE
    assert turns.find(CONVERSATION) is taken
    assert turns.run_ids() == ["r2"]
    assert turns.stop(CONVERSATION)
    await read(taken)


async def test_closing_waits_for_turns_then_cancels_and_settles_the_rest(turns: Turns):
    quick, slow = Talk(), Talk()
    kept, other = Keeper(), Keeper(OTHER)
    begin(turns, quick, kept)
    begin(turns, slow, other, OTHER, "r2")
    quick.go_on.set()
    async with asyncio.timeout(5):
        await turns.close(0.05)
    assert [kept.kept[0].outcome, other.kept[0].outcome] == ["done", "cancelled"]
    assert turns.run_ids() == []
    await turns.close(0.05)


async def test_what_a_turn_holds_is_bounded_by_its_answer(turns: Turns):
    run, keeper = Talk(words=5_000), Keeper()
    run.go_on.set()
    turn = begin(turns, run, keeper)
    assert len(await read(turn)) == 5_000 + 2
    assert turns._live == {}
    assert turns._tasks == {}
