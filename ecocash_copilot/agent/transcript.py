"""What a turn's events add up to: the answer to keep."""

from dataclasses import dataclass, field

from ecocash_copilot.agent.tools import TurnContext
from ecocash_copilot.agent.translate import Outcome
from ecocash_copilot.core.metrics import WIDGETS_REJECTED, WITHHELD
from schemas.message import ToolUse
from schemas.turn import (
    BasicMode,
    TextDelta,
    TurnEvent,
    TurnFinished,
    WidgetReady,
    WidgetRejected,
)
from schemas.widgets import AnyWidget

MAX_ANSWER = 19_500
"""Longest answer that is kept, in characters; the notes below it still fit into a message."""


@dataclass(frozen=True)
class Answer:
    """An answer before it has a place in its conversation."""

    text: str
    widgets: list[AnyWidget]
    tools: list[ToolUse]
    outcome: Outcome
    basic_mode: bool
    withheld: bool
    """Something was left out because no tool had returned it."""
    card_missing: bool
    """A card could not be shown."""


@dataclass
class Transcript:
    """Adds up the events of one turn."""

    text: str = ""
    widgets: list[AnyWidget] = field(default_factory=list[AnyWidget])
    basic_mode: bool = False
    rejected: int = 0
    outcome: Outcome = "failed"

    def add(self, event: TurnEvent) -> None:
        """Take one more event."""
        match event:
            case TextDelta():
                self.text += event.text
            case WidgetReady():
                self.widgets.append(event.widget)
            case WidgetRejected():
                self.rejected += 1
                WIDGETS_REJECTED.labels(tool=event.tool).inc()
            case BasicMode():
                self.text, self.basic_mode = "", True
                if not event.keeps_cards:
                    self.widgets, self.rejected = [], 0
            case TurnFinished():
                self.outcome = event.reason
            case _:
                pass

    def answer(self, context: TurnContext, withheld: int) -> Answer:
        """Return what to keep."""
        if withheld:
            WITHHELD.inc(withheld)
        return Answer(
            text=_cut(self.text.strip()),
            widgets=list(self.widgets),
            tools=list(context.uses),
            outcome=self.outcome,
            basic_mode=self.basic_mode,
            withheld=withheld > 0,
            card_missing=self.rejected > 0,
        )


def _cut(text: str) -> str:
    return text if len(text) <= MAX_ANSWER else f"{text[: MAX_ANSWER - 1].rstrip()}…"
