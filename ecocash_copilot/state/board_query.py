"""What a board shows, as its address says it."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs

from schemas.board_views import QueryView
from schemas.identity import Locale
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketCategory, TicketId
from schemas.ticket_board import TicketFilter
from schemas.ticket_record import Ticket

BREACHING_WITHIN = timedelta(hours=1)
"""How near the end of a promise counts as breaching."""

_VIEWS = ("all", "mine", "unassigned", "breaching")
_CATEGORIES = frozenset(each.value for each in TicketCategory)
_LANGUAGES = frozenset(each.value for each in Locale)
_DUE_SOON = "soon"
_LONGEST = 80


def parse_query(query: str, staff: Staff) -> QueryView:
    """Return what an address asks for; what it says that there is not is left out."""
    asked = {name: values[-1] for name, values in parse_qs(query.lstrip("?")).items()}
    category, language = asked.get("category", ""), asked.get("language", "")
    category = category if category in _CATEGORIES else ""
    language = language if language in _LANGUAGES else ""
    due = _DUE_SOON if asked.get("due") == _DUE_SOON else ""
    text = asked.get("q", "").strip()[:_LONGEST]
    return QueryView(
        view=_view(asked.get("view", ""), staff),
        category=category,
        language=language,
        due=due,
        text=text,
        filtered=bool(category or language or due or text),
    )


def _view(name: str, staff: Staff) -> str:
    supervises = staff.has(StaffRole.SUPERVISOR)
    if name == "deliveries" and (supervises or staff.has(StaffRole.OPERATOR)):
        return name
    if not staff.has(StaffRole.AGENT, StaffRole.SUPERVISOR):
        return "deliveries"
    if name == "team" and supervises:
        return name
    return name if name in _VIEWS else "all"


def filter_of(query: QueryView, staff: Staff) -> TicketFilter:
    """Return the condition on tickets that a query stands for, read by this member of staff."""
    return TicketFilter(
        assignee=staff.id if query.view == "mine" else None,
        unassigned=query.view == "unassigned",
        breaching=query.view == "breaching" or query.due == _DUE_SOON,
        category=TicketCategory(query.category) if query.category else None,
        locale=Locale(query.language) if query.language else None,
        text=query.text,
    )


def matches(ticket: Ticket, condition: TicketFilter, now: datetime) -> bool:
    """Return whether a changed ticket belongs on the board, but for the words searched for."""
    return (
        (condition.assignee is None or ticket.assignee == condition.assignee)
        and (not condition.unassigned or ticket.assignee is None)
        and (not condition.breaching or _breaching(ticket, now))
        and condition.category in (None, ticket.category)
        and condition.locale in (None, ticket.locale)
    )


def _breaching(ticket: Ticket, now: datetime) -> bool:
    return ticket.due_at is not None and ticket.due_at <= now + BREACHING_WITHIN


def ticket_in_path(path: str) -> TicketId | str:
    """Return the id that an address such as ``/board/TCK-100042`` ends with, or nothing."""
    parts = path.strip("/").split("/")
    return parts[1] if len(parts) == 2 and parts[0] == "board" else ""
