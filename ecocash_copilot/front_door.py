"""Which part of the product answers an HTTP request: our own addresses, or the pages."""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ecocash_copilot.core.metrics import CONNECTIONS

OWN_PREFIXES = ("/api", "/mcp", "/healthz", "/readyz", "/metrics")


class FrontDoor:
    """ASGI wrapper that sends our own addresses to ``own`` and the rest to the pages.

    ``own`` opens with the product, after the web server has loaded this; no request comes before.
    """

    def __init__(self, pages: ASGIApp, *, dev: bool) -> None:
        """``dev``: show what there is to open at ``/``, rather than the chat."""
        self._pages = pages
        self._dev = dev
        self.own: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "websocket":
            with CONNECTIONS.track_inprogress():
                await self._pages(scope, receive, send)
            return
        path: str = scope.get("path", "")
        if scope["type"] == "http":
            if self.own is not None and _is_own(path):
                await self.own(scope, receive, send)
                return
            if path == "/" and not self._dev:
                await RedirectResponse("/chat")(scope, receive, send)
                return
        await self._pages(scope, receive, send)


def _is_own(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in OWN_PREFIXES)
