"""The connection to MongoDB, real or embedded."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.embedded import EmbeddedMongoDB

Document = dict[str, Any]
Collection = AsyncCollection[Document]
Database = AsyncDatabase[Document]

_KEPT = WriteConcern(w="majority", j=True)
"""Acknowledged when it would survive the loss of the server's process or of one replica."""

_START_SECONDS = 10.0
_OPTIONS: dict[str, Any] = {
    "appname": "ecocash-copilot",
    "tz_aware": True,
    "uuidRepresentation": "standard",
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 20_000,
    "maxPoolSize": 50,
    "retryReads": True,
    "retryWrites": True,
}
_CODEC: CodecOptions[Document] = CodecOptions(
    tz_aware=True, uuid_representation=UuidRepresentation.STANDARD
)


@dataclass(frozen=True)
class Store:
    """The open database. Its parts are read by the modules of this package alone."""

    client: AsyncMongoClient[Document]
    database: Database
    embedded: bool
    """True where no other process uses this server."""

    def kept(self, name: str) -> Collection:
        """Return a collection whose writes are safe once they are acknowledged."""
        return self.database.get_collection(name, write_concern=_KEPT)

    def quick(self, name: str) -> Collection:
        """Return a collection whose last writes a crash of the server may take back."""
        return self.database.get_collection(name)

    async def ping(self, seconds: float = 2.0) -> None:
        """Ask the server for a sign of life.

        Raises:
            Unavailable: it gives none within so many seconds.
        """
        try:
            async with asyncio.timeout(seconds):
                await self.client.admin.command("ping")
        except (PyMongoError, TimeoutError) as error:
            raise Unavailable("The database does not answer.") from error


@asynccontextmanager
async def connect(settings: Settings) -> AsyncGenerator[Store]:
    """Open the database, starting the embedded server where settings say so.

    Raises:
        EmbeddedMongoDBError: the embedded server cannot run.
        Unavailable: no server answers.
    """
    uri = settings.mongodb_uri.get_secret_value()
    if not settings.embedded_mongodb:
        async with open_store(uri, settings.mongodb_db, embedded=False) as store:
            yield store
        return
    async with (
        EmbeddedMongoDB(None if uri else settings.data_dir) as server,
        open_store(server.uri, settings.mongodb_db, embedded=True) as store,
    ):
        yield store


@asynccontextmanager
async def open_store(uri: str, name: str, *, embedded: bool) -> AsyncGenerator[Store]:
    """Open a database of a server that runs.

    Args:
        embedded: no other process uses the server.

    Raises:
        Unavailable: it does not answer.
    """
    client: AsyncMongoClient[Document] = AsyncMongoClient(uri, **_OPTIONS)
    try:
        store = Store(client, client.get_database(name, codec_options=_CODEC), embedded)
        await store.ping(_START_SECONDS)
        yield store
    finally:
        await client.close()
