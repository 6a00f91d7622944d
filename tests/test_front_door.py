"""Which part of the product answers which address."""

from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from ecocash_copilot.core.metrics import REGISTRY
from ecocash_copilot.front_door import OWN_PREFIXES, FrontDoor
from tests.support.known import known


def named(name: str) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(f"{name} {scope['path']}")(scope, receive, send)

    return answer


def door(*, dev: bool = False, opened: bool = True) -> FrontDoor:
    built = FrontDoor(named("pages"), dev=dev)
    built.own = named("own") if opened else None
    return built


def open_websockets() -> float:
    return known(REGISTRY.get_sample_value("copilot_connections"))


async def get(app: ASGIApp, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get(path)


@pytest.mark.parametrize("prefix", OWN_PREFIXES)
async def test_our_own_addresses_are_ours(prefix: str):
    for path in (prefix, f"{prefix}/", f"{prefix}/deeper?x=/chat"):
        assert (await get(door(), path)).text == f"own {path.partition('?')[0]}"


@pytest.mark.parametrize(
    "path", ["/chat", "/demo", "/apiary", "/mcp2", "/healthzz", "/API/session", "/x/api", "/_event"]
)
async def test_everything_else_is_a_page(path: str):
    assert (await get(door(), path)).text == f"pages {path}"


async def test_the_root_goes_to_the_chat_in_production_and_shows_a_list_in_dev():
    answer = await get(door(), "/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/chat")
    assert (await get(door(dev=True), "/")).text == "pages /"


async def test_before_the_product_is_open_no_address_is_ours():
    assert (await get(door(opened=False), "/api/session")).text == "pages /api/session"


async def test_the_lifespan_is_that_of_the_pages():
    seen: list[str] = []

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Any: ...

    await FrontDoor(pages, dev=False)({"type": "lifespan"}, nothing, nothing)
    assert seen == ["lifespan"]


def test_websockets_of_pages_are_counted_while_they_are_open():
    counted: list[float] = []

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        counted.append(open_websockets())
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})

    before = open_websockets()
    built = FrontDoor(pages, dev=False)
    built.own = named("own")
    # Also under an address of ours, a websocket is a page's.
    for path in ("/_event", "/api/x"):
        with TestClient(built).websocket_connect(path) as socket:
            assert socket.receive()["type"] == "websocket.close"
    assert counted == [before + 1, before + 1]
    assert open_websockets() == before


def test_a_websocket_that_breaks_is_not_counted_for_ever():
    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        raise ConnectionError

    before = open_websockets()
    client = TestClient(FrontDoor(pages, dev=False))
    with pytest.raises(ConnectionError), client.websocket_connect("/_event"):
        pass
    assert open_websockets() == before
