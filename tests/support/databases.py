"""Databases that tests use in turn: to empty one costs an eighth of making it with its indexes."""

from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from pymongo import DeleteMany
from pymongo.errors import AutoReconnect, ClientBulkWriteException

from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.indexes import create_indexes

_RESTING = 4
"""How many others are used before one comes round again: by then, whatever a test that was
cancelled had under way has ended, and emptying finds it."""


class Databases:
    """Those of one server. A test has one to itself from `take` to the end of `lend`."""

    def __init__(self, opened: Store) -> None:
        """``opened`` is any database of the server; its client serves all of them."""
        self._opened = opened
        self._idle: deque[str] = deque()
        self._made: set[str] = set()

    def take(self) -> str:
        """Return the name of a database that nobody uses."""
        return self._idle.popleft() if len(self._idle) > _RESTING else new_id("test")

    @asynccontextmanager
    async def lend(self, name: str) -> AsyncGenerator[Store]:
        """Give a database that was taken, empty and with its indexes."""
        codec = self._opened.database.codec_options
        database = self._opened.client.get_database(name, codec_options=codec)
        store = replace(self._opened, database=database)
        if name in self._made:
            await _empty(store)
        else:
            await create_indexes(store)
        yield store
        self._made.add(name)
        self._idle.append(name)


async def _empty(store: Store) -> None:
    there = await store.database.list_collection_names()
    everything = [DeleteMany({}, namespace=f"{store.database.name}.{name}") for name in there]
    try:
        await cast("Any", store.client).bulk_write(everything)
    except ClientBulkWriteException as failed:
        if not isinstance(failed.error, AutoReconnect):
            raise
        # Seen once: the driver drops its connections when a sign of life of the server is late, as
        # after tests that let the loop stand still. To delete twice is as good as once.
        await cast("Any", store.client).bulk_write(everything)


@asynccontextmanager
async def open_databases(uri: str) -> AsyncGenerator[Databases]:
    """Open those of a server; they go when the server does."""
    async with open_store(uri, "test", embedded=True) as opened:
        yield Databases(opened)
