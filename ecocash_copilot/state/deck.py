"""Which cards a board holds and where: a window of each column, in slots. Plain arithmetic."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.board_views import CardView, LanesView, LaneView
from schemas.ticket import TicketStatus

PAGE = 20
"""Cards a column is read by."""

WINDOW = 2 * PAGE
"""Cards a column holds at most; "show more" then moves the window on."""

SLOTS = WINDOW * len(TicketStatus) + 1
"""One more than the windows hold, for a card on its way from one column to another."""


@dataclass
class Column:
    """Where the window of a column stands."""

    starts: list[str | None] = field(default_factory=lambda: [None])
    """Cursors of the pages it was moved on by; the last one is the window's."""
    limit: int = PAGE
    more: bool = False
    """There are tickets below."""
    count: int | None = None
    """Tickets that match, also beyond the window; None where nobody has counted."""
    filled: int = 0
    """Cards that the last reading gave."""

    @property
    def at_top(self) -> bool:
        """Whether nothing is above the window."""
        return len(self.starts) == 1

    def go_back_to(self, start: str | None) -> None:
        """Forget the pages that the window was moved on by after this one."""
        del self.starts[self.starts.index(start) + 1 :]


def _place(card: CardView) -> tuple[int, str]:
    return (card.rank, card.id)


class Deck:
    """The cards of one board. Each change of a slot is noted, for `take_changes`."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.columns = {status: Column() for status in TicketStatus}
        self._cards: dict[str, tuple[int, CardView]] = {}
        self._free = list(range(SLOTS - 1, -1, -1))
        self._changes: dict[int, CardView | None] = {}
        self._feet: list[tuple[int | None, int, bool, bool]] = []
        """What the heads and feet were made of, the last time that they were taken."""

    def reset(self) -> None:
        """Go back to the top of every column; the cards stay until others are read."""
        self.columns = {status: Column() for status in TicketStatus}

    def card(self, ticket_id: str) -> CardView | None:
        """Return the card of a ticket, if the board holds it."""
        held = self._cards.get(ticket_id)
        return held[1] if held else None

    def cards(self, status: TicketStatus) -> list[CardView]:
        """Return a column's cards in their order."""
        mine = [card for _, card in self._cards.values() if card.status == status]
        return sorted(mine, key=_place)

    def take_changes(self) -> dict[int, CardView | None]:
        """Return the slots that changed since the last time, and what is in them now."""
        changes, self._changes = self._changes, {}
        return changes

    def fill(self, status: TicketStatus, cards: Iterable[CardView], *, more: bool) -> None:
        """Hold what was read of a column in place of what it held."""
        fresh = {card.id: card for card in cards}
        for held in self.cards(status):
            if held.id not in fresh:
                self.drop(held.id)
        for card in fresh.values():
            self._set(card)
        column = self.columns[status]
        column.more, column.filled = more, len(fresh)

    def is_full(self, status: TicketStatus) -> bool:
        """Return whether a column's window holds all that it can."""
        return self._shown()[status.value] >= WINDOW

    def thin(self) -> list[TicketStatus]:
        """Return the columns of whose windows more than half has left, and others could follow.

        So many must leave before a column is read again, that reading costs little a change.
        """
        shown = self._shown()
        return [
            status
            for status, column in self.columns.items()
            if (column.more or not (shown[status.value] or column.at_top))
            and 2 * shown[status.value] < column.filled
        ]

    def window_of(self, status: TicketStatus) -> tuple[str | None, int]:
        """Return from where a column is to be read, and how many.

        That is the page before where nothing is left to read.
        """
        column = self.columns[status]
        ended = not (column.more or column.at_top or self._shown()[status.value])
        return column.starts[-2 if ended else -1], column.limit

    def put(self, card: CardView) -> None:
        """Hold a ticket as it is now, if it falls into the window of its column."""
        status = TicketStatus(card.status)
        column = self.columns[status]
        others = [each for each in self.cards(status) if each.id != card.id]
        above = bool(others) and _place(card) < _place(others[0])
        below = not others or _place(card) > _place(others[-1])
        if (above and not column.at_top) or (below and column.more):
            self.drop(card.id)
            return
        self._set(card)
        for beyond in self.cards(status)[WINDOW:]:
            self.drop(beyond.id)
            column.more = True

    def drop(self, ticket_id: str) -> None:
        """Hold a ticket no longer."""
        held = self._cards.pop(ticket_id, None)
        if held is not None:
            self._free.append(held[0])
            self._changes[held[0]] = None

    def take_lanes(self) -> LanesView | None:
        """Return every column's head and foot, if one changed since the last time."""
        shown = self._shown()
        feet = [
            (column.count, shown[status.value], column.more, column.at_top)
            for status, column in self.columns.items()
        ]
        if feet == self._feet:
            return None
        self._feet = feet
        return self.lanes()

    def lanes(self) -> LanesView:
        """Return every column's head and foot."""
        shown = self._shown()
        return LanesView(
            **{
                status.value: self._lane(column, shown[status.value])
                for status, column in self.columns.items()
            }
        )

    def _shown(self) -> Counter[str]:
        """Return how many cards each column holds."""
        return Counter(card.status for _, card in self._cards.values())

    def _lane(self, column: Column, shown: int) -> LaneView:
        at_least = f"{shown}+" if column.more or not column.at_top else str(shown)
        return LaneView(
            count=at_least if column.count is None else str(column.count),
            shown=shown,
            more=column.more,
            newer=not column.at_top,
        )

    def _set(self, card: CardView) -> None:
        held = self._cards.get(card.id)
        if held is not None and (held[1] == card or held[1].version > card.version):
            return
        slot = held[0] if held else self._free.pop()
        self._cards[card.id] = (slot, card)
        self._changes[slot] = card
