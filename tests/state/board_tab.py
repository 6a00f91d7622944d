"""A tab with the board in it, fed by the database's own change stream."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from ecocash_copilot.feed.feeding import feeding
from ecocash_copilot.state.board import BoardState
from ecocash_copilot.state.desk import DeskState
from ecocash_copilot.state.live_pages import LivePages
from ecocash_copilot.state.services import install
from ecocash_copilot.state.ticket_panel import TicketPanelState
from schemas.board_views import CardView, FlashView, PanelView
from schemas.staff import Staff
from schemas.views import MessageView
from tests.state.tab import Delta, Tab
from tests.support.assistant import Desk, open_desk

BOARD = BoardState.get_full_name()
DESK = DeskState.get_full_name()
PANEL = TicketPanelState.get_full_name()


class BoardTab(Tab):
    """What a board shows, and what can be done on it."""

    def __init__(self, staff: str, query: str = "") -> None:
        """``staff``: the cookie's secret; ``query``: that of the address."""
        super().__init__(staff=staff)
        self._router |= {"pathname": "/board", "asPath": f"/board{query}"}
        self.page: dict[str, Delta] = {BOARD: {}, DESK: {}, PANEL: {}}
        self._keys = 0

    async def emit_update(self, update: Any, token: str) -> None:
        """Take what would go over the websocket."""
        await super().emit_update(update, token)
        for name, delta in self.by_state:
            if name in self.page:
                self.page[name].update(delta)

    async def act(self, handler: str, /, *arguments: Any, **payload: Any) -> FlashView:
        """Do something with a ticket; return the word about it."""
        self._keys += 1
        key = f"key-{self._keys:08}"
        await self.call_of(DESK, handler, key=key, **payload)
        flash: FlashView = self.page[DESK]["flash"]
        assert flash.key == key
        return flash

    async def open_item(self, item_id: str) -> None:
        """Open a ticket or a conversation."""
        await self.call_of(PANEL, "open_item", item_id=item_id)
        await self.meets(lambda: self.item.id == item_id)

    async def meets(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until what is shown meets a condition."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def cards(self, status: str | None = None) -> list[CardView]:
        """The cards as the page sorts them into its columns."""
        held = [v for k, v in self.page[BOARD].items() if k.startswith("card_") and v is not None]
        mine = [each for each in held if status in (None, each.status)]
        return sorted(mine, key=lambda each: (each.rank, each.id))

    def card(self, ticket_id: str) -> CardView | None:
        """The card of a ticket, if it is shown."""
        return next((each for each in self.cards() if each.id == ticket_id), None)

    @property
    def columns(self) -> dict[str, list[CardView]]:
        """Every column from its top."""
        return {status: self.cards(status) for status in self.page[BOARD]["lanes"].model_dump()}

    @property
    def item(self) -> PanelView:
        """What is open."""
        return self.page[PANEL].get("item", PanelView())

    @property
    def said(self) -> list[MessageView]:
        """The conversation in the panel."""
        held = [v for k, v in self.page[PANEL].items() if k.startswith("slot_") and v]
        return sorted(held, key=lambda view: view.seq)


@asynccontextmanager
async def fed_desk(settings: Any, store: Any) -> AsyncGenerator[Desk]:
    """A desk whose pages are told about every change of the database."""
    async with open_desk(settings, store) as desk, feeding(store, settings) as feed:
        fed = replace(desk, pages=LivePages(feed.hub))
        try:
            yield fed
        finally:
            await fed.services.presence.aclose()
            await fed.pages.aclose()


@asynccontextmanager
async def board_of(desk: Desk, staff: Staff, query: str = "") -> AsyncGenerator[BoardTab]:
    """Open the board as a member of staff, and wait until it is there."""
    install(desk.services)
    secret = await desk.staff_sign_in.open_session(staff)
    async with BoardTab(secret, query).open() as tab:
        await tab.call_of(BOARD, "open_board")
        await tab.meets(lambda: tab.page[BOARD].get("board_state") == "ready")
        yield tab
