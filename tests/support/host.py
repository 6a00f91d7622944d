"""The native app round the webview: its message channel, as the app adds it to the page."""

import asyncio
import json
from typing import Any, cast
from uuid import uuid4

from playwright.async_api import BrowserContext, Page

_CHANNEL = """
window.EcoCash = {
  listeners: [],
  postMessage: (text) => window.tellTestHost(text),
  addEventListener(_kind, listener) { this.listeners.push(listener); },
};
"""
_DELIVER = "(data) => window.EcoCash.listeners.forEach((listener) => listener({ data }))"


class Host:
    """Receives what the page tells the app, and speaks to the page as the app does."""

    def __init__(self) -> None:
        """Install it with `install` before the page opens."""
        self._arrived: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def install(self, context: BrowserContext) -> None:
        """Add the channel to every page of a context."""
        await cast("Any", context).expose_function("tellTestHost", self._receive)
        await context.add_init_script(_CHANNEL)

    def _receive(self, text: str) -> None:
        self._arrived.put_nowait(json.loads(text))

    async def next(self, kind: str, seconds: float = 15.0) -> dict[str, Any]:
        """Return the payload of the page's next message of a type, skipping others.

        Raises:
            TimeoutError: none came in time.
        """
        async with asyncio.timeout(seconds):
            while True:
                message = await self._arrived.get()
                assert set(message) == {"type", "id", "payload"}
                if message["type"] == kind:
                    payload: dict[str, Any] = message["payload"]
                    return payload

    async def send(self, page: Page, kind: str, **payload: Any) -> None:
        """Send the page a message."""
        message = {"type": kind, "id": uuid4().hex, "payload": payload}
        await page.evaluate(_DELIVER, json.dumps(message))
