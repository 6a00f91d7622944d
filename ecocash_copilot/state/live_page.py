"""A page that shows changes as they happen: mix `LivePage` into its state.

A handler that opened the page calls `_watch` and goes on; the watch runs by itself until the tab
is gone or the page calls `_watch` with the same name again. It subscribes, has the page read what
it shows, and then applies changes as they come, several at once where they come fast.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext

import reflex as rx
from pymongo.errors import PyMongoError

from ecocash_copilot.core.errors import ProductError, Unavailable
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.feed.changes import Change, Refresh
from ecocash_copilot.feed.hub import Subscription
from ecocash_copilot.state.guard import GuardedState
from ecocash_copilot.state.live_pages import WatchKey
from ecocash_copilot.state.services import services

QUIET_SECONDS = 0.05
"""After a change was sent, those of the next moment go together."""

CROWD_SECONDS = 0.1
"""How long a page that shows what all show leaves a change to those whom it concerns."""

KEEP_SECONDS = 60.0
"""How often a page's state is touched, so that it does not expire, and its access checked."""

RETRY_SECONDS = (0.1, 0.3, 1.0, 3.0)
"""Waits between attempts to read while the database is away; the last one repeats."""

Read = Callable[[], Awaitable[None]]
"""Reads what the page shows, and puts it there, under ``async with self`` of its own."""

Apply = Callable[[list[Change]], bool | None]
"""Puts changes on the page; called under ``async with self``. False: one was missed, read anew."""

Heed = Callable[[Change], bool]
"""Whether a change matters to the page at all; called without its lock."""

Check = Callable[[], Awaitable[object]]
"""Raises a `ProductError` once the caller may no longer see the page."""

_log = get_logger(__name__)


class LivePage(GuardedState, rx.State, mixin=True):
    """A state that can watch topics of the feed."""

    async def _watch(
        self,
        name: str,
        topics: Iterable[str],
        *,
        read: Read,
        apply: Apply | None,
        settle: Read | None = None,
        heed: Heed | None = None,
        check: Check | None = None,
        during: AbstractAsyncContextManager[object] | None = None,
        crowd: bool = False,
        unless: Callable[[], bool] | None = None,
    ) -> bool:
        """Watch topics from now on, in place of an earlier watch of this name; returns at once.

        Call it from a background handler, outside ``async with self``.

        Args:
            name: one word for the part of the page, such as ``board`` or ``ticket``.
            topics: names as made in `feed.changes`.
            read: called first, once subscribed, and whenever changes were missed.
            apply: called with changes in their order. It must compare versions or numbers with
                what the page shows (`feed.changes.step`, `is_newer`): some come twice. None: the
                page is read anew with every change.
            settle: called after changes were put on the page, to read what they leave open; those
                that come meanwhile wait. What the database cannot do then is left for next time.
            heed: which changes matter; for others the page's state is not even taken up, which
                is most of what a change costs. None: all do.
            check: called now and then; when it raises, `_tell` is told and the watch ends.
            during: entered before the first reading, and left when the watch ends for any reason.
            crowd: many pages show the same: changes are put on them a moment later, by turns, so
                that they keep nobody waiting whom a change concerns.
            unless: asked under ``async with self`` just before: true where the page wants
                something else by now. Then an earlier watch goes on.

        Returns:
            Whether the watch runs: not where the page wants something else, or its tab has gone.
        """

        async def run(subscription: Subscription) -> None:
            try:
                async with during or nullcontext():
                    await _Loop(
                        self, subscription, read, apply, settle, heed, check, crowd=crowd
                    ).run()
            except ProductError as error:
                await self._tell(error)

        async with self:
            if unless is not None and unless():
                return False
            key, sid = self._watch_key(name)
            return services().pages.start(key, sid, topics, run)

    async def _also_watch(self, name: str, *topics: str) -> None:
        """Let a watch that runs watch more topics."""
        async with self:
            key, _ = self._watch_key(name)
        if (subscription := services().pages.find(key)) is not None:
            subscription.watch(*topics)

    async def _unwatch(self, name: str) -> None:
        """End a watch, such as that of a panel that was closed."""
        async with self:
            self._end_watch(name)

    def _end_watch(self, name: str) -> None:
        """End a watch; the caller holds the state."""
        key, _ = self._watch_key(name)
        services().pages.stop(key)

    def _watch_key(self, name: str) -> tuple[WatchKey, str]:
        tab = self.router.session
        return (tab.client_token, self.get_full_name(), name), tab.session_id


class _Loop:
    """One watch of one page."""

    def __init__(
        self,
        page: LivePage,
        subscription: Subscription,
        read: Read,
        apply: Apply | None,
        settle: Read | None,
        heed: Heed | None,
        check: Check | None,
        *,
        crowd: bool,
    ) -> None:
        self._page = page
        self._subscription = subscription
        self._read = read
        self._apply = apply
        self._settle = settle
        self._heed = heed
        self._check = check
        self._crowd = crowd
        self._kept_at = asyncio.get_running_loop().time()
        """When access was last checked, on the event loop's clock."""

    async def run(self) -> None:
        """Show changes until the subscription is closed.

        Raises:
            ProductError: the caller may no longer see them.
        """
        await self._reread()
        while await self._ready():
            if self._crowd:
                await asyncio.sleep(CROWD_SECONDS)
                async with services().pages.lane.turn():
                    shown = await self._take()
            else:
                shown = await self._take()
            if not shown:
                await self._reread()
            elif self._settle is not None and not self._subscription.closed:
                await self._try(self._settle, "page_not_settled")
            await self._pause()

    async def _ready(self) -> bool:
        """Wait for news, and keep the page alive with them and without; False at the end."""
        while True:
            try:
                async with asyncio.timeout_at(self._kept_at + KEEP_SECONDS):
                    await self._subscription.ready()
            except TimeoutError:
                await self._keep()
                continue
            if self._subscription.closed:
                return False
            # News that never stop would else be shown to whom access was taken from.
            if asyncio.get_running_loop().time() >= self._kept_at + KEEP_SECONDS:
                await self._keep()
            return not self._subscription.closed

    async def _take(self) -> bool:
        """Show what is new by now; False where the page must be read anew."""
        news = await anext(self._subscription, None)
        if news is None:
            return True
        if isinstance(news, Refresh):
            return False
        if self._heed is not None:
            news = [each for each in news if self._heed(each)]
        return not news or (self._apply is not None and await self._show(news, self._apply))

    async def _keep(self) -> None:
        self._kept_at = asyncio.get_running_loop().time()
        async with self._page:
            pass
        if self._check is None:
            return
        await self._try(self._check, "check_failed", check="access")

    async def _try(self, work: Check, failed: str, **words: str) -> None:
        """Do what can wait until the database is there again."""
        try:
            await work()
        except (Unavailable, PyMongoError) as error:
            _log.warning(failed, **words, error=type(error).__name__)

    async def _show(self, changes: list[Change], apply: Apply) -> bool:
        """Put changes on the page; False where it must be read anew."""
        try:
            async with self._page:
                return apply(changes) is not False
        except ProductError:
            raise
        except Exception as error:
            _log.exception("change_not_shown", error=type(error).__name__)
            return False

    async def _reread(self) -> None:
        """Read until it succeeds; changes that come meanwhile wait."""
        attempt = 0
        while not self._subscription.closed:
            try:
                await self._read()
            except (Unavailable, PyMongoError) as error:
                _log.warning("page_not_read", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                attempt += 1
            else:
                return

    async def _pause(self) -> None:
        """Let changes gather for a moment, unless the watch ends."""
        if not self._subscription.closed:
            await asyncio.sleep(QUIET_SECONDS)
