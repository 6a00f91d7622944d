"""Messages that go on from the one before: "the second one", "and last week?", "more"."""

import re
from functools import cache
from typing import Any

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.classifier import Intent, Prediction, classify
from ecocash_copilot.agent.offline.complaints import category_of
from ecocash_copilot.agent.offline.conversation import BALANCES, TRANSACTIONS, Conversation
from ecocash_copilot.agent.offline.extract import Extracted, extract
from ecocash_copilot.agent.offline.meaning import (
    ABOUT_ONE,
    ACTS,
    Gap,
    Understanding,
    about_one,
    row_at,
)
from ecocash_copilot.agent.offline.vocabulary import table
from schemas.identity import Locale
from schemas.wallet import TransactionFilter

_MAY_NAME_ONE = ACTS | {
    Intent.TICKET_STATUS,
    Intent.TRANSACTION_DETAIL,
    Intent.REPORT_PROBLEM,
    Intent.OUT_OF_SCOPE,
}
_MAY_MEAN_A_ROW = ABOUT_ONE | {Intent.TRANSACTIONS, Intent.REPORT_PROBLEM, Intent.OUT_OF_SCOPE}
_NEVER_REFINED = ACTS | {
    Intent.ABUSE,
    Intent.REDIRECT_ATTEMPT,
    Intent.TICKET_STATUS,
    Intent.CHANGE_LANGUAGE,
}
_SHORT = 2
_SURELY_ELSE = 0.6
"""From this confidence on a message is a question of its own, not which ticket is meant."""


def continued(
    conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Answer "the first one" after "which ticket?": the wish before goes on with it."""
    tickets, payments = conversation.offered_tickets(), conversation.offered_transactions()
    if tickets is None and payments is None:
        return None
    act = classify(conversation.before[: text.MAX_CHARACTERS]).intent
    if act not in ACTS or (prediction.intent in ACTS and prediction.intent is not act):
        return None
    if tickets is not None:
        rows = [each.id for each in tickets.tickets]
        ticket_id = found.ticket_id or row_at(rows, found.ordinal)
        named = ticket_id is not None or category_of(found.folded) is not None
    else:
        rows = [each.reference for each in payments.transactions] if payments else []
        ticket_id = None
        named = False
    reference = None if tickets is not None else found.reference or row_at(rows, found.ordinal)
    sure = prediction.confidence >= _SURELY_ELSE and prediction.intent not in _MAY_NAME_ONE
    if not (reference or named) or (sure and ticket_id is None and reference is None):
        return None
    return Understanding(
        act,
        language,
        1.0,
        filter=extract(conversation.before, conversation.profile.today).filter(),
        ticket_id=ticket_id,
        reference=reference,
        said=conversation.before,
        follow_up=True,
    )


def next_page(
    conversation: Conversation, found: Extracted, _prediction: Prediction, language: Locale
) -> Understanding | None:
    """Answer "more": the next page of the list shown last."""
    listing = conversation.last_listing() if found.more else None
    if listing is None:
        return None
    step, page = listing
    return Understanding(
        Intent.TRANSACTIONS,
        language,
        1.0,
        filter=_filter_of(step.arguments),
        cursor=page.next_cursor,
        follow_up=True,
        gap=None if page.next_cursor else Gap.NO_MORE,
    )


def row(
    conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Answer "the second one": a row of the list shown last."""
    if found.ordinal is None or found.limit is not None:
        return None
    if prediction.intent not in _MAY_MEAN_A_ROW and len(found.rest()) > 1:
        return None
    listing = conversation.last_listing()
    if listing is None:
        return None
    rows = [each.reference for each in listing[1].transactions]
    return about_one(prediction, language, row_at(rows, found.ordinal))


def pointed(
    conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Answer "that one": the transaction looked at last."""
    if not found.pointer or prediction.intent not in ABOUT_ONE:
        return None
    shown = conversation.last_transaction()
    return about_one(prediction, language, shown.reference) if shown else None


def refined(
    conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Change the last question: "only the failed ones", "and last week?", "what about ZiG?"."""
    wanted = found.filter()
    given = wanted.model_fields_set & {k for k, v in wanted if v is not None}
    if not given or found.rest() or prediction.intent in _NEVER_REFINED:
        return None
    last = conversation.last_tool()
    cue = _cue().search(found.folded) is not None
    if not cue and (len(given) > 2 or len(found.folded.split()) > _SHORT):
        return None
    if last == BALANCES and given == {"currency"}:
        return Understanding(Intent.BALANCE, language, 1.0, filter=wanted, follow_up=True)
    listing = conversation.last_listing() if last == TRANSACTIONS else None
    before = _filter_of(listing[0].arguments) if listing else TransactionFilter()
    merged = _merge(before, wanted)
    if not listing and prediction.intent is not Intent.TRANSACTIONS and not cue and last is None:
        return None
    return Understanding(
        Intent.TRANSACTIONS, language, 1.0, filter=merged, limit=found.limit, follow_up=True
    )


@cache
def _cue() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?:{cue})(?!\w)" for cue in table("follow")["cue"]))


def _filter_of(arguments: dict[str, Any]) -> TransactionFilter:
    """Return the filters of an earlier call; what another model made up is left out."""
    known = {k: v for k, v in arguments.items() if k in TransactionFilter.model_fields}
    try:
        return TransactionFilter.model_validate(known)
    except ValueError:
        return TransactionFilter()


def _merge(before: TransactionFilter, wanted: TransactionFilter) -> TransactionFilter:
    changes = {name: value for name, value in wanted if value is not None}
    if {"date_from", "date_to"} & changes.keys():
        changes |= {"date_from": wanted.date_from, "date_to": wanted.date_to}
    if {"min_amount", "max_amount"} & changes.keys():
        changes |= {"min_amount": wanted.min_amount, "max_amount": wanted.max_amount}
    if "kind" in changes:
        changes["direction"] = None
    elif "direction" in changes:
        changes["kind"] = None
    return before.model_copy(update=changes)
