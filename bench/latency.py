"""Enter to widget, in the page itself, and the websocket's bytes a turn, by length of thread."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from playwright.async_api import Browser, CDPSession, Page, expect

from bench.figures import Figure, p50, p95
from bench.stage import Stage
from bench.threads import QUESTION, make_thread
from tests.support.browser import PHONE
from tests.support.chat import Chat
from tests.support.product import Product
from tests.support.sign_in import SESSION_COOKIE

PART = "latency"
LENGTHS = (5, 50, 500)
AIM = "<= 60"
WARM_UP = 3
COUNTED = 5
"""Turns whose bytes are counted."""
GROWTH_AIM = "<= 1.2"

_STOPWATCH = """(question) => new Promise((done) => {
  const list = document.querySelector("[aria-busy]");
  const input = document.querySelector("[data-testid=composer-input]");
  const seen = new Set([...document.querySelectorAll("[data-widget-id]")]
    .map((node) => node.dataset.widgetId));
  let start = 0, shown = 0;
  const watch = new MutationObserver(() => {
    if (!shown) {
      const fresh = [...document.querySelectorAll("[data-widget-id]")]
        .some((node) => !seen.has(node.dataset.widgetId));
      if (fresh) shown = performance.now() - start;
    }
    const last = [...document.querySelectorAll("[data-testid=message]")].pop();
    const settled = shown && last?.dataset.role === "assistant" &&
      list.getAttribute("aria-busy") === "false";
    if (!settled) return;
    watch.disconnect();
    done([shown, performance.now() - start]);
  });
  watch.observe(document, { subtree: true, childList: true, attributes: true });
  input.value = question;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
  start = performance.now();
  const enter = { key: "Enter", code: "Enter", bubbles: true, cancelable: true };
  input.dispatchEvent(new KeyboardEvent("keydown", enter));
})"""


class _Frames:
    """Counts the websocket's payload as the browser sees it, both ways."""

    def __init__(self) -> None:
        self.bytes = 0

    async def attach(self, page: Page) -> None:
        session: CDPSession = await page.context.new_cdp_session(page)
        await cast("Any", session).send("Network.enable")
        session.on("Network.webSocketFrameSent", self._count)
        session.on("Network.webSocketFrameReceived", self._count)

    def _count(self, event: dict[str, dict[str, str]]) -> None:
        self.bytes += len(event["response"]["payloadData"].encode())


async def measure(stage: Stage) -> list[Figure]:
    """Time turns at each length of thread, in one page each."""
    product = await stage.product()
    browser = await stage.browser()
    figures: list[Figure] = []
    medians: dict[int, tuple[float, float, float]] = {}
    for length in LENGTHS:
        sub = f"bench-thread-{length}"
        await make_thread(stage, product, sub, length)
        async with _open_page(browser, product.url, await stage.cookie(product, sub)) as page:
            times = [await _turn(page) for _ in range(stage.runs)]
        widget, settled = ([each[at] for each in times] for at in (0, 1))
        payload, wire = await _count(stage, browser, product, sub)
        medians[length] = (p50(widget), payload, wire)
        where = f"at {length} turns"
        figures += [
            _figure(f"Enter to widget, p50, {where}", p50(widget), "ms", AIM),
            _figure(f"Enter to widget, p95, {where}", p95(widget), "ms"),
            _figure(f"Enter to settled, p50, {where}", p50(settled), "ms"),
            _figure(f"websocket payload a turn, {where}", payload, "bytes"),
            _figure(f"websocket on the wire a turn, {where}", wire, "bytes"),
        ]
    return [*figures, *_growth(medians)]


def _growth(medians: dict[int, tuple[float, float, float]]) -> list[Figure]:
    short, long = medians[LENGTHS[0]], medians[LENGTHS[-1]]
    span = f"{LENGTHS[-1]} turns against {LENGTHS[0]}"
    names = ("Enter to widget", "websocket payload", "websocket on the wire")
    return [
        _figure(f"{name}, {span}", long[at] / short[at], "times", GROWTH_AIM)
        for at, name in enumerate(names)
    ]


@asynccontextmanager
async def _open_page(browser: Browser, origin: str, cookie: str) -> AsyncGenerator[Page]:
    """Open the chat with the thread in it; the first turns, which warm it up, are done."""
    context = await browser.new_context(**PHONE)
    try:
        await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": origin}])
        chat = Chat(await context.new_page())
        await chat.open(f"{origin}/chat")
        await expect(chat.messages).not_to_have_count(0)
        for _ in range(WARM_UP):
            await _turn(chat.page)
        yield chat.page
    finally:
        await context.close()


async def _turn(page: Page) -> tuple[float, float]:
    """Return the ms from Enter to the widget, and to the settled answer."""
    shown, settled = await page.evaluate(_STOPWATCH, QUESTION)
    return shown, settled


async def _count(stage: Stage, browser: Browser, product: Product, sub: str) -> tuple[float, float]:
    """Return the websocket's bytes a turn: its payload, and what went over the wire."""
    proxy = stage.proxy(product)
    origin = f"http://localhost:{proxy.port}"
    async with _open_page(browser, origin, await stage.cookie(product, sub)) as page:
        frames = _Frames()
        await frames.attach(page)
        await _turn(page)
        frames.bytes = 0
        proxy.reset()
        for _ in range(COUNTED):
            await _turn(page)
        return frames.bytes / COUNTED, (proxy.to_client + proxy.to_server) / COUNTED


def _figure(name: str, value: float, unit: str, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, aim=aim)
