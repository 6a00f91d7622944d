"""What the reader's system asks for: less motion, more contrast, colours of its own."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from components.styles import BOARD_STYLES, CHAT_STYLES, DEMO_STYLES
from tests.support.styles import css_of

ALL = css_of([*CHAT_STYLES, *BOARD_STYLES, *DEMO_STYLES])
PAGE = f"""<!doctype html><style>{ALL}</style>
<div class="chat" data-app-state="loading">
  <header class="bar"><button class="square"><i class="i i-add"></i></button></header>
  <div class="skeleton"><i></i></div>
  <span class="tail"></span><div class="dots"><i></i><i></i><i></i></div>
  <p class="muted">Today</p>
  <button class="latest">Latest</button>
  <button class="button fill">Send</button><button class="chip" aria-pressed="true">All</button>
  <progress value="1" max="2"></progress>
</div>
<div class="chat"><div data-app-state="error"><div class="state error">Sorry</div></div></div>
<dialog class="panel" open><p class="empty">Nothing</p></dialog>
<div class="board" data-board-state="loading"><div class="bones"><i></i></div></div>
<div class="board"><p class="toast">Done</p></div>
<div class="demo"><div class="push">New</div></div>
"""
MOVING = """() => [...document.querySelectorAll('*')].flatMap((element) => {
  const style = getComputedStyle(element);
  const moves = style.animationName !== 'none' || !/^(0s(, )?)+$/.test(style.transitionDuration);
  return moves ? [element.className || element.localName] : [];
})"""
TOKEN = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
SHOWN = "(element) => { const s = getComputedStyle(element); return [s.backgroundColor, s.color]; }"

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
def open_page(browser: Browser) -> Open:
    async def opened(**wishes: Any) -> Page:
        page = await (await browser.new_context(**wishes)).new_page()
        await page.set_content(PAGE)
        return page

    return opened


async def test_everything_stops_for_those_who_want_less_motion(open_page: Open) -> None:
    usual = await (await open_page()).evaluate(MOVING)
    assert {"i", "latest", "state error", "panel", "toast", "push"} <= set(usual)
    less = await open_page(reduced_motion="reduce")
    assert await less.evaluate(MOVING) == []
    assert await less.evaluate("() => document.getAnimations().length") == 0


async def test_more_contrast_makes_quiet_things_plain(open_page: Open) -> None:
    for theme in ("light", "dark"):
        page = await open_page(contrast="more", color_scheme=theme)
        ink, muted, line, edge = [
            await page.evaluate(TOKEN, name) for name in ("--ink", "--muted", "--line", "--edge")
        ]
        assert (muted, line) == (ink, edge)
        await page.evaluate("(name) => (document.documentElement.dataset.theme = name)", theme)
        assert await page.evaluate(TOKEN, "--muted") == ink


async def test_colours_of_the_system_leave_icons_edges_and_choices(open_page: Open) -> None:
    page = await open_page(forced_colors="active")
    background, colour = await page.locator(".i-add").evaluate(SHOWN)
    ground = (await page.locator(".bar .square").evaluate(SHOWN))[0]
    assert background == colour != ground
    width = "(element) => getComputedStyle(element).borderTopWidth"
    assert await page.locator(".button.fill").evaluate(width) == "1px"
    outline = "(element) => getComputedStyle(element).outlineStyle"
    assert await page.locator(".chip").evaluate(outline) == "solid"
