"""Where the rate limits are counted."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from ecocash_copilot.core.settings import Settings

TIMEOUT = 0.25
"""Seconds within which Redis has to answer."""


@asynccontextmanager
async def limit_storage(settings: Settings) -> AsyncGenerator[Storage]:
    """Open Redis where ``REDIS_URL`` names one, which all replicas share; else this process."""
    url = settings.redis_url.get_secret_value()
    if not url:
        yield MemoryStorage()
        return
    untyped = cast("Any", ConnectionPool)
    # A customer waits for it: not counted at once is better than counted late.
    pool: ConnectionPool = untyped.from_url(
        url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=Retry(NoBackoff(), 0)
    )
    try:
        yield RedisStorage(
            f"async+{url}",
            wrap_exceptions=True,
            implementation="redispy",
            connection_pool=cast("Any", pool),
        )
    finally:
        await pool.aclose()
