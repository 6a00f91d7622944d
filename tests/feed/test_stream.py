"""The change stream over its life: dying servers, aged positions, documents that do not fit."""

import asyncio
import re
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from ecocash_copilot.actions.tickets import note, reply
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.metrics import REGISTRY
from ecocash_copilot.feed.changes import (
    BOARD,
    OUTBOX,
    STAFF,
    ChangeKind,
    Refresh,
    conversation_topic,
    customer_topic,
    ticket_topic,
)
from ecocash_copilot.feed.hub import Hub
from ecocash_copilot.feed.stream import FeedStream
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.consents import insert_consent
from ecocash_copilot.store.embedded import EmbeddedMongoDB, address
from ecocash_copilot.store.feed_positions import find_position, save_position
from ecocash_copilot.store.handovers import insert_handover
from ecocash_copilot.store.indexes import create_indexes
from ecocash_copilot.store.messages import insert_message, replace_message
from ecocash_copilot.store.outbox import mark_dead
from ecocash_copilot.store.presence import delete_presence
from schemas.consent import Consent, ConsentState, Shown
from schemas.feed import ConsentMove, PresenceKind
from schemas.handover import Handover, HandoverReason
from schemas.ticket_record import TicketEvent
from schemas.widgets import Severity
from tests.feed.reading import changes, mark, new_mark, news, reading, until_mark
from tests.store.make import new_conversation, question
from tests.support.tickets import AGENT, opened

_LISTENING = re.compile(rb"listening on \S+?:(\d+)")


def unreadable() -> float:
    return REGISTRY.get_sample_value("copilot_feed_changes_total", {"kind": "unreadable"}) or 0.0


# -- what is told to whom ---------------------------------------------------------------------


async def test_a_ticket_reaches_board_panel_and_customer_with_its_history(store: Store) -> None:
    hub = Hub()
    async with reading(store, hub):
        board, customer = hub.subscribe([BOARD]), hub.subscribe([customer_topic("c-1")])
        other = hub.subscribe([customer_topic("c-2")])
        ticket = await opened(store)
        (first,) = await changes(board, 1)
        panel = hub.subscribe([ticket_topic(ticket.id)])
        noted = await note(store, AGENT, ticket.id, 1, "Looks like fraud")
        (second,) = await changes(board, 1)
        assert [first.document, second.document] == [ticket, noted]
        assert [first.created, second.created] == [True, False]
        assert [each.kind for each in await changes(customer, 2)] == [ChangeKind.TICKET] * 2
        await mark(store, ticket_topic(ticket.id))
        told = await until_mark(panel)
        events = [each.document for each in told if isinstance(each.document, TicketEvent)]
        assert (events[-1].version, events[-1].text) == (2, "Looks like fraud")
        # What the other customer is told first of all is what concerns them.
        theirs = await opened(store, customer_id="c-2")
        assert [each.document for each in await changes(other, 1)] == [theirs]


async def test_messages_and_conversations_come_in_their_order(store: Store) -> None:
    hub = Hub()
    async with reading(store, hub):
        conversation = await new_conversation(store)
        reader = hub.subscribe([conversation_topic(conversation.id)])
        kept = [await insert_message(store, question(conversation, n)) for n in (1, 2, 3)]
        await replace_message(store, kept[0].model_copy(update={"text": "changed"}))
        found = await changes(reader, 4, ChangeKind.MESSAGE)
        assert [each.document for each in found[:3]] == kept
        assert [each.created for each in found] == [True, True, True, False]
        assert getattr(found[3].document, "text", "") == "changed"


async def test_of_a_consent_only_its_state_is_told(store: Store) -> None:
    hub = Hub()
    async with reading(store, hub):
        reader = hub.subscribe([customer_topic("c-1")])
        consent = Consent(
            id=new_id("cs"),
            customer_id="c-1",
            tool="eco_create_ticket",
            arguments={"description": "private"},
            arguments_hash="0" * 64,
            shown=Shown(severity=Severity.LOW, title="Send?", consequences=["It is sent"]),
            created_at=now(),
            expires_at=now() + timedelta(minutes=10),
        )
        await store.transact(lambda tx: insert_consent(store, tx, consent))
        (change,) = await changes(reader, 1)
        assert change.document == ConsentMove(
            id=consent.id, customer_id="c-1", state=ConsentState.PENDING
        )


async def test_handovers_reach_the_board_the_staff_and_the_chat(store: Store) -> None:
    hub = Hub()
    async with reading(store, hub):
        conversation = await new_conversation(store)
        topics = (BOARD, STAFF, conversation_topic(conversation.id))
        readers = [hub.subscribe([topic]) for topic in topics]
        handover = Handover(
            id=new_id("ho"),
            conversation_id=conversation.id,
            customer_id="c-1",
            reason=HandoverReason.ASKED,
            created_at=now(),
        )
        await store.transact(lambda tx: insert_handover(store, tx, handover))
        for reader in readers:
            assert (await changes(reader, 1, ChangeKind.HANDOVER))[0].document == handover


async def test_a_new_notice_wakes_the_dispatcher_and_a_dead_one_is_shown_to_staff(
    store: Store,
) -> None:
    hub = Hub()
    async with reading(store, hub):
        outbox, staff = hub.subscribe([OUTBOX]), hub.subscribe([STAFF])
        ticket = await opened(store, conversation_id=(await new_conversation(store)).id)
        await reply(store, AGENT, ticket.id, 1, "We look into it")
        told = await changes(outbox, 2)
        await mark_dead(store, told[-1].id, "answered 500")
        (dead,) = await changes(staff, 1)
        assert (dead.kind, dead.id) == (ChangeKind.NOTICE, told[-1].id)


async def test_presence_is_told_and_taken_back(store: Store) -> None:
    hub = Hub()
    async with reading(store, hub):
        topic = new_mark()
        reader = hub.subscribe([topic])
        await mark(store, topic)
        await delete_presence(store, topic, PresenceKind.VIEWING, "staff:mark")
        shown, gone = await changes(reader, 2)
        assert getattr(shown.document, "who", "") == "staff:mark"
        assert (gone.document, gone.id) == (None, f"{topic}|viewing|staff:mark")


async def test_a_document_that_does_not_fit_is_counted_and_left(store: Store) -> None:
    hub, before = Hub(), unreadable()
    async with reading(store, hub) as stream:
        conversation = await new_conversation(store)
        reader = hub.subscribe([conversation_topic(conversation.id)])
        bad = {"_id": "ms_bad", "conversation_id": conversation.id, "seq": 1}
        await store.quick("messages").insert_one(bad)
        await store.quick("tickets").insert_one({"_id": "TCK-1", "key": "no customer"})
        kept = await insert_message(store, question(conversation, 2))
        (change,) = await changes(reader, 1, ChangeKind.MESSAGE)
        assert change.document == kept
        await stream.check()
    assert unreadable() == before + 2


# -- positions --------------------------------------------------------------------------------


async def test_a_process_goes_on_where_it_stopped(store: Store) -> None:
    conversation = await new_conversation(store)
    hub = Hub()
    async with reading(store, hub, resumes=True):
        reader = hub.subscribe([conversation_topic(conversation.id)])
        first = await insert_message(store, question(conversation, 1))
        assert (await changes(reader, 1, ChangeKind.MESSAGE))[0].document == first
    missed = [await insert_message(store, question(conversation, n)) for n in (2, 3)]
    later = Hub()
    reader = later.subscribe([conversation_topic(conversation.id)])
    async with reading(store, later, resumes=True):
        assert [each.document for each in await changes(reader, 2)] == missed


async def test_each_process_has_a_position_of_its_own(store: Store) -> None:
    conversation = await new_conversation(store)
    topic = conversation_topic(conversation.id)
    for process in ("a", "b"):
        async with reading(store, hub := Hub(), process, resumes=True):
            reader = hub.subscribe([topic])
            await insert_message(store, question(conversation))
            await changes(reader, 1, ChangeKind.MESSAGE)
    assert await find_position(store, "a") != await find_position(store, "b")
    assert await find_position(store, "c") is None


async def test_a_position_that_is_none_means_reading_everything_anew(store: Store) -> None:
    await save_position(store, "p", {"_data": "82AAAA"})
    hub = Hub()
    reader = hub.subscribe([BOARD])
    async with reading(store, hub, resumes=True) as stream:
        assert await news(reader) == Refresh("opened")
        ticket = await opened(store)
        assert (await changes(reader, 1))[0].document == ticket
        await stream.check()


@asynccontextmanager
async def forgetful_server() -> AsyncGenerator[str]:
    """A server that keeps only the last few operations, as one with a short oplog does."""
    command = [sys.executable, "-I", "-m", "secantus", "--storage-path", ":memory:"]
    command += ["--host", "127.0.0.1", "--port", "0", "--oplog-max-entries", "10"]
    server = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    assert server.stderr is not None
    try:
        found = None
        async with asyncio.timeout(30):
            while found is None:
                found = _LISTENING.search(await server.stderr.readline())
        yield address(int(found[1]))
    finally:
        server.kill()
        await server.communicate()


async def test_a_position_that_has_aged_out_means_reading_everything_anew() -> None:
    async with forgetful_server() as uri, open_store(uri, "aged", embedded=False) as store:
        await create_indexes(store)
        conversation = await new_conversation(store)
        async with reading(store, hub := Hub()):
            reader = hub.subscribe([conversation_topic(conversation.id)])
            await insert_message(store, question(conversation))
            await changes(reader, 1, ChangeKind.MESSAGE)
        # It forgets now and then, a thousand operations at a time.
        await store.quick("noise").insert_many([{} for _ in range(1100)])
        hub = Hub()
        reader = hub.subscribe([conversation_topic(conversation.id)])
        async with reading(store, hub):
            assert await news(reader) == Refresh("opened")
            kept = await insert_message(store, question(conversation, 2))
            assert (await changes(reader, 1))[0].document == kept


# -- a server that dies -----------------------------------------------------------------------


def server_of(data_dir: Path) -> psutil.Process:
    storage = str(data_dir / "mongodb")
    (found,) = (
        each
        for each in psutil.Process().children(recursive=True)
        if "secantus" in each.cmdline() and storage in each.cmdline()
    )
    return found


@pytest.fixture
async def own_store(tmp_path: Path) -> AsyncIterator[Store]:
    """A database on a server of its own, which may be killed."""
    async with (
        EmbeddedMongoDB(tmp_path) as server,
        open_store(server.uri, "feed", embedded=True) as store,
    ):
        await create_indexes(store)
        yield store


async def test_a_server_that_was_killed_makes_everybody_read_anew(
    own_store: Store, tmp_path: Path
) -> None:
    hub = Hub()
    async with reading(own_store, hub) as stream:
        readers = [hub.subscribe([BOARD]) for _ in range(3)]
        await opened(own_store)
        for reader in readers:
            await changes(reader, 1)
        for _ in range(2):
            server_of(tmp_path).kill()
            for reader in readers:
                assert await news(reader) == Refresh("opened")
            await stream.check()
            ticket = await opened(own_store)
            for reader in readers:
                (change,) = await changes(reader, 1)
                assert change.document == ticket


async def test_while_the_server_is_gone_the_feed_counts_as_down() -> None:
    server = EmbeddedMongoDB(None)
    await server.start()
    async with open_store(server.uri, "feed", embedded=True) as store:
        hub = Hub()
        reader = hub.subscribe([BOARD])
        async with reading(store, hub) as stream:
            assert await news(reader) == Refresh("opened")
            await stream.check()
            await server.stop()
            async with asyncio.timeout(20):
                await _down(stream)


async def _down(stream: FeedStream) -> None:
    while True:
        try:
            await stream.check()
        except Unavailable:
            return
        await asyncio.sleep(0)
