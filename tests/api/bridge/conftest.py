"""A browser on the chat page of a site, and what tests ask of the bridge in it."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from socket import socket
from typing import Any, Self

import pytest
from playwright.async_api import Browser, BrowserContext, Frame, Page

from ecocash_copilot.actions.sign_in import SignIn
from schemas.identity import Customer
from tests.api.bridge_app import listen, serve, with_pages
from tests.api.conftest import MakeApp
from tests.support.browser import PHONE, PageWatch
from tests.support.tokens import TokenIssuer

NATIVE = """
window.sent = [];
window.EcoCash = { postMessage: (text) => sent.push(JSON.parse(text)) };
"""


@dataclass
class Site:
    """The page's site. The host page of tests is the same server under another name."""

    port: int
    sign_in: SignIn
    issuer: TokenIssuer
    requests: list[str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def code(self, sub: str = "c-7") -> str:
        return await self.sign_in.issue_code(Customer(id=sub))

    @asynccontextmanager
    async def serve(
        self, make_app: MakeApp, listener: socket, *origins: str
    ) -> AsyncGenerator[Self]:
        app = make_app(public_url=self.url, embed_origins=origins)
        async with serve(with_pages(app), listener):
            yield self


@pytest.fixture
def requests() -> list[str]:
    """The address of every request of the browser."""
    return []


@pytest.fixture
async def site(
    make_app: MakeApp, sign_in: SignIn, issuer: TokenIssuer, requests: list[str]
) -> AsyncIterator[Site]:
    """Framed by its own pages alone."""
    listener = listen()
    site = Site(listener.getsockname()[1], sign_in, issuer, requests)
    async with site.serve(make_app, listener):
        yield site


@pytest.fixture
async def embedded(
    make_app: MakeApp, sign_in: SignIn, issuer: TokenIssuer, requests: list[str]
) -> AsyncIterator[Site]:
    """Framed by its host too."""
    listener = listen()
    site = Site(listener.getsockname()[1], sign_in, issuer, requests)
    async with site.serve(make_app, listener, site.host):
        yield site


@pytest.fixture
async def context(browser: Browser, requests: list[str]) -> AsyncIterator[BrowserContext]:
    watch = PageWatch()
    watch.expect(
        r"status of (401|403|404)|ERR_INTERNET_DISCONNECTED|ERR_FAILED|www\.ecocash\.example"
    )
    context = await browser.new_context(**PHONE)
    watch.follow(context)
    context.on("request", lambda request: requests.append(request.url))
    yield context
    await context.close()
    assert not watch.problems


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


@pytest.fixture
async def native(context: BrowserContext, page: Page) -> Page:
    """A page in an app that speaks the bridge."""
    await context.add_init_script(NATIVE)
    return page


async def asked(page: Page | Frame, name: str, times: int = 1) -> Any:
    """Wait until the page's server was asked for something; return what it was told last."""
    await page.wait_for_function(
        "([name, times]) => window.asked?.filter(([each]) => each === name).length >= times",
        arg=[name, times],
    )
    return await page.evaluate("(name) => asked.filter(([each]) => each === name).pop()[1]", name)


async def sent(page: Page, kind: str) -> dict[str, Any]:
    """Wait until the app got a message of a type; return the last one."""
    await page.wait_for_function("(kind) => sent.some(({ type }) => type === kind)", arg=kind)
    return await page.evaluate("(kind) => sent.filter(({ type }) => type === kind).pop()", kind)


async def receive(page: Page, text: str) -> None:
    await page.evaluate("(text) => ecocash.receive(text)", text)


async def opened(page: Page, owner: str = "tag-7", mark: str = "1") -> None:
    """Tell the page that the server has opened the chat."""
    await page.evaluate(
        "([owner, mark]) => { link('owner', owner); link('opened', mark); }", [owner, mark]
    )


async def everything_kept(page: Page) -> str:
    """Return all that somebody with the phone could find."""
    return await page.evaluate(
        """() => JSON.stringify([
            location.href, history.state, document.cookie, document.documentElement.outerHTML,
            { ...sessionStorage }, { ...localStorage }, window.sent ?? [],
        ])"""
    )


async def type_and_send(page: Page, text: str) -> dict[str, str]:
    field = page.get_by_test_id("composer-input")
    await field.fill(text)
    await field.press("Enter")
    return json.loads(await asked(page, "send"))[-1]
