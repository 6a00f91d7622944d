"""Work that is done again and again while the product runs."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.tasks import cancel

_log = get_logger(__name__)


@asynccontextmanager
async def repeating(
    name: str, seconds: float, work: Callable[[], Awaitable[object]]
) -> AsyncGenerator[None]:
    """Do some work at once, and then every so many seconds until the context ends.

    Where it fails it is logged and tried again the next time.
    """

    async def repeat() -> None:
        while True:
            try:
                await work()
            except Exception as error:
                _log.warning("repeated_work_failed", work=name, error=type(error).__name__)
            await asyncio.sleep(seconds)

    task = asyncio.create_task(repeat(), name=f"repeat-{name}")
    try:
        yield
    finally:
        await cancel(task)
