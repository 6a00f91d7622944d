"""Few products for all journeys; each journey has a context of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext

from tests.support.browser import DESKTOP, PHONE, PageWatch
from tests.support.chat import Chat
from tests.support.desk import Desk
from tests.support.openai_server import OpenAIServer
from tests.support.page_client import PageClient
from tests.support.product import Product
from tests.support.secrets_log import Secrets
from tests.support.sign_in import (
    SESSION_COOKIE,
    STAFF_COOKIE,
    demo_token,
    session_cookie,
    staff_cookie,
)
from tests.support.slow_line import SlowLine
from tests.support.wallet_server import WalletServer, create_wallet

UNLIMITED = {"MESSAGES_PER_MINUTE": "100000", "TOOL_CALLS_PER_MINUTE": "100000"}
_cookies: dict[tuple[str, str], str] = {}
PIN = "4821"
"""A PIN that journeys type; it may be in no log."""


@pytest.fixture(scope="session")
def secrets() -> Secrets:
    """Everything that must stay out of the logs."""
    return Secrets()


def _clean_end(product: Product, secrets: Secrets) -> None:
    product.stop()
    logs = [product.log, *(path.read_text("utf-8") for path in product.data_dir.glob("logs/*.log"))]
    leaks = [leak for log in logs for leak in secrets.found_in(log)]
    assert not leaks, "secrets in the log:\n" + "\n".join(leaks[:10])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, secrets: Secrets) -> Iterator[Product]:
    """The product with its offline model and the demo wallet."""
    settings = {"MONGODB_URI": "memory://", **UNLIMITED}
    with Product(tmp_path_factory.mktemp("product"), settings) as running:
        yield running
        _clean_end(running, secrets)


@pytest.fixture(scope="session")
def model() -> Iterator[OpenAIServer]:
    """The scripted model of ``provider_product``."""
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="session")
def provider_product(
    tmp_path_factory: pytest.TempPathFactory, model: OpenAIServer, secrets: Secrets
) -> Iterator[Product]:
    """A product with a scripted model, a wallet whose balances make no sense, and data on disk."""
    with WalletServer(create_wallet("nonsense")) as wallet:
        settings = {
            "COPILOT_MODEL": "openai:gpt-5-mini",
            "OPENAI_API_KEY": secrets.add("sk-not-a-real-key-0123456789", "provider's key"),
            "OPENAI_BASE_URL": model.base_url,
            "WALLET_MCP_URL": wallet.url,
            **UNLIMITED,
        }
        with Product(tmp_path_factory.mktemp("provider"), settings) as running:
            yield running
            _clean_end(running, secrets)


class Visit:
    """Opens the chat as a customer, each time in a new browser context."""

    def __init__(
        self, browser: Browser, product: Product, secrets: Secrets, stack: AsyncExitStack
    ) -> None:
        self.product = product
        self.secrets = secrets
        self.watch = PageWatch()
        self._browser = browser
        self._stack = stack

    async def context(self, *, desktop: bool = False, **options: Any) -> BrowserContext:
        """Return a new context, watched, and closed at the test's end."""
        size = DESKTOP if desktop else PHONE
        context = await self._browser.new_context(**{**size, **options})
        self._stack.push_async_callback(context.close)
        self.watch.follow(context)
        return context

    async def cookie(self, sub: str, *, fresh: bool = False) -> str:
        """Return the cookie of the customer's session: one for all journeys, or a new one.

        A customer may sign in thirty times a minute; together the journeys are quicker than that.
        """
        key = (self.product.url, sub)
        if fresh or key not in _cookies:
            cookie = await self._sign_in(sub)
            if fresh:
                return cookie
            _cookies[key] = cookie
        return _cookies[key]

    async def _sign_in(self, sub: str) -> str:
        token = self.secrets.add(await demo_token(self.product.url, sub), "customer's token")
        return self.secrets.add(await session_cookie(self.product.url, token), "session cookie")

    async def __call__(
        self,
        sub: str,
        *,
        desktop: bool = False,
        keep: bool = False,
        fresh: bool = False,
        line: SlowLine | None = None,
    ) -> Chat:
        """Open the chat of a customer in a new browser context.

        Args:
            sub: the customer.
            desktop: on a wide screen, with a keyboard and a mouse.
            keep: show the newest conversation; otherwise a new one begins.
            fresh: in a session of its own.
            line: stands between the page and the server.
        """
        context = await self.context(desktop=desktop)
        cookie = await self.cookie(sub, fresh=fresh)
        await context.add_cookies(
            [{"name": SESSION_COOKIE, "value": cookie, "url": self.product.url}]
        )
        chat = Chat(await context.new_page())
        if line is not None:
            await line.install(chat.page)
        await chat.open(f"{self.product.url}/chat")
        if not keep:
            await chat.start_new()
        return chat

    async def again(self, chat: Chat) -> Chat:
        """Open the chat in a second tab of the same browser."""
        return await self.resumed(chat.page.context)

    async def resumed(self, context: BrowserContext) -> Chat:
        """Open the chat in a browser that is signed in, with the conversation that it left."""
        chat = Chat(await context.new_page())
        await chat.open(f"{self.product.url}/chat")
        return chat

    async def desk(
        self, staff: str = "agent-1", path: str = "/board", *, line: SlowLine | None = None
    ) -> Desk:
        """Open the board as one of the demo staff in a new browser context."""
        context = await self.context(desktop=True)
        cookie = self.secrets.add(await staff_cookie(self.product.url, staff), "staff cookie")
        await context.add_cookies(
            [{"name": STAFF_COOKIE, "value": cookie, "url": self.product.url}]
        )
        desk = Desk(await context.new_page())
        if line is not None:
            await line.install(desk.page)
        await desk.open(f"{self.product.url}{path}")
        return desk

    async def wire(self, sub: str) -> PageClient:
        """Return a page without a browser; enter it to connect. Its conversation is new."""
        return PageClient(self.product.url, {SESSION_COOKIE: await self.cookie(sub)})


@pytest.fixture
async def visits(browser: Browser, secrets: Secrets) -> AsyncIterator[Callable[[Product], Visit]]:
    """Makes visitors of any product; whatever a page did wrong fails the test at its end."""
    made: list[Visit] = []
    async with AsyncExitStack() as stack:

        def visitor(product: Product) -> Visit:
            made.append(Visit(browser, product, secrets, stack))
            return made[-1]

        yield visitor
    problems = [problem for visit in made for problem in visit.watch.problems]
    assert not problems, "the page did what it must not:\n" + "\n".join(problems[:10])


@pytest.fixture
def visit(visits: Callable[[Product], Visit], product: Product) -> Visit:
    """Visits the product with the offline model."""
    return visits(product)


@pytest.fixture
def provider_visit(visits: Callable[[Product], Visit], provider_product: Product) -> Visit:
    """Visits the product with the scripted model."""
    return visits(provider_product)
