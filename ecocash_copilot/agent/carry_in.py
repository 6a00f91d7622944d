"""What a customer has said already, carried into the form of a problem report.

Their own words become the description, and what the words tell becomes answers, so that nothing
is asked twice. Only what is clear is taken; the customer sees and may change all of it.
"""

import re
from collections.abc import Sequence
from functools import cache

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.classifier import Intent, classify
from ecocash_copilot.agent.offline.complaints import category_of
from ecocash_copilot.agent.offline.extract import extract
from ecocash_copilot.agent.offline.vocabulary import any_of, pattern, table
from ecocash_copilot.agent.report_forms import at_first_gap
from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.wallet import REASON_LABELS, local_number
from schemas.identity import Customer, Locale, parse_msisdn
from schemas.message import Message, Role
from schemas.mutations import MUTATIONS
from schemas.ticket import TicketCategory
from schemas.widgets import PostbackAction, TicketForm

MAX_DESCRIPTION = 2000

HELP_REASON = "help_reason"
"""Name of the postback that shows the article for a reason."""

_COMPLAINTS = frozenset({Intent.REPORT_PROBLEM, Intent.TRANSACTION_HELP})
_LEAST_WORDS = 3
_NUMBER = re.compile(r"(?P<cue>[^.!?\n]{0,40}?)(?P<number>" + text.PHONE.pattern + ")")


def carry_in(form: TicketForm, messages: Sequence[Message], customer: Customer) -> TicketForm:
    """Return a form with what the conversation told since the last report.

    Args:
        messages: the conversation's newest, oldest first.
    """
    said = complaints(messages)
    told = _answers(form, said, customer)
    description: str = form.description
    if words := "\n".join(dict.fromkeys(message.text.strip() for message in said)):
        description = words[:MAX_DESCRIPTION]
    changes: dict[str, object] = {"description": description, "answers": {**told, **form.answers}}
    if form.category is not None:
        changes["actions"] = [help_action(form.category, customer.locale)]
    return at_first_gap(form.model_copy(update=changes))


def help_action(category: TicketCategory, locale: Locale) -> PostbackAction:
    """Return the button to the help article that fits a reason."""
    label = translator(locale)("Read what helps")
    return PostbackAction(label=label, name=HELP_REASON, value=category.value)


def told_category(messages: Sequence[Message]) -> TicketCategory | None:
    """Return the reason that a customer named in words since the last report, the newest one."""
    named = (category_of(message.text) for message in reversed(complaints(messages)))
    return next((category for category in named if category is not None), None)


def complaints(messages: Sequence[Message]) -> list[Message]:
    """Return what the customer typed about their problem since the last report, oldest first."""
    since = max((at + 1 for at, each in enumerate(messages) if _ends_a_report(each)), default=0)
    return [
        message
        for message in messages[since:]
        if message.role is Role.CUSTOMER and _is_complaint(message.text)
    ]


def _ends_a_report(message: Message) -> bool:
    """Whether a message says what came of something that the customer confirmed."""
    return message.role is not Role.CUSTOMER and any(
        use.name in MUTATIONS and use.ok and '"executed"' in use.result for use in message.tools
    )


def _is_complaint(message: str) -> bool:
    if text.REFERENCE.sub("", text.fold(message)).strip() in _taps():
        return False
    if any(_cues("meant").search(match["cue"]) for match in _NUMBER.finditer(text.fold(message))):
        return True
    if len(message.split()) < _LEAST_WORDS:
        return False
    return classify(message[: text.MAX_CHARACTERS]).intent in _COMPLAINTS


@cache
def _taps() -> frozenset[str]:
    """What buttons say for the customer: it is no description."""
    said: set[str] = set()
    for locale in Locale:
        t = translator(locale)
        said |= {t(REASON_LABELS[category]) for category in TicketCategory}
        said |= {t("I need help with {reference}", reference=""), t("A payment went wrong")}
    return frozenset(text.fold(each).strip() for each in said)


# -- answers -------------------------------------------------------------------------------------


def _answers(form: TicketForm, said: Sequence[Message], customer: Customer) -> dict[str, str]:
    """Return what the words answer of a report's details."""
    words = text.fold("\n".join(message.text for message in said))
    party = form.transaction.counterparty if form.transaction else None
    found = {
        **_numbers(words, party.msisdn if party else None, customer.msisdn),
        "knows_recipient": "no" if pattern("recipient", "unknown").search(words) else "",
        "since": _since(said) if form.category is TicketCategory.PIN_OR_ACCOUNT_BLOCKED else "",
        "other_reference": _other_reference(form, words),
    }
    return {name: answer for name, answer in found.items() if answer}


def _numbers(words: str, counterparty: str | None, own: str | None) -> dict[str, str]:
    """Return which number was meant, and which one it went to, where the words are clear."""
    told: dict[str, str] = {}
    others: list[str] = []
    for match in _NUMBER.finditer(words):
        number = parse_msisdn(match["number"])
        if number == own:
            continue
        if number == counterparty:
            told["number_sent_to"] = number
        elif _cues("meant").search(match["cue"]):
            told["number_meant"] = number
        elif _cues("sent_to").search(match["cue"]) and counterparty is None:
            told["number_sent_to"] = number
        else:
            others.append(number)
    rest = [number for number in dict.fromkeys(others) if number not in told.values()]
    if len(rest) == 1 and "number_meant" not in told and (counterparty or "number_sent_to" in told):
        told["number_meant"] = rest[0]
    if len(rest) == 1 and not told:
        told["number_bought_for"] = rest[0]
    return {name: local_number(number) or number for name, number in told.items()}


@cache
def _cues(name: str) -> re.Pattern[str]:
    """Return the pattern of what stands just before a number."""
    return re.compile(any_of(table("numbers_told")[name]) + r"[\s:]*(?:\S+\s)?$")


def _since(said: Sequence[Message]) -> str:
    """Return the day that a complaint names, as ``YYYY-MM-DD``."""
    for message in reversed(said):
        found = extract(message.text, message.created_at.astimezone(HARARE).date())
        if found.date_from is not None:
            return found.date_from.isoformat()
    return ""


def _other_reference(form: TicketForm, words: str) -> str:
    own = form.transaction.reference if form.transaction else None
    found = {match[1].upper() for match in text.REFERENCE.finditer(words)} - {own}
    return found.pop() if len(found) == 1 else ""
