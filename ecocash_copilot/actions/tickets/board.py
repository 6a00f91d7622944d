"""What the board and its supervisors read. Every read takes a narrow range of one index."""

import re
from collections.abc import Mapping
from datetime import timedelta

from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Invalid
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.ticket_columns import (
    Column,
    Window,
    find_window,
)
from ecocash_copilot.store.ticket_counts import (
    count_ran_out,
    find_opened_days,
    find_tallies,
    find_tally,
)
from ecocash_copilot.store.ticket_keys import (
    CLOCKED_STATES,
    NOBODY,
    OPEN_STATES,
    day_of,
    search_words,
)
from ecocash_copilot.store.ticket_search import (
    find_by_msisdn,
    find_by_reference,
    find_by_words,
)
from ecocash_copilot.store.tickets import find_escalated_tickets, find_whole_ticket
from schemas.identity import parse_msisdn
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketStatus
from schemas.ticket_board import Ageing, AgentLoad, Breach, TicketFilter, TicketPage
from schemas.ticket_record import Ticket

MAX_PAGE = 100

BREACH_SOON = timedelta(hours=1)
"""A clock with no more time than this left is breaching."""

_ANYTHING = TicketFilter()
_TICKET_NUMBER = re.compile(r"^(?:tck-?)?(\d{4,12})$", re.IGNORECASE)
_REFERENCE = re.compile(r"^[A-Z]{2}\d{6}\.\d{4}\.[A-Z]\d{5}$", re.IGNORECASE)


async def board_column(
    store: Store,
    staff: Staff,
    status: TicketStatus,
    filters: TicketFilter | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> TicketPage:
    """Return a window of a column.

    Open states come most urgent first (those without a running clock, longest unchanged first),
    resolved and closed latest first, and what a text finds newest first. Where several conditions
    leave few tickets, a page may hold fewer than ``limit`` and yet have a ``next_cursor``.

    Args:
        filters: which tickets; None is all.
        cursor: of the page before; None begins with the column.
        limit: how many, 100 at most.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        Invalid: the cursor is none.
    """
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)
    filters = filters or _ANYTHING
    limit = max(1, min(limit, MAX_PAGE))
    if filters.breaching and status not in CLOCKED_STATES:
        return TicketPage(tickets=[], total=0)
    if filters.text.strip():
        page = await _search(store, filters, status, cursor, limit)
    else:
        page = _page(await _window(store, _column(status, filters), cursor, limit))
    total = (await _counts(store, filters))[status] if cursor is None else None
    return page.model_copy(update={"total": total})


async def column_counts(
    store: Store, staff: Staff, filters: TicketFilter | None = None
) -> dict[TicketStatus, int | None]:
    """Return how many tickets each column holds, exactly.

    Returns:
        None instead of a count where conditions are combined, or a text is searched: only reading
        all of them would tell.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
    """
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)
    return await _counts(store, filters or _ANYTHING)


async def search_tickets(
    store: Store, staff: Staff, text: str, cursor: str | None = None, limit: int = 20
) -> TicketPage:
    """Return the tickets that a text finds, newest first.

    A ticket's number, a transaction's reference and a phone number find exactly those; other texts
    find tickets that hold all of their words in subject, description, customer or other party.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        Invalid: the cursor is none.
    """
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)
    filters = TicketFilter(text=text[:80])
    return await _search(store, filters, None, cursor, max(1, min(limit, MAX_PAGE)))


async def load_per_agent(store: Store, staff: Staff) -> list[AgentLoad]:
    """Return what each agent has on the desk, most first, and what nobody has; for supervisors.

    Raises:
        NotAllowed: the caller is no supervisor.
    """
    need_role(staff, StaffRole.SUPERVISOR)
    ran_out = await count_ran_out(store, now(), "assignee")
    loads: list[AgentLoad] = []
    for value, tally in (await find_tallies(store, "assignee")).items():
        open_tickets = {status: tally.by_status[status] for status in OPEN_STATES}
        if sum(open_tickets.values()):
            loads.append(
                AgentLoad(
                    agent_id=None if value == NOBODY else value,
                    name=tally.name,
                    open=open_tickets,
                    breached=sum(ran_out[status, value] for status in CLOCKED_STATES),
                )
            )
    return sorted(loads, key=lambda each: (each.agent_id is None, -sum(each.open.values())))


async def ticket_ageing(store: Store, staff: Staff) -> Ageing:
    """Return how old open tickets are; for supervisors.

    Raises:
        NotAllowed: the caller is no supervisor.
    """
    need_role(staff, StaffRole.SUPERVISOR)
    today = day_of(now())
    ages = {"today": 0, "days": 0, "week": 0, "older": 0}
    for day, count in (await find_opened_days(store)).items():
        age = today - day
        ages["today" if age < 1 else "days" if age < 3 else "week" if age < 7 else "older"] += count
    return Ageing(**ages)


async def ticket_breaches(store: Store, staff: Staff, limit: int = 50) -> list[Breach]:
    """Return tickets with a clock that has run out, longest overdue first; for supervisors.

    Raises:
        NotAllowed: the caller is no supervisor.
    """
    need_role(staff, StaffRole.SUPERVISOR)
    limit = max(1, min(limit, MAX_PAGE))
    found: list[Breach] = []
    for status in CLOCKED_STATES:
        window = await find_window(store, Column(status, due_before=now()), None, limit)
        found += [
            Breach(
                ticket_id=each.id,
                subject=each.subject,
                assignee=each.assignee,
                assignee_name=each.assignee_name,
                due_at=each.due_at,
            )
            for each in window.tickets
            if each.due_at is not None
        ]
    return sorted(found, key=lambda each: (each.due_at, each.ticket_id))[:limit]


async def escalated_tickets(store: Store, staff: Staff, limit: int = 50) -> list[Ticket]:
    """Return open tickets that wait for somebody senior, most urgent first; for supervisors.

    Raises:
        NotAllowed: the caller is no supervisor.
    """
    need_role(staff, StaffRole.SUPERVISOR)
    return await find_escalated_tickets(store, max(1, min(limit, MAX_PAGE)))


def _column(status: TicketStatus, filters: TicketFilter) -> Column:
    facet, value = _facet(filters)
    conditions = {name: each for name, each in _conditions(filters).items() if name != facet}
    due_before = now() + BREACH_SOON if filters.breaching else None
    return Column(status, facet, value, conditions, due_before)


def _facet(filters: TicketFilter) -> tuple[str, str]:
    """Return the condition that an index answers: the one that leaves fewest."""
    for facet in ("assignee", "category", "locale"):
        if facet in _conditions(filters):
            return facet, _conditions(filters)[facet] or NOBODY
    return "all", "all"


def _conditions(filters: TicketFilter) -> dict[str, str | None]:
    """Return the plain fields of a ticket and what they must be."""
    conditions: dict[str, str | None] = {}
    if filters.assignee is not None or filters.unassigned:
        conditions["assignee"] = filters.assignee
    if filters.category is not None:
        conditions["category"] = filters.category.value
    if filters.locale is not None:
        conditions["locale"] = filters.locale.value
    return conditions


def _countable(filters: TicketFilter) -> bool:
    if len(_conditions(filters)) > 1 or filters.text.strip():
        return False
    return not filters.breaching or _facet(filters)[0] in ("all", "assignee")


async def _counts(store: Store, filters: TicketFilter) -> dict[TicketStatus, int | None]:
    if not _countable(filters):
        return dict.fromkeys(TicketStatus)
    facet, value = _facet(filters)
    if not filters.breaching:
        tally = await find_tally(store, facet, value)
        return {status: tally.by_status[status] for status in TicketStatus}
    counts: dict[TicketStatus, int | None] = dict.fromkeys(TicketStatus, 0)
    ran_out = await count_ran_out(store, now() + BREACH_SOON, facet)
    return counts | {status: ran_out[status, value] for status in CLOCKED_STATES}


async def _window(store: Store, column: Column, cursor: str | None, limit: int) -> Window:
    try:
        return await find_window(store, column, cursor, limit)
    except ValueError as error:
        raise Invalid("This page is not there any more.") from error


async def _search(
    store: Store,
    filters: TicketFilter,
    status: TicketStatus | None,
    cursor: str | None,
    limit: int,
) -> TicketPage:
    conditions = _conditions(filters) | ({"status": status.value} if status else {})
    exact = await _named(store, filters.text.strip())
    if exact is not None:
        tickets = [each for each in exact if _fits(each, conditions)]
        return TicketPage(tickets=_breaching(tickets, filters)[:limit])
    words = search_words(filters.text)
    if not words:
        return TicketPage(tickets=[])
    try:
        window = await find_by_words(store, words, conditions, cursor, limit)
    except ValueError as error:
        raise Invalid("This page is not there any more.") from error
    tickets = _breaching(window.tickets, filters)
    return TicketPage(tickets=tickets, next_cursor=window.next_place)


async def _named(store: Store, text: str) -> list[Ticket] | None:
    """Return the tickets that a number or reference names; None where the text is neither."""
    if _REFERENCE.match(text):
        return await find_by_reference(store, text.upper())
    try:
        return await find_by_msisdn(store, parse_msisdn(text))
    except ValueError:
        number = _TICKET_NUMBER.match(text)
    if number is None:
        return None
    ticket = await find_whole_ticket(store, f"TCK-{number[1]}")
    # Digits alone may be a word of a description as well.
    return [ticket] if ticket else None


def _fits(ticket: Ticket, conditions: Mapping[str, str | None]) -> bool:
    return all(getattr(ticket, name) == each for name, each in conditions.items())


def _breaching(tickets: list[Ticket], filters: TicketFilter) -> list[Ticket]:
    if not filters.breaching:
        return tickets
    end = now() + BREACH_SOON
    return [each for each in tickets if each.due_at is not None and each.due_at < end]


def _page(window: Window) -> TicketPage:
    return TicketPage(tickets=window.tickets, next_cursor=window.next_place)
