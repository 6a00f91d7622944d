"""The board's end of the websocket, without a browser."""

from typing import Any
from uuid import uuid4

from tests.support.page_client import Page, State

_BOARD, _DESK, _PANEL = "board_state", "desk_state", "ticket_panel_state"


class BoardClient(Page):
    """The board of one member of staff, with the panel beside it."""

    def __init__(self, url: str, cookies: dict[str, str], query: str = "") -> None:
        """Prepare the board of the product at ``url``.

        Args:
            cookies: of a staff's session.
            query: what to show, such as ``view=mine``.
        """
        super().__init__(url, cookies, f"/board?{query}" if query else "/board")

    def is_ready(self) -> bool:
        """Return whether the board shows its columns."""
        return self._board.get("board_state") == "ready"

    @property
    def _board(self) -> State:
        return self.states.get(_BOARD, {})

    @property
    def panel(self) -> State:
        """What is open beside the board; empty where nothing is."""
        return self.states.get(_PANEL, {}).get("item") or {}

    def cards(self) -> list[State]:
        """Return the cards on the board, in no order."""
        return [card for name, card in self._board.items() if name.startswith("card_") and card]

    def card(self, ticket_id: str) -> State:
        """Return a ticket's card, or nothing."""
        found = [card for card in self.cards() if card["id"] == ticket_id]
        return found[0] if found else {}

    def messages(self) -> list[State]:
        """Return the messages in the panel's window, in no order."""
        panel = self.states.get(_PANEL, {})
        return [each for name, each in panel.items() if name.startswith("slot_") and each]

    def events(self) -> list[State]:
        """Return the history in the panel, the newest first."""
        events: list[State] = self.states.get(_PANEL, {}).get("events") or []
        return events

    async def open(self, ticket_id: str) -> None:
        """Open a ticket beside the board, and wait until it is there."""
        await self.call(_PANEL, "open_item", item_id=ticket_id)
        await self.shown(lambda: self.panel.get("id") == ticket_id)

    async def act(self, handler: str, ticket_id: str, version: int, **payload: Any) -> None:
        """Do something with a ticket, which was seen at a version; what comes of it shows."""
        key = uuid4().hex
        await self.call(_DESK, handler, key=key, ticket_id=ticket_id, version=version, **payload)

    async def reply(self, text: str) -> None:
        """Write to the customer of the ticket that is open."""
        await self.act("reply", self.panel["id"], self.panel["version"], text=text, then="")
