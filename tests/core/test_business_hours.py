"""Business time: written-out examples, and arithmetic that holds for any moments."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecocash_copilot.core.business_hours import (
    add_business_time,
    business_time,
    is_open,
    next_opening,
    support_hours,
)
from ecocash_copilot.core.clock import HARARE
from schemas.ticket_record import BusinessHours

FIRST, LAST = 1_766_188_800, 1_831_939_200  # from December 2025 until January 2028
MOMENTS = st.integers(FIRST * 1000, LAST * 1000).map(
    lambda milliseconds: datetime.fromtimestamp(milliseconds / 1000, UTC)
)
DURATIONS = st.integers(-400 * 3600, 400 * 3600).map(lambda seconds: timedelta(seconds=seconds))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HARARE).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T09:00", 60, "2026-11-23T10:00"),  # a Monday
        ("2026-11-23T16:30", 60, "2026-11-24T08:30"),  # over night
        ("2026-11-23T03:00", 60, "2026-11-23T09:00"),  # before opening
        (
            "2026-11-28T11:30",
            60,
            "2026-11-30T08:30",
        ),  # Saturday closes at noon
        ("2026-12-24T16:00", 120, "2026-12-28T09:00"),  # Christmas and Boxing Day, then a Sunday
        ("2026-11-23T10:00", -60, "2026-11-23T09:00"),
        ("2026-11-23T08:30", -60, "2026-11-21T11:30"),  # back to Saturday
    ],
)
def test_time_is_added_in_business_hours(start: str, minutes: int, end: str) -> None:
    duration = timedelta(minutes=minutes)
    assert add_business_time(at(start), duration) == at(end)
    assert business_time(at(start), at(end)) == duration


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T17:00", "2026-11-24T08:00"),
        ("2026-11-22T12:00", "2026-11-23T08:00"),
        ("2027-02-22T10:00", "2027-02-23T08:00"),  # the Monday of a holiday on a Sunday
    ],
)
def test_next_opening(moment: str, opening: str) -> None:
    assert next_opening(at(moment)) == at(opening)
    assert is_open(at(moment)) == (moment == opening)


@given(MOMENTS, DURATIONS)
def test_what_was_added_is_what_passed(start: datetime, duration: timedelta) -> None:
    assert business_time(start, add_business_time(start, duration)) == duration


@given(MOMENTS, DURATIONS, DURATIONS)
def test_adding_twice_in_one_direction_is_adding_the_sum(
    start: datetime, one: timedelta, other: timedelta
) -> None:
    one, other = abs(one), abs(other)
    twice = add_business_time(add_business_time(start, one), other)
    assert business_time(start, twice) == one + other


@given(MOMENTS, MOMENTS, MOMENTS)
def test_time_passes_once(one: datetime, other: datetime, third: datetime) -> None:
    a, b, c = sorted((one, other, third))
    assert business_time(a, b) + business_time(b, c) == business_time(a, c)
    assert business_time(c, a) == -business_time(a, c)
    assert timedelta(0) <= business_time(a, b) <= b - a


@given(MOMENTS)
def test_an_opening_is_open_and_nothing_passes_before_it(moment: datetime) -> None:
    opening = next_opening(moment)
    assert is_open(opening)
    assert business_time(moment, opening) == timedelta(0)
    local = opening.astimezone(HARARE)
    assert local.isoweekday() in support_hours().days
    assert local.date() not in support_hours().holidays


def test_hours_that_never_open_are_an_error() -> None:
    never = BusinessHours(days={}, holidays=frozenset({date(2026, 1, 1)}))
    with pytest.raises(ValueError, match="never"):
        next_opening(at("2026-11-23T08:00"), never)
    with pytest.raises(ValueError, match="so long"):
        add_business_time(at("2026-11-23T08:00"), timedelta(minutes=1), never)
