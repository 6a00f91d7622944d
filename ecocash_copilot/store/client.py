"""The connection to MongoDB, real or embedded."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from ecocash_copilot.store.second_try import SecondTry

Document = dict[str, Any]
Collection = AsyncCollection[Document]
Database = AsyncDatabase[Document]

Tx = AsyncClientSession
"""An open transaction: passed as ``session`` with every read and write that belongs to it."""

_T = TypeVar("_T")

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
    # The embedded server closes what was idle for 300 s, balancers before real ones do likewise,
    # and the driver finds out when it writes to it.
    "maxIdleTimeMS": 120_000,
    "retryReads": True,
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
        return self._collection(name, _KEPT)

    def quick(self, name: str) -> Collection:
        """Return a collection whose last writes a crash of the server may take back."""
        return self._collection(name, self.database.write_concern)

    def _collection(self, name: str, concern: WriteConcern) -> Collection:
        if self.client.options.retry_writes:
            return self.database.get_collection(name, write_concern=concern)
        return SecondTry(self.database, name, write_concern=concern)

    async def transact(self, work: Callable[[Tx], Awaitable[_T]]) -> _T:
        """Run ``work`` in one transaction: all of its writes are kept, or none.

        Args:
            work: what to do. It runs anew when another transaction was in the way, so it must
                change nothing but the database, and every read and write must take the ``Tx``.

        Returns:
            What the run that was kept returned; it is kept once this returns.
        """
        async with self.client.start_session() as session:
            return await session.with_transaction(
                work,
                read_concern=ReadConcern("snapshot"),
                write_concern=_KEPT,
                read_preference=ReadPreference.PRIMARY,
            )

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


def run_anew() -> PyMongoError:
    """Return what to raise in a transaction that must run anew, as another was in its way."""
    return PyMongoError("another transaction was first", ["TransientTransactionError"])


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
