"""Limits that several replicas count together, on a real Redis."""

from collections.abc import AsyncIterator, Iterator

import pytest
from limits import RateLimitItemPerMinute
from pydantic import SecretStr

from ecocash_copilot.core.errors import RateLimited
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.core.settings import Settings
from mcp_server.limits import limit_storage
from tests.support.redis_server import RedisServer, needs_redis

pytestmark = needs_redis


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as running:
        yield running


@pytest.fixture
async def replicas(redis: RedisServer) -> AsyncIterator[list[RateLimit]]:
    settings = Settings(redis_url=SecretStr(redis.url))
    item = RateLimitItemPerMinute(3)
    async with limit_storage(settings) as one, limit_storage(settings) as other:
        yield [RateLimit(storage, item, "messages") for storage in (one, other)]


async def test_what_one_replica_counted_the_other_knows(replicas: list[RateLimit]):
    first, second = replicas
    for replica in (first, first, second):
        await replica.hit("c-1001")
    for replica in (first, second):
        with pytest.raises(RateLimited) as raised:
            await replica.hit("c-1001")
        assert 1 <= raised.value.retry_after <= 60
        await replica.hit(f"c-{id(replica)}")


@pytest.mark.parametrize("trouble", ["frozen", "down"])
async def test_nobody_is_refused_while_redis_is_away(
    redis: RedisServer, replicas: list[RateLimit], trouble: str
):
    with getattr(redis, trouble)():
        for replica in replicas:
            for _ in range(10):
                await replica.hit("c-1001")
