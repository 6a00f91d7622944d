"""What a board reads: pages of its columns, and the team's load."""

import asyncio

from ecocash_copilot.actions.staff_roster import list_assignable
from ecocash_copilot.actions.tickets import (
    board_column,
    escalated_tickets,
    load_per_agent,
    ticket_ageing,
    ticket_breaches,
)
from ecocash_copilot.present.board import card_view, team_view
from ecocash_copilot.state.services import services
from schemas.board_views import CardView, TeamView
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketStatus
from schemas.ticket_board import TicketFilter, TicketPage
from schemas.ticket_record import Ticket

_REMEMBERED = 16
_latest: list[tuple[Ticket, CardView]] = []
"""The changed tickets that boards drew last, and their cards."""

_MOST_READS = 6
"""Reads after which a page of a column is shown although it is not full."""


async def read_page(
    staff: Staff, status: TicketStatus, condition: TicketFilter, start: str | None, limit: int
) -> TicketPage:
    """Read until a page is full or the column ends: a narrow filter may need several reads."""
    tickets: list[Ticket] = []
    cursor = start
    for _ in range(_MOST_READS):
        page = await board_column(
            services().store, staff, status, condition, cursor, limit - len(tickets)
        )
        tickets += page.tickets
        cursor = page.next_cursor
        if cursor is None or len(tickets) >= limit:
            break
    return TicketPage(tickets=tickets, next_cursor=cursor)


async def read_team(staff: Staff) -> TeamView:
    """Return the supervisor's view."""
    store = services().store
    load, ageing, breaches, escalated, workers = await asyncio.gather(
        load_per_agent(store, staff),
        ticket_ageing(store, staff),
        ticket_breaches(store, staff),
        escalated_tickets(store, staff),
        list_assignable(store, services().settings, staff),
    )
    agents = [each for each in workers if each.has(StaffRole.AGENT)]
    return team_view(load, ageing, breaches, agents, escalated)


def shared_card(ticket: Ticket) -> CardView:
    """Return a ticket's card. All boards are told of a change by one object: it is drawn once."""
    for known, card in _latest:
        if known is ticket:
            return card
    card = card_view(ticket)
    _latest[:] = [(ticket, card), *_latest[: _REMEMBERED - 1]]
    return card
