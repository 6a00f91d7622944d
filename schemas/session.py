"""Sessions of signed-in customers."""

from typing import Annotated

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import Customer
from schemas.message import ConversationId

SessionId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of the secret that the browser holds: knowing it gives no way in from outside."""


class Session(Schema):
    """A customer who signed in, until it runs out or is revoked."""

    id: SessionId
    customer: Customer
    created_at: UtcDatetime
    expires_at: UtcDatetime
    """Moves on while the session is used."""
    conversation_id: ConversationId | None = None
    """The conversation that was open last; None for a new one."""
