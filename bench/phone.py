"""A first load on an emulated slow phone with a cold cache, and a question on it.

The figures are those of Lighthouse and of the field's Web Vitals, as the browser observes them.
"""

import time
from dataclasses import dataclass
from typing import Any, cast

from playwright.async_api import Browser, Page

from bench.figures import Figure, p50, p95
from bench.stage import Stage
from tests.support.browser import PHONE
from tests.support.chat import Chat
from tests.support.product import Product
from tests.support.sign_in import SESSION_COOKIE
from tests.support.vitals import Vitals, observe, slow_down, vitals

PART = "slow phone"
ROUND_TRIP_MS = 300
BYTES_A_SECOND = 50_000
CPU_TIMES_SLOWER = 4
LOADS = 7
SETTLED_MS = 1000
"""So long after the composer is usable the page may still move."""

_USABLE = """() => new Promise((done) => {
  const usable = () => {
    const root = document.querySelector("[data-app-state]");
    const input = document.querySelector("[data-testid=composer-input]");
    if (root?.dataset.appState !== "ready" || !input || input.disabled) return false;
    done(performance.now());
    return true;
  };
  if (usable()) return;
  const watch = new MutationObserver(() => usable() && watch.disconnect());
  watch.observe(document, { subtree: true, childList: true, attributes: true });
})"""


@dataclass(frozen=True, slots=True)
class _Visit:
    usable: float
    """Seconds from the start of navigation to a usable composer."""
    received: float
    """Bytes until then."""
    load: Vitals
    """Of the load, until the page had settled."""
    turn: Vitals
    """The same with a question and its answer."""


async def measure(stage: Stage) -> list[Figure]:
    """Visit the chat several times, each in a new context, and let the page time itself."""
    product = await stage.product()
    browser = await stage.browser()
    await stage.add_customer("bench-phone")
    cookie = await stage.cookie(product, "bench-phone")
    visits = [await _visit(browser, product, cookie) for _ in range(LOADS)]
    usable = [visit.usable for visit in visits]
    loads = [visit.load for visit in visits]
    blocking = [sum(max(0.0, task - 50) for task in load.tasks) for load in loads]
    turns = [visit.turn for visit in visits]
    return [
        _figure("first paint, p50", p50([load.first_paint / 1000 for load in loads]), "s"),
        _figure(
            "first contentful paint, p50",
            p50([load.first_contentful_paint / 1000 for load in loads]),
            "s",
        ),
        _figure("time to usable composer, p50", p50(usable), "s", "<= 4.3"),
        _figure("time to usable composer, p95", p95(usable), "s"),
        _figure("bytes received until then, p50", p50([each.received for each in visits]), "bytes"),
        _figure(
            "layout shift of a load, worst", max(sum(load.shifts) for load in loads), "", "<= 0.02"
        ),
        _figure("layout shift with an answer, worst", max(sum(turn.shifts) for turn in turns), ""),
        _figure("long tasks of a load, p50", p50([len(load.tasks) for load in loads]), "tasks"),
        _figure("long tasks of a load in all, p50", p50([sum(load.tasks) for load in loads]), "ms"),
        _figure(
            "longest task of a load, p50", p50([max(load.tasks, default=0) for load in loads]), "ms"
        ),
        _figure("blocking time of a load, p50", p50(blocking), "ms"),
        _figure(
            "slowest key or tap, p50",
            p50([max(turn.events, default=0) for turn in turns]),
            "ms",
            "<= 200",
        ),
    ]


async def _visit(browser: Browser, product: Product, cookie: str) -> _Visit:
    context = await browser.new_context(**PHONE)
    try:
        await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": product.url}])
        await observe(context)
        page = await context.new_page()
        received = await _slow_network(page)
        await slow_down(page, CPU_TIMES_SLOWER)
        begun = time.monotonic()
        await page.goto(f"{product.url}/chat", wait_until="commit", timeout=60_000)
        in_page: float = await page.evaluate(_USABLE)
        until_then = float(sum(received))
        chat = Chat(page)
        await chat.expect_state("ready")
        assert in_page / 1000 <= time.monotonic() - begun
        await page.wait_for_timeout(SETTLED_MS)
        load = await vitals(page)
        await chat.ask("show my transactions")
        await page.wait_for_timeout(SETTLED_MS)
        return _Visit(in_page / 1000, until_then, load, await vitals(page))
    finally:
        await context.close()


async def _slow_network(page: Page) -> list[int]:
    """Slow the network down; return a list that the bytes of each response are added to."""
    received: list[int] = []
    session = await page.context.new_cdp_session(page)

    def count(event: dict[str, float]) -> None:
        received.append(int(event["encodedDataLength"]))

    session.on("Network.loadingFinished", count)
    await cast("Any", session).send("Network.enable")
    await cast("Any", session).send("Network.setCacheDisabled", {"cacheDisabled": True})
    await cast("Any", session).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    return received


def _figure(name: str, value: float, unit: str, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, aim=aim)
