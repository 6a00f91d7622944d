"""Fixtures: a customer and the assistant over the real database, wallet and offline model."""

from collections.abc import AsyncGenerator

import pytest

from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from schemas.session import Session
from tests.support.assistant import Desk, open_desk


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def session(desk: Desk) -> Session:
    return await desk.session()
