"""The ticket or conversation that is open beside the board, as it is at every moment."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

import reflex as rx

from ecocash_copilot.actions.handovers import (
    access_handover,
    find_open_handover,
    list_handover_messages,
)
from ecocash_copilot.actions.staff_roster import staff_names
from ecocash_copilot.actions.tickets import (
    access_ticket_as_staff,
    list_events,
    list_statements,
    mark_seen,
)
from ecocash_copilot.actions.transcripts import list_ticket_messages
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAllowed, NotAuthenticated, NotFound, ProductError
from ecocash_copilot.feed.changes import (
    Change,
    ChangeKind,
    Step,
    conversation_topic,
    is_newer,
    step,
    ticket_topic,
)
from ecocash_copilot.feed.presence import Look, typing_in
from ecocash_copilot.present.board_panel import (
    conversation_panel,
    event_message,
    event_view,
    statement_view,
    ticket_panel,
)
from ecocash_copilot.present.canned_replies import canned_views
from ecocash_copilot.state import board_ids as parse
from ecocash_copilot.state.flash import refused
from ecocash_copilot.state.guard import StaffState, arrival, staff_event
from ecocash_copilot.state.live_page import LivePage, Read
from ecocash_copilot.state.open_item import OpenItem
from ecocash_copilot.state.services import services
from ecocash_copilot.state.transcript import Transcript
from ecocash_copilot.state.window import FIRST, SLOTS
from schemas.board_views import CannedView, EventView, FlashView, PanelView
from schemas.feed import Presence
from schemas.handover import Handover
from schemas.message import Message
from schemas.staff import Staff, StaffRole
from schemas.ticket_record import Ticket, TicketEvent, TicketEventKind

_WORKERS = (StaffRole.AGENT, StaffRole.SUPERVISOR)
_WATCH = "item"
MOST_EVENTS = 200
"""Lines of history that are shown, latest first."""


class TicketPanelState(Transcript, LivePage, StaffState, rx.State):
    """The panel. Empty while nothing is open."""

    item: PanelView = PanelView()
    events: list[EventView] = []
    canned: list[CannedView] = []
    viewers: list[str] = []
    """Names of others who have the ticket open."""
    typing: str = ""
    """Name of the customer while they type."""
    typing_tick: int = 0
    flash: FlashView = FlashView()

    async def _refused(self, error: ProductError) -> None:
        async with self:
            self.flash = refused(error)
            if isinstance(error, NotFound):
                self._end_watch(_WATCH)
                self._clear()

    # -- opening and closing ---------------------------------------------------------------

    @staff_event(*_WORKERS)
    async def open_item(self, staff: Staff, item_id: str) -> None:
        """Open a ticket (``TCK-...``) or a conversation that wants a person (``ho_...``)."""
        talk = str(item_id).startswith("ho_")
        item_id = parse.handover_id(item_id) if talk else parse.ticket_id(item_id)
        async with self:
            if not self._open.want(item_id, arrival()):
                return
        try:
            async with self._unless_left(item_id):
                await (self._open_conversation if talk else self._open_ticket)(staff, item_id)
        except ProductError:
            async with self:
                if self._open.wanted == item_id:
                    self._open.wanted = self._open.id
            raise

    @asynccontextmanager
    async def _unless_left(self, item_id: str) -> AsyncGenerator[None]:
        """Let errors about an item pass unsaid once another, or none, is wanted."""
        try:
            yield
        except ProductError as error:
            async with self:
                left = self._open.wanted != item_id
            # A caller who has lost their access hears of it whatever they look at.
            if not left or isinstance(error, NotAuthenticated | NotAllowed):
                raise

    async def _open_ticket(self, staff: Staff, number: str) -> None:
        store = services().store
        ticket = await access_ticket_as_staff(store, staff, number)
        if ticket.unread:
            ticket = await mark_seen(store, staff, number)
        topics = [ticket_topic(number)]
        if ticket.conversation_id:
            topics.append(conversation_topic(ticket.conversation_id))
        await self._follow(staff, number, topics, partial(self._read_ticket, staff, number))

    async def _open_conversation(self, staff: Staff, handover_id: str) -> None:
        handover = await access_handover(services().store, staff, handover_id)
        topics = [conversation_topic(handover.conversation_id)]
        read = partial(self._read_conversation, staff, handover_id)
        await self._follow(staff, handover_id, topics, read)

    async def _follow(self, staff: Staff, item_id: str, topics: list[str], read: Read) -> None:
        look = Look(topics[0], f"staff:{staff.id}", staff.name)
        await self._watch(
            _WATCH,
            topics,
            read=read,
            apply=partial(self._apply, staff),
            check=partial(self._still_here, look),
            during=services().presence.looking(look),
            unless=lambda: self._open.wanted != item_id,
        )

    async def _still_here(self, look: Look) -> None:
        """Check that the caller may still see this, and tell others that they do."""
        await self._staff(*_WORKERS, extend=False)
        await services().presence.renew(look)

    @staff_event(*_WORKERS)
    async def close_item(self, staff: Staff) -> None:
        """Close the panel."""
        async with self:
            if not self._open.want("", arrival()):
                return
        await self._unwatch(_WATCH)
        async with self:
            if not self._open.wanted:
                self._clear()

    def _clear(self) -> None:
        self._open = self._open.emptied()
        self._clear_messages()
        self.item = PanelView()
        self.events, self.canned, self.viewers, self.typing = [], [], [], ""

    # -- reading ---------------------------------------------------------------------------

    async def _read_ticket(self, staff: Staff, number: str) -> None:
        async with self._unless_left(number):
            await self._draw_ticket(staff, number)

    async def _draw_ticket(self, staff: Staff, number: str) -> None:
        store = services().store
        ticket = await access_ticket_as_staff(store, staff, number)
        events = await list_events(store, number, limit=MOST_EVENTS)
        messages = await list_ticket_messages(store, staff, ticket, FIRST)
        handover = (
            await find_open_handover(store, ticket.conversation_id)
            if ticket.conversation_id
            else None
        )
        present = await self._read_presence(ticket_topic(number), ticket.conversation_id)
        shared = await list_statements(store, staff, ticket)
        names = await staff_names(store, services().settings, staff)
        async with self:
            if self._open.wanted != number:
                return
            fresh = self._open.begin(number, ticket, handover, present)
            self._open.names = names
            self._open.statements = [statement_view(each, now()) for each in shared]
            self._draw_messages(messages, fresh=fresh)
            self._draw_events(events)
            self._draw(staff)
            canned = canned_views(ticket)
            if canned != self.canned:
                self.canned = canned

    async def _read_conversation(self, staff: Staff, handover_id: str) -> None:
        async with self._unless_left(handover_id):
            await self._draw_conversation(staff, handover_id)

    async def _draw_conversation(self, staff: Staff, handover_id: str) -> None:
        store = services().store
        handover = await access_handover(store, staff, handover_id)
        messages = await list_handover_messages(store, staff, handover_id, FIRST)
        topic = conversation_topic(handover.conversation_id)
        present = await self._read_presence(topic, handover.conversation_id)
        async with self:
            if self._open.wanted != handover_id:
                return
            fresh = self._open.begin(handover_id, None, handover, present)
            self._draw_messages(messages, fresh=fresh)
            self._draw_events([])
            self._draw(staff)
            self.canned = canned_views(handover)

    async def _read_presence(self, topic: str, conversation_id: str | None) -> list[Presence]:
        topics = {topic, conversation_topic(conversation_id)} if conversation_id else {topic}
        return [each for one in topics for each in await services().presence.find(one)]

    @staff_event(*_WORKERS)
    async def earlier_messages(self, staff: Staff) -> None:
        """Put the messages before the oldest one on the panel."""
        async with self:
            opened, before = self._open, self._oldest_seq()
        if before is None:
            return
        async with self._unless_left(opened.id):
            await self._draw_earlier(staff, opened, before)

    async def _draw_earlier(self, staff: Staff, opened: OpenItem, before: int) -> None:
        store = services().store
        if opened.ticket is not None:
            messages = await list_ticket_messages(store, staff, opened.ticket, FIRST, before)
        else:
            messages = await list_handover_messages(store, staff, opened.id, FIRST, before)
        async with self:
            if self._oldest_seq() != before or self._open.id != opened.id:
                return
            self._prepend(self._message_views(messages))
            self.has_earlier = bool(messages) and messages[0].seq > 1

    # -- drawing ---------------------------------------------------------------------------

    def _draw(self, staff: Staff) -> None:
        """Show what is open as it is now, as far as it has changed."""
        opened, moment = self._open, now()
        if opened.ticket is not None:
            view = ticket_panel(opened.ticket, opened.handover, staff, moment)
        elif opened.handover is not None:
            view = conversation_panel(opened.handover, staff, opened.transaction, moment)
        else:
            return
        known = {"tried": opened.tried, "statements": opened.statements}
        view = view.model_copy(update=known)
        if view != self.item:
            self.item = view
        viewers, typing = opened.present(staff.id, moment)
        if viewers != self.viewers:
            self.viewers = viewers
        if typing != self.typing:
            self.typing = typing

    def _draw_events(self, events: list[TicketEvent]) -> None:
        self._open.last_event = events[-1].version if events else 0
        views = [event_view(each, self._open.names) for each in reversed(events)][:MOST_EVENTS]
        if views != self.events:
            self.events = views
        for each in events[-SLOTS:]:
            self._draw_written(each)

    def _draw_written(self, event: TicketEvent) -> None:
        """Where a ticket came from no chat, what was written with it stands in the chat's place."""
        ticket = self._open.ticket
        if ticket is None or ticket.conversation_id:
            return
        view = event_message(event, ticket, now())
        if view is not None and all(view != shown for shown in self._slots()):
            self._put(view)

    # -- changes ---------------------------------------------------------------------------

    def _apply(self, staff: Staff, changes: list[Change]) -> bool:
        """Show changes; False where something between them was missed."""
        if not all(self._apply_one(change) for change in changes):
            return False
        self._draw(staff)
        return True

    def _apply_one(self, change: Change) -> bool:
        opened, document = self._open, change.document
        match document:
            case Ticket() if document.id == opened.id:
                if is_newer(opened.ticket.version if opened.ticket else None, document.version):
                    opened.ticket = document
            case TicketEvent() if document.ticket_id == opened.id:
                return self._apply_event(document)
            case Message():
                return self._apply_message(document)
            case Handover():
                opened.apply_handover(document)
            case _:
                if change.kind is ChangeKind.PRESENCE:
                    opened.apply_presence(change)
                    self.typing_tick += 1
        return True

    def _apply_event(self, event: TicketEvent) -> bool:
        follows = step(self._open.last_event, event.version)
        if follows is Step.NEXT and event.kind is TicketEventKind.STATEMENT_SHARED:
            return False  # What was shared has to be read.
        if follows is Step.NEXT:
            self._open.last_event = event.version
            self.events = [event_view(event, self._open.names), *self.events][:MOST_EVENTS]
            self._draw_written(event)
        return follows is not Step.GAP

    @staff_event(*_WORKERS)
    async def type_to_customer(self, staff: Staff) -> None:
        """Tell the customer that somebody types."""
        async with self:
            conversation_id, mine = self._open.conversation_id, self._open.is_led_by(staff.id)
        if conversation_id and mine:
            typing = typing_in(conversation_id, f"staff:{staff.id}")
            await services().presence.show(*typing, staff.name)
