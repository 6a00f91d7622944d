"""The time, as it is stored and as customers count days."""

from datetime import UTC, datetime

from schemas.base import HARARE

__all__ = ["HARARE", "now"]


def now() -> datetime:
    """Return the current moment in UTC, cut to the milliseconds that MongoDB keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
