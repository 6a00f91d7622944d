"""The time, as it is stored and as customers count days."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HARARE = ZoneInfo("Africa/Harare")
"""The time zone in which customers count days; no daylight saving."""


def now() -> datetime:
    """Return the current moment in UTC, cut to the milliseconds that MongoDB keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
