"""Messages as views."""

from datetime import datetime

from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present import consent, report, support, wallet
from ecocash_copilot.present.dates import clock_time, day_name
from ecocash_copilot.present.rich_text import parse_blocks, plain_text
from schemas.identity import Locale
from schemas.message import Message, Role
from schemas.views import ActionView, BlockView, LineView, MessageView, SpanView, WidgetView
from schemas.widgets import (
    Action,
    AnyWidget,
    BalanceCard,
    ConfirmationDialog,
    DeeplinkAction,
    HelpArticleCard,
    Notice,
    TicketForm,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
)

_COPIED = (Role.ASSISTANT, Role.AGENT)
"""Whose words have a copy button."""

_OUTCOME_NOTES = {
    "cancelled": "Stopped",
    "timed_out": "This took too long",
    "failed": "This could not be answered",
}


def message_view(
    message: Message, locale: Locale, now: datetime, previous: datetime | None = None
) -> MessageView:
    """Return one message, ready to draw.

    Args:
        message: the settled message.
        locale: language of the labels.
        now: the present, for ``Today`` and ``Yesterday``.
        previous: moment of the message before; a new day gets a heading.
    """
    by_customer = message.role is Role.CUSTOMER
    return MessageView(
        id=message.id,
        seq=message.seq,
        role=message.role.value,
        author=message.author,
        lang=message.locale.value if message.locale not in (None, locale) else "",
        blocks=literal_blocks(message.text) if by_customer else parse_blocks(message.text),
        widgets=[widget_view(widget, locale, now) for widget in message.widgets],
        time=clock_time(message.created_at),
        day=_day_heading(message.created_at, previous, now, locale),
        note=_note(message, locale),
        retry=message.outcome in ("failed", "timed_out"),
        copy_text=plain_text(message.text) if message.role in _COPIED else "",
        client_key=message.client_key or "",
    )


def literal_blocks(text: str) -> list[BlockView]:
    """What the customer typed is shown as typed."""
    return [BlockView(kind="p", lines=[LineView(spans=[SpanView(text=text)])])]


def _day_heading(moment: datetime, previous: datetime | None, now: datetime, locale: Locale) -> str:
    if previous and previous.astimezone(HARARE).date() == moment.astimezone(HARARE).date():
        return ""
    return day_name(moment, now, locale)


def _note(message: Message, locale: Locale) -> str:
    t = translator(locale)
    notes: list[str] = []
    if message.basic_mode:
        notes.append(t("The assistant is in basic mode just now."))
    if message.outcome in _OUTCOME_NOTES:
        notes.append(t(_OUTCOME_NOTES[message.outcome]))
    return " ".join(notes)


def widget_view(widget: AnyWidget, locale: Locale, now: datetime) -> WidgetView:
    """Return a card with its buttons, ready to draw."""
    view = _body(widget, locale, now)
    if view.actions or not widget.actions:
        return view
    return view.model_copy(update={"actions": [_button(action) for action in widget.actions]})


def _button(action: Action) -> ActionView:
    """The label is in the customer's language already."""
    if isinstance(action, DeeplinkAction):
        return ActionView(kind=action.type, label=action.label, url=action.url)
    return ActionView(kind=action.type, label=action.label, name=action.name, value=action.value)


def _body(widget: AnyWidget, locale: Locale, now: datetime) -> WidgetView:
    match widget:
        case BalanceCard():
            return wallet.balance_card(widget, locale)
        case TransactionTable():
            return wallet.transaction_table(widget, locale, now)
        case TransactionDetail():
            return wallet.transaction_detail(widget, locale, now)
        case TicketStatusBoard():
            return support.ticket_status_board(widget, locale, now)
        case TicketForm():
            return report.ticket_form(widget, locale, now)
        case ConfirmationDialog():
            return consent.confirmation_dialog(widget, locale)
        case HelpArticleCard():
            return support.help_article(widget)
        case Notice():
            return support.notice(widget)
