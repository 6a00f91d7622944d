"""Questions for consent: what each tool would do, said before it does it, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ecocash_copilot.core.i18n import Translate, translator
from ecocash_copilot.present.dates import coming_moment, short_date
from ecocash_copilot.present.failures import failure_text
from ecocash_copilot.present.report import FIELD_LABELS, answer_text
from ecocash_copilot.present.wallet import REASON_LABELS
from schemas.consent import Shown
from schemas.identity import Locale
from schemas.mutations import (
    AddToTicket,
    CloseTicket,
    CreateTicket,
    EscalateTicket,
    Mutation,
    RequestReversal,
    ShareStatement,
)
from schemas.prepared_report import settled_answers
from schemas.report import REPORT_FIELDS
from schemas.ticket import REOPEN_DAYS
from schemas.ticket_record import Ticket
from schemas.views import DialogView, WidgetView
from schemas.wallet import Transaction
from schemas.widgets import ConfirmationDialog, Severity

SEVERITY_LABELS = {
    Severity.LOW: "Nothing in your wallet changes",
    Severity.MEDIUM: "Please read this first",
    Severity.HIGH: "Important: this is about money",
}

ACCEPT_LABELS = {
    "eco_create_ticket": "Yes, send it",
    "eco_add_to_ticket": "Yes, add it",
    "eco_escalate_ticket": "Yes, pass it on",
    "eco_close_ticket": "Yes, close it",
    "eco_request_reversal": "Yes, ask for it",
    "eco_share_statement": "Yes, share it",
}
_ACCEPT = "Yes, go ahead"

DONE_TEXTS = {
    "eco_create_ticket": "Done. Your ticket is {ticket}.",
    "eco_add_to_ticket": "Done. It was added to {ticket}.",
    "eco_escalate_ticket": "Done. A supervisor will look at {ticket}.",
    "eco_close_ticket": "Done. {ticket} is closed.",
    "eco_request_reversal": "Done. Support checks it in {ticket}.",
    "eco_share_statement": "Done. Support can see it in {ticket}.",
}
_DONE_TICKET = "Done. See {ticket}."

_OUTCOMES = {
    "confirmed": "One moment, please. Do not close the chat.",
    "executed": "Done.",
    "failed": "This did not work. Nothing was changed.",
    "declined": "You said no. Nothing was changed.",
    "expired": "The time to answer is over. Nothing was changed.",
}

_TONES = {"executed": "success", "failed": "error", "expired": "warning", "confirmed": "pending"}


@dataclass(frozen=True)
class Background:
    """What a question tells beside the call's own arguments."""

    now: datetime
    """The present, so that times can be told from it."""
    ticket: Ticket | None = None
    """The ticket that the call goes into, as it is."""
    transaction: Transaction | None = None
    answer_by: datetime | None = None
    """By when support means to answer once it is done; None where it has, or nothing is set."""
    solved_by: datetime | None = None
    """By when support means to have solved it."""


def shown(call: Mutation, locale: Locale, background: Background) -> Shown:
    """Return what the dialog says, word for word, before ``call`` may be carried out."""
    t = translator(locale)
    match call:
        case CreateTicket():
            title = t("Send this report to EcoCash support?")
            lines = _report_lines(call, locale, background)
        case AddToTicket():
            title = t("Add this to {ticket}?", ticket=call.ticket_id)
            lines = [
                *_about(t, background),
                t("Support reads: “{words}”", words=_whole(call.text)),
                *_files(len(call.evidence), t),
                t("The person who has your ticket is told at once."),
            ]
        case EscalateTicket():
            title = t("Pass {ticket} to a supervisor?", ticket=call.ticket_id)
            lines = [
                *_about(t, background),
                t("A supervisor looks at your ticket next."),
                t("Your words: “{words}”", words=_whole(call.reason)),
                t("Your ticket keeps its number."),
            ]
        case CloseTicket():
            title = t("Close {ticket}?", ticket=call.ticket_id)
            lines = _closing_lines(call, locale, background)
        case RequestReversal():
            title = t("Ask for this money to come back?")
            lines = _reversal_lines(call, t, background)
        case ShareStatement():
            title = t("Show support your transactions?")
            lines = [
                *_about(t, background),
                t(
                    "Support sees your transactions from {first} to {last}.",
                    first=short_date(call.date_from, locale),
                    last=short_date(call.date_to, locale),
                ),
                t("Only the people who work on {ticket} can see them.", ticket=call.ticket_id),
            ]
        case _:
            title, lines = t("May this be done for you?"), [t("Support is told what you ask for.")]
    lines += _times(call, locale, background)
    return Shown(severity=call.risk, title=title, consequences=lines, locale=locale)


def _report_lines(call: CreateTicket, locale: Locale, background: Background) -> list[str]:
    t = translator(locale)
    reason = t(REASON_LABELS[call.category])
    lines = [t("Support gets your report: “{reason}”", reason=reason)]
    if item := background.transaction:
        lines.append(
            t(
                "With it goes the transaction {reference}: {amount}, {name}.",
                reference=item.reference,
                amount=item.amount,
                name=item.counterparty.name[:60],
            )
        )
    lines += _answers(call, locale, background.transaction)
    if call.description != reason:
        lines.append(t("Your words: “{words}”", words=_whole(call.description)))
    lines += _files(len(call.evidence), t)
    lines.append(t("Support sees your name, your number and this chat."))
    lines.append(t("You get a ticket number and can follow it here."))
    return lines


def _answers(call: CreateTicket, locale: Locale, transaction: Transaction | None) -> list[str]:
    """Return what the report says beside the words: a model may have filled it in."""
    t = translator(locale)
    answers = {**call.answers, **settled_answers(transaction)}
    return [
        f"{t(FIELD_LABELS[field.name]).removesuffix('?')}: {answer_text(field, answer, locale)}"
        for field in REPORT_FIELDS[call.category]
        if (answer := answers.get(field.name))
    ]


def _reversal_lines(call: RequestReversal, t: Translate, background: Background) -> list[str]:
    lines: list[str] = []
    if item := background.transaction:
        lines.append(
            t(
                "Support tries to get {amount} back from {name}.",
                amount=item.amount,
                name=item.counterparty.name[:60],
            )
        )
    else:
        lines.append(t("Support tries to get your money back."))
    lines += _about(t, background)
    lines.append(t("The receiver may have to agree. It is not certain."))
    lines.append(t("No money moves now, and nobody asks for your PIN."))
    lines.append(t("Your words: “{words}”", words=_whole(call.reason)))
    if background.ticket is None and call.transaction_reference:
        lines.append(t("You get a ticket number and can follow it here."))
    return lines


def _closing_lines(call: CloseTicket, locale: Locale, background: Background) -> list[str]:
    t = translator(locale)
    ticket = background.ticket
    lines = _about(t, background)
    if ticket is None or ticket.resolved_at is None:
        lines.append(t("Support stops working on it."))
    lines.append(t("Your words: “{words}”", words=_whole(call.reason)))
    lines.append(_reopening(locale, background))
    return lines


def _reopening(locale: Locale, background: Background) -> str:
    """Return until when a ticket that is closed now can be opened again.

    One that was solved before has its days from then on, not anew.
    """
    t = translator(locale)
    solved = background.ticket.resolved_at if background.ticket else None
    if solved is None:
        return t.many(
            "You can open it again within {days} day.",
            "You can open it again within {days} days.",
            REOPEN_DAYS,
            days=REOPEN_DAYS,
        )
    until = solved + timedelta(days=REOPEN_DAYS)
    if until <= background.now:
        return t("You can't open it again. You can send a new report instead.")
    time = coming_moment(until, background.now, locale)
    return t("You can open it again until {time}.", time=time)


def _about(t: Translate, background: Background) -> list[str]:
    """Return which ticket a call is about, and which transaction."""
    lines: list[str] = []
    if ticket := background.ticket:
        lines.append(t("Your ticket {ticket}: {subject}", ticket=ticket.id, subject=ticket.subject))
    if item := background.transaction:
        lines.append(
            t(
                "The transaction {reference}: {amount}, {name}.",
                reference=item.reference,
                amount=item.amount,
                name=item.counterparty.name[:60],
            )
        )
    return lines


def _files(count: int, t: Translate) -> list[str]:
    if not count:
        return []
    return [
        t.many(
            "{count} photo or document goes with it.",
            "{count} photos or documents go with it.",
            count,
            count=count,
        )
    ]


def _times(call: Mutation, locale: Locale, background: Background) -> list[str]:
    """Return how long it takes: at once, or until when support means to answer and to solve it."""
    t = translator(locale)
    if isinstance(call, CloseTicket | ShareStatement):
        return [t("This happens at once.")]
    answer, solved = background.answer_by, background.solved_by
    if answer is None and solved is None:
        return [t("No time is set for an answer.")]
    if any(each is not None and each <= background.now for each in (answer, solved)):
        return [t("This takes longer than usual. We are on it.")]
    first, last = (
        coming_moment(each, background.now, locale) if each else "" for each in (answer, solved)
    )
    if not last:
        return [t("Answer, usually by: {time}.", time=first)]
    if not first:
        return [t("Solution, usually by: {time}.", time=last)]
    return [t("Answer, usually by: {time}. Solution: {later}.", time=first, later=last)]


def _whole(text: str) -> str:
    """Return words on one line, all of them: nothing is sent that was not shown."""
    return " ".join(text.split())


def confirmation_dialog(dialog: ConfirmationDialog, locale: Locale) -> WidgetView:
    """Return the view of a question; once answered, of what came of it."""
    t = translator(locale)
    pending = dialog.state == "pending"
    return WidgetView(
        id=dialog.id,
        type=dialog.type,
        title=dialog.title,
        dialog=DialogView(
            consent_id=dialog.consent_id,
            state=dialog.state,
            severity=dialog.severity.value,
            severity_label=t(SEVERITY_LABELS[dialog.severity]) if pending else "",
            # Beside "Yes, send it" a sum would read as money that is sent.
            amount=str(dialog.amount) if dialog.amount and _is_about_money(dialog) else "",
            consequences=dialog.consequences,
            expires_at=int(dialog.expires_at.timestamp() * 1000) if pending else 0,
            accept=t(ACCEPT_LABELS.get(dialog.tool, _ACCEPT)) if pending else "",
            outcome="" if pending else _outcome(dialog, t),
            tone=_TONES.get(dialog.state, "info"),
            ticket_id=dialog.ticket_id or "",
        ),
    )


def _is_about_money(dialog: ConfirmationDialog) -> bool:
    return dialog.severity is Severity.HIGH


def _outcome(dialog: ConfirmationDialog, t: Translate) -> str:
    if dialog.state == "failed" and dialog.failure:
        return failure_text(dialog.failure, t)
    if dialog.state == "executed" and dialog.ticket_id:
        return t(DONE_TEXTS.get(dialog.tool, _DONE_TICKET), ticket=dialog.ticket_id)
    return t(_OUTCOMES[dialog.state])
