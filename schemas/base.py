"""The base of every schema: closed to unknown fields and immutable."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

HARARE = ZoneInfo("Africa/Harare")
"""The time zone in which customers count days; no daylight saving."""


class Schema(BaseModel):
    """A payload in which an unknown field is a bug (``extra="forbid"``)."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _utc_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


UtcDatetime = Annotated[
    AwareDatetime, PlainSerializer(_utc_text, return_type=str, when_used="json")
]
"""A moment with its offset; JSON holds UTC with milliseconds (RFC 3339)."""
