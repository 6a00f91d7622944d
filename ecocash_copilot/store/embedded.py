"""The embedded MongoDB server: started with the app, and stopped with it however the app ends."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ecocash_copilot.core.logging import get_logger

_GUARD = Path(__file__).with_name("embedded_guard.py")
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_log = get_logger(__name__)


def address(port: int) -> str:
    """Return the address of an embedded server, for clients that do not number their writes.

    It remembers every numbered write for half an hour, up to ten thousand, and goes through all of
    them with each new one, which then takes many times as long.
    """
    return f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false"


class EmbeddedMongoDBError(Exception):
    """The embedded server cannot run; the message says why and what to do."""


class EmbeddedMongoDB:
    """One server process with data of its own.

    ``async with EmbeddedMongoDB(data_dir) as server:`` gives it running; ``server.uri`` is where.
    """

    def __init__(
        self,
        data_dir: Path | None,
        *,
        cache: str | None = None,
        patience: float = 5.0,
        restarts: int = 3,
    ) -> None:
        """Describe the server, without starting it.

        Args:
            data_dir: the product's data directory; None keeps nothing.
            cache: the most the storage engine's cache may take, such as ``128M``; by default that
                on disk, and 1G in memory, where the cache holds all there is: as it fills up, the
                engine looks for something to write out and takes a processor for that.
            patience: seconds to wait for a predecessor that is still giving up the data.
            restarts: how often in a minute a server that dies is started again.
        """
        self._patience = patience
        self._restarts = restarts
        self._data_dir = data_dir.resolve() if data_dir else None
        self._cache = cache or ("128M" if data_dir else "1G")
        self._guard: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._port = 0

    @property
    def uri(self) -> str:
        """Where the running server is."""
        if not self._port:
            raise RuntimeError("the embedded MongoDB server is not running")
        return address(self._port)

    async def start(self) -> None:
        """Start the server and wait until it takes connections.

        Raises:
            EmbeddedMongoDBError: another instance uses the data, or the server does not start.
        """
        spawning = asyncio.create_task(
            asyncio.create_subprocess_exec(
                *self._command(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        )
        try:
            guard = await asyncio.shield(spawning)
        except asyncio.CancelledError:
            # Cancelled itself, it would kill the guard alone, which may have begun to serve.
            self._guard = await spawning
            await self.stop()
            raise
        self._guard = guard
        try:
            report = await asyncio.wait_for(_next_report(guard), _START_SECONDS)
        except TimeoutError:
            report = {"error": "failed", "detail": f"no answer within {_START_SECONDS:.0f} s"}
        except BaseException:
            await self.stop()
            raise
        if "port" not in report:
            await self.stop()
            raise EmbeddedMongoDBError(self._explain(report))
        self._port = int(report["port"])
        self._watch = asyncio.create_task(self._watch_guard(guard), name="embedded-mongodb")

    async def stop(self) -> None:
        """Stop the server after it has written its data. Safe to call again."""
        guard, self._guard, self._port = self._guard, None, 0
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if guard is None:
            return
        if guard.stdin is not None:
            guard.stdin.close()
        try:
            await asyncio.wait_for(guard.wait(), _STOP_SECONDS)
        except TimeoutError:
            _signal_all(guard, signal.SIGKILL)
            await guard.wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _command(self) -> list[str]:
        # Neither the environment nor the working directory may change what the guard imports.
        command = [sys.executable, "-I", "-S", str(_GUARD), "--cache", self._cache]
        command += ["--patience", str(self._patience), "--restarts", str(self._restarts)]
        if self._data_dir is None:
            return [*command, "--storage", ":memory:"]
        logs = self._data_dir / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        storage = self._data_dir / "mongodb"
        return [*command, "--storage", str(storage), "--log", str(logs / "mongodb.log")]

    def _explain(self, report: dict[str, Any]) -> str:
        if report.get("error") == "locked":
            return (
                f"Another instance is running with DATA_DIR={self._data_dir}. "
                "Stop it, or give this one a DATA_DIR of its own."
            )
        return f"The embedded MongoDB server does not start. {report.get('detail', '')}".strip()

    async def _watch_guard(self, guard: asyncio.subprocess.Process) -> None:
        """Log the server's end, should it end before it is told to."""
        report = await _next_report(guard)
        code = await guard.wait()
        _signal_all(guard, signal.SIGTERM)
        _log.error("embedded_mongodb_ended", exit_code=code, detail=report.get("detail", ""))


def _signal_all(guard: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Signal the guard and its server: the guard leads a process group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(guard.pid, number)


async def _next_report(guard: asyncio.subprocess.Process) -> dict[str, Any]:
    if guard.stdout is None:
        raise RuntimeError("the guard's output is not piped")
    line = await guard.stdout.readline()
    return json.loads(line) if line else {"error": "failed", "detail": "it ended at once"}
