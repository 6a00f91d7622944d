"""Staff: who works tickets, and what each role may do."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.session import SessionId

StaffId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._:@|-]+$")]
"""The ``sub`` of the staff member's OIDC token."""


class StaffRole(StrEnum):
    """What somebody may do. One person may have several."""

    AGENT = "agent"
    """Works tickets and talks with customers."""
    SUPERVISOR = "supervisor"
    """An agent who also sees the load of others and re-sends failed notices."""
    OPERATOR = "operator"
    """Watches the system."""
    DESIGNER = "designer"
    """Sees the gallery."""


class Staff(Schema):
    """A member of staff as a verified sign-in names them."""

    id: StaffId
    name: str = Field(min_length=1, max_length=120)
    roles: frozenset[StaffRole]

    def has(self, *roles: StaffRole) -> bool:
        """Return whether any of ``roles`` is theirs."""
        return not self.roles.isdisjoint(roles)


class StaffSession(Schema):
    """A member of staff who signed in, until it runs out or is revoked."""

    id: SessionId
    staff: Staff
    created_at: UtcDatetime
    expires_at: UtcDatetime
