"""Messages and conversations as they are kept."""

from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import CustomerId, Locale
from schemas.widgets import AnyWidget

FormStep = Literal["submit", "change"]
"""What a tap on a report form asks for."""

FORM_TAPS = tuple(f"{step}:" for step in get_args(FormStep))
"""How the key of a message begins that such a tap has left."""

MAX_TEXT = 4000
"""Longest message a customer can send, in characters."""

ConversationId = Annotated[str, Field(pattern=r"^cv_[0-9a-z]{26}$")]
MessageId = Annotated[str, Field(pattern=r"^ms_[0-9a-z]{26}$")]


class Role(StrEnum):
    """Who speaks."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


class ToolUse(Schema):
    """A tool call of a turn, kept so that later turns can build on it."""

    call_id: str
    name: str
    arguments: dict[str, str | int | bool | None]
    result: str
    """JSON text as the tool returned it, or the error's text."""
    ok: bool


class Message(Schema):
    """One settled message."""

    id: MessageId
    conversation_id: ConversationId
    customer_id: CustomerId
    seq: int = Field(ge=1)
    """Place in the conversation: 1, 2, 3 and so on without gaps."""
    role: Role
    text: str = Field(default="", max_length=20_000)
    widgets: list[AnyWidget] = Field(default_factory=list[AnyWidget])
    tools: list[ToolUse] = Field(default_factory=list[ToolUse])
    created_at: UtcDatetime
    client_key: str | None = Field(default=None, max_length=64)
    """On a customer's message: the page's own key, which makes sending it again harmless.

    A button's message has none, or one that begins as ``FORM_TAPS`` say.
    """
    reply_to: MessageId | None = None
    """On an answer: the customer's message that it answers."""
    outcome: Literal["done", "cancelled", "failed", "timed_out"] = "done"
    basic_mode: bool = False
    """The offline model answered because the provider failed."""
    locale: Locale | None = None
    """Language of the message where it is known."""
    ticket_event: str | None = Field(default=None, pattern=r"^TCK-\d{4,12}:\d+$")
    """On a message about a ticket: the event that it tells of, ``TCK-100042:3``."""
    author: str = Field(default="", max_length=120)
    """On an agent's message: the name that the customer sees."""


class Speaker(StrEnum):
    """Who answers a conversation's messages."""

    ASSISTANT = "assistant"
    QUEUE = "queue"
    """Nobody yet: the customer waits for a person."""
    AGENT = "agent"


class Conversation(Schema):
    """A thread of messages between one customer and the assistant, or a person."""

    id: ConversationId
    customer_id: CustomerId
    title: str = Field(default="", max_length=80)
    created_at: UtcDatetime
    updated_at: UtcDatetime
    last_seq: int = Field(default=0, ge=0)
    speaker: Speaker = Speaker.ASSISTANT
    handover_id: str | None = None
    """The open handover, while ``speaker`` is not the assistant."""
    declines: int = Field(default=0, ge=0)
    """Dialogs declined in a row with nothing done since."""
