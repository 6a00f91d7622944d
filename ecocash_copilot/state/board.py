"""The board of one browser tab: windows of tickets by state, as they are at every moment."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import reflex as rx

from ecocash_copilot.actions.handovers import list_handovers
from ecocash_copilot.actions.notices import list_dead_notices
from ecocash_copilot.actions.staff_roster import list_assignable
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAllowed, ProductError
from ecocash_copilot.feed.changes import BOARD, STAFF, Change, ChangeKind, is_newer
from ecocash_copilot.present.board import (
    delivery_view,
    me_view,
    staff_views,
    waiting_view,
)
from ecocash_copilot.state.board_columns import BoardColumns
from ecocash_copilot.state.board_counts import GATHER_SECONDS, Counts, shared_counts, total
from ecocash_copilot.state.board_query import filter_of, matches, parse_query
from ecocash_copilot.state.board_reading import read_page, read_team, shared_card
from ecocash_copilot.state.deck import Deck
from ecocash_copilot.state.flash import refused
from ecocash_copilot.state.guard import StaffState, staff_event
from ecocash_copilot.state.live_page import LivePage
from ecocash_copilot.state.services import services
from ecocash_copilot.state.tick import tick
from schemas.board_views import (
    DeliveryView,
    FlashView,
    MeView,
    QueryView,
    StaffView,
    TeamView,
    WaitingView,
)
from schemas.handover import Handover, HandoverState
from schemas.notice import DeliveryState, Notice
from schemas.staff import Staff, StaffRole
from schemas.ticket_board import TicketFilter
from schemas.ticket_record import Ticket

_WORKERS = (StaffRole.AGENT, StaffRole.SUPERVISOR)
_SHEETS = frozenset({"team", "deliveries"})


class BoardState(BoardColumns, LivePage, StaffState, rx.State):
    """What the board shows. Lost at any moment without loss."""

    board_state: str = "loading"
    """``loading``, ``ready``, ``denied`` or ``error``."""
    opened: int = 0
    """Changes when the board was opened anew; the page then opens the ticket of its address."""
    me: MeView = MeView()
    roster: list[StaffView] = []
    waiting: list[WaitingView] = []
    team: TeamView = TeamView()
    deliveries: list[DeliveryView] = []
    late: int = 0
    """Tickets that are breaching a promise, on everybody's desk."""
    flash: FlashView = FlashView()

    _handovers: dict[str, Handover] = {}

    # -- opening ---------------------------------------------------------------------------

    @staff_event(*_WORKERS, StaffRole.OPERATOR)
    async def open_board(self, staff: Staff) -> None:
        """Show what the address asks for, and keep it up to date."""
        async with self:
            query = parse_query(self.router.url.query, staff)
            self.me = me_view(staff)
        works = staff.has(*_WORKERS)
        if works:
            roster = await list_assignable(services().store, services().settings, staff)
            async with self:
                self.roster = staff_views(roster, staff)
        await self._begin(staff, query)
        async with self:
            self.opened = tick()

    @staff_event(*_WORKERS, StaffRole.OPERATOR)
    async def show(self, staff: Staff, query: str) -> None:
        """Show another view: ``query`` is that of the new address."""
        await self._begin(staff, parse_query(query, staff))

    async def _begin(self, staff: Staff, query: QueryView) -> None:
        async with self:
            self.query = query
            if query.view not in _SHEETS:
                self._deck.reset()
        check = partial(self._staff, extend=False)
        timed = query.view == "breaching"
        if staff.has(*_WORKERS):
            await self._watch(
                "board",
                [BOARD],
                read=partial(self._read_board, staff, query),
                apply=partial(self._apply, staff, filter_of(query, staff)),
                settle=partial(self._refill, staff, query),
                check=self._again(self._read_board, staff, query) if timed else check,
                crowd=True,
            )
            await self._watch(
                "counts",
                [BOARD],
                read=partial(self._read_counts, staff, query),
                apply=None,
                check=self._again(self._read_counts, staff, query),
            )
        if staff.has(StaffRole.SUPERVISOR, StaffRole.OPERATOR):
            await self._watch(
                "deliveries",
                [STAFF],
                read=partial(self._read_deliveries, staff),
                apply=None,
                heed=self._is_of_deliveries,
                check=check,
            )

    def _again(
        self, read: Callable[[Staff, QueryView], Awaitable[None]], staff: Staff, query: QueryView
    ) -> Callable[[], Awaitable[None]]:
        """Return what checks a page that is quiet, and reads it: promises run out by themselves."""

        async def check() -> None:
            await self._staff(extend=False)
            await read(staff, query)

        return check

    async def _refused(self, error: ProductError) -> None:
        async with self:
            if self.board_state != "loading":
                self.flash = refused(error)
            else:
                self.board_state = "denied" if isinstance(error, NotAllowed) else "error"

    # -- reading ---------------------------------------------------------------------------

    async def _read_board(self, staff: Staff, query: QueryView) -> None:
        """Read every column's window, and who waits for a person."""
        condition = filter_of(query, staff)
        async with self:
            windows = {
                status: (column.starts[-1], column.limit)
                for status, column in self._deck.columns.items()
            }
        pages = await asyncio.gather(
            *(read_page(staff, status, condition, *windows[status]) for status in windows)
        )
        handovers = await list_handovers(services().store, staff)
        async with self:
            if self.query != query:
                return
            for status, page in zip(windows, pages, strict=True):
                self._fill(status, page)
            self._deal()
            self._handovers = {each.id: each for each in handovers}
            self._draw_waiting(staff)
            self.board_state = "ready"

    async def _read_counts(self, staff: Staff, query: QueryView) -> None:
        """Count the columns, once changes have come to rest for a moment."""
        store = services().store
        await asyncio.sleep(GATHER_SECONDS)
        counts = await shared_counts(store, staff, filter_of(query, staff))
        late = total(await shared_counts(store, staff, TicketFilter(breaching=True)))
        team = await read_team(staff) if query.view == "team" else self.team
        if self._is_counted(query, counts, late, team):
            return  # Most changes move nothing, and a state is not taken up for nothing.
        async with services().pages.lane.turn(), self:
            if self.query != query:
                return
            for status, column in self._deck.columns.items():
                column.count = counts.get(status)
            self._deal()
            if late is not None and late != self.late:
                self.late = late
            if team != self.team:
                self.team = team

    def _is_counted(
        self, query: QueryView, counts: Counts, late: int | None, team: TeamView
    ) -> bool:
        """Return whether the page shows these counts already; may be read without the lock."""
        columns = self._deck.columns
        return (
            self.query == query
            and late in (None, self.late)
            and team == self.team
            and all(column.count == counts.get(status) for status, column in columns.items())
        )

    async def _read_deliveries(self, staff: Staff) -> None:
        dead = [delivery_view(each) for each in await list_dead_notices(services().store, staff)]
        async with self:
            if dead != self.deliveries:
                self.deliveries = dead
            if not staff.has(*_WORKERS):
                self.board_state = "ready"

    # -- changes ---------------------------------------------------------------------------

    def _apply(self, staff: Staff, condition: TicketFilter, changes: list[Change]) -> bool:
        """Show changes of what meets a condition; the caller holds the state."""
        deck, handovers = self._deck, False
        for change in changes:
            if change.kind is ChangeKind.TICKET:
                _apply_ticket(deck, change, condition)
            elif change.kind is ChangeKind.HANDOVER:
                self._apply_handover(change)
                handovers = True
        self._deal()
        if handovers:
            self._draw_waiting(staff)
        return True

    def _apply_handover(self, change: Change) -> None:
        handover = change.document
        if not isinstance(handover, Handover):
            return
        known = self._handovers.get(handover.id)
        if not is_newer(known.version if known else None, handover.version):
            return
        if handover.state is HandoverState.RETURNED:
            self._handovers.pop(handover.id, None)
        else:
            self._handovers[handover.id] = handover

    def _draw_waiting(self, staff: Staff) -> None:
        oldest_first = sorted(self._handovers.values(), key=lambda each: each.created_at)
        waiting = [waiting_view(each, staff) for each in oldest_first]
        if waiting != self.waiting:
            self.waiting = waiting

    def _is_of_deliveries(self, change: Change) -> bool:
        """Return whether a notice was given up, or one that had been was sent."""
        notice = change.document
        dead = isinstance(notice, Notice) and notice.state is DeliveryState.DEAD
        return dead or any(change.id == each.id for each in self.deliveries)


def _apply_ticket(deck: Deck, change: Change, condition: TicketFilter) -> None:
    ticket = change.document
    if not isinstance(ticket, Ticket):
        deck.drop(change.id)
        return
    held = deck.card(ticket.id)
    if held is None and condition.text:
        return  # Whether its words match is for the database to say.
    if not is_newer(held.version if held else None, ticket.version):
        return
    if matches(ticket, condition, now()):
        deck.put(shared_card(ticket))
    else:
        deck.drop(ticket.id)
