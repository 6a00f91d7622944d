"""Fixtures for everyone: one embedded MongoDB for all tests, a new database for each."""

from collections.abc import AsyncGenerator, AsyncIterator

import pytest
from pydantic import SecretStr

from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from ecocash_copilot.store.indexes import create_indexes
from schemas.identity import Customer, Locale


@pytest.fixture(scope="session")
async def mongodb_uri() -> AsyncIterator[str]:
    """Where a MongoDB server runs that keeps nothing."""
    async with EmbeddedMongoDB(None) as server:
        yield server.uri


@pytest.fixture
def settings(mongodb_uri: str, tmp_path) -> Settings:
    """Settings of a product in dev mode with an empty database of its own."""
    return Settings(
        mongodb_uri=SecretStr(mongodb_uri), mongodb_db=new_id("test"), data_dir=tmp_path
    )


@pytest.fixture
async def store(settings: Settings) -> AsyncGenerator[Store]:
    """An empty database with its indexes."""
    uri = settings.mongodb_uri.get_secret_value()
    async with open_store(uri, settings.mongodb_db, embedded=True) as store:
        await create_indexes(store)
        yield store
        await store.client.drop_database(settings.mongodb_db)


@pytest.fixture
def customer() -> Customer:
    """Somebody who signed in."""
    return Customer(id="c-1", msisdn="+263771234567", name="Tariro Dube", locale=Locale.EN)
