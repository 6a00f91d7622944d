"""What is said once a question for consent is decided, by code: no model is needed for it."""

import json
from datetime import datetime

from pydantic import ValidationError

from ecocash_copilot.agent.carry_in import help_action
from ecocash_copilot.agent.tools import flat
from ecocash_copilot.core.i18n import Translate, translator
from ecocash_copilot.present.consent import DONE_TEXTS
from ecocash_copilot.present.dates import coming_moment
from schemas.consent import Consent, ConsentState
from schemas.identity import Customer, Locale
from schemas.message import Conversation, Message, MessageId, Role, Speaker, ToolUse
from schemas.mutations import CreateTicket
from schemas.ticket import TicketCategory, TicketSummary
from schemas.widgets import (
    Action,
    AnyWidget,
    ConfirmationDialog,
    Notice,
    NoticeTone,
    PostbackAction,
    TicketStatusBoard,
    WidgetId,
)

CHANGE_REPORT, TALK_TO_PERSON = "change_report", "talk_to_person"
"""Names of postbacks that are offered where nothing was done."""

WAITING = json.dumps({"state": "waiting for the customer's tap on the dialog; nothing is done"})
"""The result of a call that its customer has been asked about, as later turns read it."""

OFFER_PERSON_AFTER = 2
"""Dialogs declined in a row after which a person is offered first."""

_UNDONE = {
    ConsentState.DECLINED: "All right. Nothing was sent and nothing was changed.",
    ConsentState.EXPIRED: "The time to answer is over. Nothing was changed.",
    ConsentState.FAILED: "This did not work. Nothing was changed.",
}


def decided(consent: Consent) -> bool:
    """Whether nothing more comes of a consent."""
    return consent.state not in (ConsentState.PENDING, ConsentState.CONFIRMED)


def settled_dialog(dialog: ConfirmationDialog, consent: Consent) -> ConfirmationDialog:
    """Return a dialog as its consent's record says it stands."""
    return dialog.model_copy(
        update={
            "state": consent.state.value,
            "ticket_id": ticket_id_of(consent),
            "failure": (consent.failure or "") if consent.state is ConsentState.FAILED else "",
        }
    )


def ticket_id_of(consent: Consent) -> str | None:
    """Return the ticket that came of a consent."""
    if consent.state is not ConsentState.EXECUTED:
        return None
    ticket = _ticket(consent)
    named = consent.arguments.get("ticket_id")
    return ticket.id if ticket else named if isinstance(named, str) else None


def title_of(consent: Consent) -> str | None:
    """Return what a conversation is called once a ticket came of it: what customers look for."""
    ticket = _ticket(consent) if consent.tool == CreateTicket.tool else None
    return f"{ticket.id}: {ticket.subject}" if ticket else None


def outcome_message(
    consent: Consent,
    conversation: Conversation,
    customer: Customer,
    message_id: MessageId,
    moment: datetime,
    form_id: WidgetId | None,
) -> Message:
    """Return what to say about a consent that is decided; kept once, under the consent's id."""
    t = translator(customer.locale)
    widgets: list[AnyWidget] = []
    if consent.state is ConsentState.EXECUTED:
        text = _done(consent, customer.locale, moment)
        if ticket := _ticket(consent):
            widgets.append(TicketStatusBoard(id=f"{message_id}-1", tickets=[ticket]))
    else:
        text = t(_UNDONE[consent.state])
        declines = conversation.declines + (consent.state is ConsentState.DECLINED)
        actions = _instead(consent, form_id, declines, customer.locale)
        notice = Notice(
            id=f"{message_id}-1", tone=NoticeTone.INFO, text=_offer(declines, t), actions=actions
        )
        widgets.append(notice)
    by_agent = conversation.speaker is Speaker.AGENT
    return Message(
        id=message_id,
        conversation_id=conversation.id,
        customer_id=consent.customer_id,
        seq=conversation.last_seq + 1,
        role=Role.SYSTEM if by_agent else Role.ASSISTANT,
        text=text,
        widgets=widgets,
        tools=[_use(consent)],
        created_at=moment,
        client_key=consent.id,
        locale=customer.locale,
    )


def _done(consent: Consent, locale: Locale, moment: datetime) -> str:
    t = translator(locale)
    ticket_id = ticket_id_of(consent)
    said = t("Done.")
    if ticket_id is not None and consent.tool in DONE_TEXTS:
        said = t(DONE_TEXTS[consent.tool], ticket=ticket_id)
    ticket = _ticket(consent)
    if consent.tool != CreateTicket.tool or ticket is None:
        return said
    what_next = t("Support has it now, and the answer comes here.")
    if ticket.due_at is None or ticket.due_at <= moment:
        return f"{said} {what_next}"
    time = coming_moment(ticket.due_at, moment, locale, inside=True)
    return f"{said} {what_next} {t('Support usually answers by {time}.', time=time)}"


def _offer(declines: int, t: Translate) -> str:
    if declines >= OFFER_PERSON_AFTER:
        return t("Would you rather talk to a person?")
    return t("What would you like to do instead?")


def _instead(
    consent: Consent, form_id: WidgetId | None, declines: int, locale: Locale
) -> list[Action]:
    t = translator(locale)
    person = PostbackAction(label=t("Talk to a person"), name=TALK_TO_PERSON)
    actions: list[Action] = []
    if form_id is not None:
        actions.append(
            PostbackAction(label=t("Change the report"), name=CHANGE_REPORT, value=form_id)
        )
    if (category := consent.arguments.get("category")) in list(TicketCategory):
        actions.append(help_action(TicketCategory(category), locale))
    return [person, *actions] if declines >= OFFER_PERSON_AFTER else [*actions, person]


def _ticket(consent: Consent) -> TicketSummary | None:
    try:
        return TicketSummary.model_validate(consent.result) if consent.result else None
    except ValidationError:
        return None


def _use(consent: Consent) -> ToolUse:
    """Return the call as later turns read it."""
    state = {"state": consent.state.value, "ticket": consent.result}
    return ToolUse(
        call_id=consent.id,
        name=consent.tool,
        arguments=flat(consent.arguments),
        result=json.dumps(state),
        ok=consent.state is ConsentState.EXECUTED,
    )
