"""One customer with something of everything, and what their own page, or an agent's, would send."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ecocash_copilot.actions.consents import ask_consent
from ecocash_copilot.actions.evidence import keep_evidence
from ecocash_copilot.actions.handovers import ask_for_person
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.messages import insert_message
from ecocash_copilot.store.outbox import insert_notice
from schemas.consent import Consent, Shown
from schemas.handover import HandoverReason
from schemas.message import Conversation, Message, Role
from schemas.notice import DeliveryState, Notice
from schemas.session import Session
from schemas.ticket import TicketCategory
from schemas.widgets import AnyWidget, ConfirmationDialog, ReportStep, Severity, TicketForm
from tests.support.assistant import Desk
from tests.support.files import photo
from tests.support.tickets import notice

OWNER, NAME = "c-1001", "Tendai Moyo"
WORDS = "unmistakable heron"
"""The owner said it; nobody else may see it."""

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)

Arguments = dict[str, Any]
"""For each argument of a handler a value, or a list of values to try."""


async def belongings(desk: Desk) -> Arguments:
    """Give the owner a chat with every kind of card, and return what their page would send."""
    session = await desk.session(OWNER, name=NAME)
    asked, answer = await desk.ask(session, f"show my transactions, {WORDS}")
    form, dialog = await _cards(desk, session, asked.conversation)
    store = desk.store
    evidence = await keep_evidence(store, OWNER, form.id, "receipt.jpg", photo())
    # On a Sunday, when the assistant goes on: whatever the hour, the same calls do something.
    handover = await ask_for_person(
        store, session.customer, asked.conversation, HandoverReason.ASKED, SUNDAY
    )
    notice = await _dead_notice(desk)
    ticket = await store.database["tickets"].find_one({"customer_id": OWNER})
    assert ticket is not None
    return {
        "message_id": asked.question.id,
        "widget_id": [answer.widgets[0].id, form.id, dialog.id],
        "conversation_id": asked.conversation.id,
        "reference": "MP210304.1412.L06729",
        "outgoing": '{"text": "hello", "key": "12345678"}',
        "category": "other",
        "name": "failed",
        "value": "x",
        "locale": "sn",
        "ticket": asked.conversation.id,
        "fields": '{"step": "words", "revision": 1, "description": "changed"}',
        "step": "words",
        "evidence_id": evidence.id,
        "stars": "1",
        "ticket_id": ticket["_id"],
        "item_id": [ticket["_id"], handover.id],
        "into": ticket["_id"],
        "seen": f"{ticket['_id']}:{ticket['version']}",
        "version": ticket["version"],
        "key": "k-12345678",
        "status": "in_progress",
        "whole": True,
        "then": "",
        "assignee": "agent-2",
        "priority": "high",
        "team": "banks",
        "tags": "urgent",
        "text": "hello",
        "handover": handover.id,
        "notice": notice.id,
        "query": "view=mine",
    }


async def _cards(
    desk: Desk, session: Session, conversation: Conversation
) -> tuple[TicketForm, ConfirmationDialog]:
    """Put a report that is being written, and an open question, into a chat."""
    form = TicketForm(
        id=_card_id(),
        step=ReportStep.WORDS,
        description=WORDS,
        category=TicketCategory.OTHER,
        reasons=[TicketCategory.OTHER],
    )
    consent = await _question(desk, session, conversation)
    dialog = ConfirmationDialog(
        id=_card_id(),
        consent_id=consent.id,
        tool=consent.tool,
        severity=consent.shown.severity,
        title=consent.shown.title,
        consequences=consent.shown.consequences,
        expires_at=consent.expires_at,
    )
    for card in (form, dialog):
        await insert_message(desk.store, _said(session, conversation, card))
    return form, dialog


def _card_id() -> str:
    """Cards are found by their message."""
    return f"{new_id('ms')}-1"


async def _question(desk: Desk, session: Session, conversation: Conversation) -> Consent:
    arguments = {"category": "other", "description": WORDS}
    shown = Shown(severity=Severity.LOW, title="Send?", consequences=["It goes to support."])
    return await ask_consent(
        desk.store, session.customer, conversation.id, "eco_create_ticket", arguments, shown
    )


def _said(session: Session, conversation: Conversation, card: AnyWidget) -> Message:
    return Message(
        id=card.id.partition("-")[0],
        conversation_id=conversation.id,
        customer_id=session.customer.id,
        seq=conversation.last_seq + 1,
        role=Role.ASSISTANT,
        text=WORDS,
        widgets=[card],
        created_at=now(),
    )


async def _dead_notice(desk: Desk) -> Notice:
    given_up = notice(
        OWNER, now() + timedelta(days=1), text=WORDS, state=DeliveryState.DEAD, attempts=9
    )
    await desk.store.transact(lambda tx: insert_notice(desk.store, tx, given_up))
    return given_up
