"""Headers that tell browsers what a page may do and who may frame it."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecocash_copilot.core.settings import Settings

_EMBEDDED = frozenset({"/chat", "/chat/"})
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
_NOT_MODIFIED = 304
_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")


def page_policy(socket_origin: str, ancestors: Sequence[str], *, evaluate: bool = False) -> str:
    """Return the Content-Security-Policy of a page.

    Scripts come from files of our own alone: the built pages hold none inline. Their style sheet
    is inline, which saves a round trip.

    Args:
        socket_origin: of the page's websocket.
        ancestors: origins that may frame the page, besides our own.
        evaluate: text may be run as a script, which browser test tools do.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self' 'unsafe-eval'" if evaluate else "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": f"'self' {socket_origin}",
        "frame-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(["'self'", *ancestors]),
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """ASGI wrapper that adds the headers to every HTTP answer that lacks them.

    Only the chat may be framed by ``EMBED_ORIGINS``; every other page by our own alone.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap an ASGI app."""
        self._app = app
        public = urlsplit(settings.public_url)
        secure = public.scheme == "https"
        socket_origin = f"{'wss' if secure else 'ws'}://{public.netloc}"
        dev = settings.is_dev
        self._chat = page_policy(socket_origin, settings.embed_origins, evaluate=dev)
        self._page = page_policy(socket_origin, (), evaluate=dev)
        self._headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in _FEATURES),
        }
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on; websockets untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            # A 304 has no type to tell a page by, and would replace the headers of the kept page.
            if message["type"] == "http.response.start" and message["status"] != _NOT_MODIFIED:
                self._add(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, add)

    def _add(self, headers: MutableHeaders, path: str) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        policy = self._chat if path in _EMBEDDED else self._page
        headers.setdefault("Content-Security-Policy", policy if is_page else _NO_PAGE)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
