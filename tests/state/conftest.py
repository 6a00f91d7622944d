"""Fixtures: a customer's tab whose chat is open; tests of other pages have a desk of their own."""

from collections.abc import AsyncGenerator

import pytest

from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from tests.state.chat_tab import opened
from tests.state.tab import Tab
from tests.support.assistant import Desk, open_desk


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def secret(desk: Desk) -> str:
    return await desk.sign_in.open_session(Customer(id="c-1001"))


@pytest.fixture
async def tab(desk: Desk, secret: str) -> AsyncGenerator[Tab]:
    async with opened(desk, secret) as tab:
        yield tab
        assert tab.errors == []
