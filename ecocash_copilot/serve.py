"""``serve``: build the frontend if needed, then run the product in one process on one port."""

import os
import sys
from typing import Any

import uvicorn

from ecocash_copilot.core.logging import configure_logging, get_logger
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.web.build import ROOT, build_environment, ensure_frontend

_log = get_logger(__name__)


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        FrontendBuildError: the frontend can't be built.
    """
    os.chdir(ROOT)
    configure_logging(settings.log_level)
    ensure_frontend(ROOT)
    os.environ.update(_reflex_environment(settings))
    config = uvicorn.Config(
        _application(),
        host=settings.host or ("localhost" if settings.is_dev else "0.0.0.0"),  # noqa: S104
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="websockets-sansio",
        # Phones ask for it; it takes a repeated prefix off every streamed answer.
        ws_per_message_deflate=True,
        ws_max_size=1_000_000,
        timeout_graceful_shutdown=3,
    )
    _announce(settings)
    uvicorn.Server(config).run()


def _reflex_environment(settings: Settings) -> dict[str, str]:
    """Tell Reflex to run in production mode on what is built, with its state in this process."""
    local = [f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1")]
    origins = [settings.public_url, *(local if settings.is_dev else [])]
    return {
        **build_environment(ROOT),
        "__REFLEX_SKIP_COMPILE": "true",
        # With several replicas too: docs/decisions/0028-page-state.md.
        "REFLEX_STATE_MANAGER_MODE": "memory",
        "REFLEX_CORS_ALLOWED_ORIGINS": ",".join(dict.fromkeys(origins)),
    }


def _application() -> Any:
    from ecocash_copilot.ecocash_copilot import app

    return app()


def _announce(settings: Settings) -> None:
    base = settings.public_url
    paths = {
        "Demo": "demo",
        "Chat": "chat",
        "Board": "board",
        "Gallery": "gallery",
        "Health": "readyz",
    }
    places = {name: f"{base}/{path}" for name, path in paths.items()}
    if not settings.is_dev:
        del places["Demo"]
    lines = [f"  {name:<8} {address}" for name, address in places.items()]
    sys.stdout.write("\n".join(["", "EcoCash Copilot", *lines, "", ""]))
    sys.stdout.flush()
