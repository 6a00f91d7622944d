"""One address: a handler for each method, and a problem for whatever goes wrong."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from pymongo.errors import PyMongoError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ecocash_copilot.api.problems import (
    Malformed,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMedia,
    problem,
)
from ecocash_copilot.core.errors import Invalid, ProductError, Unavailable
from ecocash_copilot.core.logging import get_logger

BODY_LIMIT = 16 * 1024
"""Longest body that is read, in bytes."""

Handler = Callable[[Request], Awaitable[Response]]
Payload = TypeVar("Payload", bound=BaseModel)

_log = get_logger(__name__)


class Endpoint:
    """ASGI app of one address; give it to a ``Route``."""

    def __init__(self, **handlers: Handler) -> None:
        """``handlers``: by HTTP method, such as ``POST``. ``GET`` answers ``HEAD`` too."""
        self._handlers = dict(handlers)
        if get := self._handlers.get("GET"):
            self._handlers["HEAD"] = get

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except ProductError as error:
            response = self._failure(request, error)
        except PyMongoError as error:
            _log.warning("database_failed", error=type(error).__name__)
            response = self._failure(request, Unavailable())
        except Exception:
            _log.exception("request_failed")
            response = self._failure(request, ProductError())
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        handler = self._handlers.get(request.method)
        if handler is None:
            allow = ", ".join(sorted(self._handlers))
            return problem(request.scope, MethodNotAllowed(), {"Allow": allow})
        return await handler(request)

    def _failure(self, request: Request, error: ProductError) -> Response:
        return problem(request.scope, error)


async def read_json(request: Request, model: type[Payload]) -> Payload:
    """Return the body as a validated payload.

    Raises:
        UnsupportedMedia: the body does not say that it is JSON.
        TooLarge: it is longer than `BODY_LIMIT`.
        Malformed: it is no JSON.
        Invalid: the payload breaks the schema; the message names the fields, not the values.
    """
    if media_type(request) != "application/json":
        raise UnsupportedMedia
    body = await _read(request)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error) from None


async def read_form(request: Request, model: type[Payload]) -> Payload:
    """Return a page's form, or JSON, as a validated payload. Of repeated fields the last counts.

    Raises:
        TooLarge, UnsupportedMedia, Malformed, Invalid: as `read_json` does.
    """
    if media_type(request) != "application/x-www-form-urlencoded":
        return await read_json(request, model)
    body = await _read(request)
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=50)
        return model.model_validate_strings(dict(fields))
    except ValidationError as error:
        raise _refusal(error) from None
    except ValueError:
        raise Malformed("The request is not a valid form.") from None


def media_type(request: Request) -> str:
    """Return what the body says it is, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def client_address(request: Request) -> str:
    """Return the network address that asks, for limits."""
    return request.client.host if request.client else "unknown"


async def _read(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > BODY_LIMIT:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise TooLarge
    return bytes(body)


def _refusal(error: ValidationError) -> ProductError:
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    if any(each["type"] == "json_invalid" for each in problems):
        return Malformed()
    fields = {".".join(str(part) for part in each["loc"]) or "body" for each in problems}
    return Invalid(f"Not valid: {', '.join(sorted(fields))}."[:300])
