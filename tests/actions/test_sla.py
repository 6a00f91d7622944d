"""The clocks of a ticket."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecocash_copilot.actions.sla import (
    end_clock,
    is_overdue,
    is_running,
    meet_clock,
    pause_clock,
    resume_clock,
    shift_clock,
    sla_policies,
    start_clock,
)
from ecocash_copilot.core.business_hours import business_time
from schemas.board_words import TEAMS
from schemas.ticket import TicketCategory
from schemas.ticket_record import SlaClock, TicketPriority
from tests.support.known import known

FIRST, LAST = 1_767_571_200, 1_811_808_000  # from January 2026 until June 2027
MOMENTS = st.integers(FIRST, LAST).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
MINUTES = st.integers(1, 5000)
LATER = st.integers(0, 30 * 86400).map(lambda seconds: timedelta(seconds=seconds))


@pytest.mark.parametrize("category", TicketCategory)
@pytest.mark.parametrize("priority", TicketPriority)
def test_every_ticket_has_a_promise(category: TicketCategory, priority: TicketPriority):
    promise = sla_policies().promise(category, priority)
    assert 0 < promise.first_reply < promise.resolution


def test_what_is_more_urgent_is_promised_sooner():
    promises = [sla_policies().promise(TicketCategory.OTHER, each) for each in TicketPriority]
    assert sorted((each.resolution for each in promises), reverse=True) == [
        each.resolution for each in promises
    ]


@given(MOMENTS, MINUTES, LATER, LATER)
def test_a_pause_costs_nothing(start: datetime, minutes: int, run: timedelta, rest: timedelta):
    paused_at = start + run
    paused = pause_clock(start_clock(minutes, start), paused_at)
    assert not is_running(paused)
    resumed = resume_clock(paused, paused_at + rest)
    assert resumed.due_at is not None
    promised = timedelta(minutes=minutes)
    ran = business_time(start, paused_at)
    assert business_time(paused_at + rest, resumed.due_at) == promised - ran


@given(MOMENTS, MINUTES, LATER)
def test_a_promise_is_broken_exactly_when_it_is_met_late(
    start: datetime, minutes: int, after: timedelta
):
    met = meet_clock(start_clock(minutes, start), start + after)
    assert met.met_at == start + after
    assert met.breached == (start + after > known(start_clock(minutes, start).due_at))
    assert meet_clock(met, start + after * 2) == met
    assert pause_clock(met, start) == resume_clock(met, start) == shift_clock(met, 60, start) == met


@given(MOMENTS, MINUTES, MINUTES, LATER)
def test_shifting_is_as_if_it_had_been_promised_so(
    start: datetime, minutes: int, other: int, run: timedelta
):
    promised = start_clock(other, start)
    shifted = shift_clock(start_clock(minutes, start), other - minutes, start)
    stopped = pause_clock(start_clock(minutes, start), start + run)
    paused = shift_clock(stopped, other - minutes, start + run)
    late = is_overdue(stopped, start + run)
    assert paused == pause_clock(promised, start + run).model_copy(update={"breached": late})
    assert business_time(start, known(shifted.due_at)) == timedelta(minutes=other)


def test_more_time_does_not_mend_a_promise_that_was_broken():
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    clock = start_clock(60, start)
    assert not shift_clock(clock, 600, start + timedelta(minutes=59)).breached
    shifted = shift_clock(clock, 600, start + timedelta(minutes=61))
    assert shifted.breached
    assert meet_clock(shifted, start + timedelta(minutes=62)).breached


def test_a_clock_that_nobody_needs_any_more_was_broken_only_if_it_was_late():
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    clock = start_clock(60, start)
    assert end_clock(clock, start + timedelta(minutes=30)) == SlaClock()
    assert end_clock(clock, start + timedelta(minutes=90)) == SlaClock(breached=True)
    late = pause_clock(clock, start + timedelta(minutes=90))
    assert late.left_seconds == -30 * 60
    assert is_overdue(late, start)
    assert meet_clock(late, start).breached


def test_every_team_of_a_policy_can_be_chosen_on_the_board():
    named = {policy.team for policy in sla_policies().category.values()}
    assert named <= set(TEAMS)
