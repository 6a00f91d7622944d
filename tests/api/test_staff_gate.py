"""Pages of staff are for staff: others are led to the sign-in before anything is sent."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.api.staff_gate import PAGES, StaffGate
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from schemas.identity import Customer
from schemas.staff import StaffRole
from tests.api.conftest import client_of

PAGE = {"Accept": "text/html"}


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("a page")(scope, receive, send)


@pytest.fixture
def sign_in(store: Store, settings: Settings) -> StaffSignIn:
    return StaffSignIn(store, settings)


@pytest.fixture
async def browser(sign_in: StaffSignIn) -> AsyncIterator[httpx.AsyncClient]:
    gate = StaffGate(pages)
    gate.sign_in = sign_in
    async with client_of(gate) as client:
        client.headers.update(PAGE)
        yield client


async def as_staff(sign_in: StaffSignIn, name: str) -> dict[str, str]:
    return {"Cookie": f"theme=dark; eco_staff={await sign_in.open_session(DEMO_STAFF[name])}"}


@pytest.mark.parametrize(
    "path", ["/board", "/board/", "/board/TCK-100042", "/board?view=mine&text=a%20b", "/board/x/y"]
)
async def test_nobody_is_led_to_the_sign_in_and_from_there_back(
    browser: httpx.AsyncClient, path: str
) -> None:
    response = await browser.get(path)
    parts = urlsplit(response.headers["location"])
    assert response.status_code == 303
    assert parts.path == "/api/staff/sign-in"
    assert parse_qs(parts.query) == {"next": [path]}
    assert response.headers["cache-control"] == "no-store"
    assert "page" not in response.text


async def test_a_customers_session_is_no_way_in(
    browser: httpx.AsyncClient, store: Store, settings: Settings, customer: Customer
) -> None:
    secret = await SignIn(store, settings).open_session(customer)
    for name in ("eco_staff", "eco_session"):
        answer = await browser.get("/board", headers={"Cookie": f"{name}={secret}"})
        assert answer.status_code == 303


@pytest.mark.parametrize("name", list(DEMO_STAFF))
async def test_the_role_decides(
    browser: httpx.AsyncClient, sign_in: StaffSignIn, name: str
) -> None:
    response = await browser.get("/board/TCK-100042", headers=await as_staff(sign_in, name))
    if DEMO_STAFF[name].has(*PAGES["/board"]):
        assert (response.status_code, response.text) == (200, "a page")
    else:
        assert response.status_code == 403
        assert "role" in response.text
        assert "a page" not in response.text


@pytest.mark.parametrize("path", ["/gallery", "/gallery/notice/error?theme=dark"])
async def test_the_gallery_is_for_designers(
    browser: httpx.AsyncClient, sign_in: StaffSignIn, path: str
) -> None:
    assert (await browser.get(path)).status_code == 303
    for name, staff in DEMO_STAFF.items():
        response = await browser.get(path, headers=await as_staff(sign_in, name))
        assert response.status_code == (200 if staff.has(StaffRole.DESIGNER) else 403), name


async def test_in_dev_the_gallery_is_open_and_nothing_else() -> None:
    async with client_of(StaffGate(pages, dev=True)) as client:
        for path in ("/gallery", "/gallery/notice/error"):
            assert (await client.get(path)).text == "a page"
        assert (await client.get("/board")).status_code == 503


async def test_a_session_that_has_ended_is_none(
    browser: httpx.AsyncClient, sign_in: StaffSignIn
) -> None:
    held = await as_staff(sign_in, "agent-1")
    secret = held["Cookie"].partition("eco_staff=")[2]
    assert (await browser.get("/board", headers=held)).status_code == 200
    await sign_in.revoke_session(await sign_in.access_session(secret))
    assert (await browser.get("/board", headers=held)).status_code == 303


@pytest.mark.parametrize("path", ["/", "/chat", "/boardroom", "/board.css", "/demo", "/_event"])
async def test_other_pages_are_none_of_its_business(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).text == "a page"


async def test_before_the_product_is_open_nobody_is_let_in() -> None:
    async with client_of(StaffGate(pages)) as client:
        assert (await client.get("/board")).status_code == 503
        assert (await client.get("/chat")).text == "a page"


async def test_without_the_database_nobody_is_let_in(settings: Settings) -> None:
    async with (
        EmbeddedMongoDB(None) as server,
        open_store(server.uri, "gate", embedded=True) as store,
    ):
        gate = StaffGate(pages)
        gate.sign_in = StaffSignIn(store, settings)
        await store.client.close()
        async with client_of(gate) as client:
            page = await client.get("/board", headers={**PAGE, "Cookie": "eco_staff=x"})
            problem = await client.get("/board", headers={"Cookie": "eco_staff=x"})
    assert (page.status_code, problem.status_code) == (503, 503)
    assert page.headers["content-type"].startswith("text/html")
    assert problem.json()["code"] == "unavailable"


async def test_sockets_pass(browser: httpx.AsyncClient) -> None:
    seen: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: object) -> Any: ...

    for kind in ("websocket", "lifespan"):
        await StaffGate(note)({"type": kind, "path": "/board"}, nothing, nothing)
    assert seen == ["websocket", "lifespan"]


def test_each_guarded_page_names_its_roles() -> None:
    for path, roles in PAGES.items():
        assert path.startswith("/")
        assert set(roles) <= set(StaffRole)
        assert roles
