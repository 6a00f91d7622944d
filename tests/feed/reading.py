"""Readers of the feed for tests: they wait for news, and for a mark that ends what came before."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.feed.changes import Change, ChangeKind, Refresh
from ecocash_copilot.feed.hub import Hub, Subscription
from ecocash_copilot.feed.stream import FeedStream
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.presence import put_presence
from schemas.feed import Presence, PresenceKind

SECONDS = 12.0
"""How long anything may take before a test fails."""


@asynccontextmanager
async def reading(store: Store, hub: Hub, process: str = "p", *, resumes: bool | None = None):
    """Read the database's changes into a hub."""
    stream = FeedStream(store, hub, process, resumes=resumes)
    await stream.start()
    try:
        yield stream
    finally:
        await stream.stop()


async def news(subscription: Subscription) -> list[Change] | Refresh:
    """Return what comes next."""
    async with asyncio.timeout(SECONDS):
        return await anext(subscription)


async def changes(
    subscription: Subscription, count: int, kind: ChangeKind | None = None
) -> list[Change]:
    """Return so many changes of a kind, and fail on a refresh."""
    found: list[Change] = []
    while len(found) < count:
        batch = await news(subscription)
        assert isinstance(batch, list), batch
        found += [each for each in batch if kind in (None, each.kind)]
    assert len(found) == count
    return found


def new_mark() -> str:
    """Return a topic that nothing but `mark` writes to."""
    return f"ticket:{new_id('mark')}"


async def mark(store: Store, topic: str) -> None:
    """Write something last: once it arrives, all that was written before has arrived."""
    soon = now() + timedelta(seconds=60)
    presence = Presence(subject=topic, kind=PresenceKind.VIEWING, who="staff:mark", expires_at=soon)
    await put_presence(store, presence)


async def until_mark(subscription: Subscription) -> list[Change]:
    """Return everything that comes before the mark."""
    found: list[Change] = []
    while True:
        batch = await news(subscription)
        assert isinstance(batch, list), batch
        for change in batch:
            if isinstance(change.document, Presence) and change.document.who == "staff:mark":
                return found
            found.append(change)
