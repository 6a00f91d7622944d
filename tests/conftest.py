"""Fixtures for everyone: one embedded MongoDB for all tests, an empty database for each."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest
import structlog
from playwright.async_api import Browser, async_playwright, expect
from pydantic import SecretStr

from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from schemas.identity import Customer, Locale
from tests.support.browser import launch
from tests.support.databases import Databases, open_databases


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """By default each exception that is logged is coloured and framed: half a second of work."""
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(scope="session")
async def embedded_mongodb() -> AsyncIterator[EmbeddedMongoDB]:
    """A MongoDB server that keeps nothing."""
    async with EmbeddedMongoDB(None) as server:
        yield server


@pytest.fixture(scope="session")
def mongodb_uri(embedded_mongodb: EmbeddedMongoDB) -> str:
    """Where a MongoDB server runs; the database of each test is there."""
    return embedded_mongodb.uri


@pytest.fixture(scope="session")
async def databases(embedded_mongodb: EmbeddedMongoDB) -> AsyncGenerator[Databases]:
    """The databases that tests use in turn."""
    async with open_databases(embedded_mongodb.uri) as databases:
        yield databases


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, mongodb_uri: str, databases: Databases, tmp_path: Path
) -> Settings:
    """Settings of a product in dev mode.

    The database is the one of ``store``, and for tests that do without it one that is not there.
    """
    name = databases.take() if "store" in request.fixturenames else new_id("test")
    return Settings(mongodb_uri=SecretStr(mongodb_uri), mongodb_db=name, data_dir=tmp_path)


@pytest.fixture
async def store(settings: Settings, databases: Databases) -> AsyncGenerator[Store]:
    """An empty database with its indexes."""
    async with databases.lend(settings.mongodb_db) as store:
        yield store


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium; each test opens contexts of its own in it."""
    expect.set_options(timeout=10_000)
    async with async_playwright() as playwright:
        running = await launch(playwright)
        yield running
        await running.close()


@pytest.fixture
def customer() -> Customer:
    """Somebody who signed in."""
    return Customer(id="c-1", msisdn="+263771234567", name="Tariro Dube", locale=Locale.EN)


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall clock stands still: a limit by the minute lets one more pass as a new one begins."""
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)
