"""Fixed words of the board, and what may be chosen on it. Staff read English."""

from schemas.identity import Locale
from schemas.ticket import LEGAL_MOVES, TicketCategory, TicketStatus
from schemas.ticket_record import TicketPriority

STATUSES = {
    TicketStatus.NEW: "New",
    TicketStatus.IN_PROGRESS: "In progress",
    TicketStatus.PENDING_CUSTOMER: "Waiting for customer",
    TicketStatus.RESOLVED: "Resolved",
    TicketStatus.CLOSED: "Closed",
}

CATEGORIES = {
    TicketCategory.WRONG_NUMBER: "Wrong number",
    TicketCategory.MERCHANT_NOT_PAID: "Merchant not paid",
    TicketCategory.BANK_NOT_RECEIVED: "Bank not received",
    TicketCategory.AIRTIME_NOT_RECEIVED: "Airtime or data missing",
    TicketCategory.ELECTRICITY_TOKEN_MISSING: "Electricity token missing",
    TicketCategory.DOUBLE_DEBIT: "Double debit",
    TicketCategory.AGENT_OVERCHARGED: "Agent overcharged",
    TicketCategory.PIN_OR_ACCOUNT_BLOCKED: "PIN or account blocked",
    TicketCategory.OTHER: "Something else",
}

PRIORITIES = {
    TicketPriority.URGENT: "Urgent",
    TicketPriority.HIGH: "High",
    TicketPriority.NORMAL: "Normal",
    TicketPriority.LOW: "Low",
}

LANGUAGES = {Locale.EN: "English", Locale.SN: "Shona", Locale.ND: "Ndebele"}

TEAMS = {
    "care": "Customer care",
    "reversals": "Reversals",
    "merchants": "Merchants",
    "banks": "Banks",
    "agents": "Agent network",
    "accounts": "Accounts",
}
"""Every team that a policy names, by its name there."""

DUE = {"soon": "Due soon"}

VIEWS = {"all": "All", "mine": "Mine", "unassigned": "Unassigned", "breaching": "Breaching"}

EMPTY = {
    TicketStatus.NEW: "Nothing new. Tickets from the chat arrive here.",
    TicketStatus.IN_PROGRESS: "Nobody is working on a ticket.",
    TicketStatus.PENDING_CUSTOMER: "No customer owes us an answer.",
    TicketStatus.RESOLVED: "Nothing resolved yet.",
    TicketStatus.CLOSED: "Nothing closed yet.",
}

NOTHING_FITS = "No ticket here fits what is searched or filtered for."


def accepts(status: TicketStatus) -> str:
    """Return the states from which a ticket may move to ``status``, for the board's script."""
    return " ".join(origin.value for origin in TicketStatus if status in LEGAL_MOVES[origin])
