"""What a customer has said already, carried into the form of a problem report.

Their own words become the description, and what the words tell becomes answers, so that nothing
is asked twice. Only what is clear is taken; the customer sees and may change all of it.

What counts is what the customer said about this problem: of the newest ``MAX_SPOKEN`` messages,
what is younger than ``LONGEST``, came after the last report that was sent, and does not belong to
a complaint of another kind. So it costs the same however long a conversation is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.classifier import Intent, classify
from ecocash_copilot.agent.offline.complaints import category_of
from ecocash_copilot.agent.offline.details import Told, read_details, speaks_of_meant
from ecocash_copilot.agent.offline.vocabulary import pattern
from ecocash_copilot.agent.report_forms import at_first_gap, is_answer
from ecocash_copilot.core.clock import HARARE, now
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.wallet import REASON_LABELS, local_number
from schemas.identity import Customer, Locale
from schemas.message import Message, Role
from schemas.mutations import MUTATIONS
from schemas.ticket import TicketCategory
from schemas.wallet import Transaction
from schemas.widgets import PostbackAction, TicketForm

MAX_DESCRIPTION = 2000

MAX_SPOKEN = 60
"""Newest messages, the assistant's included, in which a form looks for what was said."""

MAX_READ = 6_000
"""Characters of the newest messages in which details are looked for: some 50 ms of reading."""

LONGEST = timedelta(days=7)
"""What was said longer ago is not taken to be about the problem of today."""

HELP_REASON = "help_reason"
"""Name of the postback that shows the article for a reason."""

_COMPLAINTS = frozenset({Intent.REPORT_PROBLEM, Intent.TRANSACTION_HELP})
_QUESTIONS = frozenset(
    {
        Intent.BALANCE,
        Intent.TRANSACTIONS,
        Intent.TRANSACTION_DETAIL,
        Intent.TICKET_STATUS,
        Intent.HELP_QUESTION,
        Intent.SHARE_STATEMENT,
        Intent.CHANGE_LANGUAGE,
    }
)
_SURE = 0.6
_LEAST_WORDS = 3


@dataclass
class _Problem:
    """What was said of one problem, oldest first."""

    category: TicketCategory | None = None
    """None until a complaint names it."""
    complaints: list[Message] = field(default_factory=list[Message])
    said: list[Message] = field(default_factory=list[Message])
    """The complaints, and what else was told rather than asked."""


def carry_in(form: TicketForm, messages: Sequence[Message], customer: Customer) -> TicketForm:
    """Return a form with what the conversation told of its problem since the last report.

    Args:
        messages: the conversation's newest, oldest first.
    """
    problem = _problem_of(form.category, _problems(messages))
    description: str = form.description
    if words := "\n".join(dict.fromkeys(each.text.strip() for each in problem.complaints)):
        description = words[:MAX_DESCRIPTION]
    told = _answers(form, problem.said, customer)
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
    """Return what the customer typed about their problems since the last report, oldest first."""
    return [message for message in _typed(messages) if _is_complaint(message.text)]


def _typed(messages: Sequence[Message]) -> list[Message]:
    """Return what the customer typed since the last report, and not too long ago."""
    since = max((at + 1 for at, each in enumerate(messages) if _ends_a_report(each)), default=0)
    oldest = now() - LONGEST
    return [
        message
        for message in messages[since:]
        if message.role is Role.CUSTOMER
        and message.created_at >= oldest
        and not _is_tap(message.text)
    ]


def _ends_a_report(message: Message) -> bool:
    """Whether a message says what came of something that the customer confirmed."""
    return message.role is not Role.CUSTOMER and any(
        use.name in MUTATIONS and use.ok and '"executed"' in use.result for use in message.tools
    )


def _is_complaint(message: str) -> bool:
    if speaks_of_meant(message):
        return True
    # A reference makes a question about a transaction of it, to the classifier.
    bare = text.REFERENCE.sub(" ", text.fold(message))
    return len(bare.split()) >= _LEAST_WORDS and any(
        classify(each).intent in _COMPLAINTS for each in {text.fold(message), bare}
    )


def _is_question(message: str) -> bool:
    """Whether a message that is no complaint asks or orders, instead of telling."""
    folded = text.fold(message)
    if folded.rstrip().endswith("?") or pattern("acts", "wish").match(folded):
        return True
    likeliest = classify(message[: text.MAX_CHARACTERS])
    return likeliest.intent in _QUESTIONS and likeliest.confidence >= _SURE


def _is_tap(message: str) -> bool:
    return text.REFERENCE.sub("", text.fold(message)).strip() in _taps()


@cache
def _taps() -> frozenset[str]:
    """What buttons say for the customer: it is no description."""
    said: set[str] = set()
    for locale in Locale:
        t = translator(locale)
        said |= {t(REASON_LABELS[category]) for category in TicketCategory}
        said |= {t("I need help with {reference}", reference=""), t("A payment went wrong")}
        said |= {t("Show me {reference}", reference="")}
    return frozenset(text.fold(each).strip() for each in said)


# -- problems ------------------------------------------------------------------------------------


def _problems(messages: Sequence[Message]) -> list[_Problem]:
    """Return the problems that were spoken of; a complaint of another kind begins a new one."""
    found = [_Problem()]
    for message in _typed(messages):
        complaint = _is_complaint(message.text)
        named = category_of(message.text) if complaint else None
        if named is not None and found[-1].category not in (None, named):
            found.append(_Problem())
        found[-1].category = found[-1].category or named
        if complaint:
            found[-1].complaints.append(message)
        if complaint or not _is_question(message.text):
            found[-1].said.append(message)
    return found


def _problem_of(category: TicketCategory | None, problems: list[_Problem]) -> _Problem:
    """Return what was said of the problem that a form is about."""
    fitting = [each for each in problems if category is not None and each.category is category]
    if not fitting and (category is None or len(problems) == 1 or not problems[-1].category):
        fitting = problems[-1:]
    if not fitting:
        # Of several none fits: the customer's words may, but what they tell is of another kind.
        return _Problem(complaints=problems[-1].complaints)
    return _Problem(
        category,
        [message for each in fitting for message in each.complaints],
        [message for each in fitting for message in each.said],
    )


# -- answers -------------------------------------------------------------------------------------


def _answers(form: TicketForm, said: Sequence[Message], customer: Customer) -> dict[str, str]:
    """Return what the words answer of the details, for whichever reason is chosen.

    The newest message that speaks of a detail decides; where it leaves a choice, nothing does.
    """
    found: dict[str, set[str]] = {}
    payment, left = form.transaction, MAX_READ
    for message in reversed(said):
        left -= len(message.text)
        if left < 0:
            break
        today = message.created_at.astimezone(HARARE).date()
        currency = payment.amount.currency if payment else None
        told = read_details(Told(message.text, today, customer.msisdn, currency))
        for name, values in told.items():
            if possible := values - _impossible(name, payment):
                found.setdefault(name, possible)
    if payment is None:
        # The one reference that is named may be of the first charge as well as of the second.
        found.pop("other_reference", None)
    clear = {name: values.pop() for name, values in found.items() if len(values) == 1}
    return {name: _written(value) for name, value in clear.items() if is_answer(name, value)}


def _impossible(name: str, payment: Transaction | None) -> set[str | None]:
    """Return what a detail can't be, beside the payment that the form is about."""
    if payment is None:
        return set()
    own = {"other_reference": payment.reference, "number_meant": payment.counterparty.msisdn}
    return {own.get(name)}


def _written(value: str) -> str:
    """Return a value as people write it."""
    return (local_number(value) or value) if value.startswith("+") else value
