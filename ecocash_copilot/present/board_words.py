"""What happened to a ticket, in words for staff."""

from collections.abc import Callable, Mapping

from schemas.board_words import PRIORITIES, STATUSES, TEAMS
from schemas.staff import StaffId
from schemas.ticket_record import TicketEvent, TicketEventKind

_STATUSES = {status.value: label for status, label in STATUSES.items()}
_PRIORITIES = {priority.value: label for priority, label in PRIORITIES.items()}


def event_words(event: TicketEvent, names: Mapping[StaffId, str]) -> str:
    """Return such as ``moved it from New to In progress``; ``names`` are those of staff."""
    if event.kind is TicketEventKind.ASSIGNED:
        return _assigned(event, names)
    words = _WORDS.get(event.kind)
    return words(event) if words else event.kind.value.replace("_", " ")


def _change(event: TicketEvent, *names: str) -> tuple[str, str]:
    """Return the values of the first of these fields that changed, before and after."""
    return next((event.changes[name] for name in names if name in event.changes), ("", ""))


def _moved(event: TicketEvent) -> str:
    before, after = _change(event, "status")
    if not after:
        return "moved it"
    return f"moved it from {_status(before)} to {_status(after)}"


def _status(value: str) -> str:
    return _STATUSES.get(value, value)


def _assigned(event: TicketEvent, names: Mapping[StaffId, str]) -> str:
    if "team" in event.changes:
        team = _change(event, "team")[1]
        return f"passed it to {TEAMS.get(team, team)}"
    _, after = _change(event, "assignee")
    if after and after == event.actor.id:
        return "took it"
    return f"assigned it to {names.get(after, after)}" if after else "took it off everybody's desk"


def _prioritised(event: TicketEvent) -> str:
    _, after = _change(event, "priority")
    return f"set the priority to {_PRIORITIES.get(after, after)}"


def _tagged(event: TicketEvent) -> str:
    _, after = _change(event, "tags")
    return f"tagged it {after}" if after else "took the tags away"


def _replied(event: TicketEvent) -> str:
    _, after = _change(event, "status")
    return f"replied, and moved it to {_status(after)}" if after else "replied"


def _merged(event: TicketEvent) -> str:
    _, after = _change(event, "merged_into")
    return f"merged it into {after}" if after else "merged a duplicate into it"


def _rated(event: TicketEvent) -> str:
    _, after = _change(event, "rating")
    return f"gave {after} of 5 stars" if after else "rated it"


def _plain(words: str) -> Callable[[TicketEvent], str]:
    return lambda _event: words


_WORDS: dict[TicketEventKind, Callable[[TicketEvent], str]] = {
    TicketEventKind.OPENED: _plain("opened the ticket"),
    TicketEventKind.MOVED: _moved,
    TicketEventKind.PRIORITISED: _prioritised,
    TicketEventKind.TAGGED: _tagged,
    TicketEventKind.REPLIED: _replied,
    TicketEventKind.INFORMED: _plain("added"),
    TicketEventKind.NOTED: _plain("noted"),
    TicketEventKind.ESCALATED: _plain("escalated it"),
    TicketEventKind.REVERSAL_REQUESTED: _plain("asked for a reversal"),
    TicketEventKind.STATEMENT_SHARED: _plain("shared a statement"),
    TicketEventKind.MERGED: _merged,
    TicketEventKind.REOPENED: _plain("opened it again"),
    TicketEventKind.RATED: _rated,
    TicketEventKind.SEEN: _plain("read it"),
}
