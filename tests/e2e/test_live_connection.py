"""Open chats through lost connections, a restarted server and a restarted database.

Messages are written to the database, as any action of any process would; pages must show each of
them once, in order, whatever was away meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.conversations import insert_conversation
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from ecocash_copilot.store.messages import insert_message
from schemas.message import Conversation, Message, Role
from tests.support.page_client import PageClient
from tests.support.product import Product
from tests.support.sign_in import SESSION_COOKIE, demo_token, session_cookie

SUB = "c-1003"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
async def server(directory: Path) -> AsyncIterator[EmbeddedMongoDB]:
    """A server beside the product, so that either may be restarted alone."""
    async with EmbeddedMongoDB(directory / "db") as server:
        yield server


@pytest.fixture(scope="module")
async def store(server: EmbeddedMongoDB) -> AsyncIterator[Store]:
    async with open_store(server.uri, "ecocash_copilot", embedded=False) as store:
        yield store


@pytest.fixture(scope="module")
def product(directory: Path, server: EmbeddedMongoDB) -> Product:
    return Product(directory / "product", {"MONGODB_URI": server.uri})


class Chat:
    """One customer's chat, in as many pages as wanted."""

    def __init__(self, store: Store, conversation: Conversation, cookie: str) -> None:
        self._store, self._conversation, self._cookie = store, conversation, cookie
        self.said: list[str] = []

    async def say(self) -> str:
        """Write the next message as an agent."""
        message = Message(
            id=new_id("ms"),
            conversation_id=self._conversation.id,
            customer_id=SUB,
            seq=len(self.said) + 1,
            role=Role.AGENT,
            text=f"message {len(self.said) + 1}",
            created_at=now(),
        )
        self.said.append((await insert_message(self._store, message)).id)
        return self.said[-1]

    def page(self, product: Product) -> PageClient:
        """Return a page that is not connected yet."""
        return PageClient(product.url, {SESSION_COOKIE: self._cookie})

    async def expect(self, page: PageClient, seconds: float = 20.0) -> None:
        """Wait until a page shows what was said, and see that it shows nothing else."""
        await page.until(lambda _: page.newest().get("id") == self.said[-1], seconds)
        slots = [value for name, value in page.vars.items() if name.startswith("slot_") and value]
        shown = sorted(slots, key=lambda view: view["seq"])
        assert [view["id"] for view in shown] == self.said[-len(shown) :]


@pytest.fixture
async def chat(store: Store, product: Product) -> Chat:
    conversation = Conversation(
        id=new_id("cv"), customer_id=SUB, title="Live", created_at=now(), updated_at=now()
    )
    await insert_conversation(store, conversation)
    cookie = await session_cookie(product.url, await demo_token(product.url, SUB))
    chat = Chat(store, conversation, cookie)
    await chat.say()
    return chat


@pytest.fixture(scope="module", autouse=True)
def running(product: Product) -> Iterator[None]:
    with product:
        yield


async def test_a_lost_connection_loses_and_doubles_nothing(chat: Chat, product: Product) -> None:
    async with chat.page(product) as page, chat.page(product) as steady:
        for away in (0.0, 0.2, 1.0):
            await page.drop()
            missed = await chat.say()
            await asyncio.sleep(away)  # The time without a connection is what is tested.
            await page.connect()
            assert missed in chat.said
            await chat.expect(page)
            await chat.say()
            await chat.expect(page)
            await chat.expect(steady)


async def test_a_restarted_server_loses_and_doubles_nothing(chat: Chat, product: Product) -> None:
    async with chat.page(product) as page:
        with product.down():
            await page.drop()
            await chat.say()
        await page.connect()
        await chat.expect(page)
        await chat.say()
        await chat.expect(page)


async def test_a_restarted_database_loses_and_doubles_nothing(
    chat: Chat, product: Product, directory: Path
) -> None:
    storage = str(directory / "db" / "mongodb")
    async with chat.page(product) as page:
        for _ in range(2):
            await chat.say()
            (server,) = (
                each
                for each in psutil.Process().children(recursive=True)
                if "secantus" in each.cmdline() and storage in each.cmdline()
            )
            server.kill()
            await chat.say()
            await chat.expect(page)
            await chat.say()
            await chat.expect(page)
