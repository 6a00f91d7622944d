"""The chat of one browser tab. What it shows is read from MongoDB and from running turns."""

import reflex as rx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from ecocash_copilot.agent.assistant import Asked
from ecocash_copilot.agent.postbacks import Postback
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Invalid, NotAuthenticated, ProductError
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.feed.changes import conversation_topic
from ecocash_copilot.present.dates import short_moment
from ecocash_copilot.present.labels import refusal
from ecocash_copilot.state.chat_live import WATCH, ChatLive
from ecocash_copilot.state.chat_takeover import ChatTakeover
from ecocash_copilot.state.chat_tickets import ChatTickets
from ecocash_copilot.state.chat_view import message_views
from ecocash_copilot.state.guard import CustomerState, arrival, customer_event, public_event
from ecocash_copilot.state.services import services
from ecocash_copilot.state.tick import tick
from ecocash_copilot.state.ticket_cards import as_known, read_tickets
from ecocash_copilot.state.window import FIRST
from schemas.identity import Locale
from schemas.message import MAX_TEXT, Conversation, Message
from schemas.session import Session
from schemas.views import HistoryItemView

MOST_AT_ONCE = 20
"""Unsent messages that one event may bring."""

_log = get_logger(__name__)


class Outgoing(BaseModel):
    """A message as the page sends it."""

    text: str = Field(max_length=MAX_TEXT)
    key: str = Field(min_length=8, max_length=64)


_outgoing: TypeAdapter[Outgoing | list[Outgoing]] = TypeAdapter(Outgoing | list[Outgoing])


class ChatState(ChatTickets, ChatTakeover, ChatLive, CustomerState, rx.State):
    """What the chat page shows. Lost at any moment without loss."""

    uploads: str = ""
    """``ticket`` where files can't go by the cookie; see ``form_upload``."""

    # -- opening ---------------------------------------------------------------------------

    @public_event
    async def open_chat(self) -> None:
        """Show the session's conversation, or ask the page for a session."""

        async def work() -> None:
            await self._open(await self._admit())

        await self._attempt(work())

    @public_event
    async def resume(self, ticket: str) -> None:
        """Take the single-use ticket of a session that the page has just opened."""

        async def work() -> None:
            session = await services().sign_in.redeem_ticket(ticket)
            async with self:
                self._session_ref = session.id
                self.uploads = "" if self._cookie_is_of(session) else "ticket"
            await self._open(session)

        await self._attempt(work())

    @public_event
    async def expire(self) -> None:
        """Show that a new sign-in is needed; the page knows that none is coming by itself."""
        async with self:
            self.app_state = "expired"
            self.busy = False

    async def _open(self, session: Session) -> None:
        opened = await services().assistant.open(session, FIRST)
        await self._put_up(session, opened)
        await self._go_live(session)
        if opened.turn is not None:
            await self._follow(session, opened.turn)

    async def _refused(self, error: ProductError) -> None:
        """Show what the customer can do about an error; the chat itself stays."""
        async with self:
            if isinstance(error, NotAuthenticated):
                self.need_session = tick()
                return
            _log.info("refused", code=error.code)
            if self.app_state == "loading":
                self.app_state = "error"
            else:
                self.alert = refusal(error.code, Locale(self.lang))

    # -- talking ---------------------------------------------------------------------------

    @customer_event
    async def send(self, session: Session, outgoing: str) -> None:
        """Send what the page holds: ``{"text", "key"}`` as JSON, or a list, oldest first."""
        if not outgoing:
            return
        try:
            messages = _outgoing.validate_json(outgoing)
        except ValidationError:
            raise Invalid("This message could not be read.") from None
        for message in messages[:MOST_AT_ONCE] if isinstance(messages, list) else [messages]:
            await self._ask(session, message)

    async def _ask(self, session: Session, message: Outgoing) -> None:
        conversation = await self._held()
        asked = await services().assistant.ask(session, conversation, message.text, message.key)
        await self._stop_typing(session, asked.conversation)
        await self._take_up(session, asked)

    async def _held(self) -> Conversation | None:
        """Return the conversation on the page, and take back an old refusal."""
        async with self:
            self.alert = ""
            return self._conversation

    async def _take_up(self, session: Session, asked: Asked) -> None:
        """Show a question and follow its turn, unless the page went elsewhere meanwhile."""
        if asked.locale is not None:
            # Every label, card and date on the page is drawn anew, in the other language.
            await self._open(await services().sign_in.access_session(ref=session.id))
            return
        await self._catch_up(session, asked.question)
        async with self:
            if self.conversation_id not in ("", asked.conversation.id):
                return
            begun = not self.conversation_id
            self._enter(asked.conversation)
            self._append(asked.question, session.customer.locale)
            if asked.turn is not None:
                self._clear_live(busy=True)
        if begun:
            await self._also_watch(WATCH, conversation_topic(asked.conversation.id))
        if asked.turn is not None:
            await self._follow(session, asked.turn)

    async def _catch_up(self, session: Session, question: Message) -> None:
        """Show what came before a question and is not on the page: another page said it."""
        async with self:
            newest = max((view.seq for view in self._slots()), default=0)
            here = self.conversation_id in ("", question.conversation_id)
        if not here or question.seq <= newest + 1:
            return
        missed, more = await services().assistant.earlier(
            session, question.conversation_id, question.seq, FIRST
        )
        async with self:
            if missed and missed[0].seq > newest + 1:
                self._clear_messages()
                self._newest, self.has_earlier = None, more
            for message in missed:
                self._append(message, session.customer.locale)

    @customer_event
    async def stop(self, session: Session) -> None:
        """End the answer under way; what was said so far stays."""
        async with self:
            conversation_id = self.conversation_id
        await services().assistant.stop(session, conversation_id)

    @customer_event
    async def retry(self, session: Session, message_id: str) -> None:
        """Answer again: the failed answer, or the customer's message that has none."""
        asked = await services().assistant.retry(session, message_id)
        await self._take_up(session, asked)

    # -- cards -----------------------------------------------------------------------------

    @customer_event
    async def get_help(self, session: Session, reference: str) -> None:
        """Show a transaction with the reasons for help."""
        await self._postback(session, "get_help", reference)

    @customer_event
    async def open_transaction(self, session: Session, reference: str) -> None:
        """Show a transaction."""
        await self._postback(session, "open_transaction", reference)

    @customer_event
    async def pick_reason(self, session: Session, widget_id: str, category: str) -> None:
        """Go on with a reason for help."""
        await self._postback(session, "pick_reason", category, widget_id)

    @customer_event
    async def postback(self, session: Session, widget_id: str, name: str, value: str) -> None:
        """Take the next step that a card's button names."""
        await self._postback(session, name, value, widget_id)

    async def _postback(self, session: Session, name: str, value: str, widget_id: str = "") -> None:
        try:
            step = Postback(name=name, value=value, widget_id=widget_id)
        except ValidationError:
            raise Invalid("This button does not work any more.") from None
        asked = await services().assistant.postback(session, await self._held(), step)
        await self._take_up(session, asked)

    @customer_event
    async def chip(self, session: Session, widget_id: str, name: str) -> None:
        """Filter a table in place."""
        await self._replace(session, await services().assistant.refilter(session, widget_id, name))

    @customer_event
    async def next_page(self, session: Session, widget_id: str) -> None:
        """Add a table's next page to it."""
        await self._replace(session, await services().assistant.next_page(session, widget_id))

    async def _replace(self, session: Session, message: Message) -> None:
        """Draw a changed message, if the page shows it."""
        async with self:
            self._redraw(message, session.customer.locale)

    @customer_event
    async def set_locale(self, session: Session, locale: str) -> None:
        """Speak another language in this session, as the app asked."""
        await self._open(await services().assistant.follow_app(session, _locale(locale)))

    @customer_event
    async def choose_language(self, session: Session, locale: str) -> None:
        """Speak another language from now on, as the customer chose in the menu."""
        await self._open(await services().assistant.choose_language(session, _locale(locale)))

    # -- conversations ---------------------------------------------------------------------

    @customer_event
    async def load_earlier(self, session: Session) -> None:
        """Put the messages before the oldest one on the page."""
        async with self:
            conversation_id, before = self.conversation_id, self._oldest_seq()
        if before is None:
            return
        messages, more = await services().assistant.earlier(session, conversation_id, before, FIRST)
        tickets = await read_tickets(services().store, session.customer, messages)
        async with self:
            if self._oldest_seq() == before:
                self._learn(tickets, session.customer.locale)
                known = [as_known(message, self._tickets) for message in messages]
                self._prepend(message_views(known, session.customer.locale))
                self.has_earlier = more

    @customer_event
    async def open_history(self, session: Session) -> None:
        """List the customer's conversations."""
        conversations = await services().assistant.history(session)
        locale = session.customer.locale
        untitled = translator(locale)("New chat")
        async with self:
            self.history = [
                HistoryItemView(
                    id=item.id,
                    title=item.title or untitled,
                    updated=short_moment(item.updated_at, now(), locale),
                    current=item.id == self.conversation_id,
                )
                for item in conversations
            ]
            self.history_known = True
            self._turn_history(shown=True)

    @customer_event
    async def close_history(self, session: Session) -> None:
        """Close the list of conversations."""
        async with self:
            self._turn_history(shown=False)

    def _turn_history(self, *, shown: bool) -> None:
        """Open or close the list, unless the customer did otherwise since the event came."""
        if (came := arrival()) >= self._history_turned:
            self._history_turned, self.history_open = came, shown

    @customer_event
    async def open_conversation(self, session: Session, conversation_id: str) -> None:
        """Go on with an earlier conversation."""
        await self._open(await services().assistant.choose(session, conversation_id))

    @customer_event
    async def new_chat(self, session: Session) -> None:
        """Begin a conversation; it is listed once something is said."""
        await self._open(await services().assistant.begin(session))


def _locale(code: str) -> Locale:
    try:
        return Locale(code)
    except ValueError:
        raise Invalid("This language is not known.") from None
