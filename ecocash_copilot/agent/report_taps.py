"""Taps that lead to a report: what is known beside them, and how they are known again.

A tap on a form keeps its message under a key that names the form. So a second tap is the same
message, and a turn that died is taken up as what it was.
"""

import re
from collections.abc import Sequence

from ecocash_copilot.actions.messages import access_message
from ecocash_copilot.actions.widgets import message_id_of_widget
from ecocash_copilot.agent.carry_in import carry_in, told_category
from ecocash_copilot.agent.history import MAX_MESSAGES
from ecocash_copilot.agent.postbacks import About, Finish, Postback
from ecocash_copilot.agent.report_forms import reasons_instead
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.present.handover import REPORT
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.message import FormStep, Message
from schemas.widgets import AnyWidget, TicketForm, TransactionDetail, WidgetId

_KEY = re.compile(r"^(submit|change):([A-Za-z0-9_-]{1,40}):(\d{1,6})(?::\w*)?$")
_LONGEST_KEY = 64
_TELL_THE_REASON = ("get_help", REPORT)
"""Taps that leave open what went wrong; it may have been said before."""


def key_of_form(step: FormStep, form_id: WidgetId, revision: int, unique: str = "") -> str:
    """Return the key of the message that a tap on a form keeps.

    Args:
        unique: makes each tap a message of its own.
    """
    key = f"{step}:{form_id}:{revision}"
    return f"{key}:{unique}"[:_LONGEST_KEY] if unique else key


def form_of_key(client_key: str | None) -> tuple[FormStep, WidgetId, int] | None:
    """Return what a message's key says of a tap on a form; None where it was none."""
    named = _KEY.match(client_key or "")
    if named is None:
        return None
    return "submit" if named[1] == "submit" else "change", named[2], int(named[3])


def may_open_form(tapped: Postback) -> bool:
    """Whether a tap may lead to a form, for which it is looked up what was said."""
    return tapped.name in (*_TELL_THE_REASON, "pick_reason")


async def about_tap(
    store: Store, customer: Customer, tapped: Postback, spoken: Sequence[Message]
) -> About:
    """Return what is known beside a tap: its card's transaction, and the reason told in words."""
    reference = None
    if tapped.name == "pick_reason" and tapped.widget_id:
        reference = await _reference(store, customer, tapped.widget_id)
    told = tapped.name in _TELL_THE_REASON
    # A reason that was named long ago is no answer to what is wrong with this transaction.
    category = told_category(spoken[-MAX_MESSAGES:]) if told else None
    return About(reference=reference, category=category)


async def _reference(store: Store, customer: Customer, widget_id: WidgetId) -> str | None:
    try:
        message = await access_message(store, customer, message_id_of_widget(widget_id))
    except NotFound:
        return None
    for widget in message.widgets:
        if widget.id == widget_id and isinstance(widget, TransactionDetail):
            return widget.transaction.reference
    return None


def finish_card(tapped: Postback, spoken: Sequence[Message], customer: Customer) -> Finish:
    """Return what completes a card that a tap brings."""

    def finish(card: AnyWidget) -> AnyWidget:
        if not isinstance(card, TicketForm):
            return card
        if tapped.name == "get_help":
            shown = reasons_instead(card)
            if not isinstance(shown, TicketForm):
                return shown
        return carry_in(card, spoken, customer)

    return finish
