"""Short words to an agent, about what they have just asked for."""

from ecocash_copilot.core.errors import NotFound, ProductError, Unavailable
from ecocash_copilot.state.tick import tick
from schemas.board_views import FlashView


def said(text: str, *, key: str = "", ref: str = "") -> FlashView:
    """Return that something was done; ``text`` may be empty where it can be seen."""
    return FlashView(tick=tick(), tone="success", text=text, key=key, ref=ref, done=True)


def refused(error: ProductError, *, key: str = "", ref: str = "") -> FlashView:
    """Return why something was not done."""
    text = error.detail
    if isinstance(error, Unavailable):
        text = "This does not work just now. What you typed is kept; try again in a moment."
    elif isinstance(error, NotFound) and ref:
        text = f"{ref} was not found."
    return FlashView(tick=tick(), tone="error", text=text, key=key, ref=ref)


def outdated(ticket_id: str, lines: list[str], *, key: str) -> FlashView:
    """Return that nothing was done because somebody was first; ``lines`` say what they did."""
    text = f"{ticket_id} has changed meanwhile. Nothing was sent."
    return FlashView(tick=tick(), tone="error", text=text, lines=lines, key=key, ref=ticket_id)
