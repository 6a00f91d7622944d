"""A scripted model that speaks OpenAI's streaming protocols over real HTTP.

Run it by hand with ``python -m tests.support.openai_server --port 9999 --script tool``, and point
``OPENAI_BASE_URL=http://127.0.0.1:9999/v1`` at it. ``POST /script`` with ``{"name": "plain"}`` or
``{"replies": [...]}`` changes what it does next, ``GET /requests`` says what it was asked.
"""

import argparse
import asyncio
import contextlib
import re
import socket
import struct
import threading
import time
from asyncio import Transport
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import ClassVar, Self, cast

import uvicorn
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.support.openai_scripts import SCRIPTS, Reply, Script
from tests.support.openai_wire import Body, Call, Protocol, frame, new_stream

_TOKEN = re.compile(r"\S+\s*|\s+")
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time left: closing sends a TCP reset."""
_ERRORS = {
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
}


class NewScript(BaseModel):
    """Body of ``POST /script``."""

    name: str | None = None
    replies: list[Reply] = []


class ScriptedModel:
    """The model's script and memory, without its transport. Safe to use from other threads."""

    def __init__(self) -> None:
        """Start with the script ``plain``."""
        self._changed = threading.Condition()
        self._left: list[Reply] = list(SCRIPTS["plain"])
        self.requests: list[Body] = []
        """Bodies of all requests so far, oldest first."""

    def play(self, script: str | Script) -> None:
        """Do this from now on, and forget the requests so far."""
        replies = SCRIPTS[script] if isinstance(script, str) else script
        with self._changed:
            self._left = list(replies)
            self.requests = []

    def take(self, body: Body) -> tuple[int, Reply]:
        """Note a request; return its number and what to do with it."""
        with self._changed:
            self.requests.append(body)
            reply = self._left.pop(0) if len(self._left) > 1 else self._left[0]
            self._changed.notify_all()
            return len(self.requests), reply

    def wait_for_requests(self, count: int, timeout: float = 10.0) -> None:
        """Wait until so many requests have come since the script began.

        Raises:
            TimeoutError: they did not come within ``timeout`` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.requests) >= count, timeout):
                raise TimeoutError(f"{len(self.requests)} of {count} requests came")


class ResettableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with its connections within reach of a handler."""

    open_transports: ClassVar[dict[tuple[str, int], Transport]] = {}

    def connection_made(self, transport: Transport) -> None:
        """Keep the transport under its client's address."""
        super().connection_made(transport)
        self.open_transports[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        self.open_transports.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


def _reset_connection(request: Request) -> None:
    assert request.client is not None
    transport = ResettableProtocol.open_transports[(request.client.host, request.client.port)]
    raw = cast("socket.socket", transport.get_extra_info("socket"))
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()


async def _forever() -> None:
    await asyncio.Event().wait()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _paced(frames: Iterator[str], per_second: float | None) -> AsyncIterator[str]:
    begin = time.monotonic()
    for count, text in enumerate(frames):
        if per_second:
            due = begin + count / per_second
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield text


async def _stream(
    reply: Reply, number: int, protocol: Protocol, request: Request
) -> AsyncIterator[str]:
    stream = new_stream(protocol, number)
    calls = [Call(f"call_{number}_{i}", c.name, c.arguments) for i, c in enumerate(reply.calls)]
    for text in stream.start():
        yield text
    async for text in _paced(stream.text(_TOKEN.findall(reply.text)), reply.tokens_per_second):
        yield text
    for text in stream.calls(calls):
        yield text
    for data in reply.garbage:
        yield frame(data)
    match reply.ending:
        case "reset":
            # The client is to have read what came before; a reset drops what is in flight.
            await asyncio.sleep(0.05)
            _reset_connection(request)
            await _forever()
        case "silence":
            await _forever()
        case "failed":
            for text in stream.failed():
                yield text
        case "unfinished":
            return
        case "done":
            for text in stream.end(reply.text, calls):
                yield text


def _error(status: int) -> JSONResponse:
    kind, code, message = _ERRORS.get(status, ("server_error", None, "The server had an error."))
    error = {"message": message, "type": kind, "param": None, "code": code}
    # A long wait is what a busy provider asks for; a customer does not wait for it.
    headers = {"retry-after": "20"} if status == 429 else None
    return JSONResponse({"error": error}, status, headers)


def create_app(model: ScriptedModel) -> Starlette:
    """Return the HTTP app of a scripted model."""

    async def answer(request: Request, protocol: Protocol) -> Response:
        body = cast("Body", await request.json())
        if not body.get("stream"):
            return JSONResponse({"error": {"message": "This model only streams."}}, 400)
        number, reply = model.take(body)
        if not reply.answers:
            await _until_gone(request)
        if reply.status != 200:
            return _error(reply.status)
        frames = _stream(reply, number, protocol, request)
        return StreamingResponse(frames, media_type="text/event-stream")

    async def chat(request: Request) -> Response:
        return await answer(request, "chat")

    async def responses(request: Request) -> Response:
        return await answer(request, "responses")

    async def set_script(request: Request) -> Response:
        try:
            new = NewScript.model_validate_json(await request.body())
            model.play(new.name or tuple(new.replies))
        except (ValidationError, KeyError, IndexError) as error:
            return JSONResponse({"error": str(error), "scripts": sorted(SCRIPTS)}, 422)
        return Response(status_code=204)

    async def requests(_request: Request) -> Response:
        return JSONResponse(model.requests)

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/responses", responses, methods=["POST"]),
            Route("/script", set_script, methods=["POST"]),
            Route("/requests", requests),
        ]
    )


def _config(model: ScriptedModel, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(model),
        host="127.0.0.1",
        port=port,
        http=ResettableProtocol,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )


class OpenAIServer(ScriptedModel):
    """The scripted model on a free port, in a thread of its own; a context manager."""

    def __init__(self) -> None:
        """Take a free port."""
        super().__init__()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._server = uvicorn.Server(_config(self, 0))
        self._thread = threading.Thread(target=self._serve, name="scripted-model", daemon=True)

    def _serve(self) -> None:
        # Handlers that stay silent for ever are cancelled at the end, which is no error.
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._server.serve(sockets=[self._socket]))

    @property
    def base_url(self) -> str:
        """What ``OPENAI_BASE_URL`` is to be."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        """Start; the port listens already."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and drop every connection that is still open."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(10)
        self._socket.close()


def main() -> None:
    """Serve one script until interrupted."""
    parser = argparse.ArgumentParser(description="A scripted model with OpenAI's protocols.")
    parser.add_argument("--port", type=int, default=9999)
    parser.add_argument("--script", choices=sorted(SCRIPTS), default="plain")
    options = parser.parse_args()
    model = ScriptedModel()
    model.play(options.script)
    uvicorn.Server(_config(model, options.port)).run()


if __name__ == "__main__":
    main()
