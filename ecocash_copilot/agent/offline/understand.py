"""What a customer wants, from the message and what was shown before it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.classifier import Intent, Prediction, classify
from ecocash_copilot.agent.offline.conversation import BALANCES, TRANSACTIONS, Conversation
from ecocash_copilot.agent.offline.extract import LAST, Extracted, extract
from ecocash_copilot.agent.offline.vocabulary import choices, pattern, table, word_set
from schemas.identity import Locale
from schemas.wallet import Direction, TransactionFilter

SURE = 0.3
"""Below it, the offline model asks back. Cross-validated on the training data: 1 % of right answers
lie below, and a sixth of the wrong ones."""
SURE_OF_ABUSE = 0.5
SURE_OF_LANGUAGE = 0.6


class Gap(StrEnum):
    """Why a wish that was understood can't be met."""

    UNCLEAR = "unclear"
    NO_MORE = "no_more"
    NO_SUCH_ROW = "no_such_row"
    CANNOT_ACT = "cannot_act"
    TAP_NEEDED = "tap_needed"
    SECRET = "secret"  # noqa: S105 - the key of an answer


@dataclass(frozen=True, slots=True)
class Understanding:
    """A message's meaning."""

    intent: Intent
    language: Locale
    confidence: float
    """Of the intent; 1 where a rule decided."""
    filter: TransactionFilter = field(default_factory=TransactionFilter)
    limit: int | None = None
    cursor: str | None = None
    reference: str | None = None
    ticket_id: str | None = None
    latest: bool = False
    """Asks for the newest transaction that fits."""
    follow_up: bool = False
    gap: Gap | None = None


_ABOUT_ONE = frozenset({Intent.TRANSACTION_DETAIL, Intent.TRANSACTION_HELP})
_MAY_MEAN_A_ROW = _ABOUT_ONE | {Intent.TRANSACTIONS, Intent.REPORT_PROBLEM, Intent.OUT_OF_SCOPE}
_NEVER_REFINED = frozenset({Intent.ABUSE, Intent.REDIRECT_ATTEMPT, Intent.TICKET_STATUS})
_SHORT = 2
_SURELY_ANOTHERS = 0.85
_SECRET = re.compile(
    r"(?<!\w)(?:pin|password|otp|code)(?: yangu| yami| number)?"
    r"(?:\s*[:=]\s*| is | ndi | ndeye | yi | i |\s)\d{4,6}(?![\w.])"
)


def understand(conversation: Conversation) -> Understanding:
    """Return what the customer wants. Never fails."""
    message = conversation.message
    found = extract(message, conversation.profile.today)
    words = text.words(found.folded)
    prediction = classify(message[: text.MAX_CHARACTERS])
    language = _language(prediction, words, conversation.profile.language)
    for rule in _RULES:
        understood = rule(conversation, found, prediction, language)
        if understood is not None:
            return understood
    return _as_classified(found, prediction, language, words)


def _language(prediction: Prediction, words: list[str], preferred: Locale) -> Locale:
    for language in (Locale.SN, Locale.ND):
        own = word_set("languages", language.value)
        if prediction.language is Locale.EN and any(word in own for word in words):
            return language
    telling = any(word not in word_set("languages", "shared") for word in words)
    if telling and prediction.language_confidence >= SURE_OF_LANGUAGE:
        return prediction.language
    return preferred


def _about_one(prediction: Prediction, language: Locale, reference: str | None) -> Understanding:
    wants_help = prediction.intent in (Intent.TRANSACTION_HELP, Intent.REPORT_PROBLEM)
    intent = Intent.TRANSACTION_HELP if wants_help else Intent.TRANSACTION_DETAIL
    gap = None if reference else Gap.NO_SUCH_ROW
    return Understanding(intent, language, 1.0, reference=reference, gap=gap, follow_up=True)


# --- rules, in the order in which they are asked ------------------------------------------------


def _secret(
    _conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Answer a PIN or code that should not have been sent."""
    if _SECRET.search(found.folded) is None:
        return None
    return Understanding(prediction.intent, language, 1.0, gap=Gap.SECRET)


def _said_instead_of_tapped(
    conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Answer "yes" or "no" while a dialog waits: the tap on it alone decides."""
    if not conversation.awaits_tap():
        return None
    said = found.folded.strip(" .,!?")
    if not any(words.fullmatch(said) for _, words in choices("answers")):
        return None
    return Understanding(prediction.intent, language, 1.0, gap=Gap.TAP_NEEDED)


def _wish_to_pay(
    _conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Refuse to move money: no tool does that."""
    if pattern("acts", "wish").match(found.folded.strip()) is None:
        return None
    return Understanding(prediction.intent, language, 1.0, gap=Gap.CANNOT_ACT)


def _next_page(
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


def _identified(
    _conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """A reference or a ticket's number says what is meant."""
    if prediction.intent in (Intent.REDIRECT_ATTEMPT, Intent.ABUSE):
        return None
    if found.reference:
        return _about_one(prediction, language, found.reference)
    if found.ticket_id:
        return Understanding(Intent.TICKET_STATUS, language, 1.0, ticket_id=found.ticket_id)
    return None


def _row(
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
    rows = listing[1].transactions
    position = len(rows) if found.ordinal == LAST else found.ordinal
    reference = rows[position - 1].reference if 0 < position <= len(rows) else None
    return _about_one(prediction, language, reference)


def _pointed(
    conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Answer "that one": the transaction looked at last."""
    if not found.pointer or prediction.intent not in _ABOUT_ONE:
        return None
    shown = conversation.last_transaction()
    return _about_one(prediction, language, shown.reference) if shown else None


def _refined(
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


def _other_wallet(
    _conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """A balance with a phone number beside it is somebody else's."""
    if prediction.intent is Intent.BALANCE and found.msisdn:
        return Understanding(Intent.REDIRECT_ATTEMPT, language, 1.0)
    return None


def _sent_by_somebody(
    _conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """Money that somebody sent is the customer's own matter, though it names another person."""
    if prediction.intent is not Intent.REDIRECT_ATTEMPT or found.direction is not Direction.IN:
        return None
    if prediction.confidence >= _SURELY_ANOTHERS:
        return None
    return Understanding(
        Intent.TRANSACTIONS, language, prediction.confidence, filter=found.filter()
    )


_RULES = (
    _secret,
    _said_instead_of_tapped,
    _wish_to_pay,
    _next_page,
    _identified,
    _row,
    _pointed,
    _refined,
    _other_wallet,
    _sent_by_somebody,
)


# --- the classifier's word, where no rule spoke -------------------------------------------------


def _as_classified(
    found: Extracted, prediction: Prediction, language: Locale, words: list[str]
) -> Understanding:
    intent, confidence = prediction.intent, prediction.confidence
    threshold = SURE_OF_ABUSE if intent is Intent.ABUSE else SURE
    if not words or confidence < threshold:
        return Understanding(Intent.OUT_OF_SCOPE, language, confidence, gap=Gap.UNCLEAR)
    latest = found.latest or found.ordinal == LAST
    if latest and intent is Intent.TRANSACTIONS:
        intent = Intent.TRANSACTION_DETAIL
    return Understanding(
        intent,
        language,
        confidence,
        filter=_filter_for(intent, found),
        limit=found.limit,
        latest=latest,
    )


def _filter_for(intent: Intent, found: Extracted) -> TransactionFilter:
    """Drop what a filter would misread: "did it fail?" asks for a status, it doesn't set one."""
    if intent in _ABOUT_ONE or intent is Intent.REPORT_PROBLEM:
        return found.filter().model_copy(update={"status": None})
    return found.filter()


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
