"""A page's end of the websocket, without a browser: for long threads and for crowds.

It speaks Engine.IO 4 and Socket.IO 5 as the page does: Reflex's hydrate event rides in the CONNECT
packet, events go out by the state's full name, and deltas come back by state and var.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
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
_SEPARATOR = "____"
_VAR_SUFFIX = "_rx_state_"
State = dict[str, Any]
_NOTHING: State = {}


def _place(view: State) -> int:
    return int(view.get("seq", 0))


class Page(ABC):
    """One page of somebody signed in; an async context manager that ends when it closes."""

    def __init__(self, url: str, cookies: dict[str, str], path: str) -> None:
        """Prepare a page of the product at ``url`` with the cookies of a session.

        Args:
            path: of the page, such as ``/chat``; a query may follow.
        """
        self._url = url
        self._cookies = cookies
        self._router: State = {"pathname": path.partition("?")[0], "asPath": path, "query": {}}
        self._token = str(uuid4())
        self._socket: ClientConnection | None = None
        self._left: list[ClientConnection] = []
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._full_names: dict[str, str] = {}
        self.states: dict[str, State] = {}
        """What the page shows: each state's vars, by the state's own name (``chat_state``)."""
        self.received = 0
        """Bytes of payload that came over the websocket."""
        self.sent = 0
        """Bytes of payload that went over it."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Return whether the page shows what it was opened for."""

    async def __aenter__(self) -> Self:
        """Connect, and wait until the page is ready.

        Raises:
            TimeoutError: it was not ready within ten seconds.
        """
        try:
            await self.connect()
        except BaseException:
            await self.close()
            raise
        return self

    async def connect(self) -> None:
        """Connect under the tab's own token, again after `drop`; wait until the page is ready.

        Raises:
            TimeoutError: it was not ready within ten seconds.
        """
        self.states.clear()
        parts = urlsplit(self._url)
        query = f"token={self._token}&EIO=4&transport=websocket"
        self._socket = await connect(
            f"ws://{parts.netloc}{_NAMESPACE}/?{query}",
            origin=cast("Any", f"http://{parts.netloc}"),
            subprotocols=[Subprotocol(Reflex.VERSION)],
            additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())},
            max_size=None,
            proxy=None,
            ping_interval=None,  # A browser asks for no sign of life by itself.
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        await self.shown(self.is_ready)

    async def drop(self) -> None:
        """Lose the connection in a way that the server is told of at once."""
        if self._socket is not None:
            self._socket.transport.abort()
        if self._reader is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._reader

    async def vanish(self) -> None:
        """Lose the connection as a phone in a tunnel does: for the server it goes on, silent."""
        if self._socket is not None:
            self._left.append(self._socket)
            # Not read either, so that nothing in here answers for the page.
            self._socket.transport.pause_reading()
            self._socket = None
        await self._stop_reading()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the page."""
        await self.close()

    async def close(self) -> None:
        """End the connection, where there is one."""
        for left in self._left:
            left.transport.abort()
        if self._socket is not None:
            await self._socket.close()
        await self._stop_reading()

    async def _stop_reading(self) -> None:
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
                auth: State = {"event": {**boot, "router_data": dict(self._router)}}
                await self._write(f"40{_NAMESPACE},{orjson.dumps(auth).decode()}")
            elif text == "2":
                await self._write("3")
            elif text.startswith(f"42{_NAMESPACE},"):
                name, update = orjson.loads(text.removeprefix(f"42{_NAMESPACE},"))[:2]
                if name == "event":
                    self._apply(update.get("delta") or {})
                elif name == "new_token":
                    # The server still has a connection under the old one.
                    self._token = update

    async def _write(self, frame: str) -> None:
        assert self._socket is not None
        self.sent += len(frame.encode())
        await self._socket.send(frame)

    def _apply(self, delta: dict[str, State]) -> None:
        for full_name, values in delta.items():
            name = full_name.rpartition(_SEPARATOR)[2]
            self._full_names[name] = full_name
            self.states.setdefault(name, {}).update(
                {key.removesuffix(_VAR_SUFFIX): value for key, value in values.items()}
            )
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def shown(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until what the page shows meets a condition.

        Raises:
            TimeoutError: it did not in time.
        """
        async with asyncio.timeout(seconds):
            while not condition():
                if self._reader is not None and self._reader.done():
                    raise ConnectionError("the server closed the connection")
                await self._changed.wait()

    async def call(self, state: str, handler: str, **payload: Any) -> None:
        """Call an event handler of a state, named as in ``states``."""
        event: State = {
            "name": f"{self._full_names[state]}.{handler}",
            "payload": payload,
            "router_data": dict(self._router),
        }
        await self._write(f"42{_NAMESPACE},{orjson.dumps(['event', event]).decode()}")


class PageClient(Page):
    """The chat of one customer."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        """Prepare the chat of the product at ``url`` with the cookies of a session."""
        super().__init__(url, cookies, "/chat")

    @property
    def vars(self) -> State:
        """What the page shows: vars of the chat's state, by name."""
        return self.states.setdefault("chat_state", {})

    def is_ready(self) -> bool:
        """Return whether the chat is open."""
        return self.vars.get("app_state") == "ready"

    async def until(self, condition: Callable[[State], bool], seconds: float = 10.0) -> None:
        """Wait until the page's vars meet a condition.

        Raises:
            TimeoutError: they did not in time.
        """
        await self.shown(lambda: condition(self.vars), seconds)

    async def emit(self, handler: str, **payload: Any) -> None:
        """Call an event handler of the chat's state."""
        await self.call("chat_state", handler, **payload)

    async def start_new(self) -> None:
        """Begin a new conversation, and wait until the page shows it."""
        await self.emit("new_chat")
        await self.until(lambda _page: not self.newest())

    def messages(self) -> list[State]:
        """Return the messages in the page's window, in no order."""
        return [v for k, v in self.vars.items() if k.startswith("slot_") and v]

    def newest(self) -> State:
        """Return the message with the highest place on the page."""
        return max(self.messages(), key=_place, default=_NOTHING)

    def widget(self, widget_id: str) -> State:
        """Return a card as the page shows it, or nothing."""
        shown = (card for each in self.messages() for card in each.get("widgets", []))
        return next((card for card in shown if card["id"] == widget_id), _NOTHING)

    async def send(self, text: str) -> None:
        """Send a message."""
        outgoing = orjson.dumps([{"text": text, "key": uuid4().hex}]).decode()
        await self.emit("send", outgoing=outgoing)

    async def ask(self, text: str, seconds: float = 30.0) -> State:
        """Send a message; return the settled answer as the page shows it."""
        before = _place(self.newest())
        await self.send(text)
        return await self.settled(before, seconds)

    async def tap(self, handler: str, seconds: float = 15.0, **payload: str) -> State:
        """Tap on a card; return the settled answer that comes of it."""
        before = _place(self.newest())
        await self.emit(handler, **payload)
        return await self.settled(before, seconds)

    async def settled(self, before: int, seconds: float) -> State:
        """Wait for an answer with a place after ``before``, and return it.

        Raises:
            TimeoutError: there was none in time.
        """

        def answered(page: State) -> bool:
            newest = self.newest()
            return (
                not page.get("busy")
                and _place(newest) > before
                and newest.get("role", "assistant") != "customer"
            )

        await self.until(answered, seconds)
        return self.newest()
