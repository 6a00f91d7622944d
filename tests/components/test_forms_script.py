"""What `assets/forms.js` does in a real browser, on cards that a test draws again by hand."""

import io
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, Request, Route, expect

from components.styles import CHAT_STYLES
from tests.support.browser import DESKTOP, PHONE
from tests.support.styles import css_of

ASSETS = Path(__file__).parents[2] / "assets"

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


async def _open(browser: Browser, device: dict) -> Page:
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


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await _open(browser, DESKTOP)
    yield page
    await page.context.close()


async def calls(page: Page) -> list:
    """What the server was asked, with what the fields held read back."""
    return [
        [*call[:2], json.loads(call[2])] if len(call) == 3 and call[2][:1] == "{" else call
        for call in await page.evaluate("calls")
    ]


def details(revision: int, **answers: str) -> dict:
    return {
        "step": "details",
        "revision": revision,
        "answers": {"number_meant": "", "bank": "", **answers},
    }


# -- fields ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "fill", "sent"),
    [
        ("reason", "[name=category]", {"category": "other", "answers": {}}),
        ("details", "#a", {"answers": {"number_meant": "077", "bank": ""}}),
        ("words", "[name=description]", {"description": "077", "answers": {}}),
    ],
)
async def test_next_takes_along_what_the_step_holds(page: Page, step, fill, sent) -> None:
    await page.evaluate("(step) => draw(step, 1)", step)
    field = page.locator(f".report {fill}")
    await (field.check() if step == "reason" else field.fill("077"))
    await page.get_by_test_id("form-next").click()
    assert await calls(page) == [["form_next", "w1", {"step": step, "revision": 1, **sent}]]


async def test_enter_is_next_and_back_keeps_what_was_typed(page: Page) -> None:
    await page.evaluate("draw('details', 1)")
    await page.locator("#a").fill("077")
    await page.locator("#a").press("Enter")
    await page.evaluate("set('data-revision', 2)")
    await page.get_by_test_id("form-back").click()
    assert await calls(page) == [
        ["form_next", "w1", details(1, number_meant="077")],
        ["form_back", "w1", details(2, number_meant="077")],
    ]


async def test_fields_are_kept_while_they_are_typed(page: Page) -> None:
    await page.evaluate("draw('details', 1)")
    await page.locator("#a").press_sequentially("0771")
    assert await calls(page) == []
    await page.clock.run_for(1000)
    assert await calls(page) == [["form_field", "w1", details(1, number_meant="0771")]]


async def test_fields_are_kept_when_the_page_is_left(page: Page) -> None:
    await page.evaluate("draw('details', 1)")
    await page.locator("#b").fill("CBZ")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    assert await calls(page) == [["form_field", "w1", details(1, bank="CBZ")]]


async def test_what_has_the_caret_is_not_changed_by_a_redraw(page: Page) -> None:
    await page.evaluate("draw('details', 1)")
    await page.locator("#a").focus()
    await page.evaluate(
        "for (const name of ['a', 'b']) document.getElementById(name).defaultValue = 'new'"
    )
    await expect(page.locator("#a")).to_have_value("")
    await expect(page.locator("#b")).to_have_value("new")


# -- focus -----------------------------------------------------------------------------------------


async def test_a_new_step_has_the_focus_on_its_heading(page: Page) -> None:
    await page.evaluate("draw('reason', 1)")
    await page.get_by_test_id("form-next").click()
    await page.evaluate("draw('details', 2)")
    await expect(page.locator("h3")).to_be_focused()


async def test_what_is_wrong_has_the_focus_and_can_be_sent_again(page: Page) -> None:
    await page.evaluate("draw('details', 1)")
    for revision in (2, 3):
        await page.get_by_test_id("form-next").click()
        await page.evaluate("document.getElementById('b').ariaInvalid = 'true'")
        await page.evaluate("(revision) => set('data-revision', revision)", revision)
        await expect(page.locator("#b")).to_be_focused()
    assert len(await calls(page)) == 2


async def test_a_redraw_that_nobody_waits_for_takes_no_focus(page: Page) -> None:
    await page.evaluate("draw('details', 1)")
    await page.locator("#a").focus()
    await page.evaluate("set('data-revision', 2)")
    await expect(page.locator("#a")).to_be_focused()


# -- evidence --------------------------------------------------------------------------------------


async def _answer(route: Route) -> None:
    await route.fulfill(status=201, json={"id": "ev_1"})


def png(side: int) -> bytes:
    """A photo that compression does not make smaller."""
    held = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(held, "PNG")
    return held.getvalue()


def file(name: str, media_type: str, content: bytes = b"x") -> dict:
    return {"name": name, "mimeType": media_type, "buffer": content}


async def test_a_file_is_sent_named_and_taken_off_the_list_once_the_card_shows_it(
    page: Page,
) -> None:
    sent: list[Request] = []

    async def answered(route: Route) -> None:
        sent.append(route.request)
        await _answer(route)

    await page.route("**/api/evidence?widget=w1", answered)
    await page.evaluate("draw('words', 1)")
    await page.set_input_files("[type=file]", [file("slip.pdf", "application/pdf")])
    await expect(page.locator("[data-sent=ev_1]")).to_have_text("Sending slip.pdf")
    body = sent[0].post_data_buffer or b""
    assert b'name="file"; filename="slip.pdf"' in body
    assert await calls(page) == [["form_evidence", "w1", "ev_1"]]
    await page.evaluate(
        "document.querySelector('.files').innerHTML = '<li data-evidence-id=ev_1>slip.pdf</li>'"
    )
    await expect(page.locator(".sending li")).to_have_count(0)


async def test_a_large_photo_is_made_small_before_it_is_sent(page: Page) -> None:
    sizes: list[tuple[int, bool]] = []

    async def answered(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        sizes.append((len(body), b'filename="shot.jpg"' in body))
        await _answer(route)

    await page.route("**/api/evidence?widget=w1", answered)
    await page.evaluate("draw('words', 1)")
    photo = png(1200)
    await page.set_input_files("[type=file]", [file("shot.png", "image/png", photo)])
    await expect(page.locator("[data-sent=ev_1]")).to_be_visible()
    assert sizes[0][1]
    assert sizes[0][0] < len(photo) / 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([file("a.txt", "text/plain")], "a.txt wrong type"),
        ([file("a.pdf", "application/pdf", b"x" * (5 * 2**20 + 1))], "a.pdf too large"),
        ([file(f"{n}.pdf", "application/pdf") for n in "abc"], "c.pdf left out"),
    ],
    ids=["type", "size", "number"],
)
async def test_a_file_that_does_not_fit_is_said_at_once(page: Page, given, said) -> None:
    await page.route("**/api/evidence?widget=w1", _answer)
    await page.evaluate("draw('words', 1)")
    await page.set_input_files("[type=file]", given)
    await expect(page.locator("[data-upload-error]")).to_have_text(said)


async def test_the_servers_own_words_are_shown(page: Page) -> None:
    async def refuse(route: Route) -> None:
        await route.fulfill(status=422, json={"detail": "Faira iri rakakuvara."})

    await page.route("**/api/evidence?widget=w1", refuse)
    await page.evaluate("draw('words', 1)")
    await page.set_input_files("[type=file]", [file("a.pdf", "application/pdf")])
    await expect(page.locator("[data-upload-error]")).to_have_text("Faira iri rakakuvara.")
    await expect(page.locator(".sending li")).to_have_count(0)
    assert await calls(page) == []


async def test_a_lost_connection_is_said(page: Page) -> None:
    await page.route("**/api/evidence?widget=w1", lambda route: route.abort())
    await page.evaluate("draw('words', 1)")
    await page.set_input_files("[type=file]", [file("a.pdf", "application/pdf")])
    await expect(page.locator("[data-upload-error]")).to_have_text("a.pdf failed")


# -- questions for consent -------------------------------------------------------------------------


async def test_a_question_counts_down_and_ends_by_the_servers_clock(page: Page) -> None:
    # The phone is an hour ahead.
    await page.evaluate(
        "document.querySelector('#eco-server').dataset.opened = Date.now() - 3600e3"
    )
    await page.evaluate("ask(Date.now() - 3600e3 + 125e3)")
    await expect(page.locator(".time")).to_have_text("Within 2:05")
    await page.clock.run_for(65_000)
    await expect(page.locator(".time")).to_have_text("Within 1:00")
    await page.clock.run_for(61_000)
    await expect(page.locator("[data-do=confirm_accept]")).not_to_be_visible()
    assert await calls(page) == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_two_taps_are_one_and_the_other_button_is_dead(browser: Browser, device) -> None:
    page = await _open(browser, device)
    await page.evaluate("ask(Date.now() + 600e3)")
    await page.locator("[data-do=confirm_accept]").dblclick()
    await page.clock.run_for(3000)
    for name in ("confirm_accept", "confirm_decline"):
        await expect(page.locator(f"[data-do={name}]")).to_have_attribute("aria-disabled", "true")
        await page.locator(f"[data-do={name}]").dispatch_event("click")
    assert await calls(page) == [["confirm_accept", "w2"]]
    await page.evaluate("answer()")
    await expect(page.get_by_text("Done")).to_be_focused()
    await page.context.close()


async def test_an_answer_that_got_lost_can_be_given_again(page: Page) -> None:
    await page.evaluate("ask(Date.now() + 600e3)")
    await page.locator("[data-do=confirm_accept]").click()
    await page.clock.run_for(16_000)
    await page.locator("[data-do=confirm_accept]").click()
    assert await calls(page) == [["confirm_accept", "w2"]] * 2


# -- tickets ---------------------------------------------------------------------------------------


async def test_a_rating_names_its_ticket(page: Page) -> None:
    await page.locator("[data-do=ticket_rate]").click()
    assert await calls(page) == [["ticket_rate", "TCK-100042", "4"]]


async def test_words_for_a_ticket_are_sent_once_and_not_empty(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator("[data-do=ticket_add]").click()
    await expect(page.locator(".say textarea")).to_be_focused()
    await page.clock.run_for(5000)
    await page.locator(".say textarea").fill(" The number is 077 1. ")
    await page.locator("[data-do=ticket_add]").click()
    [[name, ticket, words, key]] = await calls(page)
    assert (name, ticket, words) == ("ticket_add", "TCK-100042", "The number is 077 1.")
    # What else happens on the page is no answer.
    await page.evaluate("document.querySelector('ol').append(document.createElement('li'))")
    await expect(page.locator(".say textarea")).to_have_value(" The number is 077 1. ")
    server = page.locator("#eco-server")
    await server.evaluate("(node, key) => { node.dataset.said = key }", key)
    await expect(page.locator(".say textarea")).to_have_value("")
    assert await page.evaluate("Object.keys(sessionStorage)") == []


async def test_words_that_were_refused_are_kept(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator(".say textarea").fill("Again")
    await page.locator("[data-do=ticket_add]").click()
    for _ in range(2):
        await page.evaluate("document.querySelector('.refusal').hidden = false")
        await expect(page.locator(".say textarea")).to_be_visible()
        await expect(page.locator(".say textarea")).to_have_value("Again")
        await page.clock.run_for(5000)
        await page.locator("[data-do=ticket_add]").click()
        await page.evaluate("document.querySelector('.refusal').hidden = true")
    # However often it is sent, it is the same words under the same key.
    assert len({json.dumps(call) for call in await calls(page)}) == 1


async def test_words_outlive_the_card_that_they_were_written_on(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator(".say textarea").fill("The till was number four")
    await page.evaluate(
        """() => {
          const card = document.querySelector("[data-widget-id=w3]");
          const drawn = card.outerHTML.replace("open", "").replace("ticket_add", "ticket_reopen");
          card.outerHTML = drawn;
        }"""
    )
    await expect(page.locator(".say textarea")).to_be_visible()
    await expect(page.locator(".say textarea")).to_have_value("The till was number four")
    await page.evaluate("ecocash.ui.forgetWords()")
    await expect(page.locator(".say textarea")).to_have_value("")


# -- Escape and Back -------------------------------------------------------------------------------


async def test_escape_goes_back_in_the_card_that_has_the_focus(page: Page) -> None:
    await page.evaluate("draw('details', 1); ask(Date.now() + 60000)")
    await page.locator("#a").fill("077")
    await page.locator("#a").press("Escape")
    assert await calls(page) == [["form_back", "w1", details(1, number_meant="077")]]


async def test_back_answers_the_newest_question_with_no_before_it_goes_a_step_back(
    page: Page,
) -> None:
    await page.evaluate("draw('details', 1); ask(Date.now() + 60000)")
    assert await page.evaluate("ecocash.ui.back()")
    assert await calls(page) == [["confirm_decline", "w2"]]
    await page.evaluate("answer()")
    assert await page.evaluate("ecocash.ui.back()")
    assert [name for name, *_ in await calls(page)] == ["confirm_decline", "form_back"]
    await page.evaluate("document.querySelector('form.report').remove()")
    assert not await page.evaluate("ecocash.ui.back()")


async def test_back_leaves_what_was_agreed_to_alone(page: Page) -> None:
    await page.evaluate("ask(Date.now() + 60000)")
    await page.locator("[data-do=confirm_accept]").click()
    assert not await page.evaluate("ecocash.ui.back()")
    assert await calls(page) == [["confirm_accept", "w2"]]


async def test_escape_folds_the_field_beside_a_ticket(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator(".say textarea").press("Escape")
    await expect(page.locator(".say textarea")).to_be_hidden()
    await expect(page.locator("summary")).to_be_focused()


async def test_escape_in_the_composer_answers_nothing_while_something_is_written(
    page: Page,
) -> None:
    await page.evaluate("ask(Date.now() + 60000)")
    box = page.get_by_test_id("composer-input")
    await box.fill("wait")
    await box.press("Escape")
    assert await calls(page) == []
    await box.fill("")
    await box.press("Escape")
    assert await calls(page) == [["confirm_decline", "w2"]]
