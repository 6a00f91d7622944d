"""Consent: what a customer agreed to, once, before anything is changed for them."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import CustomerId, Locale, Msisdn
from schemas.message import ConversationId
from schemas.widgets import Severity

CONSENT_MINUTES = 10
"""How long a dialog can be answered, and what was confirmed can be carried out."""

ConsentId = Annotated[str, Field(pattern=r"^cs_[0-9a-z]{26}$")]


class ConsentState(StrEnum):
    """Where a consent stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    EXECUTED = "executed"
    FAILED = "failed"
    DECLINED = "declined"
    EXPIRED = "expired"


CONSENT_MOVES: dict[ConsentState, frozenset[ConsentState]] = {
    ConsentState.PENDING: frozenset(
        {ConsentState.CONFIRMED, ConsentState.DECLINED, ConsentState.EXPIRED}
    ),
    ConsentState.CONFIRMED: frozenset(
        {ConsentState.EXECUTED, ConsentState.FAILED, ConsentState.EXPIRED}
    ),
    ConsentState.EXECUTED: frozenset(),
    ConsentState.FAILED: frozenset(),
    ConsentState.DECLINED: frozenset(),
    ConsentState.EXPIRED: frozenset(),
}
"""From each state, the states it may move to, each by one atomic claim."""


class Shown(Schema):
    """What the dialog said, word for word, in the customer's language."""

    severity: Severity
    title: str
    consequences: list[str]
    locale: Locale = Locale.EN


class Consent(Schema):
    """One question to one customer about one call of one tool with exactly these arguments."""

    id: ConsentId
    customer_id: CustomerId
    customer_name: str | None = None
    msisdn: Msisdn | None = None
    conversation_id: ConversationId | None = None
    tool: str = Field(pattern=r"^eco_[a-z_]{1,60}$")
    arguments: dict[str, Any]
    arguments_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of the arguments as canonical JSON."""
    shown: Shown
    state: ConsentState = ConsentState.PENDING
    created_at: UtcDatetime
    expires_at: UtcDatetime
    decided_at: UtcDatetime | None = None
    """When it was confirmed or declined."""
    result: dict[str, Any] | None = None
    """What the tool returned, once executed."""
    failure: str | None = Field(default=None, max_length=300)
    """Why it failed, in words that may be shown."""


class AuditEntry(Schema):
    """One line of the record that is only ever added to.

    ``hash`` is the SHA-256 of everything else in canonical JSON, ``previous`` included: a changed,
    missing or reordered entry breaks the chain.
    """

    seq: int = Field(ge=1)
    at: UtcDatetime
    kind: str = Field(pattern=r"^[a-z_.]{1,60}$")
    """Such as ``consent.asked``, ``consent.confirmed``, ``consent.executed``."""
    actor: str = Field(max_length=160)
    """Such as ``customer:c-1001``."""
    subject: str = Field(max_length=160)
    """What it is about, such as the consent's id."""
    data: dict[str, Any] = Field(default_factory=dict)
    previous: str = Field(pattern=r"^[0-9a-f]{64}$")
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
