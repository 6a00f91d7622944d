"""The cards on the board, one var each, so that a change sends one card.

Reflex sends a changed var whole. A list of cards would travel again with each change of any of
them; here a card has a slot, and the page sorts the filled slots into its columns.
"""

from typing import Any, cast

import reflex as rx
from reflex.vars import VarData

from ecocash_copilot.state.deck import SLOTS, Deck
from schemas.board_views import CardView, LanesView
from schemas.ticket import TicketStatus

_PREFIX = "card_"
_NAMES = tuple(f"{_PREFIX}{number:03}" for number in range(SLOTS))


class BoardWindow(rx.State, mixin=True):
    """Slots for cards, and the heads of the columns."""

    lanes: LanesView = LanesView()

    _deck: Deck = Deck()

    locals().update(dict.fromkeys(_NAMES))
    __annotations__.update(dict.fromkeys(_NAMES, CardView | None))

    def _deal(self) -> None:
        """Send what has changed in the deck; the caller holds the state."""
        deck = self._deck
        for slot, card in deck.take_changes().items():
            setattr(self, _NAMES[slot], card)
        if (lanes := deck.take_lanes()) is not None:
            self.lanes = lanes


def cards_var(state: type[Any], status: TicketStatus) -> Any:
    """Return the cards of one column in their order, as one var."""
    first = getattr(state, _NAMES[0])
    owner = str(first).rpartition(".")[0]
    data = VarData.merge(first._get_all_var_data())  # noqa: SLF001
    source = (
        f'Object.entries({owner}).filter(([name,card])=>card&&name.startsWith("{_PREFIX}")'
        f'&&(card.status??"new")==="{status.value}").map(([,card])=>card)'
        ".sort((a,b)=>(a.rank??0)-(b.rank??0)||(a.id<b.id?-1:1))"
    )
    return cast("Any", rx).Var(source, _var_data=data).to(list[CardView])
