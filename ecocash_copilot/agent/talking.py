"""Messages taken, turns started, answers kept: what every way of asking has in common."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from limits import RateLimitItemPerMinute

from ecocash_copilot.actions.conversations import (
    access_conversation,
    list_conversations,
    open_conversation,
)
from ecocash_copilot.actions.handovers import say_waiting
from ecocash_copilot.actions.messages import (
    Accepted,
    accept_message,
    claim_answer,
    find_unanswered,
    list_spoken,
    settle_answer,
)
from ecocash_copilot.agent.carry_in import MAX_SPOKEN
from ecocash_copilot.agent.confirmations import Confirmations
from ecocash_copilot.agent.history import MAX_MESSAGES
from ecocash_copilot.agent.languages import speaking_now, which_language
from ecocash_copilot.agent.offline.languages import LanguageWish, language_of, language_wish
from ecocash_copilot.agent.parts import Asked, Parts
from ecocash_copilot.agent.recent import RecentTalk
from ecocash_copilot.agent.report_taps import form_of_key
from ecocash_copilot.agent.reports import Reports, Said
from ecocash_copilot.agent.run_turn import TurnRequest, TurnRun
from ecocash_copilot.agent.table_cards import TableCards
from ecocash_copilot.agent.takeover import (
    Speech,
    after_two_failures,
    handing_over,
    wanted_person,
)
from ecocash_copilot.agent.tools import TurnContext
from ecocash_copilot.agent.transcript import Answer
from ecocash_copilot.agent.turns import Run
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, NotFound
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.store.conversations import find_claim
from schemas.handover import HandoverReason
from schemas.identity import Customer
from schemas.message import Conversation, Message, Role, Speaker
from schemas.session import Session

FORM_TAPS_PER_MINUTE = 240
"""What one customer's pages may send of report forms, which they do while the customer types."""


class Talking:
    """One customer message at a time: accepted, answered by whoever fits, and settled."""

    def __init__(self, parts: Parts) -> None:
        """Keep the parts; nothing is started."""
        self._parts = parts
        self._store = parts.store
        self._recent = RecentTalk()
        self._tables = TableCards(parts.store, parts.wallet, parts.tokens)
        self.confirmations = Confirmations(
            parts.store, parts.wallet, parts.tokens, parts.limit_storage
        )
        """Questions for consent, and the customer's taps on them."""
        self.reports = Reports(parts.store, parts.wallet, self.confirmations)
        """Problem reports while they are filled in."""
        self._rate = RateLimit(
            parts.limit_storage, RateLimitItemPerMinute(parts.messages_per_minute), "messages"
        )
        self._form_rate = RateLimit(
            parts.limit_storage, RateLimitItemPerMinute(FORM_TAPS_PER_MINUTE), "form_taps"
        )

    async def admit_ticket_tap(self, customer: Customer) -> None:
        """Count a tap on a ticket's card, as a message is counted.

        Raises:
            RateLimited: too many messages and taps in a minute.
        """
        await self._rate.hit(customer.id)

    async def admit_form_tap(self, customer: Customer) -> None:
        """Count what a page sends of a report form.

        Raises:
            RateLimited: too much in a minute.
        """
        await self._form_rate.hit(customer.id)

    async def stop(self, session: Session, conversation_id: str) -> bool:
        """End the turn under way in one of this customer's conversations."""
        await access_conversation(self._store, session.customer, conversation_id)
        return self._parts.turns.stop(conversation_id)

    async def _current(self, session: Session) -> Conversation | None:
        if session.conversation_id is not None:
            return await access_conversation(self._store, session.customer, session.conversation_id)
        newest = await list_conversations(self._store, session.customer, limit=1)
        return newest[0] if newest else None

    async def _current_or_new(self, session: Session) -> Conversation:
        """Return the session's conversation; of many first messages at once, one opens it."""
        conversation = await self._current(session)
        if conversation is None:
            conversation = await open_conversation(self._store, session.customer)
        session = await self._parts.sign_in.swap_conversation(session, conversation.id)
        if session.conversation_id in (None, conversation.id):
            return conversation
        return await access_conversation(self._store, session.customer, session.conversation_id)

    async def _accept(
        self,
        session: Session,
        conversation: Conversation | None,
        text: str,
        key: str | None,
        *,
        tap: bool = False,
    ) -> Accepted:
        await self._rate.hit(session.customer.id)
        if conversation is None:
            conversation = await self._current_or_new(session)
        elif conversation.customer_id != session.customer.id:
            raise NotFound("There is no such conversation.")
        elif session.conversation_id != conversation.id:
            await self._parts.sign_in.choose_conversation(session, conversation.id)
        return await accept_message(self._store, session.customer, conversation, text, key, tap=tap)

    async def _as_it_was(self, customer: Customer, accepted: Accepted) -> Asked:
        """Return a question that was accepted before, with its turn if that still runs.

        Where the turn died, the question is taken up again.
        """
        conversation, question = accepted.conversation, accepted.question
        if conversation.speaker is not Speaker.ASSISTANT:
            return await self._for_person(accepted)
        turn = self._parts.turns.find(conversation.id)
        if turn is None and await find_unanswered(self._store, conversation, [question]):
            try:
                taken = await claim_answer(self._store, customer, conversation, question.id)
            except Conflict:
                turn = self._parts.turns.find(conversation.id)
            else:
                return await self._answer(customer, taken)
        return Asked(conversation, question, turn)

    async def _for_person(self, accepted: Accepted) -> Asked:
        """Leave a message to the person who speaks, or is waited for. No turn runs."""
        if accepted.conversation.speaker is Speaker.QUEUE:
            await say_waiting(self._store, accepted.conversation)
        return Asked(accepted.conversation, accepted.question, None)

    async def _answer(self, customer: Customer, accepted: Accepted) -> Asked:
        """Start the model on a question, unless it needs nothing now."""
        run_id = accepted.run_id
        if run_id is None:
            return await self._as_it_was(customer, accepted)
        question = accepted.question
        context = self._context(customer, accepted.conversation)
        if (tapped := self._form_step(customer, accepted, context)) is not None:
            return self._started(customer, accepted, run_id, tapped, context, tap=True)
        if (reason := wanted_person(accepted.conversation, question)) is not None:
            run = self._handing_over(customer, accepted, reason)
            return self._started(customer, accepted, run_id, run, context)
        if (wish := language_wish(question.text)) is not None:
            return await self._change_language(customer, accepted, run_id, wish)
        return await self._ask_model(customer, accepted, run_id)

    async def _ask_model(self, customer: Customer, accepted: Accepted, run_id: str) -> Asked:
        question = accepted.question
        context = self._context(customer, accepted.conversation)
        settled = self._recent.before(question) or await list_spoken(
            self._store, accepted.conversation, question.seq, MAX_MESSAGES
        )
        request = TurnRequest(
            run_id=run_id,
            answer_id=accepted.answer_id,
            conversation_id=accepted.conversation.id,
            customer=customer,
            settled=settled,
            moment=now(),
            product_facts=self._parts.product_facts,
            further_back=partial(
                list_spoken, self._store, accepted.conversation, question.seq, MAX_SPOKEN
            ),
        )
        run = TurnRun(self._parts.agents, request, context, self._parts.limits)
        return self._started(customer, accepted, run_id, run, context, settled)

    async def _change_language(
        self, customer: Customer, accepted: Accepted, run_id: str, wish: LanguageWish
    ) -> Asked:
        """Speak the language that a message asks for, and answer what else it asks in it."""
        if wish.locale is not None:
            customer = await self._parts.sign_in.choose_locale(customer, wish.locale)
        if wish.rest:
            asked = await self._ask_model(customer, accepted, run_id)
        else:
            asking = language_of(accepted.question.text, customer.locale)
            speech = (
                which_language(asking, accepted.answer_id)
                if wish.locale is None
                else speaking_now(wish.locale, accepted.answer_id)
            )
            context = self._context(customer, accepted.conversation)
            asked = self._started(customer, accepted, run_id, speech, context)
        return replace(asked, locale=wish.locale)

    def _form_step(
        self, customer: Customer, accepted: Accepted, context: TurnContext
    ) -> Speech | None:
        """Return the turn that a tap on a form began, also where it is taken up again."""
        named = form_of_key(accepted.question.client_key)
        if named is None:
            return None
        step, form_id, revision = named
        widget_id = f"{accepted.answer_id}-1"

        async def say() -> Said:
            if step == "change":
                return await self.reports.change(customer, form_id, widget_id)
            return await self.reports.submit(
                customer, accepted.conversation.id, context, form_id, revision, widget_id
            )

        return Speech(accepted.answer_id, say)

    def _handing_over(
        self, customer: Customer, accepted: Accepted, reason: HandoverReason
    ) -> Speech:
        return handing_over(
            self._store, customer, accepted.conversation, accepted.answer_id, reason
        )

    async def _make_way(
        self, session: Session, conversation: Conversation, key: str | None = None
    ) -> None:
        """End the turn under way: nobody has to wait for it before they ask for a person."""
        claim = await find_claim(self._store, conversation.id)
        sent_before = claim is not None and key is not None and claim.client_key == key
        if not sent_before and await self.stop(session, conversation.id):
            await self._parts.turns.wait(conversation.id)

    def _context(self, customer: Customer, conversation: Conversation) -> TurnContext:
        context = TurnContext(token=partial(self._parts.tokens.mint, customer, conversation.id))
        context.ask = partial(self.reports.model_asks, customer, conversation.id, context)
        return context

    def _started(
        self,
        customer: Customer,
        accepted: Accepted,
        run_id: str,
        run: Run,
        context: TurnContext,
        settled: Sequence[Message] = (),
        *,
        tap: bool = False,
    ) -> Asked:
        """Start a turn.

        Args:
            settled: what a model was given, where one answers.
            tap: it shows what a tap asked for, whoever speaks.
        """

        async def settle(answer: Answer) -> Message | None:
            message = _message_of(answer, customer, accepted)
            if settled:
                answered_in = language_of(accepted.question.text, customer.locale)
                message = message.model_copy(update={"locale": answered_in})
                message = await after_two_failures(
                    self._store, customer, accepted.conversation, settled, message
                )
            kept = await settle_answer(self._store, run_id, message, tap=tap)
            if settled and kept is not None:
                self._recent.keep(settled, kept)
            return kept

        turn = self._parts.turns.start(accepted.conversation.id, run_id, run, context, settle)
        return Asked(accepted.conversation, accepted.question, turn)


def _message_of(answer: Answer, customer: Customer, accepted: Accepted) -> Message:
    t = translator(customer.locale)
    notes: list[str] = []
    if answer.withheld:
        notes.append(t("I left out something that I could not confirm."))
    if answer.card_missing:
        notes.append(t("I found it, but could not show it as a card. Please ask again."))
    if answer.outcome == "failed" and not answer.text:
        notes.append(t("I could not answer that just now. Please try again."))
    return Message(
        id=accepted.answer_id,
        conversation_id=accepted.conversation.id,
        customer_id=customer.id,
        seq=accepted.question.seq + 1,
        role=Role.ASSISTANT,
        text="\n\n".join(part for part in (answer.text, *notes) if part),
        widgets=answer.widgets,
        tools=answer.tools,
        created_at=now(),
        reply_to=accepted.question.id,
        outcome=answer.outcome,
        basic_mode=answer.basic_mode,
        locale=customer.locale,
    )
