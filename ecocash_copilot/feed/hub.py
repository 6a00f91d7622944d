"""Changes on their way from the one stream of this process to whoever watches a topic."""

import asyncio
from collections.abc import Iterable
from typing import Self

from ecocash_copilot.core.metrics import FEED_OVERFLOWS, FEED_SUBSCRIBERS
from ecocash_copilot.feed.changes import Change, Refresh

LIMIT = 256
"""Changes that a subscriber may leave unread; with one more, it must read everything anew."""

_OVERFLOW = Refresh("overflow")


class Subscription:
    """Changes of some topics, from the moment of subscribing on.

    ``async for`` yields everything that is waiting as one list, or one `Refresh` in place of what
    was lost; it ends once the subscription is closed. Subscribe first, then read from the
    database, then apply: what is read twice is dropped by its version.
    """

    def __init__(self, hub: "Hub", topics: Iterable[str], limit: int) -> None:
        """Watch nothing yet; `Hub.subscribe` makes subscriptions."""
        self._hub = hub
        self._limit = limit
        self._waiting: list[Change] = []
        self._refresh: Refresh | None = None
        self._wake = asyncio.Event()
        self.topics = frozenset(topics)
        """What it watches; `watch` and `unwatch` change it."""
        self.closed = False

    def put(self, change: Change) -> None:
        """Queue a change. The hub calls this."""
        if self._refresh is not None:
            return
        if len(self._waiting) >= self._limit:
            FEED_OVERFLOWS.inc()
            self.put_refresh(_OVERFLOW)
            return
        self._waiting.append(change)
        self._wake.set()

    def put_refresh(self, refresh: Refresh) -> None:
        """Replace what is waiting: reading anew, once that is taken, covers all of it."""
        self._waiting.clear()
        self._refresh = refresh
        self._wake.set()

    def watch(self, *topics: str) -> None:
        """Watch more topics."""
        self._hub.add(self, topics)

    def unwatch(self, *topics: str) -> None:
        """Watch fewer topics."""
        self._hub.discard(self, topics)

    def close(self) -> None:
        """End it; whoever iterates leaves the loop. Safe to call again."""
        if not self.closed:
            self.closed = True
            self._hub.remove(self)
            self._wake.set()

    async def aclose(self) -> None:
        """End it."""
        self.close()

    def __aiter__(self) -> Self:
        """Return itself: one reader only."""
        return self

    async def ready(self) -> None:
        """Wait for news without taking it; whoever takes it later takes more at once."""
        while not (self.closed or self._refresh is not None or self._waiting):
            self._wake.clear()
            await self._wake.wait()

    async def __anext__(self) -> list[Change] | Refresh:
        """Wait for news."""
        await self.ready()
        if self.closed:
            raise StopAsyncIteration
        if self._refresh is not None:
            refresh, self._refresh = self._refresh, None
            return refresh
        changes, self._waiting = self._waiting, []
        return changes


class Hub:
    """Who watches what, in this process."""

    def __init__(self) -> None:
        """Nobody watches yet."""
        self._watchers: dict[str, set[Subscription]] = {}
        self._all: set[Subscription] = set()

    def subscribe(self, topics: Iterable[str], limit: int = LIMIT) -> Subscription:
        """Watch topics until the subscription is closed.

        Args:
            topics: names as made in `feed.changes`.
            limit: how many unread changes are kept.
        """
        subscription = Subscription(self, (), limit)
        self._all.add(subscription)
        FEED_SUBSCRIBERS.inc()
        self.add(subscription, topics)
        return subscription

    def add(self, subscription: Subscription, topics: Iterable[str]) -> None:
        """Let a subscription watch more topics. Nothing if it is closed."""
        if subscription.closed:
            return
        more = frozenset(topics) - subscription.topics
        for topic in more:
            self._watchers.setdefault(topic, set()).add(subscription)
        subscription.topics |= more

    def discard(self, subscription: Subscription, topics: Iterable[str]) -> None:
        """Let a subscription watch fewer topics."""
        fewer = subscription.topics & frozenset(topics)
        for topic in fewer:
            watchers = self._watchers[topic]
            watchers.discard(subscription)
            if not watchers:
                del self._watchers[topic]
        subscription.topics -= fewer

    def remove(self, subscription: Subscription) -> None:
        """Forget a subscription."""
        self.discard(subscription, subscription.topics)
        if subscription in self._all:
            self._all.discard(subscription)
            FEED_SUBSCRIBERS.dec()

    def publish(self, change: Change) -> None:
        """Tell everybody who watches one of the change's topics, once each."""
        found = [self._watchers[topic] for topic in change.topics if topic in self._watchers]
        if not found:
            return
        for subscription in found[0] if len(found) == 1 else set[Subscription]().union(*found):
            subscription.put(change)

    def refresh(self, reason: Refresh) -> None:
        """Make everybody read anew."""
        for subscription in self._all:
            subscription.put_refresh(reason)

    def close(self) -> None:
        """End every subscription."""
        for subscription in list(self._all):
            subscription.close()

    @property
    def size(self) -> int:
        """How many subscriptions there are."""
        return len(self._all)

    def is_watched(self, topic: str) -> bool:
        """Return whether anybody watches a topic."""
        return topic in self._watchers
