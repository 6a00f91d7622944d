"""Gives every HTTP request an id, and logs how it ended."""

import re
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecocash_copilot.api.problems import REQUEST_ID, problem
from ecocash_copilot.core.errors import ProductError
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.logging import get_logger, log_context

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})

_log = get_logger(__name__)


class RequestLog:
    """ASGI wrapper, the outermost: request id, access log, and a problem for what nobody caught.

    A sane ``X-Request-ID`` of the caller is kept. Query strings, headers and bodies are not
    logged. Websockets pass through untouched.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope[REQUEST_ID] = request_id
        with log_context(request_id=request_id):
            await self._serve(scope, receive, send, request_id)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started = time.perf_counter()
        sent: dict[str, int] = {"status": 0, "size": 0}

        async def note(message: Message) -> None:
            _note(message, sent, request_id)
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception:
            _log.exception("request_failed")
            if sent["status"]:
                raise
            await problem(scope, ProductError())(scope, receive, note)
        finally:
            _log_end(scope, sent, time.perf_counter() - started)


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _SANE_ID.fullmatch(given) else new_id("rq")


def _note(message: MutableMapping[str, Any], sent: dict[str, int], request_id: str) -> None:
    if message["type"] == "http.response.start":
        sent["status"] = message["status"]
        MutableHeaders(scope=message)["X-Request-ID"] = request_id
    elif message["type"] == "http.response.body":
        sent["size"] += len(message.get("body", b""))


def _log_end(scope: Scope, sent: dict[str, int], seconds: float) -> None:
    log = _log.debug if scope["path"] in _PROBES else _log.info
    log(
        "request",
        method=scope["method"],
        path=scope["path"],
        status=sent["status"],
        bytes=sent["size"],
        milliseconds=round(seconds * 1000, 1),
    )
