"""What the board and its supervisors read, over a hundred and fifty tickets in all states."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable

import pytest

from ecocash_copilot.actions.tickets import (
    assign,
    board_column,
    close_by_customer,
    column_counts,
    load_per_agent,
    move,
    note,
    search_tickets,
    ticket_ageing,
    ticket_breaches,
)
from ecocash_copilot.actions.tickets.board import BREACH_SOON
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Invalid, NotAllowed
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.indexes import create_indexes
from ecocash_copilot.store.ticket_counts import drop_empty
from ecocash_copilot.store.ticket_keys import rank
from schemas.identity import Locale
from schemas.staff import Staff
from schemas.ticket import TicketCategory, TicketStatus
from schemas.ticket_board import TicketFilter
from schemas.ticket_record import Ticket
from tests.support.known import known
from tests.support.recount import all_tickets, assert_counts_are_exact
from tests.support.tickets import AGENT, OPERATOR, SUPERVISOR, fill, opened, transaction

S = TicketStatus
COUNT = 150
OPEN = (S.NEW, S.IN_PROGRESS, S.PENDING_CUSTOMER)


@pytest.fixture(scope="module")
async def board(mongodb_uri: str) -> AsyncGenerator[Store]:
    """Tickets that these tests only read."""
    name = new_id("board")
    async with open_store(mongodb_uri, name, embedded=True) as store:
        await create_indexes(store)
        await fill(store, COUNT, now(), agents=4)
        yield store
        await store.client.drop_database(name)


async def whole(
    store: Store, status: TicketStatus, filters: TicketFilter | None = None, limit: int = 7
) -> list[Ticket]:
    """Read a column page by page."""
    found: list[Ticket] = []
    cursor: str | None = None
    while True:
        page = await board_column(store, AGENT, status, filters, cursor, limit)
        assert len(page.tickets) <= limit
        found += page.tickets
        cursor = page.next_cursor
        if cursor is None:
            return found


def ordered(tickets: list[Ticket]) -> list[Ticket]:
    if not tickets:
        return []
    ended = tickets[0].status not in OPEN
    return sorted(tickets, key=lambda each: (rank(each), each.id), reverse=ended)


FILTERS: dict[str, tuple[TicketFilter, Callable[[Ticket], bool]]] = {
    "all": (TicketFilter(), lambda each: True),
    "mine": (TicketFilter(assignee="agent-1"), lambda each: each.assignee == "agent-1"),
    "unassigned": (TicketFilter(unassigned=True), lambda each: each.assignee is None),
    "category": (
        TicketFilter(category=TicketCategory.DOUBLE_DEBIT),
        lambda each: each.category is TicketCategory.DOUBLE_DEBIT,
    ),
    "language": (TicketFilter(locale=Locale.SN), lambda each: each.locale is Locale.SN),
    "mine in a language": (
        TicketFilter(assignee="agent-2", locale=Locale.ND),
        lambda each: each.assignee == "agent-2" and each.locale is Locale.ND,
    ),
    "category in a language": (
        TicketFilter(category=TicketCategory.OTHER, locale=Locale.EN),
        lambda each: each.category is TicketCategory.OTHER and each.locale is Locale.EN,
    ),
    "breaching": (
        TicketFilter(breaching=True),
        lambda each: each.due_at is not None and each.due_at < now() + BREACH_SOON,
    ),
    "mine and breaching": (
        TicketFilter(breaching=True, assignee="agent-3"),
        lambda each: (
            each.assignee == "agent-3"
            and each.due_at is not None
            and each.due_at < now() + BREACH_SOON
        ),
    ),
    "text": (TicketFilter(text="money"), lambda each: "money" in each.description),
    "text of mine": (
        TicketFilter(text="Bank MONEY", assignee="agent-1"),
        lambda each: (
            each.assignee == "agent-1" and {"money", "bank"} <= set(each.description.split())
        ),
    ),
}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("name", FILTERS)
async def test_a_column_holds_what_fits_once_and_in_order(board: Store, status: S, name: str):
    filters, fits = FILTERS[name]
    expected = [each for each in await all_tickets(board) if each.status is status and fits(each)]
    found = await whole(board, status, filters)
    assert sorted(each.id for each in found) == sorted(each.id for each in expected)
    if filters.text:
        assert found == sorted(found, key=lambda each: each.created_at, reverse=True)
    else:
        assert found == ordered(expected)


@pytest.mark.parametrize("name", FILTERS)
async def test_counts_are_exact_where_there_are_any(board: Store, name: str):
    filters, fits = FILTERS[name]
    counts = await column_counts(board, AGENT, filters)
    expected = Counter(each.status for each in await all_tickets(board) if fits(each))
    for status, count in counts.items():
        assert count in (expected[status], None)
        page = await board_column(board, AGENT, status, filters)
        assert page.total in (expected[status], None)
    known = name in ("all", "mine", "unassigned", "category", "language", "breaching")
    assert (None in counts.values()) != known or name == "mine and breaching"


async def test_the_generator_counts_as_changes_do(board: Store):
    await assert_counts_are_exact(board)


async def test_a_search_finds_numbers_references_phones_and_words(board: Store):
    tickets = await all_tickets(board)
    wanted = next(each for each in tickets if each.transaction is not None)
    assert wanted.transaction is not None
    assert wanted.msisdn is not None
    for text in (
        wanted.id,
        wanted.id.lower(),
        wanted.id.removeprefix("TCK-"),
        wanted.transaction.reference,
        wanted.msisdn,
        "0" + wanted.msisdn.removeprefix("+263"),
    ):
        page = await search_tickets(board, AGENT, f" {text} ")
        assert wanted in page.tickets
    rare = next(word for word in wanted.description.split() if word.startswith("place"))
    page = await search_tickets(board, AGENT, rare)
    assert [each.id for each in page.tickets] == [
        each.id
        for each in sorted(tickets, key=lambda each: each.created_at, reverse=True)
        if rare in each.description.split()
    ]
    for nothing in ("", "?", "TCK-999999", "nowhere", "0770000000"):
        assert (await search_tickets(board, AGENT, nothing)).tickets == []


async def test_a_search_goes_on_where_it_stopped(board: Store):
    first = await search_tickets(board, AGENT, "money", limit=4)
    found, cursor = first.tickets, first.next_cursor
    while cursor is not None:
        page = await search_tickets(board, AGENT, "money", cursor, limit=4)
        found, cursor = found + page.tickets, page.next_cursor
    expected = [each for each in await all_tickets(board) if "money" in each.description]
    assert len(found) == len(expected) > 4
    assert {each.id for each in found} == {each.id for each in expected}


async def test_supervisors_see_load_breaches_and_ageing(board: Store):
    tickets = [each for each in await all_tickets(board) if each.status in OPEN]
    loads = await load_per_agent(board, SUPERVISOR)
    moment = now()
    for load in loads:
        theirs = [each for each in tickets if each.assignee == load.agent_id]
        assert load.open == {s: sum(each.status is s for each in theirs) for s in OPEN}
        assert load.breached == sum(
            each.due_at is not None and each.due_at < moment for each in theirs
        )
    assert sum(sum(load.open.values()) for load in loads) == len(tickets)
    assert (loads[-1].agent_id, loads[0].name[:6]) == (None, "Agent ")
    late = [each for each in tickets if each.due_at is not None and each.due_at < moment]
    breaches = await ticket_breaches(board, SUPERVISOR, 100)
    assert [each.ticket_id for each in breaches] == [
        each.id for each in sorted(late, key=lambda each: (each.due_at or moment, each.id))
    ]
    ageing = await ticket_ageing(board, SUPERVISOR)
    assert sum(ageing.model_dump().values()) == len(tickets)
    assert ageing.older > ageing.week > 0


@pytest.mark.parametrize("staff", [AGENT, OPERATOR])
async def test_supervisors_reads_are_theirs_alone(board: Store, staff: Staff):
    for read in (load_per_agent, ticket_ageing, ticket_breaches):
        with pytest.raises(NotAllowed):
            await read(board, staff)


async def test_the_board_is_for_those_who_work_tickets(board: Store):
    with pytest.raises(NotAllowed):
        await board_column(board, OPERATOR, S.NEW)
    with pytest.raises(NotAllowed):
        await column_counts(board, OPERATOR)
    with pytest.raises(NotAllowed):
        await search_tickets(board, OPERATOR, "money")


@pytest.mark.parametrize("cursor", ["", "x", "1/", "99/TCK-1", "²" * 15 + "/", "a" * 15 + "/"])
async def test_a_cursor_that_is_none_is_refused(board: Store, cursor: str):
    for status in (S.NEW, S.CLOSED):
        with pytest.raises(Invalid):
            await board_column(board, AGENT, status, None, cursor)
    with pytest.raises(Invalid):
        await search_tickets(board, AGENT, "money", cursor)


async def test_counts_follow_every_change(store: Store):
    ticket = await opened(store, transaction=transaction())
    other = await opened(store, "c-2", locale=Locale.ND)
    await assert_counts_are_exact(store)
    ticket = await assign(store, AGENT, ticket.id, 1, "agent:1.x@y|z", "Somebody")
    ticket = await move(store, AGENT, ticket.id, 2, S.PENDING_CUSTOMER)
    ticket = await note(store, AGENT, ticket.id, 3, "x")
    await assert_counts_are_exact(store)
    await move(store, AGENT, ticket.id, 4, S.RESOLVED)
    await store.transact(lambda tx: close_by_customer(store, tx, "c-2", other.id))
    await assert_counts_are_exact(store)
    assert await drop_empty(store) > 0
    assert await drop_empty(store) == 0
    groups = {each["group"] async for each in store.kept("ticket_counts").find({})}
    assert not [each for each in groups if each.startswith("clock")]
    await assert_counts_are_exact(store)
    counts = await column_counts(store, AGENT, TicketFilter(assignee="agent:1.x@y|z"))
    assert counts == {**dict.fromkeys(S, 0), S.RESOLVED: 1}


async def test_what_was_changed_a_moment_ago_is_in_its_column(store: Store):
    page = None
    for _ in range(3):
        ticket = await opened(store)
        closed = await move(store, AGENT, ticket.id, 1, S.CLOSED)
        page = await board_column(store, AGENT, S.CLOSED)
        assert page.tickets[0] == closed
    assert known(page).total == 3
    assert await whole(store, S.NEW, TicketFilter(unassigned=True)) == []


async def test_many_due_at_the_same_moment_are_all_found(store: Store):
    await fill(store, 60, now(), agents=1)
    tickets = [each for each in await all_tickets(store) if each.status is S.PENDING_CUSTOMER]
    for each in tickets:
        done = await move(store, AGENT, each.id, each.version, S.IN_PROGRESS)
        assert done.due_at is not None
    found = await whole(store, S.IN_PROGRESS, limit=5)
    assert len(found) == len({each.id for each in found}) == 24
    assert found == ordered(found)
