"""Tickets as the board shows them."""

from collections.abc import Sequence
from datetime import datetime

from ecocash_copilot.present.wallet import signed_amount
from schemas.board_views import (
    AgeRow,
    BreachRow,
    CardView,
    DeliveryView,
    EscalatedRow,
    LoadRow,
    MeView,
    StaffView,
    TeamView,
    WaitingView,
)
from schemas.board_words import CATEGORIES
from schemas.handover import Handover, HandoverReason, HandoverState
from schemas.notice import Notice, TicketNews
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketStatus
from schemas.ticket_board import Ageing, AgentLoad, Breach
from schemas.ticket_record import SlaClock, Ticket

_REASONS = {
    HandoverReason.ASKED: "Asked for a person",
    HandoverReason.LOW_CONFIDENCE: "The assistant was unsure",
    HandoverReason.DECLINED_TWICE: "Declined twice",
    HandoverReason.ABUSE: "Abuse",
}

_LATEST_FIRST = frozenset({TicketStatus.RESOLVED, TicketStatus.CLOSED})


def milliseconds(moment: datetime | None) -> int:
    """Return a moment as the page counts it; 0 for none."""
    return round(moment.timestamp() * 1000) if moment else 0


def initials(name: str) -> str:
    """Return such as ``TM`` for Tariro Moyo."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def rank(ticket: Ticket) -> int:
    """Return where a ticket stands in its column: what the reading of a column sorts by.

    Open ones by when they are due, or else last changed; finished ones latest first.
    """
    if ticket.status in _LATEST_FIRST:
        return -milliseconds(ticket.updated_at)
    return milliseconds(ticket.due_at or ticket.updated_at)


def card_view(ticket: Ticket) -> CardView:
    """Return a ticket's card."""
    transaction, (due, due_for) = ticket.transaction, next_clock(ticket)
    return CardView(
        id=ticket.id,
        version=ticket.version,
        status=ticket.status.value,
        rank=rank(ticket),
        customer=ticket.customer_name or ticket.customer_id,
        category=CATEGORIES[ticket.category],
        amount=signed_amount(transaction.amount, transaction.direction) if transaction else "",
        created=milliseconds(ticket.created_at),
        due=due,
        due_for=due_for,
        paused=is_paused(ticket),
        breached=ticket.first_reply.breached or ticket.resolution.breached,
        assignee=ticket.assignee_name or ticket.assignee or "",
        initials=initials(ticket.assignee_name or ticket.assignee or ""),
        priority=ticket.priority.value,
        unread=ticket.unread,
        language=ticket.locale.value,
        reopened=ticket.reopened > 0,
        escalated=ticket.escalated,
        reversal=ticket.reversal_requested,
        tags=list(ticket.tags),
    )


def next_clock(ticket: Ticket) -> tuple[int, str]:
    """Return when the next promise is due, and which it is."""
    running = [
        (clock.due_at, name)
        for clock, name in ((ticket.first_reply, "Reply"), (ticket.resolution, "Resolve"))
        if clock.due_at is not None
    ]
    if not running:
        return 0, ""
    due, name = min(running)
    return milliseconds(due), name


def is_paused(ticket: Ticket) -> bool:
    """Return whether a clock stands still, as it does while the customer is asked."""

    def stands(clock: SlaClock) -> bool:
        return clock.left_seconds is not None and clock.due_at is None and clock.met_at is None

    return stands(ticket.first_reply) or stands(ticket.resolution)


def me_view(staff: Staff) -> MeView:
    """Return who is signed in."""
    return MeView(
        id=staff.id,
        name=staff.name,
        initials=initials(staff.name),
        works=staff.has(StaffRole.AGENT, StaffRole.SUPERVISOR),
        supervises=staff.has(StaffRole.SUPERVISOR),
        operates=staff.has(StaffRole.OPERATOR),
    )


def staff_views(roster: Sequence[Staff], me: Staff) -> list[StaffView]:
    """Return those who may have a ticket, the reader first."""
    views = [
        StaffView(id=each.id, name=each.name, initials=initials(each.name), me=each.id == me.id)
        for each in roster
    ]
    return sorted(views, key=lambda view: (not view.me, view.name))


def waiting_view(handover: Handover, me: Staff) -> WaitingView:
    """Return the card of a conversation that wants a person."""
    return WaitingView(
        id=handover.id,
        conversation_id=handover.conversation_id,
        customer=handover.customer_name or handover.customer_id,
        reason=_REASONS[handover.reason],
        summary=handover.summary,
        since=milliseconds(handover.created_at),
        language=handover.locale.value,
        agent=(handover.agent_name or "") if handover.state is HandoverState.TAKEN else "",
        mine=handover.agent_id == me.id,
    )


def team_view(
    load: Sequence[AgentLoad],
    ageing: Ageing,
    breaches: Sequence[Breach],
    agents: Sequence[Staff] = (),
    escalated: Sequence[Ticket] = (),
) -> TeamView:
    """Return the supervisor's view.

    Args:
        agents: everybody who may be given tickets; who has none is listed too.
    """
    busy = {each.agent_id for each in load}
    free = [
        AgentLoad(agent_id=each.id, name=each.name, open={})
        for each in agents
        if each.id not in busy
    ]
    load = [*load, *free]
    totals = [sum(each.open.values()) for each in load]
    greatest = max([1, *totals])
    rows = [
        LoadRow(
            id=each.agent_id or "nobody",
            name=(each.name or each.agent_id) if each.agent_id else "Nobody",
            initials=initials(each.name or each.agent_id) if each.agent_id else "",
            open=total,
            late=each.breached,
            share=round(100 * total / greatest),
        )
        for each, total in zip(load, totals, strict=True)
    ]
    return TeamView(
        known=True,
        open=sum(totals),
        unassigned=sum(
            total for each, total in zip(load, totals, strict=True) if not each.agent_id
        ),
        late=sum(each.breached for each in load),
        load=sorted(rows, key=lambda row: -row.open),
        ages=_ages(ageing),
        breaches=[
            BreachRow(
                id=each.ticket_id,
                subject=each.subject,
                assignee=each.assignee_name or each.assignee or "",
                due=milliseconds(each.due_at),
            )
            for each in breaches
        ],
        escalated=[_escalated(each) for each in escalated],
    )


def _escalated(ticket: Ticket) -> EscalatedRow:
    due, due_for = next_clock(ticket)
    return EscalatedRow(
        id=ticket.id,
        subject=ticket.subject,
        assignee=ticket.assignee_name or ticket.assignee or "",
        due=due,
        due_for=due_for,
        paused=is_paused(ticket),
        breached=ticket.first_reply.breached or ticket.resolution.breached,
    )


def _ages(ageing: Ageing) -> list[AgeRow]:
    counts = (
        ("Today", ageing.today),
        ("1 to 2 days ago", ageing.days),
        ("3 to 6 days ago", ageing.week),
        ("7 days ago or more", ageing.older),
    )
    total = max(1, sum(count for _, count in counts))
    return [
        AgeRow(label=label, count=count, share=round(100 * count / total))
        for label, count in counts
    ]


def delivery_view(notice: Notice) -> DeliveryView:
    """Return a notice that was given up."""
    data = notice.data
    return DeliveryView(
        id=notice.id,
        type=notice.type,
        about=data.ticket_id if isinstance(data, TicketNews) else data.conversation_id,
        attempts=notice.attempts,
        at=milliseconds(notice.at),
        error=notice.last_error,
    )
