"""The two promises about each ticket: when somebody replies, and when it is resolved.

Both count business time. They rest while the ticket waits for its customer, and a clock that ran
late stays late. Pure: given a ticket and a moment, the clocks as they are afterwards.
"""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from pydantic import Field

from ecocash_copilot.core.business_hours import add_business_time, business_time
from schemas.base import Schema
from schemas.ticket import TicketCategory
from schemas.ticket_record import SlaClock, Team, TicketPriority

_NONE = timedelta(0)


class Promise(Schema):
    """Minutes of business time."""

    first_reply: int = Field(ge=1)
    resolution: int = Field(ge=1)


class CategoryPolicy(Schema):
    """What a category begins with, and where it differs from its priority."""

    priority: TicketPriority
    team: Team
    first_reply: int | None = Field(default=None, ge=1)
    resolution: int | None = Field(default=None, ge=1)


class SlaPolicies(Schema):
    """The whole of ``sla.toml``."""

    priority: dict[TicketPriority, Promise]
    category: dict[TicketCategory, CategoryPolicy]

    def promise(self, category: TicketCategory, priority: TicketPriority) -> Promise:
        """Return what is promised for a ticket."""
        usual, own = self.priority[priority], self.category[category]
        return Promise(
            first_reply=own.first_reply or usual.first_reply,
            resolution=own.resolution or usual.resolution,
        )


@cache
def sla_policies() -> SlaPolicies:
    """Return the policies from ``sla.toml``.

    Raises:
        ValidationError: the file is not valid.
    """
    path = files("ecocash_copilot") / "actions" / "sla.toml"
    return SlaPolicies.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def start_clock(minutes: int, moment: datetime) -> SlaClock:
    """Return a clock that begins to run with so much business time left."""
    return SlaClock(due_at=add_business_time(moment, timedelta(minutes=minutes)))


def is_running(clock: SlaClock) -> bool:
    """Return whether time passes on it."""
    return clock.due_at is not None


def is_overdue(clock: SlaClock, moment: datetime) -> bool:
    """Return whether its promise is broken by now, met or not."""
    return clock.breached or _left(clock, moment) < _NONE


def pause_clock(clock: SlaClock, moment: datetime) -> SlaClock:
    """Stop the time of a running clock; others stay as they are."""
    if clock.due_at is None:
        return clock
    left = business_time(moment, clock.due_at)
    return clock.model_copy(update={"due_at": None, "left_seconds": round(left.total_seconds())})


def resume_clock(clock: SlaClock, moment: datetime) -> SlaClock:
    """Let a paused clock go on; others stay as they are."""
    if clock.left_seconds is None:
        return clock
    due_at = add_business_time(moment, timedelta(seconds=clock.left_seconds))
    return clock.model_copy(update={"due_at": due_at, "left_seconds": None})


def meet_clock(clock: SlaClock, moment: datetime) -> SlaClock:
    """Note that the promise was kept, if late then as breached; a clock that has ended stays."""
    if not _has_time(clock):
        return clock
    return SlaClock(met_at=moment, breached=is_overdue(clock, moment))


def end_clock(clock: SlaClock, moment: datetime) -> SlaClock:
    """Stop a clock whose promise nobody needs any more: breached only if it was late already."""
    if not _has_time(clock):
        return clock
    return SlaClock(breached=is_overdue(clock, moment))


def shift_clock(clock: SlaClock, minutes: int, moment: datetime) -> SlaClock:
    """Give a clock so much more business time (or less); what has ended or is late stays so."""
    late = is_overdue(clock, moment)
    if clock.due_at is not None:
        due_at = add_business_time(clock.due_at, timedelta(minutes=minutes))
        return clock.model_copy(update={"due_at": due_at, "breached": late})
    if clock.left_seconds is not None:
        left = clock.left_seconds + minutes * 60
        return clock.model_copy(update={"left_seconds": left, "breached": late})
    return clock


def earliest_due(*clocks: SlaClock) -> datetime | None:
    """Return when the first of the running clocks is due."""
    return min((each.due_at for each in clocks if each.due_at is not None), default=None)


def _has_time(clock: SlaClock) -> bool:
    return clock.due_at is not None or clock.left_seconds is not None


def _left(clock: SlaClock, moment: datetime) -> timedelta:
    if clock.due_at is not None:
        return _NONE if moment <= clock.due_at else -timedelta(microseconds=1)
    return timedelta(seconds=clock.left_seconds or 0)
