"""The real product as a process of its own: production build, own port, own data."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from ecocash_copilot.store.embedded import address
from tests.support.processes import describe, end_all, processes_of, wait_until_gone

ROOT = Path(__file__).parents[2]
FIRST_START = 180.0
"""Seconds for a start that builds the front end."""
STOP = 20.0
_PASSED_ON = ("HOME", "LANG", "PATH", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME")


class ProductError(AssertionError):
    """The product did not start, or did not stop as it must."""


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Product:
    """A product that can be started, stopped, killed, and started again with the same data."""

    def __init__(self, directory: Path, settings: Mapping[str, str] | None = None) -> None:
        """Prepare one; nothing runs yet.

        Args:
            directory: empty; takes the data and the log.
            settings: environment variables of the product, beside port and data directory.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self.data_dir = directory / "data"
        self.log_path = directory / "product.log"
        self.port = free_port()
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.seconds_to_ready = 0.0

    @property
    def url(self) -> str:
        """Where browsers reach it."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """Everything it wrote so far, over all its starts."""
        return self.log_path.read_text("utf-8", errors="replace")

    @property
    def pid(self) -> int:
        """Id of the process that was started."""
        if self._process is None:
            raise ProductError("the product is not running")
        return self._process.pid

    def environment(self) -> dict[str, str]:
        """Return the whole environment it runs in: nothing of the caller's but the basics."""
        basics = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        scripts = str(Path(sys.executable).parent)
        return {
            **basics,
            "PATH": f"{scripts}{os.pathsep}{basics.get('PATH', '')}",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data_dir),
            **self._settings,
        }

    def start(self) -> None:
        """Start it and wait until it can serve.

        Raises:
            ProductError: it ended, or was not ready in time; the end of its log is in the message.
        """
        begun = time.monotonic()
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ecocash_copilot", "serve"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.wait_until_ready(begun + FIRST_START - time.monotonic())
        except BaseException:
            end_all(self.data_dir)
            self._process.wait(STOP)
            self._process = None
            raise
        self.seconds_to_ready = time.monotonic() - begun

    def wait_until_ready(self, seconds: float = STOP) -> None:
        """Wait until it can serve.

        Raises:
            ProductError: it ended, or can't so long.
        """
        assert self._process is not None
        deadline = time.monotonic() + seconds
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=2) as client:
            while time.monotonic() < deadline:
                if (code := self._process.poll()) is not None:
                    raise ProductError(f"the product ended with {code}:\n{self._log_end()}")
                try:
                    if client.get("/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                # It listens on nothing before it is ready, so there is nothing to wait on.
                time.sleep(0.1)
        raise ProductError(f"the product was not ready in time:\n{self._log_end()}")

    def _log_end(self) -> str:
        return "\n".join(self.log.splitlines()[-40:])

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to stop.

        Raises:
            ProductError: it did not stop in time, or left processes behind.
        """
        if self._process is None:
            return
        self._process.send_signal(by)
        try:
            self._process.wait(STOP)
        except subprocess.TimeoutExpired:
            end_all(self.data_dir)
            self._process.wait(STOP)
            raise ProductError(f"the product did not stop:\n{self._log_end()}") from None
        finally:
            self._process = None
        self._expect_nothing_left()

    def kill(self) -> None:
        """Kill its main process as a crash would; what that leaves behind must go by itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP)
        self._process = None
        self._expect_nothing_left()

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it unless that was done; after an error without a look at what it leaves."""
        if error is None:
            self.stop()
            return
        end_all(self.data_dir)
        if self._process is not None:
            self._process.wait(STOP)
            self._process = None

    @contextmanager
    def down(self) -> Generator[None]:
        """Kill it, and start it again afterwards, whatever happens in between."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    def _expect_nothing_left(self) -> None:
        left = wait_until_gone(self.data_dir)
        if left:
            names = [describe(process) for process in left]
            end_all(self.data_dir)
            raise ProductError(f"processes were left behind: {names}")

    @property
    def database_uri(self) -> str:
        """Where its MongoDB listens, for what only time would bring about."""
        given = self._settings.get("MONGODB_URI", "")
        if given.startswith("mongodb"):
            return given
        ports = [
            connection.laddr.port
            for connection in self.database.net_connections("tcp4")
            if connection.status == psutil.CONN_LISTEN
        ]
        return address(ports[0])

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Let it stand still and see nothing of what happens; its database goes on."""
        process = psutil.Process(self.pid)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def kill_database(self) -> None:
        """Kill its embedded MongoDB, as ``kill -9`` does; its guard starts it again."""
        database = self.database
        database.kill()
        psutil.wait_procs([database], STOP)

    @property
    def database(self) -> psutil.Process:
        """The process of its embedded MongoDB."""
        (found,) = (each for each in self.processes() if "secantus" in each.cmdline())
        return found

    def processes(self) -> list[psutil.Process]:
        """Return all its processes."""
        return processes_of(self.data_dir)
