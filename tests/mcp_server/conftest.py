"""Fixtures: one demo wallet for all tests that only read."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
from fastmcp import Client, FastMCP

from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.indexes import create_indexes
from mcp_server.demo.seed import seed
from tests.mcp_server.parts import ANCHOR, Caller, server_over


@pytest.fixture(scope="session")
async def demo_store(mongodb_uri: str) -> AsyncGenerator[Store]:
    async with open_store(mongodb_uri, "demo_wallet", embedded=True) as store:
        await create_indexes(store)
        await seed(store, ANCHOR)
        yield store
        await store.client.drop_database("demo_wallet")


@pytest.fixture(scope="session")
def server(demo_store: Store) -> FastMCP:
    return server_over(demo_store)


@pytest.fixture(scope="session")
async def client(server: FastMCP) -> AsyncIterator[Client[Any]]:
    async with Client(server) as client:
        yield client


@pytest.fixture
def tendai(client: Client[Any]) -> Caller:
    return Caller(client, "c-1001")


@pytest.fixture
def nomvula(client: Client[Any]) -> Caller:
    return Caller(client, "c-1002")


@pytest.fixture
def rudo(client: Client[Any]) -> Caller:
    return Caller(client, "c-1003")
