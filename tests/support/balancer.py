"""What stands before several replicas: each connection goes to the first that takes it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

_CHUNK = 65536


@asynccontextmanager
async def balancing(port: int, targets: Sequence[int]) -> AsyncGenerator[None]:
    """Listen on a port of 127.0.0.1 for a while.

    Args:
        port: where clients connect.
        targets: the replicas' ports, the preferred one first.
    """
    clients: set[asyncio.StreamWriter] = set()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.add(writer)
        for target in targets:
            with suppress(ConnectionRefusedError):
                from_target, to_target = await asyncio.open_connection("127.0.0.1", target)
                await asyncio.gather(_pump(reader, to_target), _pump(from_target, writer))
                break
        writer.close()
        clients.discard(writer)

    async with await asyncio.start_server(forward, "127.0.0.1", port):
        yield
        for writer in clients:
            writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
