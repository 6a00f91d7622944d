"""One browser tab as Reflex's own event machinery sees it, without a browser or a websocket."""

# pyright: reportPrivateUsage=false

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self, cast
from uuid import uuid4

from reflex.event import Event
from reflex.state import State, StateUpdate
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor

from ecocash_copilot.actions.sign_in import SESSION_COOKIE
from ecocash_copilot.actions.staff_sign_in import STAFF_COOKIE
from ecocash_copilot.state.chat import ChatState
from ecocash_copilot.state.services import install, live_pages
from schemas.views import MessageView
from tests.support.assistant import Desk

CHAT = ChatState.get_full_name()
_SUFFIX = "_rx_state_"
Delta = dict[str, Any]


class Tab:
    """Calls handlers of the chat's state, and notes every delta that they send."""

    def __init__(self, secret: str = "", staff: str = "", path: str = "/chat") -> None:
        """What the cookies of the handshake hold: a customer's secret, and a staff's."""
        self.deltas: list[Delta] = []
        """Changes of the chat's vars, in the order in which they were sent."""
        self.others: list[Delta] = []
        """Changes of the vars of any other state."""
        self.by_state: list[tuple[str, Delta]] = []
        """All of them, each with the state's full name."""
        self.errors: list[Exception] = []
        """What handlers raised."""
        self.vars: Delta = {}
        """What the page shows."""
        self._token = str(uuid4())
        held = ((SESSION_COOKIE, secret), (STAFF_COOKIE, staff))
        cookie = "; ".join(f"{name}={value}" for name, value in held if value)
        self.sid = uuid4().hex
        """Stands for the websocket."""
        self._router = {
            "sid": self.sid,
            "token": self._token,
            "pathname": path,
            "asPath": path,
            "query": {},
            "headers": {"cookie": cookie},
        }
        self._changed = asyncio.Event()
        self._processor = BaseStateEventProcessor(backend_exception_handler=self.errors.append)

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        """Take what would go over the websocket."""
        for name, values in (update.delta or {}).items():
            plain = {key.removesuffix(_SUFFIX): value for key, value in values.items()}
            self.by_state.append((name, plain))
            if name == CHAT:
                self.deltas.append(plain)
                self.vars.update(plain)
            else:
                self.others.append(plain)
        self._changed.set()

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Self]:
        """Connect."""
        self._processor.configure(event_namespace=cast("Any", self))
        async with self._processor:
            self.connect()
            await self._event(f"{State.get_full_name()}.hydrate")
            self.forget()
            try:
                yield self
            finally:
                self.disconnect()

    def connect(self) -> None:
        """Open the websocket: first of all, and again after `disconnect`."""
        if (pages := live_pages()) is not None:
            pages.socket_opened(self.sid)

    def disconnect(self) -> None:
        """Close the websocket. What the page was sent stays."""
        if (pages := live_pages()) is not None:
            pages.socket_closed(self.sid)

    async def _event(self, name: str, /, **payload: Any) -> None:
        event = Event(name=name, payload=payload, router_data=self._router)
        # Another tab may have been opened since; each goes by its own root.
        root = self._processor._root_context
        assert root is not None
        context = root.fork(token=self._token, router_data=self._router)
        async with asyncio.timeout(20):
            await (await self._processor.enqueue(self._token, event, context))

    async def call(self, handler: str, /, **payload: Any) -> None:
        """Call a handler as a browser does, and wait until it has ended."""
        await self.call_of(CHAT, handler, **payload)

    async def call_of(self, state: str, handler: str, /, **payload: Any) -> None:
        """Call a handler of any state, by the state's full name."""
        await self._event(f"{state}.{handler}", **payload)

    async def until(self, name: str, value: object) -> None:
        """Wait until a var of the page has a value."""
        async with asyncio.timeout(10):
            while self.vars.get(name) != value:
                self._changed.clear()
                await self._changed.wait()

    async def until_holds(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, looking at each change of the page."""
        async with asyncio.timeout(10):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def forget(self) -> None:
        """Begin a new list of deltas."""
        self.deltas.clear()
        self.others.clear()
        self.by_state.clear()

    @property
    def shown(self) -> list[MessageView]:
        """The messages in the order in which the page draws them, as ``window_var`` says."""
        slots = [v for k, v in self.vars.items() if k.startswith("slot_") and v]
        ordered = sorted(slots, key=lambda view: view.seq)
        return [*self.vars.get("earlier", []), *ordered]


@asynccontextmanager
async def tab_of(
    desk: Desk, secret: str = "", staff: str = "", path: str = "/chat"
) -> AsyncGenerator[Tab]:
    """Open a tab on a desk's services."""
    install(desk.services)
    async with Tab(secret, staff, path).open() as tab:
        yield tab
