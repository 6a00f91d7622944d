"""The schemas that developers outside build on, as JSON Schema."""

from typing import Any

from pydantic import TypeAdapter

from schemas.bridge import HostToPage, PageToHost
from schemas.help import HelpResults
from schemas.message import Conversation, Message
from schemas.notice import PushEvent
from schemas.ticket import Tickets
from schemas.turn import TurnEvent
from schemas.wallet import Balances, Transaction, TransactionFilter, TransactionPage
from schemas.widgets import Action, AnyWidget

_EXPORTED: dict[str, Any] = {
    "widget": AnyWidget,
    "action": Action,
    "turn-event": TurnEvent,
    "message": Message,
    "conversation": Conversation,
    "bridge-page-to-host": PageToHost,
    "bridge-host-to-page": HostToPage,
    "balances": Balances,
    "transaction": Transaction,
    "transaction-filter": TransactionFilter,
    "transaction-page": TransactionPage,
    "tickets": Tickets,
    "help-results": HelpResults,
    "push-event": PushEvent,
}


def exported_schemas() -> dict[str, dict[str, Any]]:
    """Return JSON Schema (draft 2020-12) by name, as the product writes these things."""
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": name,
            **TypeAdapter[Any](exported).json_schema(mode="serialization"),
        }
        for name, exported in _EXPORTED.items()
    }
