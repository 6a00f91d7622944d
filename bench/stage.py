"""What the parts share: the product in production build, its database, a browser, customers."""

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
from playwright.async_api import Browser, async_playwright
from pymongo.asynchronous.database import AsyncDatabase

from bench.usage import Usage, is_database, measure
from bench.wire import CountingProxy
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store, connect
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from ecocash_copilot.store.wallet import replace_wallet
from mcp_server.demo.generate import anchor_day_at, generate
from tests.support.board_client import BoardClient
from tests.support.browser import launch
from tests.support.openai_server import OpenAIServer
from tests.support.page_client import PageClient
from tests.support.product import Product
from tests.support.sign_in import SESSION_COOKIE, STAFF_COOKIE, session_cookie, staff_cookie
from tests.support.tokens import TokenIssuer

NO_LIMITS = {"MESSAGES_PER_MINUTE": "1000000", "TOOL_CALLS_PER_MINUTE": "1000000"}


class Stage:
    """Starts what a part asks for, once, and ends all of it; an async context manager."""

    def __init__(self, directory: Path, runs: int) -> None:
        """Keep data and logs in ``directory``; ``runs`` is how often a part repeats a turn."""
        self.runs = runs
        self.directory = directory
        self._stack = AsyncExitStack()
        self._issuer = TokenIssuer(directory)
        self._uri = ""
        self._proxies: dict[int, CountingProxy] = {}
        self._product: Product | None = None
        self._slow_product: Product | None = None
        self._store: Store | None = None
        self._browser: Browser | None = None
        self._staff_cookies: dict[tuple[int, str], str] = {}
        self.model: OpenAIServer | None = None

    async def __aenter__(self) -> Self:
        """Start the database."""
        server = await self._stack.enter_async_context(EmbeddedMongoDB(self.directory / "data"))
        self._uri = server.uri
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything, the newest first."""
        await self._stack.aclose()

    async def _start(self, name: str, settings: dict[str, str]) -> Product:
        proxy = await self._stack.enter_async_context(CountingProxy())
        environment = {
            # Pages that come through the proxy are at home there; the product's own port is
            # always allowed.
            "PUBLIC_URL": f"http://localhost:{proxy.port}",
            "MONGODB_URI": self._uri,
            "LOG_LEVEL": "WARNING",
            **self._issuer.settings,
            **NO_LIMITS,
            **settings,
        }
        product = Product(self.directory / name, environment)
        proxy.target = product.port
        product.start()
        self._stack.callback(product.stop)
        self._proxies[product.port] = proxy
        return product

    def proxy(self, product: Product) -> CountingProxy:
        """Return the proxy that counts what goes over the wire to a product."""
        return self._proxies[product.port]

    async def product(self) -> Product:
        """Return the product with its offline model."""
        if self._product is None:
            self._product = await self._start("product", {})
        return self._product

    async def slow_product(self) -> Product:
        """Return a second product whose model is ``self.model``, the scripted one."""
        if self._slow_product is None:
            self.model = self._stack.enter_context(OpenAIServer())
            settings = {
                "COPILOT_MODEL": "openai:gpt-5-mini",
                "OPENAI_API_KEY": "sk-not-a-real-key",
                "OPENAI_BASE_URL": self.model.base_url,
            }
            self._slow_product = await self._start("slow", settings)
        return self._slow_product

    async def browser(self) -> Browser:
        """Return a headless Chromium."""
        if self._browser is None:
            playwright = await self._stack.enter_async_context(async_playwright())
            self._browser = await launch(playwright)
            self._stack.push_async_callback(self._browser.close)
        return self._browser

    async def store(self) -> Store:
        """Return the product's database, opened as the product opens it."""
        if self._store is None:
            settings = Settings.model_validate({"mongodb_uri": self._uri})
            self._store = await self._stack.enter_async_context(connect(settings))
        return self._store

    async def database(self) -> AsyncDatabase[dict[str, Any]]:
        """Return the bare database."""
        return (await self.store()).database

    async def add_customer(self, sub: str) -> None:
        """Give a customer a wallet like that of the first demo customer."""
        wallet = generate(anchor_day_at(now()))[0]
        await replace_wallet(await self.store(), sub, wallet.balances, wallet.transactions)

    async def cookie(self, product: Product, sub: str) -> str:
        """Sign a customer in; return the session's cookie."""
        return await session_cookie(product.url, self._issuer.token(sub))

    async def page(self, product: Product, sub: str, port: int | None = None) -> PageClient:
        """Return a page of a customer without a browser; enter it to connect.

        Args:
            port: where to connect instead of the product's own port.
        """
        url = product.url if port is None else f"http://localhost:{port}"
        return PageClient(url, {SESSION_COOKIE: await self.cookie(product, sub)})

    async def board(self, product: Product, staff: str) -> BoardClient:
        """Return a board of one of the demo staff without a browser; enter it to connect.

        All boards of one of them share a session, as their tabs would.
        """
        key = (product.port, staff)
        if key not in self._staff_cookies:
            self._staff_cookies[key] = await staff_cookie(product.url, staff)
        return BoardClient(product.url, {STAFF_COOKIE: self._staff_cookies[key]})

    def usage(self, product: Product) -> Usage:
        """Return what the product and the database have used so far."""
        own = psutil.Process().children(recursive=True)
        return measure([*product.processes(), *(each for each in own if is_database(each))])
