"""The demo page plays the app: real sign-in, real bridge, a chat page without its server."""

from collections.abc import AsyncIterator, Callable

import pytest
from playwright.async_api import Browser, Frame, Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.api.request_log import RequestLog
from ecocash_copilot.api.routes import ApiServices, api_routes
from ecocash_copilot.api.security_headers import SecurityHeaders
from ecocash_copilot.auth.customer_tokens import customer_tokens
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.webhook import ConsoleWebhook
from ecocash_copilot.pages.demo import dev_demo_page
from ecocash_copilot.store.client import Store
from tests.api.bridge_app import ASSETS, listen, pages, serve
from tests.pages.static_html import static_html
from tests.support.browser import DESKTOP, PHONE, PageWatch
from tests.support.tickets import notice


@pytest.fixture
def sign_in(store: Store, settings: Settings) -> SignIn:
    return SignIn(store, settings)


@pytest.fixture
def notices() -> ConsoleWebhook:
    return ConsoleWebhook()


@pytest.fixture
async def url(
    store: Store, settings: Settings, sign_in: SignIn, notices: ConsoleWebhook
) -> AsyncIterator[str]:
    """Where the demo page is served, as in dev mode and under the same policy."""
    listener = listen()
    url = f"http://localhost:{listener.getsockname()[1]}"
    own = settings.model_copy(update={"public_url": url})
    services = ApiServices(
        settings=own,
        store=store,
        tokens=customer_tokens(own),
        sign_in=sign_in,
        staff_sign_in=StaffSignIn(store, own),
        checks={},
        notices=notices,
    )
    body = static_html(dev_demo_page())
    head = '<meta charset="utf-8"><link rel="stylesheet" href="/tokens.css">'
    page = f'<!doctype html><html lang="en">{head}<body>{body}</body></html>'

    def demo(_request: Request) -> Response:
        return HTMLResponse(page)

    app = Starlette(
        routes=[
            *api_routes(services),
            *pages(),
            Route("/demo", demo),
            Route("/favicon.ico", _file("favicon.svg")),
            Mount(
                "/",
                routes=[
                    Route(f"/{name}", _file(name)) for name in ("demo.js", "demo.css", "tokens.css")
                ],
            ),
        ]
    )
    async with serve(RequestLog(SecurityHeaders(app, own)), listener):
        yield url


def _file(name: str) -> Callable[[Request], Response]:
    return lambda _request: FileResponse(ASSETS / name)


@pytest.fixture(params=["desktop", "phone"])
async def page(request: pytest.FixtureRequest, browser: Browser, url: str) -> AsyncIterator[Page]:
    watch = PageWatch()
    size = PHONE if request.param == "phone" else DESKTOP
    context = await browser.new_context(**size)
    watch.follow(context)
    page = await context.new_page()
    await page.goto(f"{url}/demo")
    yield page
    await context.close()
    assert not watch.problems


async def choose(page: Page, sub: str) -> Frame:
    """Give the phone to a customer; return the chat when it listens."""
    await page.locator(f'[data-testid="demo-customer"][data-sub="{sub}"]').click()
    await expect(line(page, "ready").first).to_be_attached()
    frame = page.frames[1]
    await frame.wait_for_load_state()
    return frame


def line(page: Page, kind: str) -> Locator:
    return page.get_by_test_id("demo-log").locator(f'[data-type="{kind}"]')


async def signed_in(frame: Frame, sign_in: SignIn) -> str:
    """Return whom the chat's newest ticket signs in."""
    await frame.wait_for_function("asked.some(([name]) => name === 'eco-resume')")
    ticket = await frame.evaluate("asked.filter(([name]) => name === 'eco-resume').pop()[1]")
    return (await sign_in.redeem_ticket(ticket)).customer.id


async def test_a_customer_is_signed_in_with_a_code(page: Page, sign_in: SignIn) -> None:
    frame = await choose(page, "c-1002")
    assert frame.url.endswith("/chat")
    await frame.evaluate("link('need', '1')")
    assert await signed_in(frame, sign_in) == "c-1002"
    chosen = page.locator('[data-testid="demo-customer"][aria-pressed="true"]')
    await expect(chosen).to_have_attribute("data-sub", "c-1002")


async def test_the_app_answers_with_a_token_when_the_chat_asks(page: Page, sign_in: SignIn) -> None:
    await page.clock.install()
    await page.reload()
    frame = await choose(page, "c-1003")
    await frame.evaluate("window.__ecocashReady")
    async with page.expect_response("**/api/session") as ending:
        await page.get_by_test_id("demo-expire").click()
    assert (await ending.value).status == 204
    await frame.evaluate("ecocash.takeTicket(); link('need', '1')")
    # It asks for a token only when the ticket that it took stays without an answer.
    await page.clock.fast_forward(8_000)
    await frame.wait_for_function("asked.length")
    await frame.evaluate("link('need', '2')")
    await expect(line(page, "token_needed")).to_be_attached()
    await frame.wait_for_function("asked.length === 2")
    assert await signed_in(frame, sign_in) == "c-1003"
    await expect(line(page, "token")).to_contain_text('{"token":"…"}')


async def test_links_and_events_are_listed(page: Page) -> None:
    frame = await choose(page, "c-1001")
    await frame.evaluate("ecocash.deeplink('ecocash://transactions')")
    await expect(line(page, "deeplink")).to_contain_text('{"url":"ecocash://transactions"}')
    await expect(line(page, "event")).to_contain_text('"name":"deeplink"')


async def test_a_notice_is_shown_as_a_phone_shows_it(page: Page, notices: ConsoleWebhook) -> None:
    async with page.expect_response("**/api/demo/notices*"):
        await choose(page, "c-1001")
    await notices.deliver(notice("c-1002", title="Not for this phone"))
    await notices.deliver(notice("c-1001", title="Your ticket", text="We look into it"))
    push = page.get_by_test_id("demo-push")
    await expect(push).to_have_text("EcoCashYour ticketWe look into it")
    await expect(line(page, "push")).to_contain_text("ticket.moved")
    await push.click()
    await expect(push).to_have_count(0)


async def test_theme_language_and_back_reach_the_chat(page: Page) -> None:
    frame = await choose(page, "c-1001")
    await page.get_by_role("button", name="Dark").click()
    await expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="Shona", exact=True).click()
    await expect(frame.locator("html")).to_have_attribute("lang", "sn")
    await page.get_by_test_id("demo-back").click()
    await expect(line(page, "close")).to_be_attached()


async def test_on_a_phone_the_chat_is_as_wide_as_the_screen(page: Page) -> None:
    await choose(page, "c-1001")
    box = await page.get_by_test_id("demo-frame").bounding_box()
    width = await page.evaluate("document.documentElement.clientWidth")
    assert box is not None
    assert round(box["width"]) == (width if width < 760 else 360)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
