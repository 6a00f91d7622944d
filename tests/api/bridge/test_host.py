"""What the bridge tells its host and hears of it: as a frame, and in an app."""

import json
from typing import Any, cast

import brotli
from playwright.async_api import BrowserContext, Frame, Page

from tests.api.bridge.conftest import Site, asked, opened, receive, sent, type_and_send
from tests.api.bridge_app import ASSETS, message

SIZE_LIMIT = 2700
"""Bytes of the bridge, Brotli compressed."""


def test_the_bridge_is_small() -> None:
    compressed: bytes = cast("Any", brotli).compress((ASSETS / "bridge.js").read_bytes())
    assert len(compressed) < SIZE_LIMIT


# -- frames ------------------------------------------------------------------------------------


async def framed(page: Page, site: Site, host: str) -> Frame:
    await page.goto(f"{host}/host?src={site.url}/chat")
    return page.frames[1]


async def got(page: Page, kind: str) -> dict[str, Any]:
    await page.wait_for_function("(kind) => got.some(({ type }) => type === kind)", arg=kind)
    return await page.evaluate("(kind) => got.filter(({ type }) => type === kind).pop()", kind)


async def test_a_host_page_of_an_allowed_origin_speaks_the_bridge(
    page: Page, embedded: Site
) -> None:
    frame = await framed(page, embedded, embedded.host)
    assert (await got(page, "ready"))["origin"] == embedded.url
    token = embedded.issuer.token("c-7")
    await page.evaluate("(text) => { answer = JSON.parse(text); }", message("token", token=token))
    await frame.evaluate("ecocash.needSession()")
    ticket = await asked(frame, "eco-resume")
    assert (await embedded.sign_in.redeem_ticket(ticket)).customer.id == "c-7"


async def test_a_host_page_of_our_own_speaks_the_bridge(page: Page, site: Site) -> None:
    frame = await framed(page, site, site.url)
    await got(page, "ready")
    await page.evaluate("(text) => tell(JSON.parse(text))", message("theme", theme="dark"))
    await frame.wait_for_selector("html[data-theme=dark]", state="attached")


async def test_a_host_page_of_another_origin_is_told_nothing_and_not_heard(
    page: Page, site: Site
) -> None:
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


async def test_another_window_is_not_heard(page: Page, site: Site, context: BrowserContext) -> None:
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


async def test_what_is_not_understood_is_ignored(native: Page, site: Site) -> None:
    await native.goto(f"{site.url}/chat")
    before = await native.evaluate("document.documentElement.outerHTML")
    for text in NOT_UNDERSTOOD:
        await receive(native, text)
        assert await native.evaluate("document.documentElement.outerHTML") == before, text
    assert await native.evaluate("asked.length") == 0


async def test_theme_and_locale(native: Page, site: Site) -> None:
    await native.goto(f"{site.url}/chat")
    await receive(native, message("theme", theme="dark"))
    assert await native.evaluate("document.documentElement.dataset.theme") == "dark"
    await receive(native, message("theme", theme="system"))
    assert await native.evaluate("document.documentElement.dataset.theme") is None
    await receive(native, message("locale", locale="sn"))
    assert await asked(native, "eco-locale") == "sn"
    assert await native.evaluate("document.documentElement.lang") == "sn"


async def test_the_app_may_answer_on_its_own_object_or_as_a_webview_message(
    context: BrowserContext, page: Page, site: Site
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


async def test_back_closes_the_panel_before_the_page(native: Page, site: Site) -> None:
    await native.goto(f"{site.url}/chat")
    await native.evaluate("document.querySelector('dialog').showModal()")
    await receive(native, message("back"))
    assert not await native.evaluate("document.querySelector('dialog').open")
    assert not await native.evaluate("sent.some((each) => each.type === 'close')")
    await receive(native, message("back"))
    await sent(native, "close")


async def test_back_goes_a_form_step_back_while_the_form_is_in_view(
    native: Page, site: Site
) -> None:
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


# -- links and analytics -----------------------------------------------------------------------


async def test_links_go_to_the_host(native: Page, site: Site) -> None:
    await native.goto(f"{site.url}/chat")
    await native.evaluate("ecocash.deeplink('ecocash://transactions')")
    assert (await sent(native, "deeplink"))["payload"] == {"url": "ecocash://transactions"}


async def test_other_links_go_nowhere(native: Page, site: Site) -> None:
    await native.goto(f"{site.url}/chat")
    for url in ("javascript:alert(1)", "http://x.example", "intent://x", "", None):
        await native.evaluate("(url) => ecocash.deeplink(url)", url)
    assert [each["type"] for each in await native.evaluate("sent")] == ["ready"]


async def test_without_a_host_a_web_link_opens_beside_the_chat(
    page: Page, site: Site, context: BrowserContext
) -> None:
    await page.goto(f"{site.url}/chat")
    await context.route("https://www.ecocash.example/**", lambda route: route.fulfill(body="help"))
    async with context.expect_page() as opening:
        await page.evaluate("ecocash.deeplink('https://www.ecocash.example/fees')")
    other = await opening.value
    assert await other.evaluate("window.opener") is None
    assert page.url == f"{site.url}/chat"


async def test_events_have_names_and_counts_and_no_words(native: Page, site: Site) -> None:
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
