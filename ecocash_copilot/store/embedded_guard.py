"""Runs the embedded MongoDB server as a program of its own, and never outlives the app.

Started as a script by ``embedded.py``, in a session of its own so that Ctrl-C in the app's terminal
does not reach the server before the app is done with it. Standard input is a pipe that the app
holds open: however the app ends, the pipe closes, and the server is told to stop. A server that
dies on its own is started again on the same port. Standard output tells the app in JSON lines:
``{"port": 27017}`` once, or ``{"error": "locked"}``, or ``{"error": "failed", "detail": "..."}``.

It uses the standard library alone: it must start fast, and stay small.
"""

import argparse
import contextlib
import fcntl
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

CONFIG = Path(__file__).with_name("embedded.toml")
LISTENING = re.compile(rb"listening on 127\.0\.0\.1:(\d+)")
STOP_SECONDS = 15.0
RESTART_WINDOW = 60.0
"""Seconds in which a server that dies is started again so many times at most."""

LOG_BYTES = 5_000_000
TAIL_LINES = 12


def tell(**fields: object) -> None:
    """Tell the app."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()


def take_lock(path: Path, patience: float) -> int | None:
    """Return the descriptor of the data's lock; None when somebody else keeps it.

    Waits ``patience`` seconds at most for a predecessor that is still stopping. The server inherits
    the lock, so the data stay locked exactly as long as a process can write them.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until or app_is_gone(0.05):
                return None
        else:
            return descriptor


def app_is_gone(seconds: float) -> bool:
    """Wait so long at most for the app's pipe to close."""
    readable, _, _ = select.select([0], [], [], seconds)
    return bool(readable) and not os.read(0, 1)


class LogFile:
    """A log that begins anew, keeping one predecessor, when it grows too large."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self.tail: deque[bytes] = deque(maxlen=TAIL_LINES)

    def write(self, line: bytes) -> None:
        """Append a line."""
        self.tail.append(line)
        if self._path is None:
            return
        if self._file is None or self._file.tell() > LOG_BYTES:
            self._file = self._open(self._path)
        self._file.write(line)
        self._file.flush()

    def _open(self, path: Path) -> IO[bytes]:
        if self._file is not None:
            self._file.close()
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".old.log"))
        return path.open("ab")


class Guard:
    """Keeps one server running until the app is gone."""

    def __init__(
        self, storage: str, cache: str, restarts: int, log: LogFile, lock: int | None
    ) -> None:
        self._command = [
            *(sys.executable, "-I", "-m", "secantus", "--config", str(CONFIG)),
            *("--host", "127.0.0.1", "--storage-path", storage, "--cache-size", cache),
            *("--noop-heartbeat-seconds", "60"),
            # The server takes no notice of a transaction's write concern: without this, a commit
            # that it acknowledged is lost with its process.
            "--sync-on-commit",
        ]
        self._log = log
        self._inherited = () if lock is None else (lock,)
        self._port = 0
        self._starts: deque[float] = deque(maxlen=restarts + 1)
        self._stopping = threading.Event()
        self._spawning = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Serve until told to stop; return the exit code."""
        code = 0
        while not self._stopping.is_set() and self._may_start():
            code = self._serve_once()
        if self._stopping.is_set():
            return 0
        detail = b"".join(self._log.tail).decode("utf-8", "replace")
        tell(error="failed", detail=detail)
        return code or 1

    def stop(self) -> None:
        """Make ``run`` end: the server may write out its data, then has to go."""
        self._stopping.set()
        with self._spawning:
            server = self._server
        if server is None:
            return
        until = time.monotonic() + STOP_SECONDS
        heard = False
        while server.poll() is None and time.monotonic() < until:
            if not heard:
                server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.05)
            # The server's main thread sometimes sleeps through a signal, and its wait for
            # connections delays its end by 2 s. Connecting ends that wait; and as long as two
            # connections in a row succeed, it has not begun to stop.
            heard = self._port > 0 and not (self._connects() and self._connects())
        if server.poll() is None:
            server.kill()

    def _connects(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), 0.2).close()
        except OSError:
            return False
        return True

    def _may_start(self) -> bool:
        self._starts.append(time.monotonic())
        full = len(self._starts) == self._starts.maxlen
        if full and self._starts[-1] - self._starts[0] < RESTART_WINDOW:
            return False
        return len(self._starts) == 1 or self._port > 0

    def _serve_once(self) -> int:
        with self._spawning:
            if self._stopping.is_set():
                return 0
            server = self._server = subprocess.Popen(  # noqa: S603 - our own arguments
                [*self._command, "--port", str(self._port)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=self._inherited,
            )
        if server.stderr is None:
            raise RuntimeError("the server's log is not piped")
        for line in server.stderr:
            self._log.write(line)
            if not self._port and (match := LISTENING.search(line)):
                self._port = int(match[1])
                tell(port=self._port)
        return server.wait()


def stop_when_app_is_gone(stop: Callable[[], None]) -> None:
    """Wait for the end of the app's pipe, however long, then stop."""
    while os.read(0, 4096):
        pass
    stop()


def main() -> int:
    """Run the guard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--storage", required=True, help="a directory, or :memory:")
    parser.add_argument("--cache", required=True)
    parser.add_argument("--patience", type=float, default=5.0)
    parser.add_argument("--restarts", type=int, default=3)
    parser.add_argument("--log", type=Path)
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lock = None
    if arguments.storage != ":memory:":
        lock = take_lock(Path(arguments.storage).with_suffix(".lock"), arguments.patience)
        if lock is None:
            tell(error="locked")
            return os.EX_TEMPFAIL
    log = LogFile(arguments.log)
    guard = Guard(arguments.storage, arguments.cache, arguments.restarts, log, lock)

    def stop_soon(_number: int, _frame: object) -> None:
        # In a thread: a handler interrupts the main one, which may be half way through a start.
        threading.Thread(target=guard.stop).start()

    watcher = threading.Thread(target=stop_when_app_is_gone, args=(guard.stop,), daemon=True)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_soon)
    watcher.start()
    return guard.run()


if __name__ == "__main__":
    raise SystemExit(main())
