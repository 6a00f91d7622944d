"""The assistant as pages and other clients use it: one method for each thing a customer can do."""

from dataclasses import replace

from ecocash_copilot.actions.conversations import (
    access_conversation,
    list_conversations,
    open_conversation,
)
from ecocash_copilot.actions.handovers import end_by_customer
from ecocash_copilot.actions.messages import (
    access_message,
    claim_answer,
    find_unanswered,
    list_messages,
    list_spoken,
)
from ecocash_copilot.agent.carry_in import MAX_SPOKEN
from ecocash_copilot.agent.languages import CHOOSE_LANGUAGE, speaking_now
from ecocash_copilot.agent.outcomes import CHANGE_REPORT
from ecocash_copilot.agent.parts import Asked, Opened, Parts
from ecocash_copilot.agent.postbacks import Postback, PostbackRun, plan
from ecocash_copilot.agent.report_taps import (
    about_tap,
    finish_card,
    key_of_form,
    may_open_form,
)
from ecocash_copilot.agent.takeover import (
    asked_because,
    asks_for_person,
    welcoming_back,
)
from ecocash_copilot.agent.talking import Talking
from ecocash_copilot.agent.turns import LiveTurn
from ecocash_copilot.core.errors import Invalid
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.present.handover import ACTION_LABELS, CONTINUE, TALK_TO_PERSON
from schemas.identity import LANGUAGE_NAMES, Locale
from schemas.message import Conversation, Message
from schemas.session import Session

__all__ = ["Asked", "Assistant", "Opened", "Parts"]


class Assistant(Talking):
    """Everything a signed-in customer can do in the chat. Identity comes from the session."""

    # -- conversations -------------------------------------------------------------------------

    async def open(self, session: Session, window: int) -> Opened:
        """Return the session's conversation, or the customer's newest."""
        conversation = await self._current(session)
        if conversation is None:
            return Opened(None, [], has_earlier=False, turn=None, unanswered=None)
        messages = await list_messages(self._store, conversation, window)
        if await self.confirmations.bring_up(session.customer, messages):
            conversation = await access_conversation(self._store, session.customer, conversation.id)
            messages = await list_messages(self._store, conversation, window)
        turn = self._parts.turns.find(conversation.id)
        unanswered = None if turn else await find_unanswered(self._store, conversation, messages)
        return Opened(
            conversation=conversation,
            messages=messages,
            has_earlier=bool(messages) and messages[0].seq > 1,
            turn=turn,
            unanswered=unanswered,
        )

    def running(self, conversation_id: str) -> LiveTurn | None:
        """Return the turn under way in a conversation, if it runs in this process."""
        return self._parts.turns.find(conversation_id)

    async def history(self, session: Session) -> list[Conversation]:
        """Return the customer's conversations, latest first."""
        return await list_conversations(self._store, session.customer, limit=50)

    async def choose(self, session: Session, conversation_id: str) -> Session:
        """Make a conversation the session's own.

        Raises:
            NotFound: it is not this customer's.
        """
        await access_conversation(self._store, session.customer, conversation_id)
        return await self._parts.sign_in.choose_conversation(session, conversation_id)

    async def begin(self, session: Session) -> Session:
        """Begin a conversation, unless the session's own is still empty."""
        conversation = await self._current(session)
        if conversation is None or conversation.title:
            conversation = await open_conversation(self._store, session.customer)
        return await self._parts.sign_in.swap_conversation(session, conversation.id)

    async def choose_language(self, session: Session, locale: Locale) -> Session:
        """Use the language that the customer chose in the menu, from now on."""
        await self._parts.sign_in.choose_locale(session.customer, locale)
        return await self._parts.sign_in.access_session(ref=session.id)

    async def follow_app(self, session: Session, locale: Locale) -> Session:
        """Use the app's language for the rest of the session."""
        return await self._parts.sign_in.follow_app(session, locale)

    async def earlier(
        self, session: Session, conversation_id: str, before_seq: int, limit: int
    ) -> tuple[list[Message], bool]:
        """Return the messages before a number, oldest first, and whether there are more."""
        conversation = await access_conversation(self._store, session.customer, conversation_id)
        messages = await list_messages(self._store, conversation, limit, before_seq)
        if await self.confirmations.bring_up(session.customer, messages):
            messages = await list_messages(self._store, conversation, limit, before_seq)
        return messages, bool(messages) and messages[0].seq > 1

    # -- talking -------------------------------------------------------------------------------

    async def ask(
        self, session: Session, conversation: Conversation | None, text: str, key: str | None
    ) -> Asked:
        """Keep a message and start the turn that answers it.

        Raises:
            Invalid: the text is empty or too long.
            Conflict: a turn is under way in this conversation.
            RateLimited: too many messages in a minute.
        """
        if conversation is not None and asks_for_person(text):
            await self._make_way(session, conversation, key)
        accepted = await self._accept(session, conversation, text, key)
        return await self._answer(session.customer, accepted)

    async def retry(self, session: Session, message_id: str) -> Asked:
        """Answer again: a customer's message without an answer, or one whose answer failed.

        Args:
            message_id: the customer's message, or the failed answer.
        """
        await self._rate.hit(session.customer.id)
        message = await access_message(self._store, session.customer, message_id)
        question_id = message.reply_to or message.id
        conversation = await access_conversation(
            self._store, session.customer, message.conversation_id
        )
        accepted = await claim_answer(self._store, session.customer, conversation, question_id)
        return await self._answer(session.customer, accepted)

    async def postback(
        self, session: Session, conversation: Conversation | None, tapped: Postback
    ) -> Asked:
        """Take the step that a card's button names, without a model.

        Raises:
            Invalid: no such step.
            Conflict: a turn is under way.
        """
        if tapped.name in (TALK_TO_PERSON, CONTINUE):
            return await self._change_speaker(session, conversation, tapped.name)
        if tapped.name == CHOOSE_LANGUAGE:
            return await self._tap_language(session, conversation, tapped.value)
        customer = session.customer
        if conversation is not None:
            conversation = await access_conversation(self._store, customer, conversation.id)
        if tapped.name == CHANGE_REPORT:
            key = key_of_form("change", tapped.value, 0, new_id("tp"))
            said = translator(customer.locale)("Change the report")
            return await self._tap_form(session, conversation, said, key)
        spoken = await self._spoken(conversation) if may_open_form(tapped) else []
        about = await about_tap(self._store, customer, tapped, spoken)
        step = plan(tapped, customer.locale, about)
        accepted = await self._accept(session, conversation, step.said, None, tap=True)
        if accepted.run_id is None:
            return await self._as_it_was(customer, accepted)
        context = self._context(customer, accepted.conversation)
        run = PostbackRun(
            accepted.answer_id,
            step,
            self._parts.wallet,
            context,
            customer.locale,
            finish_card(tapped, spoken, customer),
        )
        return self._started(customer, accepted, accepted.run_id, run, context, tap=True)

    async def _tap_language(
        self, session: Session, conversation: Conversation | None, code: str
    ) -> Asked:
        """Speak the language of the button that was tapped."""
        try:
            locale = Locale(code)
        except ValueError:
            raise Invalid("This language is not known.") from None
        customer = await self._parts.sign_in.choose_locale(session.customer, locale)
        said = LANGUAGE_NAMES[locale]
        accepted = await self._accept(session, conversation, said, None, tap=True)
        if accepted.run_id is None:
            return replace(await self._as_it_was(customer, accepted), locale=locale)
        speech = speaking_now(locale, accepted.answer_id)
        context = self._context(customer, accepted.conversation)
        asked = self._started(customer, accepted, accepted.run_id, speech, context, tap=True)
        return replace(asked, locale=locale)

    async def submit_report(
        self, session: Session, conversation: Conversation | None, form_id: str, revision: int
    ) -> Asked:
        """Ask the customer whether a report that is complete may be sent. Twice asks once.

        Args:
            revision: the form's, as the page shows it.

        Raises:
            NotFound: no such form of this customer.
            Conflict: a turn is under way.
        """
        key = key_of_form("submit", form_id, revision)
        said = translator(session.customer.locale)("Send my report")
        return await self._tap_form(session, conversation, said, key)

    async def _tap_form(
        self, session: Session, conversation: Conversation | None, said: str, key: str
    ) -> Asked:
        accepted = await self._accept(session, conversation, said, key, tap=True)
        return await self._answer(session.customer, accepted)

    async def _spoken(self, conversation: Conversation | None) -> list[Message]:
        """Return what was said lately, for what it tells about a problem."""
        if conversation is None:
            return []
        return await list_spoken(self._store, conversation, conversation.last_seq, MAX_SPOKEN)

    async def _change_speaker(
        self, session: Session, conversation: Conversation | None, name: str
    ) -> Asked:
        """Hand over to a person, or go on with the assistant, by a tap."""
        customer = session.customer
        conversation = conversation or await self._current_or_new(session)
        if name == CONTINUE:
            await end_by_customer(self._store, customer, conversation.id)
        else:
            await self._make_way(session, conversation)
        said = translator(customer.locale)(ACTION_LABELS[name])
        accepted = await self._accept(session, conversation, said, None)
        if accepted.run_id is None:
            return await self._as_it_was(customer, accepted)
        run = (
            welcoming_back(customer, accepted.answer_id)
            if name == CONTINUE
            else self._handing_over(customer, accepted, asked_because(accepted.conversation))
        )
        context = self._context(customer, accepted.conversation)
        return self._started(customer, accepted, accepted.run_id, run, context)

    # -- tables --------------------------------------------------------------------------------

    async def refilter(self, session: Session, widget_id: str, chip: str) -> Message:
        """Filter a table in place, by a tap on a chip."""
        return await self._tables.refilter(session, widget_id, chip)

    async def next_page(self, session: Session, widget_id: str) -> Message:
        """Add a table's next page to it."""
        return await self._tables.next_page(session, widget_id)
