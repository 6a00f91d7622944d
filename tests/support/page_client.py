"""The chat page's end of the websocket, without a browser: for long threads and for crowds.

It speaks Engine.IO 4 and Socket.IO 5 as the page does: Reflex's hydrate event rides in the CONNECT
packet, events go out by the state's full name, and deltas come back by state and var.
"""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit
from uuid import uuid4

import orjson
from reflex_base.constants import Reflex
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

_ROOT_STATE = "reflex___state____state"
_NAMESPACE = "/_event"
_CHAT_STATE = "chat____chat_state"
_VAR_SUFFIX = "_rx_state_"
State = dict[str, Any]

_ROUTER: State = {"pathname": "/chat", "asPath": "/chat", "query": {}}


def _is_ready(page: State) -> bool:
    return page.get("app_state") == "ready"


def _place(view: State) -> int:
    return int(view.get("seq", 0))


class PageClient:
    """One page of one signed-in customer; an async context manager that ends when it closes."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        """Prepare a page of the product at ``url`` with the cookies of a session."""
        self._url = url
        self._cookies = cookies
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._chat_state = ""
        self.vars: State = {}
        """What the page shows: vars of the chat's state, by name."""
        self.received = 0
        """Bytes of payload that came over the websocket."""
        self.sent = 0
        """Bytes of payload that went over it."""

    async def __aenter__(self) -> Self:
        """Connect, and wait until the chat is ready.

        Raises:
            TimeoutError: it was not ready within ten seconds.
        """
        parts = urlsplit(self._url)
        query = f"token={uuid4()}&EIO=4&transport=websocket"
        self._socket = await connect(
            f"ws://{parts.netloc}{_NAMESPACE}/?{query}",
            origin=cast("Any", f"http://{parts.netloc}"),
            subprotocols=[Subprotocol(Reflex.VERSION)],
            additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())},
            max_size=None,
            proxy=None,
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        await self.until(_is_ready)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the page."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                await self._reader

    async def _read(self, socket: ClientConnection) -> None:
        async for frame in socket:
            text = frame if isinstance(frame, str) else frame.decode()
            self.received += len(text.encode())
            if text.startswith("0"):
                boot: State = {"name": f"{_ROOT_STATE}.hydrate_and_load", "payload": {}}
                auth: State = {"event": {**boot, "router_data": dict(_ROUTER)}}
                await self._write(f"40{_NAMESPACE},{orjson.dumps(auth).decode()}")
            elif text == "2":
                await self._write("3")
            elif text.startswith(f"42{_NAMESPACE},"):
                name, update = orjson.loads(text.removeprefix(f"42{_NAMESPACE},"))[:2]
                if name == "event":
                    self._apply(update.get("delta") or {})

    async def _write(self, frame: str) -> None:
        assert self._socket is not None
        self.sent += len(frame.encode())
        await self._socket.send(frame)

    def _apply(self, delta: dict[str, State]) -> None:
        for name, values in delta.items():
            if name.endswith(_CHAT_STATE):
                self._chat_state = name
                self.vars.update(
                    {key.removesuffix(_VAR_SUFFIX): value for key, value in values.items()}
                )
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, condition: Callable[[State], bool], seconds: float = 10.0) -> None:
        """Wait until the page's vars meet a condition.

        Raises:
            TimeoutError: they did not in time.
        """
        async with asyncio.timeout(seconds):
            while not condition(self.vars):
                if self._reader is not None and self._reader.done():
                    raise ConnectionError("the server closed the connection")
                await self._changed.wait()

    async def emit(self, handler: str, **payload: Any) -> None:
        """Call an event handler of the chat's state."""
        event: State = {
            "name": f"{self._chat_state}.{handler}",
            "payload": payload,
            "router_data": dict(_ROUTER),
        }
        await self._write(f"42{_NAMESPACE},{orjson.dumps(['event', event]).decode()}")

    async def start_new(self) -> None:
        """Begin a new conversation, and wait until the page shows it."""
        await self.emit("new_chat")
        await self.until(lambda _page: not self.newest())

    def newest(self) -> State:
        """Return the message with the highest place on the page."""
        slots: list[State] = [v for k, v in self.vars.items() if k.startswith("slot_") and v]
        return max(slots, key=_place) if slots else {}

    async def ask(self, text: str, seconds: float = 30.0) -> State:
        """Send a message; return the settled answer as the page shows it."""
        before = _place(self.newest())
        outgoing = orjson.dumps([{"text": text, "key": uuid4().hex}]).decode()
        await self.emit("send", outgoing=outgoing)

        def answered(page: State) -> bool:
            newest = self.newest()
            return (
                not page.get("busy")
                and _place(newest) > before
                and newest.get("role", "assistant") != "customer"
            )

        await self.until(answered, seconds)
        return self.newest()
