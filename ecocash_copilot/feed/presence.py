"""Who looks at a ticket and who types, told to everybody else who has it open."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from pymongo.errors import PyMongoError

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.tasks import cancel
from ecocash_copilot.feed.changes import conversation_topic
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.presence import delete_presence, find_presence, put_presence
from schemas.feed import Presence, PresenceKind
from schemas.message import ConversationId

LASTS = {PresenceKind.VIEWING: 90.0, PresenceKind.TYPING: 6.0}
"""Seconds after which it is over unless it is renewed."""

RENEW = {PresenceKind.VIEWING: 30.0, PresenceKind.TYPING: 2.0}
"""Seconds in which telling it again writes nothing."""

_log = get_logger(__name__)

_Key = tuple[str, PresenceKind, str, str]


def typing_in(conversation_id: ConversationId, who: str) -> tuple[str, PresenceKind, str]:
    """Return what a `PresenceDesk` shows and clears while somebody types in a conversation.

    Args:
        who: ``staff:agent-1`` or ``customer:c-1001``.
    """
    return conversation_topic(conversation_id), PresenceKind.TYPING, who


@dataclass(frozen=True)
class Look:
    """One tab that looks at something. Whoever looks in two of them is there until both end."""

    subject: str
    who: str
    name: str
    tab: str = field(default_factory=lambda: new_id("tab"))


class PresenceDesk:
    """Writes who is where, no more often than it is news. Nothing here is worth an error.

    What is not renewed is deleted when its time is over, so that pages hear of it; should this
    process end before, the server deletes it within a minute or so.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` counts the seconds in which nothing is told again."""
        self._store = store
        self._clock = clock
        self._told: dict[_Key, float] = {}
        self._ends: dict[_Key, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def show(
        self, subject: str, kind: PresenceKind, who: str, name: str, tab: str = ""
    ) -> None:
        """Tell that somebody is at a subject; call it again while they are.

        Args:
            subject: a topic, ``ticket:TCK-100042`` or ``conversation:cv_...``.
            who: ``staff:agent-1`` or ``customer:c-1001``.
            name: what others are shown.
            tab: which of their tabs, where each is shown and cleared by itself.
        """
        key = (subject, kind, who, tab)
        if self._told.get(key, 0.0) > self._clock():
            return
        self._told[key] = self._clock() + RENEW[kind]
        self._end_later(key)
        expires_at = now() + timedelta(seconds=LASTS[kind])
        presence = Presence(
            subject=subject, kind=kind, who=who, name=name, tab=tab, expires_at=expires_at
        )
        try:
            await put_presence(self._store, presence)
        except PyMongoError as error:
            self._told.pop(key, None)
            _log.info("presence_not_told", error=type(error).__name__)

    async def clear(self, subject: str, kind: PresenceKind, who: str, tab: str = "") -> None:
        """Tell that they no longer are; nothing where nothing was told."""
        key = (subject, kind, who, tab)
        self._told.pop(key, None)
        if (timer := self._ends.get(key)) is None:
            return
        timer.cancel()
        try:
            await delete_presence(self._store, *key)
        except PyMongoError as error:
            _log.info("presence_not_told", error=type(error).__name__)
        # Whoever is cancelled meanwhile leaves it to `aclose`.
        if self._ends.get(key) is timer:
            del self._ends[key]

    @asynccontextmanager
    async def looking(self, look: Look) -> AsyncGenerator[None]:
        """Tell that a tab looks at something until the end of ``async with``."""
        try:
            await self.renew(look)
            yield
        finally:
            await self.clear(look.subject, PresenceKind.VIEWING, look.who, look.tab)

    async def renew(self, look: Look) -> None:
        """Tell that a tab still looks."""
        await self.show(look.subject, PresenceKind.VIEWING, look.who, look.name, look.tab)

    async def find(self, subject: str) -> list[Presence]:
        """Return who is at a subject now."""
        return await find_presence(self._store, subject)

    async def aclose(self) -> None:
        """Take back everything that this process has told."""
        for task in list(self._tasks):
            await cancel(task)
        for key in list(self._ends):
            await self.clear(*key)

    def _end_later(self, key: _Key) -> None:
        if (timer := self._ends.get(key)) is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._ends[key] = loop.call_later(LASTS[key[1]], self._end, key)

    def _end(self, key: _Key) -> None:
        task = asyncio.create_task(self.clear(*key), name="presence-end")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
