"""``assets/bridge.js`` in a real browser, with the real HTTP addresses behind it."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from socket import socket
from typing import Any, Self

import brotli
import pytest
from playwright.async_api import Browser, BrowserContext, Frame, Page

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.core.errors import NotAuthenticated
from schemas.identity import Customer
from tests.api.bridge_app import ASSETS, listen, message, serve, with_pages
from tests.api.conftest import MakeApp
from tests.support.browser import PHONE, PageWatch
from tests.support.tokens import TokenIssuer

NATIVE = """
window.sent = [];
window.EcoCash = { postMessage: (text) => sent.push(JSON.parse(text)) };
"""
SIZE_LIMIT = 2700
"""Bytes of the bridge, Brotli compressed."""


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
    ) -> AsyncIterator[Self]:
        app = make_app(public_url=self.url, embed_origins=origins)
        async with serve(with_pages(app), listener):
            yield self


@pytest.fixture
def requests() -> list[str]:
    """The address of every request of the browser."""
    return []


@pytest.fixture
async def site(make_app: MakeApp, sign_in, issuer, requests) -> AsyncIterator[Site]:
    """Framed by its own pages alone."""
    listener = listen()
    site = Site(listener.getsockname()[1], sign_in, issuer, requests)
    async with site.serve(make_app, listener):
        yield site


@pytest.fixture
async def embedded(make_app: MakeApp, sign_in, issuer, requests) -> AsyncIterator[Site]:
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


def test_the_bridge_is_small() -> None:
    assert len(brotli.compress((ASSETS / "bridge.js").read_bytes())) < SIZE_LIMIT


# -- signing in --------------------------------------------------------------------------------


async def test_a_code_leaves_the_address_and_becomes_a_session(page, site, context) -> None:
    code = await site.code()
    await page.goto(f"{site.url}/chat?x=1#code={code}")
    await page.evaluate("window.__ecocashReady")
    assert page.url == f"{site.url}/chat?x=1"
    (cookie,) = await context.cookies()
    assert cookie["name"] == "eco_session"
    assert cookie["httpOnly"]
    assert (await site.sign_in.access_session(secret=cookie["value"])).customer.id == "c-7"
    assert not [url for url in site.requests if code in url.partition("#")[0]]
    assert code not in await everything_kept(page)
    await page.go_back()
    assert code not in page.url


async def test_the_server_asks_and_gets_the_ticket_of_the_code(page, site) -> None:
    await page.goto(f"{site.url}/chat#code={await site.code()}")
    await page.evaluate("link('need', '1')")
    ticket = await asked(page, "eco-resume")
    assert (await site.sign_in.redeem_ticket(ticket)).customer.id == "c-7"
    assert await page.evaluate("ecocash.takeTicket()") == ""
    assert ticket not in await page.evaluate("JSON.stringify([{ ...sessionStorage }, location])")


async def test_a_code_that_comes_later_is_taken_too(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    code = await site.code("c-8")
    await page.evaluate("(code) => { location.hash = 'code=' + code; }", code)
    ticket = await asked(page, "eco-resume")
    assert (await site.sign_in.redeem_ticket(ticket)).customer.id == "c-8"
    assert code not in await everything_kept(page)


async def test_without_host_or_session_the_page_says_so(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    await page.evaluate("link('need', '1')")
    await asked(page, "eco-expired")


async def test_a_used_code_asks_the_host_for_a_token(native, site) -> None:
    code = await site.code()
    await site.sign_in.redeem_code(code)
    await native.goto(f"{site.url}/chat#code={code}")
    await native.evaluate("link('need', '1')")
    await sent(native, "token_needed")


async def test_a_token_from_the_host_becomes_a_session_and_is_kept_nowhere(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    assert (await sent(native, "ready"))["payload"] == {"version": 1}
    await native.evaluate("ecocash.needSession()")
    needed = await sent(native, "token_needed")
    assert set(needed) == {"type", "id", "payload"}
    token = site.issuer.token("c-7")
    await receive(native, message("token", token=token))
    ticket = await asked(native, "eco-resume")
    assert (await site.sign_in.redeem_ticket(ticket)).customer.id == "c-7"
    assert token not in await everything_kept(native)
    assert not [url for url in site.requests if token in url]


async def test_the_host_is_asked_once_at_a_time(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    await native.evaluate("ecocash.needSession(); ecocash.needSession()")
    await native.evaluate("link('need', '2')")
    assert await native.evaluate("sent.filter((each) => each.type === 'token_needed').length") == 1


async def test_a_host_that_does_not_answer_leaves_the_page_expired(native, site) -> None:
    await native.clock.install()
    await native.goto(f"{site.url}/chat")
    await native.evaluate("ecocash.needSession()")
    await native.clock.run_for(7900)
    assert await native.evaluate("asked.length") == 0
    await native.clock.run_for(200)
    await asked(native, "eco-expired")


async def test_a_bad_token_leaves_the_page_expired_and_does_not_ask_again(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    await receive(native, message("token", token="bad"))
    await asked(native, "eco-expired")
    kinds = await native.evaluate("sent.map((each) => each.type)")
    assert "token_needed" not in kinds


async def test_a_token_is_tried_again_when_the_network_fails(native, site, context) -> None:
    await native.goto(f"{site.url}/chat")
    failures = iter([True, False])

    async def flaky(route) -> None:
        await (route.abort() if next(failures, False) else route.continue_())

    await native.route("**/api/session", flaky)
    await receive(native, message("token", token=site.issuer.token("c-7")))
    assert await asked(native, "eco-resume")


async def test_signing_out_ends_the_session_and_drops_what_was_typed(page, site, context) -> None:
    await page.goto(f"{site.url}/chat#code={await site.code()}")
    await page.evaluate("window.__ecocashReady")
    (cookie,) = await context.cookies()
    await page.get_by_test_id("composer-input").fill("half a message")
    await page.evaluate("ecocash.signOut()")
    await asked(page, "eco-expired")
    assert await context.cookies() == []
    assert "half" not in await everything_kept(page)
    assert await page.get_by_test_id("composer-input").input_value() == ""
    with pytest.raises(NotAuthenticated):
        await site.sign_in.access_session(secret=cookie["value"])


# -- frames ------------------------------------------------------------------------------------


async def framed(page: Page, site: Site, host: str) -> Frame:
    await page.goto(f"{host}/host?src={site.url}/chat")
    return page.frames[1]


async def got(page: Page, kind: str) -> dict[str, Any]:
    await page.wait_for_function("(kind) => got.some(({ type }) => type === kind)", arg=kind)
    return await page.evaluate("(kind) => got.filter(({ type }) => type === kind).pop()", kind)


async def test_a_host_page_of_an_allowed_origin_speaks_the_bridge(page, embedded) -> None:
    frame = await framed(page, embedded, embedded.host)
    assert (await got(page, "ready"))["origin"] == embedded.url
    token = embedded.issuer.token("c-7")
    await page.evaluate("(text) => { answer = JSON.parse(text); }", message("token", token=token))
    await frame.evaluate("ecocash.needSession()")
    ticket = await asked(frame, "eco-resume")
    assert (await embedded.sign_in.redeem_ticket(ticket)).customer.id == "c-7"


async def test_a_host_page_of_our_own_speaks_the_bridge(page, site) -> None:
    frame = await framed(page, site, site.url)
    await got(page, "ready")
    await page.evaluate("(text) => tell(JSON.parse(text))", message("theme", theme="dark"))
    await frame.wait_for_selector("html[data-theme=dark]", state="attached")


async def test_a_host_page_of_another_origin_is_told_nothing_and_not_heard(page, site) -> None:
    frame = await framed(page, site, site.host)
    await frame.wait_for_function("window.asked")
    token = site.issuer.token("c-7")
    await page.evaluate("(text) => tell(JSON.parse(text))", message("theme", theme="dark"))
    await page.evaluate("(text) => tell(JSON.parse(text))", message("token", token=token))
    await frame.evaluate("ecocash.needSession()")
    await frame.evaluate("fetch('/api/bridge')")
    assert await page.evaluate("got.length") == 0
    assert await frame.evaluate("document.documentElement.dataset.theme") is None
    assert not [url for url in site.requests if url.endswith("/api/session")]


async def test_another_window_is_not_heard(page, site, context) -> None:
    await page.goto(f"{site.host}/host?src=about:blank")
    async with context.expect_page() as opening:
        await page.evaluate("(url) => { window.other = open(url); }", f"{site.url}/chat")
    chat = await opening.value
    await chat.wait_for_function("window.asked")
    await page.evaluate("(text) => other.postMessage(text, '*')", message("theme", theme="dark"))
    await chat.evaluate("fetch('/api/bridge')")
    assert await chat.evaluate("document.documentElement.dataset.theme") is None


# -- messages of the host ----------------------------------------------------------------------


NOT_UNDERSTOOD = (
    "",
    "{",
    "null",
    "7",
    "[]",
    '{"type": "theme"}',
    '{"type": "theme", "payload": null}',
    '{"type": "theme", "payload": {"theme": "<b>"}}',
    '{"type": "constructor", "payload": {"constructor": "x"}}',
    '{"type": "__proto__", "payload": {"__proto__": "x"}}',
    '{"type": "unknown", "payload": {"unknown": "x"}}',
    '{"type": "locale", "payload": {"locale": "fr"}}',
    json.dumps({"type": "theme", "payload": {"theme": "dark", "more": "x" * 16384}}),
)


async def test_what_is_not_understood_is_ignored(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    before = await native.evaluate("document.documentElement.outerHTML")
    for text in NOT_UNDERSTOOD:
        await receive(native, text)
        assert await native.evaluate("document.documentElement.outerHTML") == before, text
    assert await native.evaluate("asked.length") == 0


async def test_theme_and_locale(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    await receive(native, message("theme", theme="dark"))
    assert await native.evaluate("document.documentElement.dataset.theme") == "dark"
    await receive(native, message("theme", theme="system"))
    assert await native.evaluate("document.documentElement.dataset.theme") is None
    await receive(native, message("locale", locale="sn"))
    assert await asked(native, "eco-locale") == "sn"
    assert await native.evaluate("document.documentElement.lang") == "sn"


async def test_the_app_may_answer_on_its_own_object_or_as_a_webview_message(
    context, page, site
) -> None:
    await context.add_init_script(
        "window.EcoCash = Object.assign(new EventTarget(), { postMessage() {} });"
    )
    await page.goto(f"{site.url}/chat")
    for name in ("EcoCash", "window"):
        await page.evaluate(
            "([name, data]) => window[name].dispatchEvent(new MessageEvent('message', { data }))",
            [name, message("theme", theme="dark" if name == "EcoCash" else "light")],
        )
        wanted = "dark" if name == "EcoCash" else "light"
        assert await page.evaluate("document.documentElement.dataset.theme") == wanted


async def test_back_closes_the_panel_before_the_page(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    await native.evaluate("document.querySelector('dialog').showModal()")
    await receive(native, message("back"))
    assert not await native.evaluate("document.querySelector('dialog').open")
    assert not await native.evaluate("sent.some((each) => each.type === 'close')")
    await receive(native, message("back"))
    await sent(native, "close")


async def test_back_goes_a_form_step_back_while_the_form_is_in_view(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    await native.evaluate(
        """document.querySelector(".messages").insertAdjacentHTML("afterend", `<form>
          <button type="button" data-testid="form-back" onclick="this.remove()">Back</button>
        </form>`)"""
    )
    await receive(native, message("back"))
    assert await native.locator("[data-testid=form-back]").count() == 0
    assert not await native.evaluate("sent.some((each) => each.type === 'close')")
    await receive(native, message("back"))
    await sent(native, "close")


# -- unsent messages ---------------------------------------------------------------------------


async def type_and_send(page: Page, text: str) -> dict[str, str]:
    field = page.get_by_test_id("composer-input")
    await field.fill(text)
    await field.press("Enter")
    return json.loads(await asked(page, "send"))[-1]


async def test_a_message_is_shown_at_once_and_forgotten_when_it_arrived(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    entry = await type_and_send(page, "  show my balance ")
    assert entry["text"] == "show my balance"
    assert re.fullmatch(r"[0-9a-f-]{36}", entry["key"])
    bubble = page.locator("#eco-pending")
    assert await bubble.is_visible()
    assert await bubble.inner_text() == "show my balance"
    assert await page.get_by_test_id("composer-input").input_value() == ""
    await page.evaluate("(key) => arrived(key)", entry["key"])
    await bubble.wait_for(state="hidden")
    assert await page.evaluate("ecocash.pending()") == "[]"


async def test_what_was_not_shown_is_sent_again_after_a_reload(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    entry = await type_and_send(page, "show my balance")
    await page.reload()
    assert await page.locator("#eco-pending").inner_text() == "show my balance"
    assert await page.evaluate("asked.length") == 0
    await opened(page)
    assert json.loads(await asked(page, "eco-resend")) == [entry]


async def test_nothing_is_sent_again_before_the_chat_is_open(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    await type_and_send(page, "show my balance")
    await page.evaluate("dispatchEvent(new Event('online'))")
    assert await page.evaluate("asked.filter(([name]) => name === 'eco-resend').length") == 0


async def test_coming_online_sends_what_is_left(page, site, context) -> None:
    await page.goto(f"{site.url}/chat")
    await opened(page)
    await context.set_offline(True)
    await type_and_send(page, "first")
    await page.evaluate("ecocash.compose('second')")
    assert not await page.evaluate("ecocash.online()")
    assert await page.evaluate("asked.filter(([name]) => name === 'eco-resend').length") == 0
    await context.set_offline(False)
    left = json.loads(await asked(page, "eco-resend"))
    assert [entry["text"] for entry in left] == ["first", "second"]


async def test_a_message_lost_without_a_sign_is_sent_again(page, site) -> None:
    await page.clock.install()
    await page.goto(f"{site.url}/chat")
    await opened(page)
    entry = await type_and_send(page, "show my balance")
    await page.clock.run_for(15_100)
    assert json.loads(await asked(page, "eco-resend")) == [entry]


async def test_the_twenty_first_unsent_message_stays_in_the_composer(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    for number in range(20):
        assert json.loads(await page.evaluate("(text) => ecocash.compose(text)", f"m{number}"))
    await page.get_by_test_id("composer-input").fill("one more")
    assert await page.evaluate("ecocash.submit()") == "[]"
    assert len(json.loads(await page.evaluate("ecocash.pending()"))) == 20
    assert await page.get_by_test_id("composer-input").input_value() == "one more"


async def test_asking_for_a_person_says_so_in_the_language_of_the_page(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    (entry,) = json.loads(await page.evaluate("ecocash.talkToPerson()"))
    assert entry["text"] == "Taura nemunhu"


async def test_a_draft_outlives_a_reload_and_ends_when_it_is_sent(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    field = page.get_by_test_id("composer-input")
    await field.press_sequentially("money to wrong num")
    await page.reload()
    assert await field.input_value() == "money to wrong num"
    await type_and_send(page, "money to wrong number")
    await page.reload()
    assert await field.input_value() == ""


async def test_another_customer_finds_nothing_of_the_first(page, site) -> None:
    await page.goto(f"{site.url}/chat")
    await opened(page, "tag-7", "1")
    await type_and_send(page, "my secret question")
    await page.get_by_test_id("composer-input").fill("my secret draft")
    await page.reload()
    await opened(page, "tag-8", "2")
    await page.locator("#eco-pending").wait_for(state="hidden")
    assert "secret" not in await everything_kept(page)
    assert await page.get_by_test_id("composer-input").input_value() == ""
    assert await page.evaluate("asked.length") == 0


async def test_without_storage_the_page_still_works(context, page, site) -> None:
    await context.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('off'); } });"
    )
    await page.goto(f"{site.url}/chat")
    entry = await type_and_send(page, "show my balance")
    await opened(page)
    assert json.loads(await asked(page, "eco-resend")) == [entry]


# -- links and analytics -----------------------------------------------------------------------


async def test_links_go_to_the_host(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    await native.evaluate("ecocash.deeplink('ecocash://transactions')")
    assert (await sent(native, "deeplink"))["payload"] == {"url": "ecocash://transactions"}


async def test_other_links_go_nowhere(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    for url in ("javascript:alert(1)", "http://x.example", "intent://x", "", None):
        await native.evaluate("(url) => ecocash.deeplink(url)", url)
    assert [each["type"] for each in await native.evaluate("sent")] == ["ready"]


async def test_without_a_host_a_web_link_opens_beside_the_chat(page, site, context) -> None:
    await page.goto(f"{site.url}/chat")
    await context.route("https://www.ecocash.example/**", lambda route: route.fulfill(body="help"))
    async with context.expect_page() as opening:
        await page.evaluate("ecocash.deeplink('https://www.ecocash.example/fees')")
    other = await opening.value
    assert await other.evaluate("window.opener") is None
    assert page.url == f"{site.url}/chat"


async def test_events_have_names_and_counts_and_no_words(native, site) -> None:
    await native.goto(f"{site.url}/chat")
    await opened(native)
    await type_and_send(native, "my PIN is 4821")
    await native.evaluate("ecocash.compose('Show my balance')")
    await native.evaluate(
        """() => { for (const [id, type] of [["w1", "balance_card"], ["w2", "balance_card"]]) {
            const card = document.createElement("div");
            card.dataset.widget = type;
            card.dataset.widgetId = id;
            card.textContent = "US$86.40";
            document.querySelector(".messages").append(card);
        } }"""
    )
    await native.wait_for_function(
        "sent.filter(({ payload }) => payload.name === 'widget_shown').length === 2"
    )
    events = [each["payload"] for each in await native.evaluate("sent") if each["type"] == "event"]
    assert events == [
        {"name": "opened", "count": 1},
        {"name": "message_sent", "count": 1},
        {"name": "quick_action", "count": 1},
        {"name": "message_sent", "count": 2},
        {"name": "widget_shown", "kind": "balance_card", "count": 1},
        {"name": "widget_shown", "kind": "balance_card", "count": 2},
    ]
