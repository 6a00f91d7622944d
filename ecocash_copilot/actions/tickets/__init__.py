"""Tickets: everything that may be done with one, and every way to read them.

Each change goes through ``changes.change``: one transaction for the ticket, its event, the counts
and the notice. Customers' consented acts run inside the transaction of their consent; everybody
else's open their own.
"""

from ecocash_copilot.actions.tickets.access import (
    access_ticket,
    access_ticket_as_staff,
    find_open_ticket_for,
    list_events,
    list_statements,
    list_tickets,
)
from ecocash_copilot.actions.tickets.board import (
    board_column,
    column_counts,
    escalated_tickets,
    load_per_agent,
    search_tickets,
    ticket_ageing,
    ticket_breaches,
)
from ecocash_copilot.actions.tickets.changes import Stale
from ecocash_copilot.actions.tickets.customers import (
    add_information,
    close_by_customer,
    escalate,
    rate,
    reopen,
    request_reversal,
    share_statement,
)
from ecocash_copilot.actions.tickets.opening import open_ticket
from ecocash_copilot.actions.tickets.staff import (
    assign,
    bulk_assign,
    bulk_close,
    escalate_by_staff,
    mark_seen,
    merge,
    move,
    note,
    prioritise,
    reply,
    set_team,
    tag,
)
from ecocash_copilot.actions.tickets.telling import publish_missed

__all__ = [
    "Stale",
    "access_ticket",
    "access_ticket_as_staff",
    "add_information",
    "assign",
    "board_column",
    "bulk_assign",
    "bulk_close",
    "close_by_customer",
    "column_counts",
    "escalate",
    "escalate_by_staff",
    "escalated_tickets",
    "find_open_ticket_for",
    "list_events",
    "list_statements",
    "list_tickets",
    "load_per_agent",
    "mark_seen",
    "merge",
    "move",
    "note",
    "open_ticket",
    "prioritise",
    "publish_missed",
    "rate",
    "reopen",
    "reply",
    "request_reversal",
    "search_tickets",
    "set_team",
    "share_statement",
    "tag",
    "ticket_ageing",
    "ticket_breaches",
]
