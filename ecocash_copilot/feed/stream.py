"""The one change stream of this process: read, parsed once, and handed to the hub.

It outlives the database. When that goes away the stream is opened again where it stopped; where
that can't be trusted or is no longer possible, it is opened anew and everybody reads afresh.
"""

import asyncio
import contextlib
import random
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.metrics import (
    FEED_CHANGES,
    FEED_LAG_SECONDS,
    FEED_REOPENED,
    FEED_UP,
)
from ecocash_copilot.core.tasks import cancel
from ecocash_copilot.feed.changes import Refresh
from ecocash_copilot.feed.hub import Hub
from ecocash_copilot.feed.parse import READ_OPERATIONS, SOURCES, change_of, topics_of
from ecocash_copilot.store.client import Document, Store
from ecocash_copilot.store.feed_positions import (
    ResumeToken,
    delete_position,
    find_position,
    save_position,
)

AWAIT_MS = 1000
"""How long the server holds a read that has nothing to say."""

SILENT_SECONDS = 6.0
"""Without an answer to a read for so long, the feed counts as down."""

SAVE_EVENTS, SAVE_SECONDS = 500, 5.0
"""How many changes, and how long, go by before the position is written again."""

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds before the first and before the later attempts to open the stream again."""

BREATH = 32
"""Changes after which other tasks get a turn."""

_PASSING = frozenset({6, 7, 43, 50, 89, 91, 189, 237, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Codes of failures that say nothing about the position: lost cursors, restarts, elections."""

_log = get_logger(__name__)


class _Lost(Exception):
    """The stream can't go on from its position."""


class FeedStream:
    """Reads the database's changes for as long as the product runs."""

    def __init__(
        self, store: Store, hub: Hub, process: str, *, resumes: bool | None = None
    ) -> None:
        """Read nothing yet.

        Args:
            process: names this process among those that read the same database, also after it was
                started again.
            resumes: the server's positions outlive its crash. The embedded server may give those
                of writes that a crash took back to others, so nothing is resumed there.
        """
        self._store = store
        self._hub = hub
        self._process = process
        self._resumes = not store.embedded if resumes is None else resumes
        self._token: ResumeToken | None = None
        self._unsaved = 0
        self._saved_at = 0.0
        self._answered_at = 0.0
        self._was_open = False
        self._up = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, seconds: float = 5.0) -> None:
        """Open the stream in the background, and wait so long at most until it is."""
        if self._resumes:
            self._token = await find_position(self._store, self._process)
        self._task = asyncio.create_task(self._run(), name="feed-stream")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._up.wait()

    async def stop(self) -> None:
        """Stop reading, and note the position."""
        if self._task is None:
            return
        await cancel(self._task)
        self._task = None
        with contextlib.suppress(PyMongoError):
            await self._save()

    async def check(self) -> None:
        """Return if the stream is open and the server answers on it.

        Raises:
            Unavailable: it is not.
        """
        silent = asyncio.get_running_loop().time() - self._answered_at
        if not self._up.is_set() or silent > SILENT_SECONDS:
            raise Unavailable("Changes are not being read.")

    async def wait_until_open(self) -> None:
        """Return once the stream is open; changes from then on are seen."""
        await self._up.wait()

    async def _run(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                async with await self._open() as cursor:
                    self._opened()
                    wait = FIRST_WAIT
                    await self._read(cursor)
            except (PyMongoError, _Lost) as error:
                self._broken(error)
            except Exception as error:
                _log.exception("feed_failed", error=type(error).__name__)
                self._broken(_Lost())
            finally:
                self._up.clear()
                FEED_UP.set(0)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            wait = min(wait * 2, LONGEST_WAIT)

    async def _open(self) -> "AsyncCommandCursor[Document]":
        """Ask for changes: from the known position, or from now on.

        The stage itself rather than ``Database.watch``, which would go on after a crash of the
        server without a word.
        """
        stage: dict[str, Any] = {"fullDocument": "updateLookup"}
        if self._token is not None:
            stage["resumeAfter"] = self._token
        wanted = {
            "ns.coll": {"$in": list(SOURCES)},
            "operationType": {"$in": list(READ_OPERATIONS)},
        }
        pipeline = [
            {"$changeStream": stage},
            {"$match": wanted},
            {"$project": {"updateDescription": 0}},
        ]
        return await self._store.database.aggregate(pipeline, maxAwaitTimeMS=AWAIT_MS)

    def _opened(self) -> None:
        resumed = self._token is not None
        self._answered_at = asyncio.get_running_loop().time()
        FEED_REOPENED.labels(outcome="resumed" if resumed else "new").inc()
        FEED_UP.set(1)
        if not resumed:
            # Whoever read before now may have missed what came in between.
            self._hub.refresh(Refresh("opened"))
        if self._was_open:
            _log.info("feed_reopened", resumed=resumed)
        self._was_open = True
        self._up.set()

    def _broken(self, error: Exception) -> None:
        """Decide whether the position still counts."""
        code = getattr(error, "code", None)
        passing = isinstance(error, AutoReconnect) or (
            isinstance(error, PyMongoError)
            and not (isinstance(error, OperationFailure) and code not in _PASSING)
        )
        if not (passing and self._resumes):
            self._token = None
        _log.warning(
            "feed_broken", error=type(error).__name__, code=code, resumes=self._token is not None
        )

    async def _read(self, cursor: "AsyncCommandCursor[Document]") -> None:
        loop = asyncio.get_running_loop()
        seen = 0
        while cursor.alive:
            event = await cursor.try_next()
            self._answered_at = loop.time()
            if event is None:
                await self._save_if_due()
                continue
            self._take(event)
            seen += 1
            if seen % BREATH == 0:
                await self._save_if_due()
                await asyncio.sleep(0)
        raise _Lost

    def _take(self, event: Document) -> None:
        """Hand one event on; one that can't be read is counted and left."""
        self._token = event["_id"]
        self._unsaved += 1
        if (moment := event.get("wallTime")) is not None:
            FEED_LAG_SECONDS.observe(max(0.0, (datetime.now(UTC) - moment).total_seconds()))
        try:
            topics = topics_of(event)
            if not any(self._hub.is_watched(topic) for topic in topics):
                return
            change = change_of(event, topics, self._answered_at)
        except (ValidationError, KeyError, TypeError) as error:
            FEED_CHANGES.labels(kind="unreadable").inc()
            _log.error(
                "change_unreadable",
                collection=event.get("ns", {}).get("coll"),
                id=str(event.get("documentKey", {}).get("_id")),
                error=type(error).__name__,
            )
            return
        FEED_CHANGES.labels(kind=change.kind.value).inc()
        self._hub.publish(change)

    async def _save_if_due(self) -> None:
        if not self._resumes or not self._unsaved:
            return
        moment = asyncio.get_running_loop().time()
        if self._unsaved >= SAVE_EVENTS or moment - self._saved_at >= SAVE_SECONDS:
            await self._save()

    async def _save(self) -> None:
        if not self._resumes:
            return
        if self._token is None:
            await delete_position(self._store, self._process)
        else:
            await save_position(self._store, self._process, self._token)
        self._unsaved = 0
        self._saved_at = asyncio.get_running_loop().time()
