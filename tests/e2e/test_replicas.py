"""Two replicas on one MongoDB and one Redis are one product."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import NamedTuple

import pytest
from playwright.async_api import expect

from ecocash_copilot.core.ids import new_id, new_secret
from tests.e2e.conftest import UNLIMITED, Visit
from tests.e2e.test_takeover import take_over
from tests.support.balancer import balancing
from tests.support.browser import FAILED_CONNECTIONS
from tests.support.chat import Chat
from tests.support.product import Product, free_port
from tests.support.redis_server import RedisServer, needs_redis
from tests.support.report import open_ticket
from tests.support.sign_in import SESSION_COOKIE

pytestmark = needs_redis
Visits = Callable[[Product], Visit]


class Replicas(NamedTuple):
    """The parts of one installation."""

    first: Product
    second: Product
    redis: RedisServer
    url: str
    """Of what stands before both."""


@pytest.fixture(scope="module")
async def replicas(
    tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str
) -> AsyncIterator[Replicas]:
    """Both start at once, as after a release."""
    port = free_port()
    with RedisServer() as redis:
        settings = {
            "PUBLIC_URL": f"http://localhost:{port}",
            "MONGODB_URI": mongodb_uri,
            "MONGODB_DB": new_id("test"),
            "REDIS_URL": redis.url,
            "MCP_SIGNING_KEY": new_secret(),
            **UNLIMITED,
        }
        both = [Product(tmp_path_factory.mktemp("replica"), settings) for _ in range(2)]
        async with AsyncExitStack() as stack:
            for each in both:
                stack.push(each)
            await asyncio.gather(*(asyncio.to_thread(each.start) for each in both))
            await stack.enter_async_context(balancing(port, [each.port for each in both]))
            yield Replicas(both[0], both[1], redis, settings["PUBLIC_URL"])


async def test_a_phone_on_one_and_a_desk_on_the_other(replicas: Replicas, visits: Visits) -> None:
    chat = await visits(replicas.first)("c-1001")
    desk = await visits(replicas.second).desk()
    ticket = await open_ticket(chat, "Sekai Moyo", "wrong_number")
    await expect(desk.card(ticket, "new")).to_be_visible()
    await take_over(chat, desk, "my cousin says the money never came")
    await desk.say("Mhoro, I see both payments.")
    said = chat.said_by_agents.locator(".bubble")
    await expect(said).to_have_text("Mhoro, I see both payments.")
    await chat.send("Thank you very much")
    await expect(desk.transcript).to_contain_text("Thank you very much")
    await desk.hand_back_button.click()
    await chat.expect_speaker("assistant")


async def test_a_page_goes_on_where_its_replica_died(replicas: Replicas, visits: Visits) -> None:
    visit = visits(replicas.first)
    visit.watch.expect(FAILED_CONNECTIONS)
    context = await visit.context()
    cookie = await visit.cookie("c-1002")
    await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": replicas.url}])
    chat = Chat(await context.new_page())
    await chat.open(f"{replicas.url}/chat")
    await chat.start_new()
    await chat.ask("show my balance")
    await chat.input.fill("show my transactions")

    with replicas.first.down():
        before = await chat.last_answer_id()
        await chat.input.press("Enter")
        await chat.settled_answer(before, 30)
        await expect(chat.widget("transaction_table")).to_be_visible()
        questions = chat.questions.locator(".bubble")
        await expect(questions).to_have_text(["show my balance", "show my transactions"])


async def test_without_redis_nothing_is_refused(replicas: Replicas, visits: Visits) -> None:
    chat = await visits(replicas.first)("c-1001")
    for trouble in (replicas.redis.frozen, replicas.redis.down):
        with trouble():
            await chat.ask("show my balance")
            await expect(chat.answers.last.locator('[data-widget="balance_card"]')).to_be_visible()
