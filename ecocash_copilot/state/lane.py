"""Where pages that everybody has open take turns.

A change of a ticket is a change of every board. Were all of them drawn at once, a customer's page
that is due in the same moment would wait until the last of them was sent. Here they are drawn one
after the other, and between any two the event loop does whatever else is due.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Lane:
    """Lets one page at a time be drawn, in the order in which they came."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Wait for a turn, and hold it."""
        async with self._lock:
            # Everything else that is due by now comes first.
            await asyncio.sleep(0)
            yield
