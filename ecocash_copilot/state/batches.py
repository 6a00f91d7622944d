"""Events in batches: one change of the page for all that happened in a short while."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

from ecocash_copilot.core.tasks import cancel

Item = TypeVar("Item")


GROWTH = 1.03
"""By how much each interval is longer than the one before, where it may grow."""


async def batches(
    source: AsyncIterator[Item], interval: float, longest: float = 0.0
) -> AsyncIterator[list[Item]]:
    """Yield what ``source`` gave within ``interval`` seconds of a batch's first item.

    The interval grows slowly to ``longest`` seconds, if that is more: whoever reads a long answer
    is behind anyway, and each batch costs bytes of its own. The last batch comes at once when the
    source ends; an empty source yields nothing.
    """
    queue: asyncio.Queue[Item | None] = asyncio.Queue()

    async def pump() -> None:
        try:
            async for item in source:
                queue.put_nowait(item)
        finally:
            queue.put_nowait(None)

    task = asyncio.create_task(pump())
    loop = asyncio.get_running_loop()
    try:
        more = True
        while more:
            first = await queue.get()
            if first is None:
                break
            batch, deadline = [first], loop.time() + interval
            while more and (left := deadline - loop.time()) > 0:
                try:
                    async with asyncio.timeout(left):
                        item = await queue.get()
                except TimeoutError:
                    break
                if item is None:
                    more = False
                else:
                    batch.append(item)
            yield batch
            interval = max(interval, min(interval * GROWTH, longest))
        await task
    finally:
        await cancel(task)
