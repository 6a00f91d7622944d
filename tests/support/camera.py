"""A Chromium that draws the same picture on every machine, and takes it.

What machines differ in is fixed: the font, the clock, motion, the caret, scroll bars, the colour
profile and how glyphs are placed. Everything else is the product as it is.
"""

import base64
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, CDPSession, Locator, Page, Playwright

from tests.support.browser import FLAGS, chromium_path

Kind = Literal["phone", "desktop"]
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
VIEWPORTS: dict[Kind, tuple[int, int]] = {"phone": (360, 640), "desktop": (1280, 800)}
"""Width and height in CSS px; a picture has one pixel for each."""
NOW = "2026-11-20T12:05:00Z"
"""The present of every story, for the page's clock."""
FONT = Path(__file__).parents[1] / "pictures/font/roboto-latin-wght-normal.woff2"
"""Android's own font, which most customers see; its licence lies beside it."""
FAMILY = "Pictures"
_FLAGS = [
    *FLAGS,
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--disable-partial-raster",
    "--hide-scrollbars",
]
# A font that is given as bytes needs no request, and a sheet of this kind is no matter of the
# page's policy. Both are there before the first line of the page.
_STEADY = """(([family, font]) => {
  const bytes = Uint8Array.from(atob(font), (each) => each.charCodeAt(0));
  document.fonts.add(new FontFace(family, bytes, { weight: "100 900" }));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { --sans: ${family}; --mono: ${family}; }
    * { caret-color: transparent !important; }`);
  document.adoptedStyleSheets.push(sheet);
})"""
# Reflex keeps the tab's id there, and would show first what the tab showed last.
_FORGET = "if (parent === window) sessionStorage.clear()"
_STILL = """async (node, theme) => {
  if (theme) document.documentElement.dataset.theme = theme;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await document.fonts.ready;
  await frame();
  await frame();
  const { left, top, width, height } = node.getBoundingClientRect();
  if (document.querySelector("dialog:modal"))
    return { x: 0, y: 0, width: innerWidth, height: innerHeight };
  return {
    x: Math.floor(left + scrollX), y: Math.floor(top + scrollY),
    width: Math.ceil(width), height: Math.ceil(height),
  };
}"""


async def launch_steady(playwright: Playwright) -> Browser:
    """Start a headless Chromium that draws alike everywhere."""
    return await playwright.chromium.launch(
        executable_path=chromium_path(playwright), args=_FLAGS, headless=True
    )


async def steady_context(
    browser: Browser, kind: Kind, *, forget: bool = False, **options: Any
) -> BrowserContext:
    """Return a context in which nothing moves and all text is in the tests' own font.

    Args:
        forget: whether each page that is loaded is to know nothing of the one before.
        options: more of Playwright's.
    """
    width, height = VIEWPORTS[kind]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=kind == "phone",
        reduced_motion="reduce",
        color_scheme="light",
        locale="en-GB",
        timezone_id="Africa/Harare",
        **options,
    )
    font = base64.b64encode(FONT.read_bytes()).decode()
    await context.add_init_script(f"{_STEADY}(['{FAMILY}', '{font}'])")
    if forget:
        await context.add_init_script(_FORGET)
    return context


class Camera:
    """Takes pictures of one page."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        """Use `of` instead."""
        self.page = page
        self._session: Any = session

    @classmethod
    async def of(cls, page: Page) -> "Camera":
        """Return the camera for a page."""
        return cls(page, await page.context.new_cdp_session(page))

    async def shoot(self, what: Locator | None = None, *, theme: Theme | None = None) -> bytes:
        """Return a PNG of an element, as high as it is; or of what the window shows.

        With a modal dialog open, which lies outside of every element, it is the window in any case.

        Args:
            what: the element; None for the window.
            theme: is set first, without loading the page anew; None leaves it.
        """
        seen = what or self.page.locator("html")
        clip: dict[str, float] = await seen.evaluate(_STILL, theme)
        width, height = self.size
        if what is None:
            clip = {"x": 0, "y": 0, "width": width, "height": height}
        beyond = clip["y"] + clip["height"] > height or clip["x"] + clip["width"] > width
        answer = await self._session.send(
            "Page.captureScreenshot",
            {
                "format": "png",
                "optimizeForSpeed": True,
                "captureBeyondViewport": beyond,
                "clip": {**clip, "scale": 1},
            },
        )
        return base64.b64decode(answer["data"])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the window in CSS px."""
        size = self.page.viewport_size
        assert size is not None
        return size["width"], size["height"]

    async def foreign_fonts(self) -> set[str]:
        """Return the fonts of this machine that text was drawn with; it should be none."""
        await self._session.send("DOM.enable")
        await self._session.send("CSS.enable")
        document = await self._session.send("DOM.getDocument", {"depth": 0})
        body = await self._session.send(
            "DOM.querySelectorAll", {"nodeId": document["root"]["nodeId"], "selector": "body *"}
        )
        names: set[str] = set()
        for node in body["nodeIds"]:
            found = await self._session.send("CSS.getPlatformFontsForNode", {"nodeId": node})
            names |= {font["familyName"] for font in found["fonts"] if not font["isCustomFont"]}
        return names
