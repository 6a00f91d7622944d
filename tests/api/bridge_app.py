"""A chat page without Reflex, for the bridge: the real HTTP addresses and scripts, no state.

What the page's server would be asked is noted in ``window.asked``.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

ASSETS = Path(__file__).parents[2] / "assets"

_CHAT = """<!doctype html>
<html lang="en"><head>
<script src="/assets/bridge.js" defer></script>
<script src="/assets/chat.js" defer></script>
<script src="/assets/forms.js" defer></script>
<script src="/page.js" defer></script>
</head><body>
<div class="chat" data-app-state="ready">
  <main class="thread"><ol class="messages" aria-busy="false">
    <li id="eco-pending" hidden><p id="eco-pending-text"></p></li>
  </ol></main>
  <form class="composer">
    <textarea name="text" data-testid="composer-input"></textarea>
    <button data-testid="composer-send">Send</button>
  </form>
  <button class="latest" type="button"></button>
  <dialog class="panel" data-open="false">Earlier chats</dialog>
  <p class="announce"></p>
  <button data-testid="talk-to-person" title="Taura nemunhu" type="button"></button>
</div>
<button id="eco-resume" hidden></button><button id="eco-expired" hidden></button>
<button id="eco-resend" hidden></button><button id="eco-locale" hidden></button>
<div id="eco-server" data-need="" data-opened="" data-owner="" hidden></div>
</body></html>"""

_PAGE_SCRIPT = """
window.asked = [];
const answers = {
  "eco-resume": () => ecocash.takeTicket(),
  "eco-expired": () => "",
  "eco-resend": () => ecocash.pending(),
  "eco-locale": () => ecocash.locale,
};
for (const id in answers)
  document.getElementById(id).addEventListener("click", () => asked.push([id, answers[id]()]));
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  asked.push(["send", ecocash.submit()]);
});
window.link = (name, value) => { document.getElementById("eco-server").dataset[name] = value; };
window.arrived = (key) => {
  const item = document.createElement("li");
  item.dataset.clientKey = key;
  document.querySelector(".messages").prepend(item);
};
"""

_HOST = """<!doctype html>
<html><body><iframe src="{src}" width="360" height="640"></iframe>
<script>
window.got = [];
window.answer = null;
addEventListener("message", ({{ data, origin }}) => {{
  got.push({{ ...JSON.parse(data), origin }});
  const {{ type }} = JSON.parse(data);
  if (type === "token_needed" && window.answer) tell(window.answer);
}});
window.tell = (message) =>
  document.querySelector("iframe").contentWindow.postMessage(JSON.stringify(message), "*");
</script></body></html>"""


async def _chat(_request: Request) -> Response:
    return HTMLResponse(_CHAT)


async def _script(_request: Request) -> Response:
    return Response(_PAGE_SCRIPT, media_type="text/javascript")


async def _host(request: Request) -> Response:
    return HTMLResponse(_HOST.format(src=request.query_params["src"]))


def pages() -> list[Route | Mount]:
    """Return the routes of the chat page, and of a host that frames ``?src=``."""
    return [
        Route("/chat", _chat),
        Route("/page.js", _script),
        Route("/host", _host),
        Mount("/assets", StaticFiles(directory=ASSETS)),
    ]


def with_pages(api: ASGIApp) -> ASGIApp:
    """Serve the pages beside the HTTP addresses."""
    return Starlette(routes=[*pages(), Mount("/", app=api)])


def listen() -> socket.socket:
    """Return a listening socket; its port is reachable as two origins."""
    return socket.create_server(("127.0.0.1", 0))


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, listener: socket.socket) -> AsyncGenerator[None]:
    """Serve an app on a socket until the block ends."""
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    # The socket listens already: whoever comes early waits in its queue.
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def message(kind: str, **payload: object) -> str:
    """Return a message of the host as JSON."""
    return json.dumps({"type": kind, "id": "h-1", "payload": payload})
