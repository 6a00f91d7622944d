"""Problem details for the errors of an application that is not ours."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecocash_copilot.api.problems import MethodNotAllowed, UnsupportedMedia, problem
from ecocash_copilot.core.errors import NotAllowed, NotAuthenticated, NotFound, ProductError

_KEPT = ("Allow", "WWW-Authenticate")
_KNOWN: dict[int, type[ProductError]] = {
    each.status: each
    for each in (NotAuthenticated, NotAllowed, NotFound, MethodNotAllowed, UnsupportedMedia)
}


class ProblemAnswers:
    """Gives errors over HTTP the one form. Those of JSON-RPC pass: its clients read them."""

    def __init__(self, app: ASGIApp) -> None:
        """``app`` answers; its errors are short."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        held: Message | None = None
        body = b""

        async def answer(message: Message) -> None:
            nonlocal held, body
            if message["type"] == "http.response.start" and message["status"] >= 400:
                held = message
            elif held is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _settle(held, body, scope, receive, send)

        await self._app(scope, receive, answer)


async def _settle(start: Message, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
    if b'"jsonrpc"' in body:
        await send(start)
        await send({"type": "http.response.body", "body": body})
        return
    headers = Headers(raw=start["headers"])
    kept = {name: headers[name] for name in _KEPT if name in headers}
    await problem(scope, _error(start["status"]), kept)(scope, receive, send)


def _error(status: int) -> ProductError:
    if known := _KNOWN.get(status):
        return known()
    other = HTTPStatus(status)
    kind = type(other.name, (ProductError,), {"status": status, "code": other.name.lower()})
    return kind(f"{other.description or other.phrase}.")
