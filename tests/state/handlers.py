"""Every event handler of every state, and how to call it as a browser could."""

# pyright: reportPrivateUsage=false

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reflex.state import BaseState, State

import ecocash_copilot.ecocash_copilot
from ecocash_copilot.state.guard import GUARD, ROLES
from schemas.staff import StaffRole

_REFLEX = ("reflex.", "reflex_base.")


@dataclass(frozen=True)
class Handler:
    """One handler of ours."""

    state: type[BaseState]
    name: str
    function: Any

    @property
    def label(self) -> str:
        """Such as ``ChatState.send``."""
        return f"{self.state.__name__}.{self.name}"

    @property
    def guard(self) -> str | None:
        """``customer``, ``staff``, ``designer`` or ``anybody``: whom it lets in; None: not said."""
        return getattr(self.function, GUARD, None)

    @property
    def roles(self) -> frozenset[StaffRole]:
        """Of a handler for staff: the roles, one of which is needed."""
        return getattr(self.function, ROLES, frozenset())

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What a browser sends."""
        items = list(inspect.signature(self.function).parameters.items())[1:]
        return dict(items)


def states() -> list[type[BaseState]]:
    """Return every state that the product's pages bring along, mixins too, each once."""
    assert ecocash_copilot.ecocash_copilot.app
    return list(dict.fromkeys(_below(State)))


def _below(state: type[BaseState]) -> Iterator[type[BaseState]]:
    yield state
    for each in state.__subclasses__():
        yield from _below(each)


def is_reflex_own(function: Any) -> bool:
    """Return whether a handler comes with Reflex."""
    return function.__module__.startswith(_REFLEX)


def ours() -> list[Handler]:
    """Return the handlers that are not Reflex's own."""
    return [
        Handler(state, name, handler.fn)
        for state in states()
        if not state._mixin
        for name, handler in state.event_handlers.items()
        if not is_reflex_own(handler.fn)
    ]
