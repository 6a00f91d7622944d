"""Documents as a change stream brings them, read into changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ecocash_copilot.feed.changes import (
    BOARD,
    OUTBOX,
    STAFF,
    Change,
    ChangeKind,
    Fed,
    conversation_topic,
    customer_topic,
    ticket_topic,
)
from ecocash_copilot.store.client import Document
from ecocash_copilot.store.handovers import parse_handover
from ecocash_copilot.store.outbox import parse_notice
from ecocash_copilot.store.ticket_events import parse_event
from ecocash_copilot.store.tickets import parse_ticket
from schemas.base import Schema
from schemas.feed import ConsentMove, Presence
from schemas.message import Conversation, Message
from schemas.notice import DeliveryState

Parsed = TypeVar("Parsed", bound=Schema)


@dataclass(frozen=True)
class Source:
    """How documents of one collection become changes."""

    kind: ChangeKind
    topics: Callable[[Document], tuple[str, ...]]
    parse: Callable[[Document], Fed]
    deleted: Callable[[str], tuple[str, ...]] | None = None
    """Topics of a deleted document by its id; None where deletions say nothing."""


def parse_document(schema: type[Parsed], document: Document) -> Parsed:
    """Return a stored document as its schema; fields that only serve indexes are left out.

    Raises:
        ValidationError: it does not fit.
    """
    fields = {name: document[name] for name in schema.model_fields if name in document}
    if "id" in schema.model_fields:
        fields["id"] = document["_id"]
    return schema.model_validate(fields)


def parser(schema: type[Parsed]) -> Callable[[Document], Parsed]:
    """Return what reads documents of one schema."""
    return lambda document: parse_document(schema, document)


def _ticket_topics(document: Document) -> tuple[str, ...]:
    return BOARD, ticket_topic(document["_id"]), customer_topic(document["customer_id"])


def _conversation_topics(document: Document) -> tuple[str, ...]:
    return conversation_topic(document["_id"]), customer_topic(document["customer_id"])


def _handover_topics(document: Document) -> tuple[str, ...]:
    return BOARD, STAFF, conversation_topic(document["conversation_id"])


def _consent_topics(document: Document) -> tuple[str, ...]:
    customer = customer_topic(document["customer_id"])
    conversation_id = document.get("conversation_id")
    return (conversation_topic(conversation_id), customer) if conversation_id else (customer,)


def _notice_topics(document: Document) -> tuple[str, ...]:
    if document["state"] != DeliveryState.WAITING:
        return (STAFF,)
    # What has been tried is due at a moment that the dispatcher knows.
    return (OUTBOX,) if document["attempts"] == 0 else ()


SOURCES: dict[str, Source] = {
    "tickets": Source(ChangeKind.TICKET, _ticket_topics, parse_ticket),
    "ticket_events": Source(
        ChangeKind.TICKET_EVENT,
        lambda document: (ticket_topic(document["ticket_id"]),),
        parse_event,
    ),
    "messages": Source(
        ChangeKind.MESSAGE,
        lambda document: (conversation_topic(document["conversation_id"]),),
        parser(Message),
    ),
    "conversations": Source(ChangeKind.CONVERSATION, _conversation_topics, parser(Conversation)),
    "handovers": Source(ChangeKind.HANDOVER, _handover_topics, parse_handover),
    "presence": Source(
        ChangeKind.PRESENCE,
        lambda document: (document["subject"],),
        parser(Presence),
        # Its id begins with its subject: see store/presence.py.
        deleted=lambda presence_id: (presence_id.partition("|")[0],),
    ),
    "consents": Source(ChangeKind.CONSENT, _consent_topics, parser(ConsentMove)),
    "outbox": Source(ChangeKind.NOTICE, _notice_topics, parse_notice),
}
"""By collection."""

READ_OPERATIONS = ("insert", "update", "replace", "delete")


def topics_of(event: Document) -> tuple[str, ...]:
    """Return whom a change stream's event concerns; nobody where it says nothing.

    Raises:
        KeyError: the document lacks a field.
    """
    source = SOURCES[event["ns"]["coll"]]
    if event["operationType"] == "delete":
        return source.deleted(str(event["documentKey"]["_id"])) if source.deleted else ()
    document = event.get("fullDocument")
    # Gone by the time it was looked up: its deletion follows.
    return source.topics(document) if document is not None else ()


def change_of(event: Document, topics: tuple[str, ...], read_at: float) -> Change:
    """Return an event as a change.

    Raises:
        ValidationError: the document does not fit its schema.
    """
    source = SOURCES[event["ns"]["coll"]]
    document = event.get("fullDocument")
    return Change(
        topics=topics,
        kind=source.kind,
        id=str(event["documentKey"]["_id"]),
        document=source.parse(document) if document is not None else None,
        created=event["operationType"] == "insert",
        read_at=read_at,
    )
