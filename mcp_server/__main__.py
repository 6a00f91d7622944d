"""``python -m mcp_server``: the wallet's MCP server alone, over HTTP.

The server itself is imported once settings and database are right, so that what is wrong with them
is said at once.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.logging import configure_logging
from ecocash_copilot.core.settings import Settings, SettingsError, load_settings
from ecocash_copilot.store.client import Store, connect
from ecocash_copilot.store.embedded import EmbeddedMongoDBError
from ecocash_copilot.store.indexes import create_indexes

if TYPE_CHECKING:
    from mcp_server.server import McpApp

_DRAIN_SECONDS = 5


class _Server(uvicorn.Server):
    """Leaves signals alone: uvicorn raises them anew when it is done, which would cut off ours."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m mcp_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on (default: PORT)")
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    configure_logging(settings.log_level)
    try:
        asyncio.run(serve(settings, chosen.host, chosen.port or settings.port))
    except (EmbeddedMongoDBError, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal asks to stop; requests under way are finished first."""
    async with connect(settings) as store:
        await create_indexes(store)
        await _serve_over(store, settings, host, port)


async def _serve_over(store: Store, settings: Settings, host: str, port: int) -> None:
    from ecocash_copilot.auth.mcp_tokens import mcp_tokens
    from mcp_server.demo.generate import anchor_day_at
    from mcp_server.demo.seed import seed
    from mcp_server.help import load_help_centre
    from mcp_server.limits import limit_storage
    from mcp_server.server import ServerParts, create_mcp_app, create_mcp_server

    if settings.is_dev:
        await seed(store, anchor_day_at(now()))
    async with limit_storage(settings) as storage:
        server = create_mcp_server(
            ServerParts(
                store=store,
                verify=mcp_tokens(settings).verify,
                help_centre=load_help_centre(),
                calls_per_minute=settings.tool_calls_per_minute,
                limit_storage=storage,
            )
        )
        await _listen(create_mcp_app(server, settings.public_url, extra_hosts=[host]), host, port)


async def _listen(app: "McpApp", host: str, port: int) -> None:
    from mcp_server.server import MCP_PATH

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    web = _Server(config)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, web.handle_exit, number, None)
    sys.stdout.write(f"EcoCash wallet over MCP: http://{host}:{port}{MCP_PATH}\n")
    sys.stdout.flush()
    await web.serve()


if __name__ == "__main__":
    sys.exit(main())
