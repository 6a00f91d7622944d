"""Ready-made replies in three languages, with what is known about a ticket filled in."""

import json
from functools import cache
from importlib.resources import files
from typing import TypedDict

from schemas.board_views import CannedView
from schemas.handover import Handover
from schemas.identity import Locale
from schemas.ticket_record import Ticket


class CannedReply(TypedDict):
    """One reply as `canned_replies.json` holds it; texts by language."""

    key: str
    title: dict[str, str]
    text: dict[str, str]


PLACEHOLDERS = frozenset({"name", "ticket", "amount", "reference"})
"""What a text may hold in braces."""

_UNKNOWN = "…"


@cache
def canned_replies() -> list[CannedReply]:
    """Return every reply, in the order agents see them."""
    path = files("ecocash_copilot") / "present" / "canned_replies.json"
    return json.loads(path.read_text("utf-8"))


def canned_views(about: Ticket | Handover) -> list[CannedView]:
    """Return the replies in every language, about one ticket or conversation.

    What is not known stays as an ellipsis, for the agent to fill.
    """
    known = _known(about)
    return [
        CannedView(
            key=f"{reply['key']}-{locale.value}",
            title=reply["title"][locale.value],
            language=locale.value,
            text=reply["text"][locale.value].format(**known),
        )
        for locale in Locale
        for reply in canned_replies()
    ]


def _known(about: Ticket | Handover) -> dict[str, str]:
    if isinstance(about, Ticket):
        ticket_id, transaction = about.id, about.transaction
        reference = transaction.reference if transaction else None
        amount = str(transaction.amount) if transaction else None
    else:
        ticket_id, reference, amount = about.ticket_id, about.transaction_reference, None
    known = {
        "name": (about.customer_name or "").split(" ")[0],
        "ticket": ticket_id,
        "amount": amount,
        "reference": reference,
    }
    return {name: value or _UNKNOWN for name, value in known.items()}
