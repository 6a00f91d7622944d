"""What browsers are told about our pages."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ecocash_copilot.api.security_headers import SecurityHeaders
from ecocash_copilot.core.settings import Settings
from tests.api.conftest import client_of


def _page(text: str) -> Callable[[Request], Response]:
    return lambda _request: HTMLResponse(text)


def _data(_request: Request) -> Response:
    return JSONResponse({})


def app_with(settings: Settings, **changes: Any) -> ASGIApp:
    routes = [
        Route("/chat", _page("<p>chat</p>")),
        Route("/board", _page("<p>board</p>")),
        Route("/data", _data),
    ]
    return SecurityHeaders(Starlette(routes=routes), settings.model_copy(update=changes))


def rules(response: httpx.Response) -> dict[str, list[str]]:
    parts = [part.split() for part in response.headers["content-security-policy"].split(";")]
    return {part[0]: part[1:] for part in parts}


@pytest.fixture
def embedded(settings: Settings) -> ASGIApp:
    origins = ("https://bank.example", "https://app.example")
    url = "https://help.example"
    return app_with(settings, app_env="prod", public_url=url, embed_origins=origins)


async def test_pages_run_our_own_scripts_alone(embedded: ASGIApp) -> None:
    async with client_of(embedded) as client:
        policy = rules(await client.get("/chat"))
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'", "wss://help.example"]
    assert policy["base-uri"] == ["'none'"]


async def test_in_dev_browser_tools_may_evaluate(settings: Settings) -> None:
    async with client_of(app_with(settings)) as client:
        policy = rules(await client.get("/chat"))
    assert policy["script-src"] == ["'self'", "'unsafe-eval'"]


async def test_only_the_chat_may_be_framed_by_others(embedded: ASGIApp) -> None:
    async with client_of(embedded) as client:
        chat, board = rules(await client.get("/chat")), rules(await client.get("/board"))
    assert chat["frame-ancestors"] == ["'self'", "https://bank.example", "https://app.example"]
    assert board["frame-ancestors"] == ["'self'"]


async def test_what_is_no_page_may_do_nothing(embedded: ASGIApp) -> None:
    async with client_of(embedded) as client:
        policy = rules(await client.get("/data"))
    assert policy == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


async def test_the_other_headers(embedded: ASGIApp, settings: Settings) -> None:
    async with client_of(embedded) as client:
        headers = (await client.get("/data")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["strict-transport-security"] == "max-age=31536000"
    async with client_of(app_with(settings)) as client:
        plain = await client.get("/chat")
    assert "strict-transport-security" not in plain.headers
    assert rules(plain)["connect-src"] == ["'self'", "ws://localhost:8000"]
