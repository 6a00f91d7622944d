"""Whether the process is up, whether it can serve, and its figures."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ecocash_copilot.api.endpoint import Endpoint
from ecocash_copilot.api.problems import problem
from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.metrics import REGISTRY

Check = Callable[[], Awaitable[object]]
"""Asks something that the product depends on; any error means that it is down."""

CHECK_SECONDS = 2.0

_log = get_logger(__name__)


def healthz() -> Endpoint:
    """Return the address that says the process is up."""

    async def answer(_request: Request) -> Response:
        return JSONResponse({"status": "up"}, headers={"Cache-Control": "no-store"})

    return Endpoint(GET=answer)


def readyz(checks: Mapping[str, Check], seconds: float = CHECK_SECONDS) -> Endpoint:
    """Return the address that says whether all we depend on answers in time, or what is down."""

    async def answer(request: Request) -> Response:
        asked = (_is_up(name, check, seconds) for name, check in checks.items())
        results = await asyncio.gather(*asked)
        states = {name: "up" if up else "down" for name, up in zip(checks, results, strict=True)}
        down = [name for name, state in states.items() if state == "down"]
        if down:
            error = Unavailable(f"Down: {', '.join(down)}.")
            return problem(request.scope, error, checks=states)
        body = {"status": "ready", "checks": states}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    return Endpoint(GET=answer)


async def _is_up(name: str, check: Check, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await check()
    except Exception as error:
        _log.warning("check_failed", check=name, error=type(error).__name__)
        return False
    return True


def metrics() -> Endpoint:
    """Return the address with all figures, for Prometheus."""

    async def answer(_request: Request) -> Response:
        headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
        return Response(generate_latest(REGISTRY), headers=headers)

    return Endpoint(GET=answer)
