"""What browsers are told about our pages."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from ecocash_copilot.api.security_headers import SecurityHeaders
from tests.api.conftest import client_of


def app_with(settings, **changes):
    routes = [
        Route("/chat", lambda _request: HTMLResponse("<p>chat</p>")),
        Route("/board", lambda _request: HTMLResponse("<p>board</p>")),
        Route("/data", lambda _request: JSONResponse({})),
    ]
    return SecurityHeaders(Starlette(routes=routes), settings.model_copy(update=changes))


def rules(response) -> dict[str, list[str]]:
    parts = [part.split() for part in response.headers["content-security-policy"].split(";")]
    return {part[0]: part[1:] for part in parts}


@pytest.fixture
def embedded(settings):
    origins = ("https://bank.example", "https://app.example")
    url = "https://help.example"
    return app_with(settings, app_env="prod", public_url=url, embed_origins=origins)


async def test_pages_run_our_own_scripts_alone(embedded) -> None:
    async with client_of(embedded) as client:
        policy = rules(await client.get("/chat"))
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'", "wss://help.example"]
    assert policy["base-uri"] == ["'none'"]


async def test_in_dev_browser_tools_may_evaluate(settings) -> None:
    async with client_of(app_with(settings)) as client:
        policy = rules(await client.get("/chat"))
    assert policy["script-src"] == ["'self'", "'unsafe-eval'"]


async def test_only_the_chat_may_be_framed_by_others(embedded) -> None:
    async with client_of(embedded) as client:
        chat, board = rules(await client.get("/chat")), rules(await client.get("/board"))
    assert chat["frame-ancestors"] == ["'self'", "https://bank.example", "https://app.example"]
    assert board["frame-ancestors"] == ["'self'"]


async def test_what_is_no_page_may_do_nothing(embedded) -> None:
    async with client_of(embedded) as client:
        policy = rules(await client.get("/data"))
    assert policy == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


async def test_the_other_headers(embedded, settings) -> None:
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
