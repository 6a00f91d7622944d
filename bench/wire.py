"""A TCP proxy that counts the bytes on the wire, compressed as they travel."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class CountingProxy:
    """Passes connections on to a port of this machine; an async context manager."""

    def __init__(self) -> None:
        """Set ``target`` before the first connection."""
        self.target = 0
        """Port of this machine that connections go to."""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.to_client = 0
        """Bytes towards whoever connected."""
        self.to_server = 0

    @property
    def port(self) -> int:
        """Where to connect to."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def reset(self) -> None:
        """Count from zero again."""
        self.to_client = self.to_server = 0

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop every connection."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        writers = {writer}
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            writers.add(far_writer)
            self._writers |= writers
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, far_writer, outwards=True))
                group.create_task(self._pump(far_reader, writer, outwards=False))
        except* OSError:
            pass
        finally:
            self._writers -= writers
            for each in writers:
                each.close()
            self._tasks.discard(task)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, outwards: bool
    ) -> None:
        while data := await source.read(65_536):
            if outwards:
                self.to_server += len(data)
            else:
                self.to_client += len(data)
            sink.write(data)
            await sink.drain()
        with contextlib.suppress(OSError):
            sink.write_eof()
