"""The newest messages of a conversation, one var each, so that a turn sends only what is new.

Reflex sends a changed var whole. A list of messages would travel again with every turn, and grow;
here a message has the slot ``seq % SLOTS``, and the page puts the filled slots in order.
"""

from typing import Any, cast

import reflex as rx
from reflex.vars import VarData

from schemas.message import MessageId
from schemas.views import MessageView

SLOTS = 60
"""Messages a page holds beside those that "load earlier" brought."""

FIRST = 30
"""Messages a page is sent when it opens, and at each "load earlier"."""

_NAMES = tuple(f"slot_{number:02}" for number in range(SLOTS))


class MessageWindow(rx.State, mixin=True):
    """Slots for the newest messages, and a list for earlier ones."""

    earlier: list[MessageView] = []
    """What "load earlier" brought, oldest first; older than every slot."""

    has_earlier: bool = False

    _places: dict[MessageId, int] = {}
    """Message to its number, of those in the slots: reading sixty vars takes a while."""

    locals().update(dict.fromkeys(_NAMES))
    __annotations__.update(dict.fromkeys(_NAMES, MessageView | None))

    def _slots(self) -> list[MessageView]:
        """Return the filled slots, oldest first."""
        filled = [view for name in _NAMES if (view := getattr(self, name)) is not None]
        return sorted(filled, key=lambda view: view.seq)

    def _oldest_seq(self) -> int | None:
        """Return the place of the oldest message on the page."""
        shown = self.earlier or self._slots()
        return shown[0].seq if shown else None

    def _put(self, view: MessageView) -> None:
        """Show a message in its slot. One it pushes out is found again by "load earlier".

        One that is older than the window stays out of it.
        """
        if self._places and view.seq < min(self._places.values()):
            return
        name = _NAMES[view.seq % SLOTS]
        evicted: MessageView | None = getattr(self, name)
        if evicted is not None and evicted.seq < view.seq:
            self.has_earlier = True
            # What stands before a gap would be out of place; it is one tap away.
            self.earlier = []
        if evicted is not None:
            self._places.pop(evicted.id, None)
        self._places[view.id] = view.seq
        setattr(self, name, view)

    def _newest_seq(self) -> int:
        """Return the number of the newest message on the page; 0 where there is none."""
        return max(self._places.values(), default=0)

    def _prepend(self, views: list[MessageView]) -> None:
        """Show older messages above all others; a day that goes on is not headed again."""
        day = next((view.day for view in reversed(views) if view.day), "")
        shown = self.earlier or self._slots()
        if shown and shown[0].day == day:
            first = shown[0].model_copy(update={"day": ""})
            if self.earlier:
                self.earlier = [first, *self.earlier[1:]]
            else:
                self._put(first)
        self.earlier = [*views, *self.earlier]

    def _clear_messages(self) -> None:
        """Empty the page."""
        self.earlier = []
        self.has_earlier = False
        self._places = {}
        for name in _NAMES:
            if getattr(self, name) is not None:
                setattr(self, name, None)


def window_var(state: type[Any]) -> Any:
    """Return the messages of a state's window in their order, as one var."""
    slots = [getattr(state, name) for name in _NAMES]
    data = VarData.merge(
        *(slot._get_all_var_data() for slot in (*slots, state.earlier))  # noqa: SLF001
    )
    ordered = f"[{','.join(map(str, slots))}].filter(Boolean).sort((a,b)=>a.seq-b.seq)"
    merged = cast("Any", rx).Var(f"[...({state.earlier!s}),...{ordered}]", _var_data=data)
    return merged.to(list[MessageView])
