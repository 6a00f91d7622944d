"""A page with nothing but the hooks that `assets/chat.js` works with."""

from typing import Any

from playwright.async_api import Browser, Page

from components.styles import CHAT_STYLES
from tests.support.styles import ASSETS, css_of

PAGE = """
<div class="chat" data-app-state="ready" data-copied="Copied">
  <header class="bar"><button data-do="open_history" data-testid="history-open">H</button></header>
  <main class="thread"><div class="column"><ol class="messages" aria-busy="false"></ol></div></main>
  <footer class="dock">
    <button class="square latest" data-do="latest">v</button>
    <div class="column"><form class="composer">
      <textarea rows="1" data-testid="composer-input"></textarea>
      <button type="submit" data-testid="composer-send">></button>
    </form></div>
  </footer>
  <dialog class="panel" data-open="false"><button data-do="close_history">x</button></dialog>
  <p class="announce" role="status"></p>
</div>
<script>
  const calls = [], list = document.querySelector("ol");
  window.ecocash = { actions: new Proxy({}, {
    get: (_, name) => (...args) => { calls.push([name, ...args]); },
  }) };
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    calls.push(["send", ecocash.ui.text()]);
  });
  const add = (id, role, height, html = "", first) => {
    const item = document.createElement("li");
    item.className = "message";
    Object.assign(item.dataset, { testid: "message", role, messageId: id });
    item.innerHTML = `<div class="bubble" style="height:${height}px">${html || id}</div>`;
    first ? list.prepend(item) : list.append(item);
  };
</script>
"""


async def open_page(browser: Browser, device: dict[str, Any]) -> Page:
    """Open it in a new context."""
    context = await browser.new_context(**device)
    page = await context.new_page()
    await page.set_content(PAGE)
    await page.add_style_tag(content=css_of(CHAT_STYLES))
    await page.add_script_tag(path=ASSETS / "chat.js")
    return page


async def calls(page: Page) -> list[Any]:
    """Return what the page would have sent to the server."""
    return await page.evaluate("calls")
