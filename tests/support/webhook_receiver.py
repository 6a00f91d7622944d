"""A receiver of webhooks on 127.0.0.1 that answers as its script says, and notes what it got."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.api.bridge_app import listen, serve

Answer = int | str
"""A status; ``hang``: no answer; ``drop``: the connection ends; ``wait``: 429 with Retry-After."""


@dataclass
class Received:
    """One request."""

    headers: dict[str, str]
    body: bytes
    answer: Answer


@dataclass
class Receiver:
    """What came, and what to answer to the next ones; 200 once the script is over."""

    url: str
    script: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def taken(self) -> list[str]:
        """Ids of the events that it answered 200 to, in their order."""
        return [each.headers["ecocash-event-id"] for each in self.received if each.answer == 200]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, looking at each request."""
        async with asyncio.timeout(20):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def answer(self, request: Request) -> Response:
        """Answer as the script says."""
        answer = self.script.pop(0) if self.script else 200
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(headers, await request.body(), answer))
        self._changed.set()
        if answer == "hang":
            await self._over.wait()
        if answer == "wait":
            return Response(status_code=429, headers={"Retry-After": "1"})
        if answer == "redirect":
            return Response(status_code=307, headers={"Location": self.url})
        return Response(status_code=answer if isinstance(answer, int) else 500)

    def stop(self) -> None:
        """Let go of requests that hang."""
        self._over.set()


@asynccontextmanager
async def receiving(*script: Answer) -> AsyncGenerator[Receiver]:
    """Listen until the context ends."""
    listener = listen()
    port = listener.getsockname()[1]
    receiver = Receiver(f"http://127.0.0.1:{port}/hook", list(script))
    app = Starlette(routes=[Route("/hook", receiver.answer, methods=["POST"])])
    async with serve(app, listener):
        try:
            yield receiver
        finally:
            receiver.stop()
