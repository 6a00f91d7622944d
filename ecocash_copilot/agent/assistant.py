"""The assistant as pages and other clients use it: one method for each thing a customer can do."""

from dataclasses import dataclass
from functools import partial

from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage

from ecocash_copilot.actions.conversations import (
    access_conversation,
    list_conversations,
    open_conversation,
)
from ecocash_copilot.actions.messages import (
    Accepted,
    accept_message,
    access_message,
    claim_answer,
    find_unanswered,
    list_messages,
    list_spoken,
    settle_answer,
)
from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.agent.build import Agents
from ecocash_copilot.agent.history import MAX_MESSAGES
from ecocash_copilot.agent.postbacks import Postback, PostbackRun, plan
from ecocash_copilot.agent.run_turn import Limits, TurnRequest, TurnRun
from ecocash_copilot.agent.table_cards import TableCards
from ecocash_copilot.agent.tools import TurnContext
from ecocash_copilot.agent.transcript import Answer
from ecocash_copilot.agent.turns import LiveTurn, Run, Turns
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, NotFound
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.store.client import Store
from schemas.identity import Customer, Locale
from schemas.message import Conversation, Message, Role
from schemas.session import Session

_log = get_logger(__name__)


@dataclass(frozen=True)
class Opened:
    """A conversation as a page shows it first."""

    conversation: Conversation | None
    """None for a customer who has none yet."""
    messages: list[Message]
    """The newest, oldest first."""
    has_earlier: bool
    turn: LiveTurn | None
    """The turn under way in this process."""
    unanswered: Message | None
    """The customer's last message, if its turn died before it was answered."""


@dataclass(frozen=True)
class Asked:
    """A question and the turn that answers it."""

    conversation: Conversation
    question: Message
    turn: LiveTurn | None
    """None when the question was sent before and needs nothing now."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the assistant is made of."""

    store: Store
    sign_in: SignIn
    wallet: WalletTools
    agents: Agents
    turns: Turns
    tokens: McpTokens
    limit_storage: Storage
    messages_per_minute: int
    """For each customer."""
    product_facts: str = ""
    """Figures of the product itself that an answer may hold."""
    limits: Limits | None = None


class Assistant:
    """Everything a signed-in customer can do in the chat. Identity comes from the session."""

    def __init__(self, parts: Parts) -> None:
        """Keep the parts; nothing is started."""
        self._parts = parts
        self._store = parts.store
        self._tables = TableCards(parts.store, parts.wallet, parts.tokens)
        self._rate = RateLimit(
            parts.limit_storage, RateLimitItemPerMinute(parts.messages_per_minute), "messages"
        )

    # -- conversations ---------------------------------------------------------------------

    async def open(self, session: Session, window: int) -> Opened:
        """Return the session's conversation, or the customer's newest."""
        conversation = await self._current(session)
        if conversation is None:
            return Opened(None, [], has_earlier=False, turn=None, unanswered=None)
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

    async def speak(self, session: Session, locale: Locale) -> Session:
        """Use another language for the rest of the session."""
        return await self._parts.sign_in.choose_locale(session, locale)

    async def earlier(
        self, session: Session, conversation_id: str, before_seq: int, limit: int
    ) -> tuple[list[Message], bool]:
        """Return the messages before a number, oldest first, and whether there are more."""
        conversation = await access_conversation(self._store, session.customer, conversation_id)
        messages = await list_messages(self._store, conversation, limit, before_seq)
        return messages, bool(messages) and messages[0].seq > 1

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

    # -- talking ---------------------------------------------------------------------------

    async def ask(
        self, session: Session, conversation: Conversation | None, text: str, key: str | None
    ) -> Asked:
        """Keep a message and start the turn that answers it.

        Raises:
            Invalid: the text is empty or too long.
            Conflict: a turn is under way in this conversation.
            RateLimited: too many messages in a minute.
        """
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
        locale = session.customer.locale
        step = plan(tapped, locale)
        accepted = await self._accept(session, conversation, step.said, None)
        if accepted.run_id is None:
            return await self._as_it_was(session.customer, accepted)
        context = self._context(session.customer, accepted.conversation)
        run = PostbackRun(accepted.answer_id, step, self._parts.wallet, context, locale)
        return self._started(session.customer, accepted, accepted.run_id, run, context)

    async def stop(self, session: Session, conversation_id: str) -> bool:
        """End the turn under way in one of this customer's conversations."""
        await access_conversation(self._store, session.customer, conversation_id)
        return self._parts.turns.stop(conversation_id)

    async def _accept(
        self, session: Session, conversation: Conversation | None, text: str, key: str | None
    ) -> Accepted:
        await self._rate.hit(session.customer.id)
        if conversation is None:
            conversation = await self._current_or_new(session)
        elif conversation.customer_id != session.customer.id:
            raise NotFound("There is no such conversation.")
        elif session.conversation_id != conversation.id:
            await self._parts.sign_in.choose_conversation(session, conversation.id)
        return await accept_message(self._store, session.customer, conversation, text, key)

    async def _as_it_was(self, customer: Customer, accepted: Accepted) -> Asked:
        """Return a question that was accepted before, with its turn if that still runs.

        Where the turn died, the question is taken up again.
        """
        conversation, question = accepted.conversation, accepted.question
        turn = self._parts.turns.find(conversation.id)
        if turn is None and await find_unanswered(self._store, conversation, [question]):
            try:
                taken = await claim_answer(self._store, customer, conversation, question.id)
            except Conflict:
                turn = self._parts.turns.find(conversation.id)
            else:
                return await self._answer(customer, taken)
        return Asked(conversation, question, turn)

    async def _answer(self, customer: Customer, accepted: Accepted) -> Asked:
        """Start the model on a question, unless it needs nothing now."""
        run_id = accepted.run_id
        if run_id is None:
            return await self._as_it_was(customer, accepted)
        question = accepted.question
        settled = await list_spoken(self._store, accepted.conversation, question.seq, MAX_MESSAGES)
        context = self._context(customer, accepted.conversation)
        request = TurnRequest(
            run_id=run_id,
            answer_id=accepted.answer_id,
            conversation_id=accepted.conversation.id,
            customer=customer,
            settled=settled,
            moment=now(),
            product_facts=self._parts.product_facts,
        )
        run = TurnRun(self._parts.agents, request, context, self._parts.limits)
        return self._started(customer, accepted, run_id, run, context)

    def _context(self, customer: Customer, conversation: Conversation) -> TurnContext:
        return TurnContext(token=partial(self._parts.tokens.mint, customer, conversation.id))

    def _started(
        self,
        customer: Customer,
        accepted: Accepted,
        run_id: str,
        run: Run,
        context: TurnContext,
    ) -> Asked:
        async def settle(answer: Answer) -> Message:
            message = _message_of(answer, customer, accepted)
            return await settle_answer(self._store, run_id, message)

        turn = self._parts.turns.start(accepted.conversation.id, run_id, run, context, settle)
        return Asked(accepted.conversation, accepted.question, turn)

    # -- tables ----------------------------------------------------------------------------

    async def refilter(self, session: Session, widget_id: str, chip: str) -> Message:
        """Filter a table in place, by a tap on a chip."""
        return await self._tables.refilter(session, widget_id, chip)

    async def next_page(self, session: Session, widget_id: str) -> Message:
        """Add a table's next page to it."""
        return await self._tables.next_page(session, widget_id)


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
    )
