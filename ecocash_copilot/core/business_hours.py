"""Time as support's working hours count it: nights, Sundays and holidays do not pass."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from ecocash_copilot.core.clock import HARARE
from schemas.ticket_record import BusinessHours

_DAY = timedelta(days=1)
_NONE = timedelta(0)
_FARTHEST_DAYS = 3660
"""Days looked through before giving up: hours that never open have no next opening."""


@cache
def support_hours() -> BusinessHours:
    """Return when support works, from ``business_hours.toml``."""
    path = files("ecocash_copilot") / "core" / "business_hours.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    holidays = [day for days in data["holidays"].values() for day in days]
    return BusinessHours.model_validate({"days": data["days"], "holidays": holidays})


def is_open(moment: datetime, hours: BusinessHours | None = None) -> bool:
    """Return whether support works at this moment; not any more at the minute it closes."""
    return next_opening(moment, hours) == moment


def next_opening(moment: datetime, hours: BusinessHours | None = None) -> datetime:
    """Return the first moment from this one on at which support works: this one, if it does.

    Raises:
        ValueError: it never does.
    """
    for opens, closes in _stretches(moment, hours or support_hours()):
        if moment < closes:
            return max(moment, opens)
    raise ValueError("support never opens")


def business_time(start: datetime, end: datetime, hours: BusinessHours | None = None) -> timedelta:
    """Return how much of the time between two moments support works; negative if they run back."""
    if end < start:
        return -business_time(end, start, hours)
    passed = _NONE
    for opens, closes in _stretches(start, hours or support_hours()):
        if opens >= end:
            break
        passed += max(min(closes, end) - max(opens, start), _NONE)
    return passed


def add_business_time(
    start: datetime, duration: timedelta, hours: BusinessHours | None = None
) -> datetime:
    """Return the moment nearest to ``start`` that is so much working time away from it.

    Args:
        duration: working time; negative looks back.

    Raises:
        ValueError: support does not work as long as that within ten years.
    """
    hours = hours or support_hours()
    if duration < _NONE:
        return _look_back(start, -duration, hours)
    if duration == _NONE:
        return start
    for opens, closes in _stretches(start, hours):
        begins = max(opens, start)
        if closes - begins >= duration:
            return begins + duration
        duration -= max(closes - begins, _NONE)
    raise ValueError("support does not work for so long")


def _look_back(start: datetime, duration: timedelta, hours: BusinessHours) -> datetime:
    for opens, closes in _stretches(start, hours, -1):
        ends = min(closes, start)
        if ends - opens >= duration:
            return ends - duration
        duration -= max(ends - opens, _NONE)
    raise ValueError("support did not work for so long")


def _stretches(
    moment: datetime, hours: BusinessHours, direction: int = 1
) -> Iterator[tuple[datetime, datetime]]:
    """Yield opening and closing of each working day in turn, from the moment's own day."""
    day = moment.astimezone(HARARE).date()
    for _ in range(_FARTHEST_DAYS):
        times = hours.days.get(day.isoweekday())
        if times is not None and day not in hours.holidays:
            yield _at(day, times[0]), _at(day, times[1])
        day += _DAY * direction


def _at(day: date, text: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), HARARE).astimezone(UTC)
