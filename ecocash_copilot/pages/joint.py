"""How a page's script and a state speak: elements that nobody sees, and calls with a result."""

from typing import Any, cast

import reflex as rx
from reflex.event import passthrough_event_spec

from components.markup import chain, el, literal, script

# Reflex's signatures hold unknown types.
call_function: Any = cast("Any", rx).call_function


def joint(identity: str, handler: Any) -> Any:
    """A button that only the page's script presses."""
    return el.button(id=identity, type="button", hidden=True, tab_index=-1, on_click=handler)


def call(expression: Any, then: Any) -> Any:
    """Evaluate an expression in the browser and send its result, or its promise's, to a handler.

    Reflex's own callback would reach the browser as text to evaluate, which our policy forbids.
    """
    event = literal(chain(then, passthrough_event_spec(str)))
    source = script(f"(() => Promise.resolve({expression}).then((it) => it && {event}(it)))")
    return call_function(source)
