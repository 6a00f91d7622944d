"""What `assets/chat.js` does in a real browser, on a page with nothing but the hooks."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.components.chat_page import calls, open_page
from tests.support.browser import DESKTOP, PHONE


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await open_page(browser, DESKTOP)
    yield page
    await page.context.close()


async def test_enter_sends_and_shift_enter_breaks_the_line(page: Page) -> None:
    box = page.get_by_test_id("composer-input")
    await box.press_sequentially("one")
    await box.press("Shift+Enter")
    await box.press_sequentially("two")
    await box.press("Enter")
    assert await calls(page) == [["send", "one\ntwo"]]


async def test_a_second_submit_waits_until_the_text_was_taken(page: Page) -> None:
    box = page.get_by_test_id("composer-input")
    await box.fill("pay")
    await box.press("Enter")
    await page.get_by_test_id("composer-send").click()
    assert await calls(page) == [["send", "pay"]]
    assert await page.evaluate("ecocash.ui.takeText()") == "pay"
    await box.press("Enter")
    await box.fill("more")
    await box.press("Enter")
    assert await calls(page) == [["send", "pay"], ["send", "more"]]


@pytest.mark.parametrize(
    "why", ["chat.dataset.appState = 'expired'", "list.ariaBusy = 'true'", "input.value = '  '"]
)
async def test_what_cannot_be_sent_stays(page: Page, why: str) -> None:
    box = page.get_by_test_id("composer-input")
    await box.fill("keep")
    await page.evaluate(
        f"const chat = document.querySelector('.chat'), input = document.querySelector('textarea');"
        f"{why}"
    )
    before = await box.input_value()
    await box.press("Enter")
    assert await calls(page) == []
    assert await box.input_value() == before


async def test_sending_where_the_session_has_ended_leads_to_a_new_one(page: Page) -> None:
    await page.evaluate(
        "list.innerHTML = '<li><button data-do=sign_in_again>Sign in</button></li>';"
        "document.querySelector('.chat').dataset.appState = 'expired'"
    )
    box = page.get_by_test_id("composer-input")
    await box.fill("keep")
    await box.press("Enter")
    assert await calls(page) == [["sign_in_again"]]
    assert await box.input_value() == "keep"


async def test_the_composer_grows_and_shrinks(page: Page) -> None:
    box = page.get_by_test_id("composer-input")
    small = await box.evaluate("(box) => box.offsetHeight")
    await box.fill("a\nb\nc")
    assert await box.evaluate("(box) => box.offsetHeight") > small
    await page.evaluate("ecocash.ui.takeText()")
    assert await box.evaluate("(box) => box.offsetHeight") == small


async def test_a_phone_puts_its_keyboard_away_after_sending(browser: Browser) -> None:
    page = await open_page(browser, PHONE)
    box = page.get_by_test_id("composer-input")
    await box.fill("hello")
    await box.press("Enter")
    await expect(box).not_to_be_focused()
    assert await calls(page) == [["send", "hello"]]
    await page.context.close()


async def test_buttons_call_with_what_they_are_about(page: Page) -> None:
    buttons = """
      <article data-widget="x" data-widget-id="w1">
        <button data-do="chip" data-value="failed">1</button>
        <button data-do="next_page">2</button>
        <button data-do="pick_reason" data-value="other">3</button>
        <button data-do="postback" data-name="go" data-value="v">4</button>
        <button data-do="open_transaction" data-value="MP1">5</button>
      </article>"""
    await page.evaluate("(html) => add('m', 'assistant', 300, html)", buttons)
    for button in await page.locator("article button").all():
        await button.click()
    assert await calls(page) == [
        ["chip", "w1", "failed"],
        ["next_page", "w1"],
        ["pick_reason", "w1", "other"],
        ["postback", "w1", "go", "v"],
        ["open_transaction", "MP1"],
    ]


async def test_a_double_tap_counts_once(page: Page) -> None:
    await page.evaluate(
        "add('m', 'assistant', 60, '<button data-do=get_help data-value=MP1>?</button>')"
    )
    await page.locator("[data-do=get_help]").dblclick()
    assert await calls(page) == [["get_help", "MP1"]]
    await page.evaluate("add('answer', 'assistant', 60)")
    await page.locator("[data-do=get_help]").click()
    assert len(await calls(page)) == 2


async def test_help_on_a_detail_leads_to_its_reasons(page: Page) -> None:
    html = (
        "<button data-do=get_help data-value=MP1>?</button>"
        "<button data-do=pick_reason data-value=other>Other</button>"
    )
    await page.evaluate("(html) => add('m', 'assistant', 99, html)", html)
    await page.locator("[data-do=get_help]").click()
    await expect(page.locator("[data-do=pick_reason]")).to_be_focused()
    assert await calls(page) == []


async def test_the_history_panel_keeps_and_returns_the_focus(page: Page) -> None:
    opener, panel = page.get_by_test_id("history-open"), page.locator("dialog")
    await opener.click()
    await expect(panel).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(panel).not_to_be_visible()
    await expect(opener).to_be_focused()
    assert await calls(page) == [["open_history"], ["close_history"]]


async def test_the_page_opens_and_closes_the_history_panel(page: Page) -> None:
    panel = page.locator("dialog")
    await panel.evaluate("(panel) => { panel.dataset.open = 'true'; }")
    await expect(panel).to_be_visible()
    await panel.evaluate("(panel) => { panel.dataset.open = 'false'; }")
    await expect(panel).not_to_be_visible()


async def test_an_answer_is_announced_once_when_it_has_settled(page: Page) -> None:
    said = page.locator(".announce")
    await page.evaluate("add('q', 'customer', 50); list.ariaBusy = 'true'")
    await page.evaluate("add('a', 'assistant', 50, 'Here it is')")
    await expect(said).to_have_text("")
    await page.evaluate("list.ariaBusy = 'false'")
    await expect(said).to_have_text("Here it is")


async def test_all_that_came_at_once_is_announced_together_with_who_said_it(page: Page) -> None:
    said = page.locator(".announce")
    await page.evaluate("add('q', 'customer', 50)")
    await page.evaluate(
        """for (const [id, text] of [["a", "First"], ["b", "Second"]]) {
          add(id, "agent", 50, text);
          list.lastChild.insertAdjacentHTML("afterbegin", `<span class="who">Rudo</span>`);
        }"""
    )
    await expect(said).to_have_text("Rudo. First. Rudo. Second")


async def test_lines_that_are_hidden_are_not_announced(page: Page) -> None:
    await page.evaluate("add('q', 'customer', 50); list.ariaBusy = 'true'")
    await page.evaluate(
        """add("a", "assistant", 50, "Send it?");
        list.lastChild.insertAdjacentHTML("beforeend", `<p class="notice" hidden>Sending</p>`);
        list.ariaBusy = "false";"""
    )
    await expect(page.locator(".announce")).to_have_text("Send it?")


ASKED = """<article data-widget-id="w1">
  <button data-do="open_transaction" data-value="MP1">?</button>
</article>"""
ANSWER = """
  list.ariaBusy = "true";
  add("a", "assistant", 50, "Here");
  list.lastChild.insertAdjacentHTML("beforeend", "<article><h2>Payment</h2></article>");
  list.ariaBusy = "false";
"""


async def test_the_focus_follows_to_what_a_tap_asked_for(page: Page) -> None:
    await page.evaluate("(html) => add('m', 'assistant', 99, html)", ASKED)
    await page.locator("[data-do=open_transaction]").press("Enter")
    await page.evaluate(ANSWER)
    await expect(page.locator("h2")).to_be_focused()


async def test_the_focus_stays_where_the_customer_moved_it(page: Page) -> None:
    await page.evaluate("(html) => add('m', 'assistant', 99, html)", ASKED)
    await page.locator("[data-do=open_transaction]").press("Enter")
    await page.get_by_test_id("composer-input").focus()
    await page.evaluate(ANSWER)
    await expect(page.locator(".announce")).to_have_text("Here. Payment")
    await expect(page.get_by_test_id("composer-input")).to_be_focused()


async def test_a_changed_table_says_what_it_holds_and_shows_what_is_new(page: Page) -> None:
    rows = """(ids) => document.querySelector("article").innerHTML = `
      <header><h2>Transactions</h2><small>${ids.length} of 9</small></header>
      <button data-do="chip" data-value="failed" aria-pressed="${ids.length > 2}">Failed</button>
      ${ids.map((id) => `<p data-transaction-id="${id}"><button>${id}</button></p>`).join("")}
      <button data-do="next_page">More</button>`"""
    await page.evaluate("add('m', 'assistant', 99, '<article data-widget-id=w1></article>')")
    await page.evaluate(rows, ["a"])
    await page.locator("[data-do=next_page]").press("Enter")
    await page.evaluate(rows, ["a", "b"])
    await expect(page.locator(".announce")).to_have_text("2 of 9")
    await expect(page.get_by_role("button", name="b", exact=True)).to_be_focused()
    await page.locator("[data-do=chip]").press("Enter")
    await page.evaluate(rows, ["c", "d", "e"])
    await expect(page.locator(".announce")).to_have_text("Failed. 3 of 9")


async def test_a_new_chat_begins_in_the_composer_where_there_is_no_touch(browser: Browser) -> None:
    for device, focused in ((DESKTOP, True), (PHONE, False)):
        page = await open_page(browser, device)
        button = "<button data-do=new_chat>+</button>"
        await page.locator(".bar").evaluate("(bar, html) => { bar.innerHTML = html; }", button)
        await page.locator("[data-do=new_chat]").click()
        box = expect(page.get_by_test_id("composer-input"))
        await (box.to_be_focused() if focused else box.not_to_be_focused())
        assert await calls(page) == [["new_chat"]]
        await page.context.close()


async def test_offline_is_shown_at_once(page: Page) -> None:
    root = page.locator(".chat")
    await page.context.set_offline(True)
    await expect(root).to_have_attribute("data-app-state", "offline")
    await page.context.set_offline(False)
    await expect(root).to_have_attribute("data-app-state", "ready")
