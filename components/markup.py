"""Reflex's building blocks as the components use them, typed for a strict checker.

Reflex's own signatures are partly unknown to it, so they pass as ``Any`` here, once, instead of
with a remark on every line. `Prop` keeps what matters typed: the fields of what is drawn.
"""

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import reflex as rx
from reflex.vars import FunctionStringVar, LiteralVar
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.el.elements.inline import A

if TYPE_CHECKING:
    T = TypeVar("T")
    Prop = Annotated[T, "to the checker the value itself, so that its fields are checked"]
    Value = T | rx.Var[T]
else:
    Prop = rx.Var
    """A value known in the browser only."""
    Value = rx.Var
    """The same, where it is only handed on."""


class _Form(BaseHTML):
    """A form that submits nothing by itself; Reflex's own would bring a handler into it."""

    tag = "form"


_rx: Any = rx
_a: Any = A
_form: Any = _Form

el: Any = _rx.el
link: Any = _a.create
"""A plain link; Reflex's own would bring the router's."""
form: Any = _form.create
cond: Any = _rx.cond
fragment: Any = _rx.fragment
match: Any = _rx.match
memo: Any = _rx.memo
"""Makes a component that React draws again only when one of its props is another object."""


undefined: Any = _rx.Var("undefined")
"""Leaves an attribute out."""


def foreach(items: Any, draw: Callable[..., rx.Component], *shared: Any) -> Any:
    """Draw each item; ``draw`` takes the item and what all of them share.

    Items that are known while the page is built are drawn right there.
    """
    if isinstance(items, Sequence):
        ready = cast("Sequence[Any]", items)
        return fragment(*[draw(item, *shared) for item in ready])

    def one(item: Any) -> rx.Component:
        return draw(item, *shared)

    # The browser's variable is called as this parameter: in a list of a list, each its own.
    name = f"{draw.__name__.strip('_')}_item"
    one.__signature__ = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD)])  # type: ignore[attr-defined]
    return _rx.foreach(items, one)


def script(source: str) -> Any:
    """A JavaScript function for an event; values set into ``source`` bring what they import."""
    return FunctionStringVar.create(source)


def chain(handler: Any, args_spec: Any) -> Any:
    """An event handler as a function of the browser that takes what ``args_spec`` says."""
    return _rx.EventChain.create(value=handler, args_spec=args_spec)


def literal(value: Any) -> Any:
    """A Python value as one of the browser's."""
    return LiteralVar.create(value)


def either(value: Any, fallback: Any) -> Any:
    """``value``, or ``fallback`` where it is empty or was left out on the wire."""
    return value | fallback


def count_of(items: Any) -> Any:
    """How many items a list of the browser's holds."""
    return items.length()
