"""The feed of a running product: opened in order, closed in reverse."""

import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.dispatcher import Dispatcher
from ecocash_copilot.feed.hub import Hub
from ecocash_copilot.feed.stream import FeedStream
from ecocash_copilot.gateways.webhook import NoticeGateway, notice_gateway
from ecocash_copilot.store.client import Store


@dataclass(frozen=True)
class Feed:
    """What reads changes, and what passes them on."""

    hub: Hub
    stream: FeedStream
    notices: NoticeGateway


@asynccontextmanager
async def feeding(store: Store, settings: Settings) -> AsyncGenerator[Feed]:
    """Read changes and deliver notices until the context ends."""
    async with AsyncExitStack() as stack:
        hub = Hub()
        stack.callback(hub.close)
        stream = FeedStream(store, hub, process_name(settings))
        stack.push_async_callback(stream.stop)
        await stream.start()
        notices = notice_gateway(settings)
        stack.push_async_callback(notices.aclose)
        dispatcher = Dispatcher(store, hub, notices)
        stack.push_async_callback(dispatcher.stop)
        dispatcher.start()
        yield Feed(hub, stream, notices)


def process_name(settings: Settings) -> str:
    """Return a name that is this replica's own and stays with it when it is started again."""
    return f"{socket.gethostname()}:{settings.port}"
