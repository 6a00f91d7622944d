"""Changes on their way to open pages: an agent's message to 200 chats, and the cost of each."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bench.figures import Figure, p50, p95
from bench.stage import Stage
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import insert_conversation
from ecocash_copilot.store.messages import insert_message
from schemas.message import Conversation, Message, Role
from tests.support.page_client import PageClient
from tests.support.product import Product
from tests.support.sign_in import SESSION_COOKIE

PART = "push"
CROWD = 200
SINGLE = 150
"""Messages to one chat each, among so many open ones."""
SHARED = 30
"""Messages to a chat that every page has open."""
AIM = "<= 300"

Open = tuple[PageClient, Conversation]
"""A page, and the conversation it shows."""


async def measure(stage: Stage) -> list[Figure]:
    """Write messages as an agent's action does, and wait until the pages show them."""
    product, store = await stage.product(), await stage.store()
    figures: list[Figure] = []
    async with _pages(stage, product, store, [f"push-{n:03}" for n in range(CROWD)]) as open_pages:
        waits = await _one_by_one(store, open_pages)
        figures += [
            _figure(f"push to one of {CROWD} chats, p50", p50(waits) * 1000, "ms"),
            _figure(f"push to one of {CROWD} chats, p95", p95(waits) * 1000, "ms", AIM),
            _figure(f"push to one of {CROWD} chats, most", max(waits) * 1000, "ms"),
        ]
    for size in (1, CROWD):
        async with _pages(stage, product, store, ["push-all"] * size) as open_pages:
            begun = stage.usage(product)
            waits = await _to_all(store, open_pages)
            used = stage.usage(product).app_cpu - begun.app_cpu
        who = f"{size} page" + "s" * (size > 1)
        figures += [
            _figure(f"one change to {who}, p95", p95(waits) * 1000, "ms", AIM),
            _figure(f"one change to {who}, app CPU", used / SHARED * 1000, "ms"),
        ]
    return figures


@asynccontextmanager
async def _pages(
    stage: Stage, product: Product, store: Store, customers: Sequence[str]
) -> AsyncGenerator[list[Open]]:
    """Open a page for each; pages of one customer share a conversation."""
    chats: dict[str, Conversation] = {}
    cookies: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        found: list[Open] = []
        for customer in customers:
            if customer not in chats:
                chats[customer] = await _conversation(store, customer)
                cookies[customer] = await stage.cookie(product, customer)
            client = PageClient(product.url, {SESSION_COOKIE: cookies[customer]})
            page = await stack.enter_async_context(client)
            found.append((page, chats[customer]))
        for chat in chats.values():
            await _say(store, chat)
        for page, _ in found:
            await page.until(lambda _vars, page=page: bool(page.newest()))
        yield found


async def _conversation(store: Store, customer: str) -> Conversation:
    conversation = Conversation(
        id=new_id("cv"), customer_id=customer, title="Bench", created_at=now(), updated_at=now()
    )
    await insert_conversation(store, conversation)
    return conversation


async def _say(store: Store, conversation: Conversation) -> str:
    message = Message(
        id=new_id("ms"),
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        seq=1,
        role=Role.AGENT,
        author="Rudo",
        text="Good day, I am looking into your payment right now.",
        created_at=now(),
    )
    return (await insert_message(store, message)).id


async def _one_by_one(
    store: Store, pages: Sequence[tuple[PageClient, Conversation]]
) -> list[float]:
    waits: list[float] = []
    for number in range(SINGLE):
        page, chat = pages[number * 37 % len(pages)]
        begun = time.perf_counter()
        message_id = await _say(store, chat)
        await _shown(page, message_id)
        waits.append(time.perf_counter() - begun)
    return waits


async def _to_all(store: Store, pages: Sequence[Open]) -> list[float]:
    waits: list[float] = []
    for _ in range(SHARED):
        begun = time.perf_counter()
        message_id = await _say(store, pages[0][1])

        async def arrived(page: PageClient, begun: float, message_id: str) -> None:
            await _shown(page, message_id)
            waits.append(time.perf_counter() - begun)

        await asyncio.gather(*(arrived(page, begun, message_id) for page, _ in pages))
    return waits


async def _shown(page: PageClient, message_id: str) -> None:
    await page.until(lambda _vars: page.newest().get("id") == message_id)


def _figure(name: str, value: float, unit: str, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, aim=aim)
