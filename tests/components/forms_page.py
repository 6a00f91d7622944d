"""A page with a form, a question and a ticket, whose cards a test draws again by hand."""

import json
from typing import Any

from playwright.async_api import Browser, Page

from components.styles import CHAT_STYLES
from tests.support.styles import ASSETS, css_of

PAGE = """
<div class="chat" data-app-state="ready" data-copied="Copied">
  <main class="thread"><div class="column"><ol class="messages" aria-busy="false">
    <li class="message" data-testid="message" data-role="assistant" data-message-id="m1">
      <article class="card" data-widget="ticket_form" data-widget-id="w1">
        <div class="ticket-form" data-state="open"></div>
      </article>
      <article class="card" data-widget="confirmation_dialog" data-widget-id="w2">
        <div class="dialog" data-state="pending"></div>
      </article>
      <article class="card" data-widget="ticket_status_board" data-widget-id="w3"><ul>
        <li class="ticket" data-ticket-id="TCK-100042">
          <button data-do="ticket_rate" data-value="4">4</button>
          <details class="say"><summary>Add</summary><textarea name="text"></textarea>
            <button data-do="ticket_add">Send</button></details>
        </li></ul>
      </article>
    </li>
  </ol></div></main>
  <footer class="dock">
    <button class="latest" data-do="latest">v</button>
    <p class="banner refusal" hidden></p>
    <div class="column">
      <form class="composer"><textarea data-testid="composer-input"></textarea></form>
    </div>
  </footer>
  <dialog class="panel" data-open="false"></dialog>
  <p class="announce" role="status"></p>
  <div id="eco-server" data-opened="" hidden></div>
</div>
<script>
  const calls = [];
  window.ecocash = { actions: new Proxy({}, {
    get: (_, name) => (...args) => { calls.push([name, ...args]); },
  }) };
  const buttons = `
    <button type="button" data-testid="form-back" data-do="form_back">Back</button>
    <button type="submit" data-testid="form-next" data-do="form_next">Next</button>`;
  const steps = {
    reason: `<label><input type="radio" name="category" value="other">Other</label>`,
    details: `<input id="a" name="number_meant"><input id="b" name="bank">`,
    words: `<textarea name="description"></textarea>
      <div data-left="2"><ul class="files"></ul><ul class="files sending"></ul>
        <ul data-pattern hidden><li><span></span><progress max="1"></progress>
          <button type="button"></button></li></ul>
        <input type="file" multiple data-sending="Sending {name}" data-failed="{name} failed"
          data-too-large="{name} too large" data-wrong-type="{name} wrong type"
          data-too-many="{name} left out" data-remove="Remove">
        <small data-upload-error></small></div>`,
  };
  const draw = (step, revision) => {
    document.querySelector(".ticket-form").innerHTML = `
      <form class="report" data-step="${step}" data-revision="${revision}">
        <h3 tabindex="-1" data-focus="true">${step}</h3>${steps[step]}${buttons}</form>`;
  };
  const ask = (expires) => {
    document.querySelector(".dialog").innerHTML = `<div class="decide"><footer>
      <button data-do="confirm_decline" data-testid="confirm-decline">No</button>
      <button data-do="confirm_accept">Yes</button></footer>
      <small class="time" data-expires="${expires}" data-text="Within {time}">&nbsp;</small></div>`;
  };
  const answer = () => {
    document.querySelector(".dialog").dataset.state = "executed";
    document.querySelector(".dialog").innerHTML = `<p tabindex="-1" data-focus="true">Done</p>`;
  };
  const set = (name, value) => {
    document.querySelector("form.report").setAttribute(name, value);
  };
</script>
"""


async def open_page(browser: Browser, device: dict[str, Any]) -> Page:
    context = await browser.new_context(**device)
    page = await context.new_page()
    await page.clock.install()
    await page.route(
        "http://chat.test/", lambda route: route.fulfill(body=PAGE, content_type="text/html")
    )
    await page.goto("http://chat.test/")
    await page.add_style_tag(content=css_of(CHAT_STYLES))
    for script in ("chat.js", "forms.js"):
        await page.add_script_tag(path=ASSETS / script)
    return page


async def calls(page: Page) -> list[Any]:
    """What the server was asked, with what the fields held read back."""
    return [
        [*call[:2], json.loads(call[2])] if len(call) == 3 and call[2][:1] == "{" else call
        for call in await page.evaluate("calls")
    ]


def details(revision: int, **answers: str) -> dict[str, Any]:
    return {
        "step": "details",
        "revision": revision,
        "answers": {"number_meant": "", "bank": "", **answers},
    }
