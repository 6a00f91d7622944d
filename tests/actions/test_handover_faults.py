"""A process that hands over is killed at any moment: nothing is half done."""

import asyncio
import random
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import pytest

from ecocash_copilot.actions.handovers import list_handovers, say_as_agent, take
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from ecocash_copilot.store.indexes import create_indexes
from schemas.handover import HandoverState
from schemas.message import Role, Speaker
from tests.support import handover_steps as steps

KILLS = 5
SPEAKERS = {HandoverState.WAITING: Speaker.QUEUE, HandoverState.TAKEN: Speaker.AGENT}


@pytest.fixture
async def mongodb_uri() -> AsyncGenerator[str]:
    """A server of its own: what a dead client leaves open would keep others waiting."""
    async with EmbeddedMongoDB(None) as server:
        yield server.uri


@pytest.fixture
async def store(settings: Settings) -> AsyncGenerator[Store]:
    uri = settings.mongodb_uri.get_secret_value()
    async with open_store(uri, settings.mongodb_db, embedded=True) as store:
        await create_indexes(store)
        yield store


async def killed_in_the_middle(settings: Settings, after: int, milliseconds: float) -> None:
    """Run the steps in a process, and kill it some milliseconds after a step."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.handover_steps",
        settings.mongodb_uri.get_secret_value(),
        settings.mongodb_db,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    for _ in range(after):
        assert await process.stdout.readline()
    with suppress(TimeoutError):
        async with asyncio.timeout(milliseconds / 1000):
            await process.wait()
    process.kill()
    await process.communicate()


async def read(store: Store, name: str) -> list[dict[str, Any]]:
    return await store.database[name].find({}).to_list()


@pytest.mark.parametrize("seed", range(KILLS))
async def test_whenever_it_is_killed_speaker_handover_and_lines_agree(
    settings: Settings, store: Store, seed: int
):
    chance = random.Random(seed)
    await killed_in_the_middle(settings, chance.randint(1, 40), chance.uniform(0, 12))
    # A transaction that it left open keeps others waiting until the server's limit of a minute.
    await store.client.admin.command({"killAllSessions": []})
    handovers = await read(store, "handovers")
    messages = await read(store, "messages")
    for conversation in await read(store, "conversations"):
        mine = [each for each in handovers if each["conversation_id"] == conversation["_id"]]
        still_open = [each for each in mine if each["state"] != HandoverState.RETURNED]
        assert len(still_open) <= 1
        expected = still_open[0] if still_open else None
        assert conversation["handover_id"] == (expected["_id"] if expected else None)
        assistant = Speaker.ASSISTANT
        speaker = SPEAKERS.get(expected["state"], assistant) if expected else assistant
        assert conversation["speaker"] == speaker
        said = [each for each in messages if each["conversation_id"] == conversation["_id"]]
        assert sorted(each["seq"] for each in said) == list(range(1, len(said) + 1))
        lines = {each["key"].rpartition("/")[2] for each in said if each["role"] == Role.SYSTEM}
        for handover in mine:
            taken = f"{handover['_id']}:taken" in lines
            ended = f"{handover['_id']}:ended" in lines
            assert taken == (handover["taken_at"] is not None)
            assert ended == (handover["state"] == HandoverState.RETURNED)
        assert sum(each["role"] == Role.AGENT for each in said) <= len(mine)
    await what_was_left_open_goes_on(store)


async def what_was_left_open_goes_on(store: Store) -> None:
    for handover in await list_handovers(store, steps.RUDO):
        await take(store, steps.RUDO, handover.id)
        for _ in range(2):
            await say_as_agent(
                store, steps.RUDO, handover.conversation_id, "Still here", "key-last-00"
            )
        query = {"conversation_id": handover.conversation_id, "text": "Still here"}
        assert await store.database["messages"].count_documents(query) == 1
        notices = {"data.conversation_id": handover.conversation_id, "data.text": "Still here"}
        assert await store.database["outbox"].count_documents(notices) == 1
