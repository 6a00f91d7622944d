"""What a page names, parsed: a browser may send anything."""

from typing import Annotated, Any

from pydantic import StringConstraints, TypeAdapter, ValidationError

from ecocash_copilot.core.errors import Invalid
from schemas.board_words import TEAMS
from schemas.handover import HandoverId
from schemas.notice import Notice
from schemas.ticket import TicketId, TicketStatus
from schemas.ticket_record import Tag, Team, TicketPriority

MOST_AT_ONCE = 100
"""Tickets that one bulk change may name."""

_ticket_id: TypeAdapter[str] = TypeAdapter(TicketId)
_key: TypeAdapter[str] = TypeAdapter(
    Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
)
_handover_id: TypeAdapter[str] = TypeAdapter(HandoverId)
_notice_id: TypeAdapter[str] = TypeAdapter(Notice.model_fields["id"].rebuild_annotation())
_tags: TypeAdapter[list[str]] = TypeAdapter(list[Tag])
_status: TypeAdapter[TicketStatus] = TypeAdapter(TicketStatus)
_priority: TypeAdapter[TicketPriority] = TypeAdapter(TicketPriority)


def _parse(adapter: TypeAdapter[Any], value: object, detail: str) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        raise Invalid(detail) from None


def ticket_id(value: str) -> TicketId:
    """Return a ticket's id, such as ``tck-100042`` was typed.

    Raises:
        Invalid: it is none.
    """
    return _parse(
        _ticket_id, str(value).strip().upper(), "Tickets have numbers such as TCK-100042."
    )


def key(value: str) -> str:
    """Return what a page calls one thing that it sends, perhaps more than once.

    Raises:
        Invalid: it is none.
    """
    return _parse(_key, value, "This could not be sent.")


def handover_id(value: str) -> HandoverId:
    """Return a handover's id.

    Raises:
        Invalid: it is none.
    """
    return _parse(_handover_id, value, "There is no such conversation.")


def notice_id(value: str) -> str:
    """Return a notice's id.

    Raises:
        Invalid: it is none.
    """
    return _parse(_notice_id, value, "There is no such notice.")


def status(value: str) -> TicketStatus:
    """Return a ticket's state.

    Raises:
        Invalid: there is none of this name.
    """
    return _parse(_status, value, "There is no such state.")


def priority(value: str) -> TicketPriority:
    """Return a priority.

    Raises:
        Invalid: there is none of this name.
    """
    return _parse(_priority, value, "There is no such priority.")


def team(value: str) -> Team:
    """Return the name of a team.

    Raises:
        Invalid: there is none of this name.
    """
    if value not in TEAMS:
        raise Invalid("There is no such team.")
    return value


def tags(value: str) -> list[Tag]:
    """Return tags that were typed with spaces or commas between them, each once.

    Raises:
        Invalid: one is too long, or holds more than small letters, digits and dashes.
    """
    names = list(dict.fromkeys(str(value).lower().replace(",", " ").split()))
    return _parse(_tags, names, "Tags hold letters, digits and dashes, 30 at most.")


def seen_tickets(value: str) -> list[tuple[TicketId, int]]:
    """Return ids with the version that was seen of each, from ``TCK-1001:3 TCK-1002:7``.

    Raises:
        Invalid: it says something else, or names more than ``MOST_AT_ONCE``.
    """
    pairs = [part.partition(":") for part in str(value).split()]
    if not pairs or len(pairs) > MOST_AT_ONCE:
        raise Invalid(f"Choose 1 to {MOST_AT_ONCE} tickets.")
    if not all(version.isdecimal() and len(version) < 10 for _, _, version in pairs):
        raise Invalid("The tickets could not be read.")
    return [(ticket_id(number), int(version)) for number, _, version in pairs]
