"""Reading on in the board's columns, and filling again those that cards have left."""

import reflex as rx

from ecocash_copilot.present.board import card_view
from ecocash_copilot.state import board_ids as parse
from ecocash_copilot.state.board_query import filter_of
from ecocash_copilot.state.board_reading import read_page
from ecocash_copilot.state.board_window import BoardWindow
from ecocash_copilot.state.deck import PAGE, WINDOW
from ecocash_copilot.state.guard import StaffState, staff_event
from schemas.board_views import QueryView
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketStatus
from schemas.ticket_board import TicketPage

_WORKERS = (StaffRole.AGENT, StaffRole.SUPERVISOR)


class BoardColumns(BoardWindow, StaffState, rx.State, mixin=True):
    """Where the windows of the columns stand."""

    query: QueryView = QueryView()

    def _fill(self, status: TicketStatus, page: TicketPage) -> None:
        cards = [card_view(ticket) for ticket in page.tickets]
        self._deck.fill(status, cards, more=page.next_cursor is not None)

    async def _refill(self, staff: Staff, query: QueryView) -> None:
        """Read columns again of whose windows the greater part has left."""
        if not self._deck.thin():
            return  # Most changes leave enough, and a state is not taken up for nothing.
        async with self:
            if self.query != query:
                return
            windows = {status: self._deck.window_of(status) for status in self._deck.thin()}
        for status, (start, limit) in windows.items():
            page = await read_page(staff, status, filter_of(query, staff), start, limit)
            async with self:
                if self.query != query:
                    return
                column = self._deck.columns[status]
                if start in column.starts and column.limit == limit:
                    column.go_back_to(start)
                    self._fill(status, page)
                    self._deal()

    @staff_event(*_WORKERS)
    async def more(self, staff: Staff, status: str, whole: bool) -> None:
        """Show what is below a column's cards.

        Args:
            whole: the page shows as many cards as a window holds. Then the window moves on;
                otherwise those below join it, and none is taken away.
        """
        state = parse.status(status)
        async with self:
            column, query = self._deck.columns[state], self.query
            start, on = column.starts[-1], whole and self._deck.is_full(state)
        condition = filter_of(query, staff)
        if on:
            start = (await read_page(staff, state, condition, start, PAGE)).next_cursor
            if start is None:
                return
        page = await read_page(staff, state, condition, start, WINDOW)
        async with self:
            if self.query != query:
                return
            column = self._deck.columns[state]
            if start != column.starts[-1]:
                column.starts.append(start)
            column.limit = WINDOW
            self._fill(state, page)
            self._deal()

    @staff_event(*_WORKERS)
    async def newer(self, staff: Staff, status: str) -> None:
        """Show what is above a column's window."""
        state = parse.status(status)
        async with self:
            starts, query = self._deck.columns[state].starts, self.query
            start = starts[max(len(starts) - 2, 0)]
        page = await read_page(staff, state, filter_of(query, staff), start, WINDOW)
        async with self:
            column = self._deck.columns[state]
            if self.query != query or start not in column.starts:
                return
            column.go_back_to(start)
            self._fill(state, page)
            self._deal()
