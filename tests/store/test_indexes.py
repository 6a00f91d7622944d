"""Every query of this package is answered by an index."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from pydantic import SecretStr
from pymongo import monitoring

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id, new_secret
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store import (
    codes,
    conversations,
    messages,
    outbox,
    sessions,
    statements,
    ticket_columns,
    ticket_counts,
    ticket_events,
    ticket_search,
    tickets,
)
from ecocash_copilot.store.client import Store, connect
from ecocash_copilot.store.indexes import DECLARED, create_indexes
from schemas.message import Conversation
from schemas.ticket import TicketStatus
from schemas.ticket_record import TicketEventKind
from schemas.widgets import Notice, NoticeTone
from tests.store.make import CUSTOMER_ID, question
from tests.support.tickets import fill


class Commands(monitoring.CommandListener):
    """The filters that were sent to the server."""

    def __init__(self):
        self.sent: list[tuple[str, str, dict[str, Any], dict[str, Any] | None]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        command = event.command
        if event.command_name == "find":
            self._add("find", command["find"], command["filter"], command.get("sort"))
        for entry in command.get("updates", []) + command.get("deletes", []):
            self._add(event.command_name, command[event.command_name], entry["q"], None)

    def _add(self, name: str, collection: str, query: Any, sort: Any) -> None:
        self.sent.append((name, collection, dict(query), dict(sort) if sort else None))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


A_CONVERSATION = Conversation(
    id=new_id("cv"), customer_id=CUSTOMER_ID, created_at=now(), updated_at=now(), last_seq=40
)
A_MESSAGE = question(A_CONVERSATION, 41, "key-1")
A_DIGEST = "0" * 64


async def read_columns(store: Store) -> None:
    """Read every kind of column, of a board that has tickets."""
    await fill(store, 20, now(), agents=2)
    for status in TicketStatus:
        for facet, value in (("all", "all"), ("assignee", "agent-1"), ("locale", "sn")):
            column = ticket_columns.Column(status, facet, value, {"category": "other"})
            await ticket_columns.find_window(store, column, None, 5)


async def read_searches(store: Store) -> None:
    await ticket_search.find_by_reference(store, "MP210304.1412.L06729")
    await ticket_search.find_by_msisdn(store, "+263771234567")
    await ticket_search.find_by_words(store, ["money", "bank"], {"status": "new"}, None, 5)


QUERIES: dict[str, Callable[[Store], Awaitable[Any]]] = {
    "find_conversation": lambda s: conversations.find_conversation(s, A_CONVERSATION.id),
    "find_conversations": lambda s: conversations.find_conversations(s, CUSTOMER_ID, 20),
    "find_conversations before": lambda s: conversations.find_conversations(
        s, CUSTOMER_ID, 20, now()
    ),
    "claim_turn": lambda s: conversations.claim_turn(
        s, A_CONVERSATION.id, CUSTOMER_ID, "r1", now() + timedelta(seconds=30)
    ),
    "renew_turns": lambda s: conversations.renew_turns(s, ["r1", "r2"], now()),
    "end_turn": lambda s: conversations.end_turn(s, A_CONVERSATION.id, "r1", 42),
    "find_claim": lambda s: conversations.find_claim(s, A_CONVERSATION.id),
    "release_turns": conversations.release_turns,
    "find_message": lambda s: messages.find_message(s, A_MESSAGE.id),
    "find_message_by_key": lambda s: messages.find_message_by_key(s, A_CONVERSATION.id, "key-1"),
    "find_answer": lambda s: messages.find_answer(s, A_MESSAGE.id),
    "find_newest_messages": lambda s: messages.find_newest_messages(s, A_CONVERSATION, 20),
    "find_earlier_messages": lambda s: messages.find_earlier_messages(s, A_CONVERSATION.id, 30, 20),
    "replace_message": lambda s: messages.replace_message(s, A_MESSAGE),
    "swap_widget": lambda s: messages.swap_widget(
        s, A_MESSAGE.id, Notice(id="w-1", tone=NoticeTone.INFO, text="x"), 3
    ),
    "count_decline": lambda s: conversations.count_decline(s, A_CONVERSATION.id),
    "note_done": lambda s: conversations.note_done(s, A_CONVERSATION.id),
    "find_session": lambda s: sessions.find_session(s, A_DIGEST),
    "extend_session": lambda s: sessions.extend_session(s, A_DIGEST, now()),
    "set_session_conversation": lambda s: sessions.set_session_conversation(s, A_DIGEST, None),
    "delete_session": lambda s: sessions.delete_session(s, A_DIGEST),
    "take_sign_in_code": lambda s: codes.take_sign_in_code(s, A_DIGEST),
    "find_customer_tickets": lambda s: tickets.find_customer_tickets(s, CUSTOMER_ID),
    "find_whole_ticket": lambda s: tickets.find_whole_ticket(s, "TCK-100043"),
    "find_open_ticket": lambda s: tickets.find_open_ticket(s, CUSTOMER_ID, "MP210304.1412.L06729"),
    "find_escalated_tickets": lambda s: tickets.find_escalated_tickets(s, 5),
    "find_events": lambda s: ticket_events.find_events(s, "TCK-100043", 3),
    "has_event": lambda s: ticket_events.has_event(
        s, None, "TCK-100043", TicketEventKind.REPLIED, "key-1"
    ),
    "find_untold": lambda s: ticket_events.find_untold(s, now()),
    "find_tally": lambda s: ticket_counts.find_tally(s, "locale", "sn"),
    "find_tallies": lambda s: ticket_counts.find_tallies(s, "assignee"),
    "find_due_times": lambda s: ticket_counts.find_due_times(s, TicketStatus.NEW),
    "count_ran_out": lambda s: ticket_counts.count_ran_out(s, now()),
    "find_statements": lambda s: statements.find_statements(s, "TCK-100043", 5),
    "find_opened_days": ticket_counts.find_opened_days,
    "drop_empty": ticket_counts.drop_empty,
    "columns": lambda s: read_columns(s),
    "searches": lambda s: read_searches(s),
    "claim_due_notices": lambda s: outbox.claim_due_notices(s, now(), now()),
    "find_next_due": outbox.find_next_due,
    "resend_all": lambda s: outbox.resend_all(s, now()),
    "mark_sent": lambda s: outbox.mark_sent(s, new_id("nt")),
    "mark_failed": lambda s: outbox.mark_failed(s, new_id("nt"), now(), "503"),
    "mark_dead": lambda s: outbox.mark_dead(s, new_id("nt"), "gone"),
    "find_dead_notices": outbox.find_dead_notices,
    "find_notices": lambda s: outbox.find_notices(s, CUSTOMER_ID),
    "resend": lambda s: outbox.resend(s, [new_id("nt")], now()),
    "take_session_ticket": lambda s: codes.take_session_ticket(s, A_DIGEST),
}


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
async def watched(settings: Settings, commands: Commands) -> AsyncIterator[Store]:
    monitoring.register(commands)
    try:
        async with connect(settings) as store:
            await create_indexes(store)
            commands.sent.clear()
            yield store
            await store.client.drop_database(settings.mongodb_db)
    finally:
        # PyMongo has no public way back; only clients made from now on would be heard.
        cast("Any", monitoring)._LISTENERS.command_listeners.remove(commands)


def indexes_of(collection: str) -> list[set[str]]:
    return [{"_id"}, *(set(index.document["key"]) for index in DECLARED.get(collection, []))]


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
async def test_a_query_uses_a_whole_index(
    watched: Store, commands: Commands, query: Callable[[Store], Awaitable[Any]]
):
    # By declaration: the embedded server's plans differ from what it does, both ways.
    await query(watched)
    assert commands.sent
    for _, collection, conditions, sort in commands.sent:
        # For these the embedded server scans whatever else is asked.
        assert not {"$or", "$nor", "$expr", "$where"} & set(conditions)
        reached = {*conditions, *(sort or {})}
        assert any(index <= reached for index in indexes_of(collection)), conditions


async def test_no_function_uses_find_and_modify(watched: Store, commands: Commands):
    """It scans the whole collection on the embedded server."""
    for query in QUERIES.values():
        await query(watched)
    assert {name for name, *_ in commands.sent} <= {"find", "update", "delete"}


async def test_every_declared_index_is_there_and_creating_again_is_harmless(store: Store):
    await create_indexes(store)
    for collection, indexes in DECLARED.items():
        found = await store.database[collection].index_information()
        for index in indexes:
            assert index.document["name"] in found


@pytest.mark.parametrize("collection", [sessions.COLLECTION, codes.COLLECTION])
async def test_what_has_expired_goes_away(store: Store, collection: str):
    found = await store.database[collection].index_information()
    assert found["expiry"]["expireAfterSeconds"] == 0


async def test_memory_settings_start_a_server_that_keeps_nothing(settings: Settings):
    memory = settings.model_copy(update={"mongodb_uri": SecretStr("memory://")})
    async with connect(memory) as store:
        assert store.embedded
        assert await codes.take_sign_in_code(store, new_secret()) is None
    assert not list(settings.data_dir.iterdir())
