"""When the assistant steps back for a person, and what it says then. No model is asked.

So a customer reaches a person also while the model's provider is down, and no model talks them
out of it.
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from ecocash_copilot.actions.handovers import ask_for_person, people_are_back_at
from ecocash_copilot.agent.offline.classifier import Intent, classify
from ecocash_copilot.agent.offline.text import MAX_CHARACTERS
from ecocash_copilot.agent.outcomes import WAITING
from ecocash_copilot.agent.translate import Outcome
from ecocash_copilot.core.clock import now
from ecocash_copilot.present import handover as words
from ecocash_copilot.store.client import Store
from schemas.handover import HandoverReason
from schemas.identity import Customer
from schemas.message import Conversation, Message, Role
from schemas.mutations import MUTATIONS
from schemas.turn import TextDelta, TurnEvent, TurnFinished, TurnStarted, WidgetReady
from schemas.widgets import AnyWidget

SURE_OF_PERSON = 0.6
"""From this confidence on somebody asks for a person: of the test sentences 94 % that do, and none
that does not."""

SURE_OF_CLAUSE = 0.8
"""The same for one clause of a longer message, which mostly says what went wrong as well: nine of
ten such messages are taken for what they ask, and none of 4,700 that ask for something else."""

SURE_OF_ABUSE = 0.8
"""From this confidence on a message is abuse; below it the model answers, and offers a person."""

UNSURE = 0.45
"""Below this confidence a message was not understood. One of sixty that were lies below."""

DECLINES = 2
"""Dialogs declined in a row after which asking for a person is put down to them."""

_CLAUSES = re.compile(r"[.,;:!?\n]+")
_WORDS_OF_CLAUSE = 3

Say = Callable[[], Awaitable[tuple[str, list[AnyWidget]]]]


class Speech:
    """A turn without a model: does something, then says what there is to say."""

    withheld: int = 0

    def __init__(self, answer_id: str, say: Say) -> None:
        """``say`` does what is to be done and returns text and cards; it runs once."""
        self._answer_id = answer_id
        self._say = say
        self._open = True

    async def events(self) -> AsyncGenerator[TurnEvent, None]:
        """Yield the turn's events."""
        yield TurnStarted(run_id=self._answer_id)
        text, widgets = await self._say()
        yield TextDelta(text=text)
        for widget in widgets:
            yield WidgetReady(widget=widget)
        for event in self.close("done"):
            yield event

    def close(self, reason: Outcome) -> list[TurnEvent]:
        """Return what ends the turn."""
        was_open, self._open = self._open, False
        return [TurnFinished(reason=reason)] if was_open else []


def asks_for_person(text: str) -> bool:
    """Return whether a message asks for a person, beside whatever else it says."""
    text = text[:MAX_CHARACTERS]
    if _sure(text, SURE_OF_PERSON):
        return True
    clauses = [each for each in _CLAUSES.split(text) if len(each.split()) >= _WORDS_OF_CLAUSE]
    return len(clauses) > 1 and any(_sure(clause, SURE_OF_CLAUSE) for clause in clauses)


def _sure(text: str, confidence: float) -> bool:
    prediction = classify(text)
    return prediction.intent is Intent.TALK_TO_PERSON and prediction.confidence >= confidence


def wanted_person(conversation: Conversation, question: Message) -> HandoverReason | None:
    """Return why a message goes to a person; None where the assistant answers it."""
    if asks_for_person(question.text):
        return asked_because(conversation)
    prediction = classify(question.text[:MAX_CHARACTERS])
    intent, confidence = prediction.intent, prediction.confidence
    if intent is Intent.ABUSE and confidence >= SURE_OF_ABUSE and conversation.handover_id is None:
        return HandoverReason.ABUSE
    return None


def asked_because(conversation: Conversation) -> HandoverReason:
    """Return why a customer asks for a person."""
    declined = conversation.declines >= DECLINES
    return HandoverReason.DECLINED_TWICE if declined else HandoverReason.ASKED


def handing_over(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    answer_id: str,
    reason: HandoverReason,
) -> Speech:
    """Return the turn that hands the conversation over and says so."""

    async def say() -> tuple[str, list[AnyWidget]]:
        return await _hand_over(store, customer, conversation, answer_id, reason)

    return Speech(answer_id, say)


async def _hand_over(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    answer_id: str,
    reason: HandoverReason,
) -> tuple[str, list[AnyWidget]]:
    """Hand the conversation over, and return what to say."""
    await ask_for_person(store, customer, conversation, reason)
    moment, back_at = now(), people_are_back_at()
    card = words.asked_notice(f"{answer_id}-h", customer.locale, back_at, moment)
    return words.asked_answer(reason, customer.locale, back_at), [card]


def welcoming_back(customer: Customer, answer_id: str) -> Speech:
    """Return the turn in which the assistant says that it is there again."""

    async def say() -> tuple[str, list[AnyWidget]]:
        return words.welcome_back(customer.locale), []

    return Speech(answer_id, say)


async def after_two_failures(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    settled: Sequence[Message],
    answer: Message,
) -> Message:
    """Hand over where this answer and the one before it did not help.

    Args:
        conversation: as it is now.
        settled: the conversation's newest messages, oldest first; the last is the question.
        answer: about to be kept.

    Returns:
        The answer, which says so then.
    """
    if conversation.handover_id is not None or not _failed(settled[-1], answer):
        return answer
    if awaits_tap(settled):
        # A "yes" beside an open question is understood well; it is only no tap.
        return answer
    before = _answered_before(settled)
    if before is None or not _failed(*before):
        return answer
    reason = HandoverReason.LOW_CONFIDENCE
    text, widgets = await _hand_over(store, customer, conversation, answer.id, reason)
    return answer.model_copy(
        update={"text": f"{answer.text}\n\n{text}".strip(), "widgets": [*answer.widgets, *widgets]}
    )


def awaits_tap(messages: Sequence[Message]) -> bool:
    """Return whether the last thing that was asked for consent to still waits for its answer."""
    asked = [use for each in messages for use in each.tools if use.name in MUTATIONS]
    return bool(asked) and asked[-1].ok and asked[-1].result == WAITING


def _failed(question: Message, answer: Message) -> bool:
    """Return whether a question was not understood, or could not be answered."""
    if answer.outcome in ("failed", "timed_out"):
        return True
    if answer.outcome != "done" or answer.widgets or any(use.ok for use in answer.tools):
        return False
    return classify(question.text[:MAX_CHARACTERS]).confidence < UNSURE


def _answered_before(settled: Sequence[Message]) -> tuple[Message, Message] | None:
    """Return the question before the last, and its answer, if the assistant answered it."""
    if len(settled) <= 2 or settled[-2].role is not Role.ASSISTANT:
        return None
    answer = settled[-2]
    asked = next((each for each in settled if each.id == answer.reply_to), None)
    return (asked, answer) if asked is not None else None
