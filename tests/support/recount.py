"""Counts every ticket anew, to compare with the counts that are kept with each change."""

from collections import Counter
from datetime import timedelta

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.ticket_counts import (
    count_ran_out,
    find_due_times,
    find_opened_days,
    find_tallies,
    find_tally,
)
from ecocash_copilot.store.ticket_keys import (
    CLOCKED_STATES,
    OPEN_STATES,
    day_of,
    facets,
    is_open,
    rank,
)
from ecocash_copilot.store.tickets import parse_ticket
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket


async def all_tickets(store: Store) -> list[Ticket]:
    return [parse_ticket(each) async for each in store.kept("tickets").find({})]


async def assert_counts_are_exact(store: Store) -> None:
    """Compare everything that is counted with the tickets themselves."""
    tickets = await all_tickets(store)
    for facet in ("all", "assignee", "category", "locale"):
        counted = {
            value: +tally.by_status
            for value, tally in (await find_tallies(store, facet)).items()
            if +tally.by_status
        }
        expected: dict[str, Counter[TicketStatus]] = {}
        for each in tickets:
            expected.setdefault(facets(each)[facet], Counter())[each.status] += 1
        assert counted == expected
    assert (await find_tally(store)).by_status.total() == len(tickets)
    opened = [each for each in tickets if is_open(each.status)]
    assert await find_opened_days(store) == Counter(day_of(each.created_at) for each in opened)
    for facet in ("all", "assignee"):
        for value in {facets(each)[facet] for each in tickets}:
            for status in OPEN_STATES:
                due = await find_due_times(store, status, facet, value)
                within = (
                    each
                    for each in tickets
                    if each.status is status and facets(each)[facet] == value
                )
                assert due.counts == Counter(due.bucket(rank(each)) for each in within)
    clocks = [each for each in tickets if each.status in CLOCKED_STATES]
    exactly = [rank(each) for each in clocks[:5]]
    moments = [now() + timedelta(days=days) for days in (-100, -30, -7, -1, 0, 1, 7, 100)]
    for moment in [*moments, *exactly, *(each + timedelta(milliseconds=1) for each in exactly)]:
        for facet in ("all", "assignee"):
            late = Counter(
                (each.status, facets(each)[facet]) for each in clocks if rank(each) < moment
            )
            assert +await count_ran_out(store, moment, facet) == late
