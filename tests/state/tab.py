"""One browser tab as Reflex's own event machinery sees it, without a browser or a websocket."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from reflex.event import Event
from reflex.state import State, StateUpdate
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor

from ecocash_copilot.actions.sign_in import SESSION_COOKIE
from ecocash_copilot.state.chat import ChatState
from ecocash_copilot.state.services import install
from schemas.views import MessageView
from tests.support.assistant import Desk

CHAT = ChatState.get_full_name()
_SUFFIX = "_rx_state_"
Delta = dict[str, Any]


class Tab:
    """Calls handlers of the chat's state, and notes every delta that they send."""

    def __init__(self, secret: str = "") -> None:
        """``secret``: what the session cookie of the handshake holds."""
        self.deltas: list[Delta] = []
        """Changes of the chat's vars, in the order in which they were sent."""
        self.others: list[Delta] = []
        """Changes of the vars of any other state."""
        self.errors: list[Exception] = []
        """What handlers raised."""
        self.vars: Delta = {}
        """What the page shows."""
        self._token = str(uuid4())
        cookie = f"{SESSION_COOKIE}={secret}" if secret else ""
        self._router = {
            "pathname": "/chat",
            "asPath": "/chat",
            "query": {},
            "headers": {"cookie": cookie},
        }
        self._changed = asyncio.Event()
        self._processor = BaseStateEventProcessor(backend_exception_handler=self.errors.append)

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        """Take what would go over the websocket."""
        for name, values in (update.delta or {}).items():
            plain = {key.removesuffix(_SUFFIX): value for key, value in values.items()}
            if name == CHAT:
                self.deltas.append(plain)
                self.vars.update(plain)
            else:
                self.others.append(plain)
        self._changed.set()

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Tab"]:
        """Connect."""
        self._processor.configure(event_namespace=self)  # type: ignore[arg-type]
        async with self._processor:
            await self._event(f"{State.get_full_name()}.hydrate")
            self.forget()
            yield self

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
        await self._event(f"{CHAT}.{handler}", **payload)

    async def until(self, name: str, value: object) -> None:
        """Wait until a var of the page has a value."""
        async with asyncio.timeout(10):
            while self.vars.get(name) != value:
                self._changed.clear()
                await self._changed.wait()

    def forget(self) -> None:
        """Begin a new list of deltas."""
        self.deltas.clear()
        self.others.clear()

    @property
    def shown(self) -> list[MessageView]:
        """The messages in the order in which the page draws them, as ``window_var`` says."""
        slots = [v for k, v in self.vars.items() if k.startswith("slot_") and v]
        ordered = sorted(slots, key=lambda view: view.seq)
        return [*self.vars.get("earlier", []), *ordered]


@asynccontextmanager
async def tab_of(desk: Desk, secret: str = "") -> AsyncGenerator[Tab]:
    """Open a tab on a desk's services."""
    install(desk.services)
    async with Tab(secret).open() as tab:
        yield tab
