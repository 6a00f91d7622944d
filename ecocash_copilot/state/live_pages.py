"""The pages that show changes as they happen: who watches, for which browser tab, and until when.

A watch belongs to a websocket. It ends when that closes, when the page begins the watch anew (a
tab that reconnects opens its page again, maybe under a new token), or when the product stops. No
task outlives it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.tasks import cancel
from ecocash_copilot.feed.hub import Hub, Subscription
from ecocash_copilot.state.lane import Lane

_log = get_logger(__name__)

WatchKey = tuple[str, str, str]
"""The tab's token, the state's name, and the watch's own name."""


@dataclass(eq=False, slots=True)
class _Watch:
    key: WatchKey
    sid: str
    subscription: Subscription
    task: asyncio.Task[None] | None = None


class LivePages:
    """Every watch of this process."""

    def __init__(self, hub: Hub | None = None) -> None:
        """``hub``: where changes come from; without one, nothing ever changes."""
        self.hub = hub or Hub()
        self.lane = Lane()
        """Where pages are drawn that all show the same."""
        self._watches: dict[WatchKey, _Watch] = {}
        self._by_socket: dict[str, set[_Watch]] = defaultdict(set)
        self._sockets: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def size(self) -> int:
        """How many tasks there are, those included that are about to end."""
        return len(self._tasks)

    def socket_opened(self, sid: str) -> None:
        """Note that a tab connected; called before any of its events."""
        self._sockets.add(sid)

    def socket_closed(self, sid: str) -> None:
        """End what runs for a tab that is gone."""
        self._sockets.discard(sid)
        for watch in list(self._by_socket.get(sid, ())):
            self._end(watch)

    def start(
        self,
        key: WatchKey,
        sid: str,
        topics: Iterable[str],
        run: Callable[[Subscription], Awaitable[None]],
    ) -> bool:
        """Run a watch in a task of its own, in place of the one with the same key.

        Args:
            run: reads the subscription to its end.

        Returns:
            False if the tab has gone meanwhile: then nothing runs.
        """
        if sid not in self._sockets:
            # What runs under the key is of a websocket that the tab has opened since.
            return False
        self.stop(key)
        watch = _Watch(key, sid, self.hub.subscribe(topics))
        self._watches[key] = watch
        self._by_socket[sid].add(watch)
        watch.task = asyncio.create_task(self._run(watch, run), name=f"watch-{key[2]}")
        self._tasks.add(watch.task)
        watch.task.add_done_callback(self._tasks.discard)
        return True

    def find(self, key: WatchKey) -> Subscription | None:
        """Return the subscription of a watch that runs."""
        watch = self._watches.get(key)
        return watch.subscription if watch else None

    def stop(self, key: WatchKey) -> None:
        """End a watch, if it runs."""
        if (watch := self._watches.get(key)) is not None:
            self._end(watch)

    async def aclose(self) -> None:
        """End everything, and wait until it has ended."""
        for watch in list(self._watches.values()):
            self._end(watch)
        for task in list(self._tasks):
            await cancel(task)

    async def _run(self, watch: _Watch, run: Callable[[Subscription], Awaitable[None]]) -> None:
        try:
            await run(watch.subscription)
        except Exception as error:
            _log.exception("watch_failed", watch=watch.key[2], error=type(error).__name__)
        finally:
            self._end(watch)

    def _end(self, watch: _Watch) -> None:
        """Let a watch end by itself: a task that is cancelled while it sends may lose a change."""
        watch.subscription.close()
        if self._watches.get(watch.key) is watch:
            del self._watches[watch.key]
        if (watches := self._by_socket.get(watch.sid)) is not None:
            watches.discard(watch)
            if not watches:
                del self._by_socket[watch.sid]


def follow_sockets(namespace: Any, pages: Callable[[], LivePages | None]) -> None:
    """Tell the pages of the product about every websocket that opens and closes.

    Args:
        namespace: Reflex's event namespace.
        pages: what runs now; None before the product is open.
    """
    connect, disconnect = namespace.on_connect, namespace.on_disconnect

    async def on_connect(sid: str, *arguments: Any) -> Any:
        if (running := pages()) is not None:
            running.socket_opened(sid)
        try:
            return await connect(sid, *arguments)
        except BaseException:
            # A refused connection is never said to close.
            if running is not None:
                running.socket_closed(sid)
            raise

    def on_disconnect(sid: str, *_reason: Any) -> Any:
        if (running := pages()) is not None:
            running.socket_closed(sid)
        return disconnect(sid)

    namespace.on_connect, namespace.on_disconnect = on_connect, on_disconnect
