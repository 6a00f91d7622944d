"""Staff sign in and out in a real browser, with a provider that is another site to it."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.api.request_log import RequestLog
from ecocash_copilot.api.security_headers import SecurityHeaders
from ecocash_copilot.api.staff_gate import StaffGate
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.front_door import FrontDoor
from ecocash_copilot.store.client import Store
from tests.api.bridge_app import ASSETS, listen, serve
from tests.api.conftest import MakeApp
from tests.support.oidc_server import CLIENT_ID, CLIENT_SECRET, Fault, OidcServer

BOARD = """<!doctype html><html lang="en"><link rel="icon" href="/favicon.svg"><h1>Board</h1>
<form method="post" action="/api/staff/sign-out"><button id="leave">Sign out</button></form>
<button id="who">Who am I?</button></html>"""


@pytest.fixture
def provider() -> Iterator[OidcServer]:
    with OidcServer() as server:
        server.asks = True
        yield server


async def _board(_request: Request) -> Response:
    return HTMLResponse(BOARD)


PAGES = Starlette(
    routes=[
        Route("/board", _board),
        Route("/board/{rest:path}", _board),
        Mount("/", StaticFiles(directory=ASSETS)),
    ]
)


class Site:
    """The product's HTTP side with a board that is only a form, at ``localhost``."""

    def __init__(self, make_app: MakeApp, store: Store, settings: Settings) -> None:
        self._make_app, self._store, self._settings = make_app, store, settings
        self._listener = listen()
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"

    @asynccontextmanager
    async def open(self, **changes: Any) -> AsyncGenerator[None]:
        settings = self._settings.model_copy(update={"public_url": self.url, **changes})
        gate = StaffGate(PAGES)
        gate.sign_in = StaffSignIn(self._store, settings)
        door = FrontDoor(gate, dev=True)
        door.own = self._make_app(public_url=self.url, **changes)
        app: ASGIApp = RequestLog(SecurityHeaders(door, settings))
        async with serve(app, self._listener):
            yield


@pytest.fixture
def site(make_app: MakeApp, store: Store, settings: Settings) -> Site:
    return Site(make_app, store, settings)


@asynccontextmanager
async def page_of(browser: Browser) -> AsyncGenerator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    yield await context.new_page()
    await context.close()


async def me(page: Page) -> Any:
    return await page.evaluate("fetch('/api/staff/me').then((answer) => answer.json())")


async def test_in_dev_a_tap_on_a_name_signs_in_and_a_form_out(site: Site, browser: Browser) -> None:
    async with site.open(), page_of(browser) as page:
        problems: list[str] = []
        page.on("console", lambda said: problems.append(said.text))
        await page.goto(f"{site.url}/board?view=mine")
        await expect(page.get_by_role("heading")).to_have_text("Sign in")
        choices = page.get_by_test_id("staff-choice")
        await expect(choices).to_have_count(len(DEMO_STAFF))
        await expect(choices.first).to_have_css("border-radius", "12px")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{site.url}/board?view=mine")
        assert (await me(page))["id"] == "agent-2"
        assert await page.evaluate("document.cookie") == ""
        await page.click("#leave")
        await expect(page.get_by_role("heading")).to_have_text("You are signed out")
        assert (await me(page))["code"] == "not_authenticated"
        assert [each for each in problems if "401" not in each] == []


async def test_the_wrong_role_gets_a_page_with_a_way_out(site: Site, browser: Browser) -> None:
    async with site.open(), page_of(browser) as page:
        await page.goto(f"{site.url}/board")
        await page.click("[data-staff=designer-1]")
        await expect(page.get_by_role("heading")).to_have_text("This is not open to you")
        await page.get_by_role("button").click()
        await expect(page.get_by_role("heading")).to_have_text("You are signed out")
        await page.get_by_role("link").click()
        await page.click("[data-staff=agent-1]")
        await expect(page.get_by_role("heading")).to_have_text("Board")


async def test_through_the_provider_and_back(
    site: Site, browser: Browser, provider: OidcServer
) -> None:
    provider.redirect_uris.add(f"{site.url}/api/staff/callback")
    trusting = {
        "staff_oidc_issuer": provider.url,
        "staff_oidc_client_id": CLIENT_ID,
        "staff_oidc_client_secret": SecretStr(CLIENT_SECRET),
    }
    async with site.open(**trusting), page_of(browser) as page:
        await page.goto(f"{site.url}/board/TCK-100042")
        # The provider is at 127.0.0.1, which is another site than localhost to the browser.
        assert page.url.startswith(f"{provider.url}/authorize")
        await page.click("#agree")
        await page.wait_for_url(f"{site.url}/board/TCK-100042")
        assert (await me(page))["name"] == "Rudo Dube"
        await page.reload()
        await expect(page.get_by_role("heading")).to_have_text("Board")
        names = {each.get("name") for each in await page.context.cookies()}
        assert names == {"eco_staff"}

        await page.click("#leave")
        provider.fault = Fault.OTHER_NONCE
        await page.get_by_role("link").click()
        await page.click("#agree")
        await expect(page.get_by_role("heading")).to_have_text("You are not signed in")
        provider.fault = Fault.NONE
        await page.get_by_role("link").click()
        await page.click("#agree")
        await expect(page.get_by_role("heading")).to_have_text("Board")
