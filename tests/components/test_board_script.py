"""What `assets/board.js` does with words that were typed while the panel changed, in a browser."""

from pathlib import Path

from playwright.async_api import async_playwright

from tests.support.browser import DESKTOP, launch

SCRIPT = (Path(__file__).parents[2] / "assets" / "board.js").read_text()
PAGE = """
<div class="board"></div>
<aside class="ticket-panel" data-item="TCK-100002" data-version="1">
  <form class="write" data-form="reply"><textarea name="text"></textarea>
    <input type="hidden" name="then"><button>Send</button></form>
</aside>
<script>
  const calls = [];
  window.ecocash = { board: new Proxy({}, {
    get: (_, name) => (...args) => { calls.push([name, ...args]); },
  }) };
</script>
"""


async def test_words_go_to_nobody_but_the_customer_they_were_typed_for():
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        try:
            page = await browser.new_page(**DESKTOP)
            await page.route(
                "**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html")
            )
            await page.goto("http://localhost/board/TCK-100002")
            await page.add_script_tag(content=SCRIPT)
            await page.evaluate("document.body.dataset.value = ''")
            field = page.locator("textarea")
            show = "id => { document.querySelector('.ticket-panel').dataset.item = id }"
            await field.press_sequentially("For the second")
            await page.evaluate(show, "TCK-100001")
            await field.press_sequentially(" alone")
            await field.press("Enter")
            sent = "calls.filter(([name]) => name === 'reply').map(each => [each[2], each[4]])"
            assert await page.evaluate(sent) == []
            assert await field.input_value() == ""
            await page.evaluate(show, "TCK-100002")
            assert await field.input_value() == "For the second alone"
            await field.press("Enter")
            assert await page.evaluate(sent) == [["TCK-100002", "For the second alone"]]
        finally:
            await browser.close()
