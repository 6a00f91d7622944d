"""Ends tasks that run in the background."""

import asyncio
from collections.abc import Callable
from typing import Any

_AGAIN_SECONDS = 0.2


async def cancel(task: asyncio.Task[Any], *, unless: Callable[[], bool] = lambda: False) -> None:
    """Cancel a task and wait until it has ended, however often that takes.

    The database driver may turn a cancellation into a lost connection, which the task then takes
    for one and goes on.

    Args:
        unless: the task has taken the cancellation, or is past where it may be cancelled; it is
            then left alone.
    """
    while not task.done() and not unless():
        task.cancel()
        await asyncio.wait([task], timeout=_AGAIN_SECONDS)
