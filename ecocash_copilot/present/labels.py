"""The fixed texts of the chat page and its quick actions, in the customer's language."""

from functools import cache

from ecocash_copilot.core.i18n import translator
from schemas.identity import Locale
from schemas.views import ChatLabels, QuickActionView


@cache
def chat_labels(locale: Locale) -> ChatLabels:
    """Return every fixed text of the page."""
    t = translator(locale)
    return ChatLabels(**{name: t(text) for name, text in ChatLabels().model_dump().items()})


_FIRST = (
    "Show my balance",
    "My transactions this week",
    "A payment went wrong",
    "What are the fees?",
)
_AFTER = {
    "balance_card": ("My transactions this week", "Only the failed ones", "What are the fees?"),
    "transaction_table": ("Only the failed ones", "And last week?", "Show my balance"),
    "transaction_detail": ("How does a reversal work?", "Status of my tickets", "Talk to a person"),
    "ticket_status_board": ("How long does a ticket take?", "Talk to a person", "Show my balance"),
    "ticket_form": (),
    "confirmation_dialog": (),
    "help_article": ("Show my balance", "A payment went wrong", "Talk to a person"),
}


def quick_actions(locale: Locale, last_widget: str | None) -> list[QuickActionView]:
    """Return what a customer is likely to want next, given the newest card's type.

    Nothing where the card asks something itself: it needs the room.
    """
    t = translator(locale)
    texts = _AFTER.get(last_widget, _FIRST) if last_widget else _FIRST
    return [QuickActionView(label=t(text), text=t(text)) for text in texts]


_REFUSALS = {
    "conflict": "An answer is on its way. Please wait for it, or stop it.",
    "invalid": "This could not be sent. Please write it in another way.",
    "not_found": "This is not there any more.",
    "not_now": "This is not possible for this ticket now.",
    "outdated": "This was changed on another page. Here it is as it is now.",
    "rate_limited": "You are sending very fast. Please wait a moment.",
    "unavailable": "This does not work just now. Please try again in a moment.",
}
_REFUSED = "Something went wrong. Please try again."


def refusal(code: str, locale: Locale) -> str:
    """Return what to say when something was refused, given the error's code."""
    return translator(locale)(_REFUSALS.get(code, _REFUSED))
