"""Ends tasks that run in the background."""

import asyncio
from typing import Any

_AGAIN_SECONDS = 0.2


async def cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait until it has ended, however often that takes.

    The database driver may turn a cancellation into a lost connection, which the task then takes
    for one and goes on.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_AGAIN_SECONDS)
