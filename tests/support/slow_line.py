"""The connection of one page, held or cut where a test says: networks fail between two frames."""

import asyncio
import re

from playwright.async_api import Page, WebSocketRoute

_SOCKET = re.compile(r"/_event/")


class SlowLine:
    """Between a page and the server; everything passes until `hold`."""

    def __init__(self) -> None:
        """Install it with `install` before the page opens."""
        self._to_page: list[str | bytes] | None = None
        self._page_side: WebSocketRoute | None = None
        self._sent: list[str] = []
        self._sending = asyncio.Event()

    async def install(self, page: Page) -> None:
        """Put it between a page and the server."""
        await page.route_web_socket(_SOCKET, self._connect)

    def hold(self) -> None:
        """Keep back what the server sends; what the page sends still arrives."""
        self._to_page = []

    def release(self) -> None:
        """Deliver what was kept back, in its order."""
        held, self._to_page = self._to_page or [], None
        for frame in held:
            self._deliver(frame)

    async def until_sent(self, word: str, seconds: float = 10.0) -> None:
        """Wait until the page, since it connected, has sent a frame with a word in it.

        Raises:
            TimeoutError: it did not in time.
        """
        async with asyncio.timeout(seconds):
            while not any(word in frame for frame in self._sent):
                self._sending.clear()
                await self._sending.wait()

    async def cut(self) -> None:
        """Lose what was kept back, and the connection with it; the page may connect anew."""
        self._to_page = None
        if self._page_side is not None:
            side, self._page_side = self._page_side, None
            await side.close(code=1001, reason="cut")

    def _connect(self, page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()
        self._page_side = page_side
        self._sent.clear()

        def from_page(frame: str | bytes) -> None:
            self._sent.append(str(frame))
            self._sending.set()
            server_side.send(frame)

        page_side.on_message(from_page)
        server_side.on_message(self._from_server)

    def _from_server(self, frame: str | bytes) -> None:
        if self._to_page is None:
            self._deliver(frame)
        else:
            self._to_page.append(frame)

    def _deliver(self, frame: str | bytes) -> None:
        if self._page_side is not None:
            self._page_side.send(frame)
