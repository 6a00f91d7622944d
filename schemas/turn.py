"""Turn events: what happens between a customer's message and the settled answer."""

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.base import Schema
from schemas.widgets import AnyWidget


class TurnStarted(Schema):
    """The assistant took the message."""

    type: Literal["turn_started"] = "turn_started"
    run_id: str


class TextDelta(Schema):
    """More of the answer's text."""

    type: Literal["text_delta"] = "text_delta"
    text: str


class ToolStarted(Schema):
    """A tool was called."""

    type: Literal["tool_started"] = "tool_started"
    call_id: str
    name: str


class ToolFinished(Schema):
    """A tool answered, or was abandoned when the turn ended."""

    type: Literal["tool_finished"] = "tool_finished"
    call_id: str
    name: str
    ok: bool


class WidgetReady(Schema):
    """A card to show."""

    type: Literal["widget_ready"] = "widget_ready"
    widget: AnyWidget


class WidgetRejected(Schema):
    """A tool result did not make a valid card; it must not reach the page."""

    type: Literal["widget_rejected"] = "widget_rejected"
    tool: str
    reason: str


class ConsentNeeded(Schema):
    """A tool that changes something was called; the customer must confirm it first.

    The run pauses: nothing has happened, and nothing will until they do.
    """

    type: Literal["consent_needed"] = "consent_needed"
    call_id: str
    tool: str
    arguments: dict[str, Any]


class BasicMode(Schema):
    """The model's provider failed; the offline model answers. Text so far is void."""

    type: Literal["basic_mode"] = "basic_mode"
    keeps_cards: bool = True
    """False when the turn began anew, so that its cards will come again."""


class TurnFinished(Schema):
    """The turn is over; nothing is open any more."""

    type: Literal["turn_finished"] = "turn_finished"
    reason: Literal["done", "cancelled", "failed", "timed_out"]


TurnEvent = Annotated[
    TurnStarted
    | TextDelta
    | ToolStarted
    | ToolFinished
    | WidgetReady
    | WidgetRejected
    | ConsentNeeded
    | BasicMode
    | TurnFinished,
    Field(discriminator="type"),
]
