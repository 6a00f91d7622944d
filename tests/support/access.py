"""What a page is to people who don't see it, hit it or move in it as its designer does."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Frame, Page, ViewportSize

from tests.support.known import known

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""axe's tags for WCAG 2.2 AA."""
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose outcome may change with the theme."""
_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
_RUN_AXE = """async ([tags, rules]) => {
  const options = {
    runOnly: rules.length ? { type: "rule", values: rules } : tags,
    resultTypes: ["violations"], rules: { "target-size": { enabled: true } },
  };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, any, all, none }) => {
    const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
    return `${id}: ${help}: ${html.slice(0, 200)} (${why})`;
  }));
}"""
# A colour on its way from one theme to the other is none of either. What is turned back on its way
# ends at once, and another begins.
_SETTLED = """async () => {
  const running = () => document.getAnimations().filter(({ playState, effect }) =>
    playState === "running" && effect.getComputedTiming().iterations < 10);
  for (let moving = running(); moving.length; moving = running())
    await Promise.allSettled(moving.map(({ finished }) => finished));
}"""


async def violations(page: Page | Frame, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA, one line for each element.

    Args:
        rules: axe's ids of the only rules to try; empty for all.
    """
    await page.evaluate(_SETTLED)
    if not await page.evaluate("!!window.axe"):
        await page.evaluate(_AXE)
    found: list[str] = await page.evaluate(_RUN_AXE, [list(WCAG), list(rules)])
    return found


async def violations_in_both_themes(page: Page) -> list[str]:
    """Return what axe finds in light and in dark; the page is left in light."""
    found: list[str] = []
    for theme in ("dark", "light"):
        await page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {line}" for line in await violations(page)]
    return found


# What a finger hits: for a radio button and a file field their whole label.
_TARGETS = """(least) => {
  const kinds = "a[href], button, input, textarea, select, summary, [tabindex='0']:not(main)";
  const modal = document.querySelector("dialog:modal");
  const boxes = [];
  for (const node of (modal ?? document).querySelectorAll(kinds)) {
    const target = node.matches("input") ? node.closest("label") ?? node : node;
    const seen = target.checkVisibility(
      { contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
    const { left, top, width, height } = target.getBoundingClientRect();
    if (!seen || node.disabled || top < -50) continue;
    const name = (node.ariaLabel || target.innerText || node.name || "").trim().slice(0, 40);
    boxes.push({ target, left, top, width, height, name: `${node.localName} "${name}"` });
  }
  const problems = [];
  const size = ({ width, height }) => `${width.toFixed(1)} by ${height.toFixed(1)}`;
  for (const box of boxes)
    if (box.width < least - 0.01 || box.height < least - 0.01)
      problems.push(`${box.name} is ${size(box)} px`);
  const among = (one, other, side, length) =>
    Math.min(one[side] + one[length], other[side] + other[length])
      - Math.max(one[side], other[side]);
  const area = ({ target }) => target.closest(".thread");
  const shared = (one, other) => area(one) === area(other)
    && !one.target.contains(other.target) && !other.target.contains(one.target)
    && among(one, other, "left", "width") > 1 && among(one, other, "top", "height") > 1;
  boxes.forEach((one, place) => boxes.slice(place + 1).forEach((other) => {
    if (shared(one, other)) problems.push(`${one.name} and ${other.name} lie over each other`);
  }));
  return problems;
}"""


async def small_targets(page: Page, least: int = 44) -> list[str]:
    """Return what can be tapped and is smaller than ``least`` CSS px, or shares its place."""
    found: list[str] = await page.evaluate(_TARGETS, least)
    return found


_CUT_OFF = """() => {
  const problems = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth + 1)
    problems.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const sideways = (node) => /auto|scroll/.test(getComputedStyle(node).overflowX)
    && !node.matches(".thread, textarea, dialog");
  const label = (node) => `${node.localName}.${node.className || node.dataset.testid || ""}`
    + ` "${(node.innerText || "").trim().slice(0, 40)}"`;
  const range = document.createRange();
  const walk = (node, clip) => {
    if (node.nodeType === 3) {
      range.selectNodeContents(node);
      for (const { left, right, width } of node.data.trim() ? range.getClientRects() : [])
        if (width > 1 && (left < clip.left - 1 || right > clip.right + 1)) {
          problems.push(`text of ${label(node.parentElement)} is cut off`);
          break;
        }
      return;
    }
    if (node.nodeType !== 1 || node.matches("script, style, template") || !shown(node)) return;
    const style = getComputedStyle(node);
    if (style.clipPath !== "none" || node.matches(".skip")) return;
    if (style.overflowX !== "visible") {
      if (sideways(node)) return; // reached by scrolling, on purpose, in one row
      const { left, width } = node.getBoundingClientRect();
      clip = { left, right: left + width };
      const short = style.overflowY === "hidden" && node.scrollHeight > node.clientHeight + 2;
      if (short && !node.matches(".chat")) problems.push(`${label(node)} is cut off below`);
      if (node.matches(".chat:not(.transcript)") && node.scrollHeight > node.clientHeight + 1)
        problems.push(`the chat is ${node.scrollHeight - node.clientHeight} px too high`);
      const wide = node.scrollWidth > node.clientWidth + 1;
      const shortened = wide && style.textOverflow === "ellipsis";
      if (shortened && !node.title) problems.push(`${label(node)} is shortened`);
      if (shortened) return;
    }
    for (const child of node.childNodes) walk(child, clip);
  };
  walk(document.querySelector("dialog:modal") ?? document.body, { left: 0, right: innerWidth });
  return [...new Set(problems)];
}"""


async def cut_off(page: Page) -> list[str]:
    """Return the texts and areas that reach out of what can be seen or scrolled to."""
    found: list[str] = await page.evaluate(_CUT_OFF)
    return found


# The computed look of what has the focus and of what stands round it.
_FOCUS = """async () => {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const parts = () => [node, node.closest("label"), node.closest("form.composer, form.write")]
    .filter(Boolean).map((part) => {
      const { outline, boxShadow, borderColor } = getComputedStyle(part);
      return [outline, boxShadow, borderColor];
    });
  const focused = JSON.stringify(parts());
  const ring = parts().some(([outline, shadow]) => {
    const [width] = /[\\d.]+px/.exec(outline) ?? ["0px"];
    return (!outline.includes("none") && parseFloat(width) >= 2) || shadow !== "none";
  });
  const place = node.closest("label") ?? node;
  const { left, top, right, bottom } = place.getBoundingClientRect();
  const middle = Math.max(0, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
  const seen = [0.1, 0.5, 0.9].some((share) => {
    const over = document.elementFromPoint(left + share * (right - left), middle);
    return over && (place.contains(over) || over.contains(place));
  });
  const name = (node.ariaLabel || place.innerText || node.placeholder || node.name || "").trim();
  return {
    kind: node.localName, name: name.replace(/\\s+/g, " ").slice(0, 60), ring, look: focused,
    hook: node.dataset.testid || node.dataset.do || node.id || node.name || "",
    hidden: !seen,
    top: Math.round(top), left: Math.round(left),
  };
}"""


@dataclass(frozen=True, slots=True)
class Focus:
    """What has the keyboard's focus."""

    kind: str
    """The element's name."""
    name: str
    hook: str
    """Its test id, what it does, its id or its name: the first that there is."""
    ring: bool
    """Whether the focus can be seen."""
    hidden: bool
    """Whether all of it lies under something, or out of sight."""
    top: int
    left: int


async def focus(page: Page) -> Focus | None:
    """Return what has the focus; None where it is on the page as a whole."""
    await page.evaluate(_SETTLED)
    found: dict[str, Any] | None = await page.evaluate(_FOCUS)
    if found is None:
        return None
    del found["look"]
    return Focus(**found)


class Inspection:
    """Looks at a chat in one state after the other, and keeps what is wrong in each."""

    def __init__(self, page: Page) -> None:
        """Look at a page of a phone's browser."""
        self.page = page
        self.problems: list[str] = []

    async def look(self, state: str) -> None:
        """Look at the page as it is now: axe in both themes, targets, small and enlarged."""
        usual = known(self.page.viewport_size)
        found = await violations_in_both_themes(self.page)
        found += await small_targets(self.page)
        for size in (ViewportSize(width=320, height=568), ViewportSize(width=320, height=256)):
            await self.page.set_viewport_size(size)
            wrong = [*await small_targets(self.page), *await cut_off(self.page)]
            found += [f"at {size['width']} by {size['height']} px: {line}" for line in wrong]
        await self.page.set_viewport_size(usual)
        await self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"text at 200 %: {line}" for line in await cut_off(self.page)]
        await self.page.evaluate("document.documentElement.style.fontSize = ''")
        self.problems += [f"{state}: {line}" for line in found]


class Keyboard:
    """A customer who never touches the screen; notes focus that can't be seen on its way."""

    def __init__(self, page: Page) -> None:
        """Press keys on a page."""
        self.page = page
        self.problems: list[str] = []

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def focus(self) -> Focus | None:
        """Return what has the focus, and note it if that can't be seen once nothing moves."""
        await self.page.evaluate(_SETTLED)
        found = await focus(self.page)
        if found and not found.ring:
            self.problems.append(f"no visible focus on {found}")
        if found and found.hidden:
            self.problems.append(f"hidden under something: {found}")
        return found

    async def go_to(self, hook: str, *, back: bool = False, most: int = 60) -> Focus:
        """Press Tab, or Shift+Tab, until what has this hook or begins with this name has the focus.

        Raises:
            AssertionError: it can't be reached; with the way that was gone.
        """
        way: list[str] = []
        for _ in range(most):
            await self.press("Shift+Tab" if back else "Tab")
            found = await self.focus()
            if found and (found.hook == hook or found.name.startswith(hook)):
                return found
            way.append(f"{found.hook}: {found.name}" if found else "the page")
        raise AssertionError(f"{hook} can't be reached with the keyboard: {way}")

    async def use(self, hook: str, *, back: bool = False) -> None:
        """Go to a button and press it."""
        await self.go_to(hook, back=back)
        await self.press("Enter")


_LISTEN = """() => {
  window.heard = [];
  const live = "[role=status], [role=alert], [role=log], [aria-live]";
  new MutationObserver((records) => {
    const regions = new Set();
    for (const { target } of records) {
      const region = (target.nodeType === 1 ? target : target.parentElement)?.closest(live);
      if (region?.checkVisibility() && region.textContent.trim()) regions.add(region);
    }
    for (const region of regions)
      heard.push([region.getAttribute("role") ?? region.ariaLive, region.textContent.trim()]);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


async def listen(page: Page) -> None:
    """Hear from now on what a screen reader would: every change of a live region."""
    await page.evaluate(_LISTEN)


async def heard(page: Page) -> list[tuple[str, str]]:
    """Return what was heard since `listen` or the last call: how it is said, and what."""
    said: list[list[str]] = await page.evaluate("heard.splice(0)")
    return [(how, what) for how, what in said]


_CONTROLS = {
    "button", "link", "textbox", "combobox", "checkbox", "radio", "spinbutton", "slider",
    "dialog", "alertdialog", "DisclosureTriangle", "DateTime", "image",
}  # fmt: skip


async def unnamed(page: Page) -> list[str]:
    """Return the controls and pictures of the accessibility tree that have no name."""
    # Playwright leaves the answers of its protocol untyped.
    session: Any = await page.context.new_cdp_session(page)
    try:
        tree: dict[str, list[dict[str, Any]]] = await session.send("Accessibility.getFullAXTree")
    finally:
        await session.detach()
    found: list[str] = []
    for node in tree["nodes"]:
        role = node.get("role", {}).get("value", "")
        name = str(node.get("name", {}).get("value", "")).strip()
        if role in _CONTROLS and not node.get("ignored") and not name:
            found.append(f"{role} without a name ({node.get('properties')})")
    return found


async def headings(page: Page) -> list[tuple[int, str]]:
    """Return the visible headings in their order: level and text."""
    found: list[list[Any]] = await page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, h4")]
          .filter((node) => node.checkVisibility())
          .map((node) => [+node.localName[1], node.innerText])"""
    )
    return [(level, text) for level, text in found]
