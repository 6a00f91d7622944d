import pytest

from ecocash_copilot.agent.tools import TurnContext
from ecocash_copilot.agent.transcript import MAX_ANSWER, Answer, Transcript
from ecocash_copilot.agent.translate import Outcome
from schemas.message import ToolUse
from schemas.turn import (
    BasicMode,
    TextDelta,
    ToolStarted,
    TurnEvent,
    TurnFinished,
    WidgetReady,
    WidgetRejected,
)
from schemas.widgets import Notice, NoticeTone


def card(identity: str) -> WidgetReady:
    return WidgetReady(widget=Notice(id=identity, tone=NoticeTone.INFO, text="hello"))


REJECTED = WidgetRejected(tool="eco_get_balances", reason="ValidationError")
DONE = TurnFinished(reason="done")


def answer(*events: TurnEvent, withheld: int = 0) -> Answer:
    transcript = Transcript()
    for event in events:
        transcript.add(event)
    return transcript.answer(TurnContext(token=str), withheld)


def test_events_add_up():
    kept = answer(
        TextDelta(text=" One"),
        ToolStarted(call_id="1", name="x"),
        card("w-1"),
        TextDelta(text=" two. \n"),
        DONE,
    )
    assert kept.text == "One two."
    assert [widget.id for widget in kept.widgets] == ["w-1"]
    assert (kept.outcome, kept.basic_mode, kept.withheld, kept.card_missing) == (
        "done",
        False,
        False,
        False,
    )


def test_a_turn_without_an_end_failed():
    assert answer(TextDelta(text="One")).outcome == "failed"


@pytest.mark.parametrize("reason", ["done", "cancelled", "failed", "timed_out"])
def test_the_end_says_how_it_went(reason: Outcome) -> None:
    assert answer(TurnFinished(reason=reason)).outcome == reason


@pytest.mark.parametrize(("keeps", "cards", "missing"), [(True, 2, True), (False, 1, False)])
def test_basic_mode_voids_what_was_said(keeps: bool, cards: int, missing: bool):
    kept = answer(
        TextDelta(text="Invented"),
        card("w-1"),
        REJECTED,
        BasicMode(keeps_cards=keeps),
        TextDelta(text="Right."),
        card("w-2"),
        DONE,
    )
    assert kept.text == "Right."
    assert (len(kept.widgets), kept.card_missing, kept.basic_mode) == (cards, missing, True)


def test_what_was_left_out_is_noted():
    kept = answer(REJECTED, DONE, withheld=2)
    assert (kept.withheld, kept.card_missing) == (True, True)


def test_tool_uses_are_kept_as_a_copy():
    context = TurnContext(token=str)
    use = ToolUse(call_id="1", name="x", arguments={}, result="{}", ok=True)
    context.uses.append(use)
    kept = Transcript().answer(context, 0)
    context.uses.clear()
    assert kept.tools == [use]


def test_an_answer_has_an_end():
    assert answer(TextDelta(text="x" * MAX_ANSWER)).text == "x" * MAX_ANSWER
    kept = answer(*[TextDelta(text="word ")] * MAX_ANSWER).text
    assert len(kept) <= MAX_ANSWER
    assert kept.endswith("word…")
