"""What a browser's own observers say of a page: paints, layout shifts, long tasks, latency."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Page

_OBSERVE = """
window.vitals = { shifts: [], tasks: [], events: [] };
const follow = (type, take, more) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({ type, buffered: true, ...more });
follow("layout-shift", (entry) => {
  if (!entry.hadRecentInput) vitals.shifts.push(entry.value);
});
follow("longtask", ({ duration }) => vitals.tasks.push(duration));
follow("event", ({ duration, interactionId }) => {
  if (interactionId) vitals.events.push(duration);
}, { durationThreshold: 16 });
"""
_READ = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
  const paint = (name) => performance.getEntriesByName(name)[0]?.startTime ?? 0;
  done({
    first_paint: paint("first-paint"),
    first_contentful_paint: paint("first-contentful-paint"),
    ...vitals,
  });
})))"""


@dataclass(frozen=True, slots=True)
class Vitals:
    """Of one page since it was opened; times in milliseconds."""

    first_paint: float
    first_contentful_paint: float
    shifts: list[float]
    """Layout shifts without those that an input of the last half second caused."""
    tasks: list[float]
    """Durations of the tasks of 50 ms and more."""
    events: list[float]
    """From each key or tap that took 16 ms and more to the paint after it."""


async def observe(context: BrowserContext) -> None:
    """Observe every page that is opened from now on."""
    await context.add_init_script(_OBSERVE)


async def vitals(page: Page) -> Vitals:
    """Return what was observed so far."""
    return Vitals(**await page.evaluate(_READ))


async def slow_down(page: Page, times: float) -> None:
    """Make the page's processor so many times slower for as long as it is open."""
    # Playwright leaves the parameters of its protocol untyped.
    session: Any = await page.context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": times})
