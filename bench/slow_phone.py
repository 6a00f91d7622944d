"""Time to a usable composer on an emulated slow phone with a cold cache."""

import time

from playwright.async_api import Browser

from bench.figures import Figure, p50, p95
from bench.stage import Stage
from tests.support.browser import PHONE
from tests.support.chat import Chat
from tests.support.product import Product
from tests.support.sign_in import SESSION_COOKIE

PART = "slow phone"
ROUND_TRIP_MS = 300
BYTES_A_SECOND = 50_000
CPU_TIMES_SLOWER = 4
LOADS = 7

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


async def measure(stage: Stage) -> list[Figure]:
    """Load the chat several times, each in a new context, and time it in the page."""
    product = await stage.product()
    browser = await stage.browser()
    await stage.add_customer("bench-phone")
    cookie = await stage.cookie(product, "bench-phone")
    loads = [await _load(browser, product, cookie) for _ in range(LOADS)]
    usable = [seconds for seconds, _ in loads]
    received = [received for _, received in loads]
    return [
        _figure("time to usable composer, p50", p50(usable), "s", "<= 4.3"),
        _figure("time to usable composer, p95", p95(usable), "s"),
        _figure("bytes received until then, p50", p50(received), "bytes"),
    ]


async def _load(browser: Browser, product: Product, cookie: str) -> tuple[float, float]:
    """Return seconds from the start of navigation to a usable composer, and bytes received."""
    context = await browser.new_context(**PHONE)
    try:
        await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": product.url}])
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        received = 0

        def count(event: dict[str, float]) -> None:
            nonlocal received
            received += int(event["encodedDataLength"])

        session.on("Network.loadingFinished", count)
        await session.send("Network.enable")
        await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        await session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": ROUND_TRIP_MS,
                "downloadThroughput": BYTES_A_SECOND,
                "uploadThroughput": BYTES_A_SECOND,
            },
        )
        await session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES_SLOWER})
        begun = time.monotonic()
        await page.goto(f"{product.url}/chat", wait_until="commit", timeout=60_000)
        in_page: float = await page.evaluate(_USABLE)
        await Chat(page).expect_state("ready")
        assert in_page / 1000 <= time.monotonic() - begun
        return in_page / 1000, float(received)
    finally:
        await context.close()


def _figure(name: str, value: float, unit: str, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, aim=aim)
