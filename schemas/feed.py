"""What the feed carries beside whole documents: who looks, who types, where a consent stands."""

from enum import StrEnum

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.consent import ConsentId, ConsentState
from schemas.identity import CustomerId
from schemas.message import ConversationId


class PresenceKind(StrEnum):
    """What somebody is doing."""

    VIEWING = "viewing"
    TYPING = "typing"


class Presence(Schema):
    """Somebody is at something, until ``expires_at`` unless it is renewed or taken back."""

    subject: str = Field(pattern=r"^(ticket|conversation):[A-Za-z0-9_-]{1,64}$")
    """A topic of the feed: ``ticket:TCK-100042`` or ``conversation:cv_...``."""
    kind: PresenceKind
    who: str = Field(min_length=1, max_length=160)
    """``staff:agent-1`` or ``customer:c-1001``."""
    tab: str = Field(default="", pattern=r"^[a-z0-9_]{0,40}$")
    """Which of their tabs, where each has a presence of its own."""
    name: str = Field(default="", max_length=120)
    expires_at: UtcDatetime


class ConsentMove(Schema):
    """A consent reached a state. What it is about stays in the database."""

    id: ConsentId
    customer_id: CustomerId
    conversation_id: ConversationId | None = None
    state: ConsentState
