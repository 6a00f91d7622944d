"""What a customer wants, from the message and what was shown before it."""

import re

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.classifier import Intent, Prediction, classify
from ecocash_copilot.agent.offline.conversation import Conversation
from ecocash_copilot.agent.offline.extract import LAST, Extracted, extract
from ecocash_copilot.agent.offline.follow_ups import continued, next_page, pointed, refined, row
from ecocash_copilot.agent.offline.languages import answer_in, carried_by, language_wish
from ecocash_copilot.agent.offline.meaning import (
    ABOUT_ONE,
    ACTS,
    Gap,
    Understanding,
    about_one,
)
from ecocash_copilot.agent.offline.vocabulary import choices, pattern
from schemas.identity import Locale
from schemas.wallet import Direction, TransactionFilter

SURE = 0.3
"""Below it, the offline model asks back. Cross-validated on the training data: 1 % of right answers
lie below, and a sixth of the wrong ones."""
SURE_OF_ABUSE = 0.5
_SURELY_ANOTHERS = 0.85
_SURELY_AN_ACT = 0.5
"""From this confidence on "send support my statement" is no wish to send money."""
_SECRET = re.compile(
    r"(?<!\w)(?:pin|password|otp|code)(?: yangu| yami| number)?"
    r"(?:\s*[:=]\s*| is | ndi | ndeye | yi | i |\s)\d{4,6}(?![\w.])"
)


def understand(conversation: Conversation) -> Understanding:
    """Return what the customer wants. Never fails."""
    message = conversation.message
    wish = language_wish(message)
    if wish is not None and wish.rest:
        message = wish.rest
    found = extract(message, conversation.profile.today)
    words = text.words(found.folded)
    prediction = classify(message[: text.MAX_CHARACTERS])
    wanted = wish.locale if wish else answer_in(message)
    language = wanted or carried_by(prediction, words, conversation.profile.language)
    for rule in _RULES:
        understood = rule(conversation, found, prediction, language)
        if understood is not None:
            return understood
    return _as_classified(found, prediction, language, words)


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
    if prediction.intent in ACTS and prediction.confidence >= _SURELY_AN_ACT:
        return None
    if prediction.intent is Intent.TRANSACTIONS and pattern("acts", "paper").search(found.folded):
        return None
    if pattern("acts", "wish").match(found.folded.strip()) is None:
        return None
    return Understanding(prediction.intent, language, 1.0, gap=Gap.CANNOT_ACT)


def _identified(
    _conversation: Conversation, found: Extracted, prediction: Prediction, language: Locale
) -> Understanding | None:
    """A reference or a ticket's number says what is meant."""
    if prediction.intent in (Intent.REDIRECT_ATTEMPT, Intent.ABUSE):
        return None
    if found.reference:
        return about_one(prediction, language, found.reference)
    if found.ticket_id:
        wanted = found.filter() if prediction.intent is Intent.SHARE_STATEMENT else None
        intent = prediction.intent if prediction.intent in ACTS else Intent.TICKET_STATUS
        return Understanding(
            intent,
            language,
            1.0,
            filter=wanted or TransactionFilter(),
            ticket_id=found.ticket_id,
        )
    return None


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
    continued,
    next_page,
    _identified,
    row,
    pointed,
    refined,
    _other_wallet,
    _sent_by_somebody,
)


# --- the classifier's word, where no rule spoke -------------------------------------------------


def _as_classified(
    found: Extracted, prediction: Prediction, language: Locale, words: list[str]
) -> Understanding:
    intent, confidence = prediction.intent, prediction.confidence
    threshold = SURE_OF_ABUSE if intent is Intent.ABUSE else SURE
    # To refuse what holds no word that was ever heard would be to have understood it.
    nonsense = intent is Intent.OUT_OF_SCOPE and not prediction.heard
    if not words or confidence < threshold or nonsense:
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
    if intent in ABOUT_ONE or intent is Intent.REPORT_PROBLEM:
        return found.filter().model_copy(update={"status": None})
    return found.filter()
