"""What `assets/board.js` does with words that were typed: whose they are, and how often they go."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browser import DESKTOP

ASSETS = Path(__file__).parents[2] / "assets"
SCRIPTS = [(ASSETS / name).read_text() for name in ("board.js", "board-cards.js")]
PAGE = """
<div class="board"></div>
<aside class="ticket-panel" data-item="TCK-100002" data-version="1">
  <form class="write" data-form="reply"><textarea name="text"></textarea>
    <input type="hidden" name="then"><button>Send</button></form>
</aside>
<p class="toast"></p>
<script>
  const calls = [];
  window.ecocash = { board: new Proxy({}, {
    get: (_, name) => (...args) => { calls.push([name, ...args]); },
  }) };
</script>
"""
SHOW = "id => { document.querySelector('.ticket-panel').dataset.item = id }"
SENT = "calls.filter(([name]) => name === 'reply').map(each => [each[2], each[4]])"
KEYS = "calls.filter(([name]) => name === 'reply').map(each => each[1])"


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(**DESKTOP)
    page = await context.new_page()
    await page.clock.install()
    await page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    await page.goto("http://localhost/board/TCK-100002")
    await start(page)
    yield page
    await context.close()


async def start(page: Page) -> None:
    for script in SCRIPTS:
        await page.add_script_tag(content=script)
        await page.evaluate("document.body.dataset.value = ''")


async def answer(page: Page, *, done: bool) -> None:
    """Let the server answer what it was asked last."""
    await page.evaluate(
        """(done) => {
          const { dataset } = document.querySelector(".toast");
          Object.assign(dataset, { key: calls.at(-1)[1], done: String(done) });
          dataset.tick = calls.length;
        }""",
        done,
    )


async def send(page: Page, words: str = "") -> str:
    """Type words, unless they are there already, and send them; return their key."""
    field = page.locator("textarea")
    if words:
        await field.fill(words)
    await field.press("Enter")
    return (await page.evaluate(KEYS))[-1]


async def test_words_go_to_nobody_but_the_customer_they_were_typed_for(page: Page) -> None:
    field = page.locator("textarea")
    await field.press_sequentially("For the second")
    await page.evaluate(SHOW, "TCK-100001")
    await field.press_sequentially(" alone")
    await field.press("Enter")
    assert await page.evaluate(SENT) == []
    assert await field.input_value() == ""
    await page.evaluate(SHOW, "TCK-100002")
    assert await field.input_value() == "For the second alone"
    await field.press("Enter")
    assert await page.evaluate(SENT) == [["TCK-100002", "For the second alone"]]


async def test_words_keep_their_key_until_the_server_has_answered(page: Page) -> None:
    field = page.locator("textarea")
    key = await send(page, "We look into it\nand tell you")
    assert await field.input_value() == ""
    await page.clock.run_for(11_000)
    assert await field.input_value() == "We look into it\nand tell you"
    assert await send(page) == key
    await page.clock.run_for(11_000)
    await page.reload()
    await start(page)
    assert await send(page, "We look into it\nand tell you") == key
    await answer(page, done=True)
    await page.clock.run_for(2_000)
    assert await send(page, "We look into it\nand tell you") != key


async def test_other_words_have_another_key(page: Page) -> None:
    key = await send(page, "We look into it")
    await page.clock.run_for(11_000)
    assert await send(page, "We looked into it") != key


async def test_a_page_that_is_drawn_between_two_scripts_focuses_its_panel_all_the_same(
    page: Page,
) -> None:
    """Scripts run one by one, and the page may be drawn in between."""
    await page.reload()
    await page.add_style_tag(content=".ticket-panel { position: absolute }")
    await page.evaluate(
        """() => {
          document.querySelector(".board").dataset.item = "TCK-100002";
          document.querySelector(".ticket-panel").tabIndex = -1;
        }"""
    )
    await start(page)
    await expect(page.locator(".ticket-panel")).to_be_focused()


async def test_the_view_that_is_shown_is_in_sight_where_the_row_of_views_scrolls(
    page: Page,
) -> None:
    tabs = '<a style="flex: none; width: 80px">View</a>' * 5
    row = f'<nav class="top-bar" style="display: flex; width: 200px; overflow: auto">{tabs}</nav>'
    await page.evaluate("(row) => document.body.insertAdjacentHTML('afterbegin', row)", row)
    for tab in (page.locator("nav a").last, page.locator("nav a").first):
        await tab.evaluate(
            """(tab) => {
              document.querySelector("[aria-current]")?.removeAttribute("aria-current");
              tab.setAttribute("aria-current", "page");
            }"""
        )
        await expect(tab).to_be_in_viewport(ratio=1)
