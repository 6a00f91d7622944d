"""Whole pages of the product in the middle of a journey, at their own server, look as they did.

Moments and numbers of the day are written over with fixed ones before a picture is taken: this
server's clock is the real one.
"""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.support.camera import THEMES, VIEWPORTS, Camera, Kind, steady_context
from tests.support.chat import Chat
from tests.support.pictures import ALBUM
from tests.support.product import Product
from tests.support.report import ReportForm, begin_report
from tests.support.sign_in import SESSION_COOKIE, demo_token, session_cookie

_ON_DESKTOP = {
    "home": "/",
    "sign-in": "/board",
    "not-found": "/nothing/here",
    "demo": "/demo",
    "gallery": "/gallery",
}
_IN_CHAT = (
    "welcome", "balance", "transactions", "report", "consent", "ticket", "history", "offline",
)  # fmt: skip
# Each form of a date becomes one of the same form.
_FIX_MOMENTS = r"""async () => {
  const month = "(?:January|February|March|April|May|June|July|August|September|October"
    + "|November|December)";
  const short = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
  const weekday = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";
  const day = `(?:[Tt]oday|[Tt]omorrow|[Yy]esterday|${weekday}|\\d{1,2} ${short}(?: \\d{4})?)`;
  const changes = [
    [new RegExp(`\\b${day}, \\d{1,2}:\\d{2}`, "g"), "Today, 14:05"],
    [new RegExp(`\\b\\d{1,2} ${month}(?: \\d{4})?`, "g"), "20 November 2026"],
    [new RegExp(`\\b\\d{1,2} ${short}(?: \\d{4})?\\b`, "g"), "20 Nov 2026"],
    [/\b\d{1,2}:\d{2}\b/g, "14:05"],
    [/\bMP\d{6}\.\d{4}\.([A-Z]\d{5})/g, "MP261120.1405.$1"],
    [/\bTCK-\d{6}/g, "TCK-100042"],
  ];
  // A countdown that is not told when it ends stands still.
  for (const line of document.querySelectorAll("[data-expires]")) delete line.dataset.expires;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode: node } = texts;
    const text = changes.reduce((said, change) => said.replace(...change), node.data);
    if (text !== node.data) node.data = text;
  }
  // What other words have moved is where it is to be before somebody scrolls.
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();
  const thread = document.querySelector(".thread");
  if (thread) thread.scrollTop = thread.scrollHeight;
  await frame();
}"""


def _name(page: str, kind: Kind, theme: str) -> str:
    return f"pages/{page}-{VIEWPORTS[kind][0]}-{theme}"


def page_pictures() -> set[str]:
    """Return the names of all pictures that pages have."""
    pages: list[tuple[str, Kind]] = [(f"chat-{page}", "phone") for page in _IN_CHAT]
    pages.extend((page, "desktop") for page in _ON_DESKTOP)
    return {_name(page, kind, theme) for page, kind in pages for theme in THEMES}


async def _look(camera: Camera, page: str, kind: Kind) -> list[str]:
    await camera.page.evaluate(_FIX_MOMENTS)
    pngs = [(theme, await camera.shoot(theme=theme)) for theme in THEMES]
    return [
        problem for theme, png in pngs for problem in ALBUM.compare(_name(page, kind, theme), png)
    ]


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await steady_context(browser, "phone")
    yield context
    await context.close()


async def test_the_chat_from_a_question_to_a_ticket(
    phone: BrowserContext, product: Product
) -> None:
    cookie = await session_cookie(product.url, await demo_token(product.url, "c-1001"))
    await phone.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": product.url}])
    chat = Chat(await phone.new_page())
    camera = await Camera.of(chat.page)
    problems: list[str] = []

    async def look(page: str) -> None:
        # What the pointer or the keyboard was on last is no part of the page.
        await chat.page.evaluate("document.activeElement?.blur()")
        await expect(chat.page.locator('[aria-busy="true"], [data-wait]')).to_have_count(0)
        problems.extend(await _look(camera, f"chat-{page}", "phone"))

    await chat.open(f"{product.url}/chat")
    await chat.start_new()
    await look("welcome")
    await chat.ask("Show my balance")
    await look("balance")
    await chat.ask("show my transactions")
    await look("transactions")
    form = await begin_report(chat, "Tinotenda Moyo", "other")
    await form.fill("description", "I sent it twice by mistake.")
    await look("report")
    await form.next("review")
    dialog = await ReportForm(chat).submit()
    await look("consent")
    ticket_id = await dialog.accept()
    await expect(chat.page.get_by_role("banner")).to_contain_text(ticket_id)
    await look("ticket")
    await chat.history_button.click()
    await expect(chat.history_items.first).to_be_visible()
    await look("history")
    await chat.page.keyboard.press("Escape")
    await expect(chat.history_items.first).to_be_hidden()
    await phone.set_offline(True)
    await chat.expect_state("offline")
    await look("offline")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("page", "path"), _ON_DESKTOP.items())
async def test_pages_to_begin_with(
    page: str, path: str, browser: Browser, product: Product
) -> None:
    context = await steady_context(browser, "desktop")
    camera = await Camera.of(await context.new_page())
    await camera.page.goto(f"{product.url}{path}", wait_until="networkidle")
    problems = await _look(camera, page, "desktop")
    await context.close()
    assert not problems, "\n".join(problems)
