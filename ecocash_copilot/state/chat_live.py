"""The chat while it is open: what other tabs, agents and the system do appears by itself.

Messages are told by their number: the next one is put on the page, an older one is there already,
and where one is missing the page reads what it shows anew. What the page has is not sent again.
"""

import asyncio
from functools import partial

import reflex as rx

from ecocash_copilot.actions.conversations import access_conversation
from ecocash_copilot.actions.handovers import find_open_handover, people_are_back_at
from ecocash_copilot.actions.messages import list_messages
from ecocash_copilot.agent.assistant import Opened
from ecocash_copilot.agent.turns import LiveTurn
from ecocash_copilot.core.clock import now
from ecocash_copilot.feed.changes import (
    Change,
    ChangeKind,
    Step,
    conversation_topic,
    customer_topic,
    step,
)
from ecocash_copilot.feed.hub import Subscription
from ecocash_copilot.present.handover import speaker_note
from ecocash_copilot.state.batches import batches
from ecocash_copilot.state.chat_view import ChatView
from ecocash_copilot.state.live import LiveAnswer
from ecocash_copilot.state.live_page import LivePage
from ecocash_copilot.state.services import services
from ecocash_copilot.state.tick import tick
from ecocash_copilot.state.ticket_cards import read_tickets
from ecocash_copilot.state.window import FIRST
from schemas.consent import ConsentId, ConsentState
from schemas.feed import ConsentMove, Presence, PresenceKind
from schemas.handover import Handover
from schemas.identity import Locale
from schemas.message import Conversation, Message, Role, Speaker
from schemas.session import Session
from schemas.ticket_record import Ticket

WATCH = "chat"

_OPEN = (ConsentState.PENDING, ConsentState.CONFIRMED)

FLUSH_SECONDS = 0.06
"""How often a streamed answer is sent to the page, at first."""

LONG_FLUSH_SECONDS = 0.15
"""How often in the end, where the answer is long."""

ASKER_SECONDS = 0.15
"""How long a turn that began is left to the tab that asked, which follows it by itself."""


class ChatLive(ChatView, LivePage, rx.State, mixin=True):
    """What changes on an open chat page."""

    _staff_typing: set[str] = set()
    """Who of the staff types, as ``staff:agent-1``."""

    async def _go_live(self, session: Session) -> None:
        """Show from now on what happens in the chat on the page."""
        async with self:
            conversation_id = self.conversation_id
        topics = [customer_topic(session.customer.id)]
        if conversation_id:
            topics.append(conversation_topic(conversation_id))
        await self._watch(
            WATCH,
            topics,
            read=partial(self._read_missed, session),
            apply=partial(self._apply, session),
            check=partial(self._still_allowed, session),
        )

    async def _still_allowed(self, session: Session) -> None:
        await services().sign_in.access_session(ref=session.id, extend=False)

    # -- reading ---------------------------------------------------------------------------

    async def _read_missed(self, session: Session) -> None:
        """Put on the page what it lacks, and draw again what has changed."""
        async with self:
            conversation_id, slots = self.conversation_id, self._slots()
        if not conversation_id:
            await self._find_conversation(session)
            return
        store = services().store
        first, last = (slots[0].seq, slots[-1].seq) if slots else (1, 0)
        end = last + FIRST + 1
        conversation = await access_conversation(store, session.customer, conversation_id)
        messages = await list_messages(store, conversation, end - first, before_seq=end)
        if await services().assistant.confirmations.bring_up(session.customer, messages):
            messages = await list_messages(store, conversation, end - first, before_seq=end)
        if messages and messages[-1].seq == end - 1:
            # So much was missed that the page begins anew with the newest.
            opened = await services().assistant.open(session, FIRST)
            await self._put_up(session, opened, instead_of=conversation_id)
            messages = opened.messages
        await self._bring_up_to_date(session, conversation, messages)

    async def _put_up(
        self, session: Session, opened: Opened, *, instead_of: str | None = None
    ) -> None:
        """Show a conversation, with its tickets as they are now.

        Args:
            instead_of: only where the page still shows this conversation.
        """
        tickets = await read_tickets(services().store, session.customer, opened.messages)
        async with self:
            if instead_of in (None, self.conversation_id):
                self._learn(tickets, session.customer.locale)
                self._show(session, opened)

    async def _find_conversation(self, session: Session) -> None:
        """Show the conversation that another page has begun, if there is one by now."""
        session = await services().sign_in.access_session(ref=session.id)
        opened = await services().assistant.open(session, FIRST)
        if opened.conversation is None:
            return
        await self._put_up(session, opened, instead_of="")
        await self._also_watch(WATCH, conversation_topic(opened.conversation.id))
        # What was said before it was watched.
        await self._read_missed(session)

    async def _bring_up_to_date(
        self, session: Session, conversation: Conversation, messages: list[Message]
    ) -> None:
        store, locale = services().store, session.customer.locale
        tickets = await read_tickets(store, session.customer, messages)
        handover = await find_open_handover(store, conversation.id)
        typing = await services().presence.find(conversation_topic(conversation.id))
        async with self:
            if self.conversation_id != conversation.id:
                return
            self._learn(tickets, locale)
            newest = self._newest_seq()
            for message in messages:
                # A question that nothing follows may be marked as unanswered, and stays so.
                waiting = message is messages[-1] and message.role is Role.CUSTOMER
                if not self._will_settle(message) and not (waiting and self._shows(message.id)):
                    self._append(message, locale)
            if self._newest_seq() > newest and messages[-1].role is Role.ASSISTANT:
                self._suggest(messages, locale)
            self._take_conversation(conversation)
            self._set_speaker(conversation.speaker, handover, locale)
            self._staff_typing = {each.who for each in typing if _is_staff_typing(each)}
            self._set_typing()
            self._follow_later(session)

    # -- changes ---------------------------------------------------------------------------

    def _apply(self, session: Session, changes: list[Change]) -> bool:
        """Put changes on the page; False where one before them is missing."""
        complete = True
        for change in changes:
            match change.document:
                case Message() as message:
                    complete &= self._take_message(message, session, created=change.created)
                case Ticket() as ticket:
                    self._learn([ticket], session.customer.locale)
                case Conversation() as conversation:
                    complete &= self._take_conversation(conversation)
                case Handover() as handover:
                    complete &= handover.conversation_id != self.conversation_id
                case ConsentMove() as moved:
                    # Whoever decided it may have died before it was told; reading tells it.
                    complete &= moved.state in _OPEN or not self._asks(moved.id)
                case Presence() as presence:
                    if _is_staff_typing(presence):
                        self._staff_typing = {*self._staff_typing, presence.who}
                        self._set_typing()
                case _:
                    self._take_bare(change, session)
        return complete

    def _asks(self, consent_id: ConsentId) -> bool:
        """Return whether a dialog in the window still waits for what comes of a consent."""
        dialogs = (widget.dialog for view in self._slots() for widget in view.widgets)
        return any(each.consent_id == consent_id and each.state in _OPEN for each in dialogs)

    def _take_bare(self, change: Change, session: Session) -> None:
        """Take a change that carries no document."""
        if change.kind is ChangeKind.TURN:
            self._follow_later(session)
        elif change.kind is ChangeKind.PRESENCE:
            _, kind, who = change.id.split("|", 2)
            if kind == PresenceKind.TYPING.value and who in self._staff_typing:
                self._staff_typing = self._staff_typing - {who}
                self._set_typing()

    def _take_message(self, message: Message, session: Session, *, created: bool) -> bool:
        if message.conversation_id != self.conversation_id:
            return True
        locale = session.customer.locale
        if self._shows(message.id):
            # Its own echo says nothing new.
            return created or self._redraw(message, locale)
        if self._will_settle(message):
            return True
        if step(self._newest_seq(), message.seq) is Step.GAP:
            return False
        self._append(message, locale)
        if message.role is Role.ASSISTANT:
            self._suggest([message], locale)
        if message.role is Role.AGENT:
            self._staff_typing = set()
            self._set_typing()
        return True

    def _will_settle(self, message: Message) -> bool:
        """Return whether the turn that this page follows is about to bring this message."""
        answers = message.reply_to is not None and message.role is not Role.AGENT
        return answers and bool(self._following) and not self._shows(message.id)

    def _take_conversation(self, conversation: Conversation) -> bool:
        """Take what is new about a conversation; False where the page must look for itself."""
        if not self.conversation_id:
            return False
        if conversation.id != self.conversation_id:
            return True
        self._conversation = conversation
        if conversation.title and self.title != conversation.title:
            self.title = conversation.title
        return conversation.speaker.value == self.speaker

    def _set_speaker(self, speaker: Speaker, handover: Handover | None, locale: Locale) -> None:
        note = ""
        if handover is not None:
            note = speaker_note(handover, locale, people_are_back_at(), now())
        if (self.speaker, self.speaker_note) != (speaker.value, note):
            self.speaker, self.speaker_note = speaker.value, note

    def _set_typing(self) -> None:
        typing = bool(self._staff_typing)
        if self.agent_typing != typing:
            self.agent_typing = typing

    # -- turns -----------------------------------------------------------------------------

    def _follow_later(self, session: Session) -> None:
        """Follow the turn under way in the chat, unless the page does; the caller holds it."""
        if self._following:
            return
        turn = services().assistant.running(self.conversation_id)
        if turn is None:
            if self.busy:
                # It ended before anybody followed it.
                self._clear_live(busy=False)
            return
        tab = self.router.session
        key = (tab.client_token, self.get_full_name(), "turn")

        async def run(subscription: Subscription) -> None:
            await asyncio.sleep(ASKER_SECONDS)
            if subscription.closed:
                return
            async with self:
                if self._following:
                    return
                if services().assistant.running(self.conversation_id) is not turn:
                    # It has ended: its answer is on the page, or comes as a message.
                    self._follow_later(session)
                    return
                if self.busy is False:
                    self._clear_live(busy=True)
            await self._follow(session, turn)

        services().pages.start(key, tab.session_id, (), run)

    async def _follow(self, session: Session, turn: LiveTurn) -> None:
        """Show a turn as it goes, until its answer is settled or the page shows another chat.

        Of several that follow for one page the latest goes on.
        """
        live = LiveAnswer(session.customer.locale)
        blocks, widgets = live.blocks, live.widgets
        async with self:
            mine = self._following = max(tick(), self._following + 1)
        async for batch in batches(turn.watch(), FLUSH_SECONDS, LONG_FLUSH_SECONDS):
            live.add(batch)
            if batch[-1].type == "turn_finished":
                break
            async with self:
                if not self._follows(turn, mine):
                    return
                self.live_tail = live.tail
                # A var that is set is sent, also when it is as it was.
                if live.blocks is not blocks:
                    self.live_blocks = blocks = live.blocks
                if live.widgets is not widgets:
                    self.live_widgets = widgets = live.widgets
        async with self:
            if not self._follows(turn, mine):
                return
            self._following = 0
            answer = turn.answer
            missed = answer is not None and step(self._newest_seq(), answer.seq) is Step.GAP
            if missed:
                self._clear_live(busy=False)
            else:
                self._settle(answer, session.customer.locale, silenced=turn.silenced)
        if missed:
            await self._read_missed(session)

    def _follows(self, turn: LiveTurn, mine: int) -> bool:
        return self.conversation_id == turn.conversation_id and self._following == mine


def _is_staff_typing(presence: Presence) -> bool:
    return presence.kind is PresenceKind.TYPING and presence.who.startswith("staff:")
