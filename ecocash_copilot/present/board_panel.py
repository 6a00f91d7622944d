"""The open ticket or conversation as the board's panel shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.present.board import is_paused, milliseconds, next_clock
from ecocash_copilot.present.board_words import event_words
from ecocash_copilot.present.dates import short_moment, spoken_date
from ecocash_copilot.present.messages import literal_blocks
from ecocash_copilot.present.report import FIELD_LABELS, answer_text, file_size
from ecocash_copilot.present.wallet import local_number, transaction_detail, transaction_row
from schemas.board_views import EventView, FileView, OptionView, PanelView, StatementView
from schemas.board_words import CATEGORIES, LANGUAGES, STATUSES
from schemas.handover import Handover, HandoverState
from schemas.identity import Locale
from schemas.message import Message, Role
from schemas.report import REPORT_FIELDS
from schemas.staff import Staff, StaffId
from schemas.statement import Statement
from schemas.ticket import LEGAL_MOVES, Evidence, TicketStatus
from schemas.ticket_record import ActorKind, Ticket, TicketEvent, TicketEventKind
from schemas.views import FactView, MessageView, WidgetView
from schemas.wallet import Transaction
from schemas.widgets import TransactionDetail

MOST_TRIED = 8
"""Attempts of the assistant that the panel lists, latest first."""

MOST_ROWS = 200
"""Transactions of a shared statement that the panel lists."""
_FEW_ROWS = 6

_PRIVATE = frozenset({TicketEventKind.NOTED})
_TOLD_ELSEWHERE = frozenset({TicketEventKind.OPENED, TicketEventKind.STATEMENT_SHARED})
_WRITTEN = frozenset(
    {
        TicketEventKind.OPENED,
        TicketEventKind.INFORMED,
        TicketEventKind.REOPENED,
        TicketEventKind.REPLIED,
    }
)
_WHERE = {"chat": "in the chat", "mcp": "in another app"}
_TRIED = {
    "eco_get_balances": "Showed the balance",
    "eco_get_transactions": "Looked through the transactions",
    "eco_get_transaction": "Opened the transaction",
    "eco_search_help": "Searched the help centre",
    "eco_get_ticket_status": "Looked up the tickets",
    "eco_prepare_report": "Prepared a report",
}


def ticket_panel(ticket: Ticket, handover: Handover | None, me: Staff, now: datetime) -> PanelView:
    """Return the panel of a ticket; ``handover`` is the open one of its conversation."""
    due, due_for = next_clock(ticket)
    return PanelView(
        kind="ticket",
        id=ticket.id,
        version=ticket.version,
        title=ticket.subject,
        category=CATEGORIES[ticket.category],
        status=ticket.status.value,
        status_label=STATUSES[ticket.status],
        moves=_moves(ticket.status),
        priority=ticket.priority.value,
        assignee_id=ticket.assignee or "",
        team=ticket.team,
        tags=list(ticket.tags),
        escalated=ticket.escalated,
        reversal=ticket.reversal_requested,
        merged_into=ticket.merged_into or "",
        reopened=ticket.reopened,
        rating=ticket.rating or 0,
        rating_comment=ticket.rating_comment,
        customer=ticket.customer_name or "",
        customer_id=ticket.customer_id,
        number=local_number(ticket.msisdn) or "",
        language=LANGUAGES[ticket.locale],
        created=milliseconds(ticket.created_at),
        due=due,
        due_for=due_for,
        paused=is_paused(ticket),
        breached=ticket.first_reply.breached or ticket.resolution.breached,
        # Without a chat it stands at the beginning of the conversation.
        description=ticket.description if ticket.conversation_id else "",
        answers=_answers(ticket),
        transaction=[_transaction(ticket.transaction, now)] if ticket.transaction else [],
        evidence=[file_view(each) for each in ticket.evidence],
        conversation_id=ticket.conversation_id or "",
        **_handover(handover, me),
    )


def conversation_panel(
    handover: Handover, me: Staff, transaction: Transaction | None, now: datetime
) -> PanelView:
    """Return the panel of a conversation that wants a person.

    Args:
        transaction: the one that it is about, where that was shown in it.
    """
    over = handover.state is HandoverState.RETURNED
    return PanelView(
        kind="conversation",
        id=handover.id,
        version=handover.version,
        title=handover.customer_name or handover.customer_id,
        customer=handover.customer_name or "",
        customer_id=handover.customer_id,
        language=LANGUAGES[handover.locale],
        created=milliseconds(handover.created_at),
        transaction=[_transaction(transaction, now)] if transaction else [],
        conversation_id=handover.conversation_id,
        ticket_id=handover.ticket_id or "",
        **_handover(None if over else handover, me),
    ).model_copy(update={"summary": handover.summary})


def _handover(handover: Handover | None, me: Staff) -> dict[str, Any]:
    if handover is None or handover.state is HandoverState.RETURNED:
        return {}
    waits = handover.state is HandoverState.WAITING
    return {
        "handover_id": handover.id,
        "handover": "waiting" if waits else ("mine" if handover.agent_id == me.id else "taken"),
        "handover_agent": handover.agent_name or "",
        "summary": handover.summary,
    }


def _moves(status: TicketStatus) -> list[OptionView]:
    legal = [each for each in TicketStatus if each is status or each in LEGAL_MOVES[status]]
    return [OptionView(value=each.value, label=STATUSES[each]) for each in legal]


def _answers(ticket: Ticket) -> list[FactView]:
    return [
        FactView(label=FIELD_LABELS[field.name], value=answer_text(field, value, Locale.EN))
        for field in REPORT_FIELDS[ticket.category]
        if (value := ticket.answers.get(field.name))
    ]


def _transaction(transaction: Transaction, now: datetime) -> WidgetView:
    detail = TransactionDetail(id="transaction", transaction=transaction)
    return transaction_detail(detail, Locale.EN, now)


def file_view(file: Evidence) -> FileView:
    """Return a file of a ticket, with where it is read."""
    kind = file.media_type.rpartition("/")[2].upper()
    return FileView(
        id=file.id,
        name=file.name,
        url=f"/api/evidence/{file.id}",
        image=file.media_type.startswith("image/"),
        about=f"{kind}, {file_size(file.size)}",
    )


def statement_view(statement: Statement, now: datetime) -> StatementView:
    """Return what the customer let support see, the newest of many transactions."""
    shown, total = statement.transactions[:MOST_ROWS], statement.total
    today = now.astimezone(HARARE).date()
    days = [spoken_date(day, today, Locale.EN) for day in (statement.date_from, statement.date_to)]
    several = f"{total} transactions" if total else "no transactions"
    return StatementView(
        id=statement.id,
        title=" to ".join(dict.fromkeys(days)),
        note="1 transaction" if total == 1 else several,
        opened=total <= _FEW_ROWS,
        more=f"These are the newest {len(shown)}." if len(shown) < total else "",
        rows=[transaction_row(each, Locale.EN, now) for each in shown],
    )


def event_view(event: TicketEvent, names: Mapping[StaffId, str]) -> EventView:
    """Return one line of a ticket's history; ``names`` are those of staff."""
    return EventView(
        version=event.version,
        kind=event.kind.value,
        who=event.actor.name or event.actor.id,
        what=event_words(event, names),
        where=_WHERE.get(event.actor.via, ""),
        text="" if event.kind in _TOLD_ELSEWHERE else event.text,
        at=milliseconds(event.at),
        private=event.kind in _PRIVATE,
    )


def event_message(event: TicketEvent, ticket: Ticket, now: datetime) -> MessageView | None:
    """Return what was written with an event as a message: for tickets that came from no chat."""
    text = ticket.description if event.kind is TicketEventKind.OPENED else event.text
    if event.kind not in _WRITTEN or not text:
        return None
    role = Role.CUSTOMER if event.actor.kind is ActorKind.CUSTOMER else Role.AGENT
    return MessageView(
        id=f"{event.ticket_id}:{event.version}",
        seq=event.version,
        role=role.value,
        author=event.actor.name,
        blocks=literal_blocks(text),
        time=short_moment(event.at, now, Locale.EN),
    )


def conflict_lines(events: Sequence[TicketEvent], names: Mapping[StaffId, str]) -> list[str]:
    """Return what somebody else did since an agent looked, a line for each change."""
    lines = [
        f"{event.actor.name or event.actor.id} {event_words(event, names)}"
        + (f": {event.text}" if event.text else "")
        for event in events
        if event.kind is not TicketEventKind.SEEN
    ]
    return lines or ["It was read by somebody else."]


def tried(messages: Sequence[Message]) -> list[str]:
    """Return what the assistant has done in a conversation, latest first, each thing once."""
    lines: dict[str, None] = {}
    for message in reversed(messages):
        if message.role is Role.ASSISTANT:
            for use in reversed(message.tools):
                label = _TRIED.get(use.name)
                if label:
                    lines[label if use.ok else f"{label}, without success"] = None
    return list(lines)[:MOST_TRIED]
