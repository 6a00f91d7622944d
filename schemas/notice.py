"""Notices to the outside: written with the change they tell of, posted afterwards."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import CustomerId


class DeliveryState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    """Given up; a supervisor may send it again."""


class Notice(Schema):
    """One event for the mobile backend, posted as a signed webhook until it is taken."""

    id: str = Field(pattern=r"^nt_[0-9a-z]{26}$")
    """Stays the same through retries, so that the receiver can drop a second one."""
    type: str = Field(pattern=r"^[a-z_.]{1,60}$")
    """Such as ``ticket.opened``, ``ticket.replied``, ``ticket.moved``, ``chat.replied``."""
    customer_id: CustomerId
    at: UtcDatetime
    data: dict[str, Any]
    """What a push notice needs: the ticket's id, a title and a text in the customer's language."""
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = Field(default=0, ge=0)
    next_at: UtcDatetime
    """When to try (again)."""
    last_error: str = Field(default="", max_length=300)
