"""Many boards at once."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from bench.stage import Stage
from tests.support.board_client import BoardClient
from tests.support.product import Product

STAFF = ("agent-1", "agent-2", "supervisor-1")


@asynccontextmanager
async def boards(stage: Stage, product: Product, size: int) -> AsyncGenerator[list[BoardClient]]:
    """Connect so many boards, of each member of staff as many."""
    async with AsyncExitStack() as stack:
        connected: list[BoardClient] = []
        for number in range(size):
            board = await stage.board(product, STAFF[number % len(STAFF)])
            connected.append(await stack.enter_async_context(board))
        yield connected
