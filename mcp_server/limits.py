"""Where the rate limits are counted."""

from limits.aio.storage import MemoryStorage, RedisStorage, Storage

from ecocash_copilot.core.settings import Settings


def limit_storage(settings: Settings) -> Storage:
    """Return Redis where ``REDIS_URL`` names one, which all replicas share; else this process."""
    url = settings.redis_url.get_secret_value()
    return (
        RedisStorage(f"async+{url}", wrap_exceptions=True, implementation="redispy")
        if url
        else MemoryStorage()
    )
