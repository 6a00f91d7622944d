"""What `assets/forms.js` does in a real browser with the steps of a report."""

import io
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, Page, Request, Route, expect

from tests.components.forms_page import calls, details, open_page
from tests.support.browser import DESKTOP
from tests.support.styles import ASSETS


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await open_page(browser, DESKTOP)
    yield page
    await page.context.close()


# -- fields ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "fill", "sent"),
    [
        ("reason", "[name=category]", {"category": "other", "answers": {}}),
        ("details", "#a", {"answers": {"number_meant": "077", "bank": ""}}),
        ("words", "[name=description]", {"description": "077", "answers": {}}),
    ],
)
async def test_next_takes_along_what_the_step_holds(
    page: Page, step: str, fill: str, sent: dict[str, Any]
) -> None:
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


def file(name: str, media_type: str, content: bytes = b"x") -> FilePayload:
    return {"name": name, "mimeType": media_type, "buffer": content}


async def blocked(page: Page) -> list[str | None]:
    """Let the browser keep no cookie; return the tickets that files come with."""
    tickets: list[str | None] = []

    async def answered(route: Route) -> None:
        assert "secret" not in route.request.url
        tickets.append(await route.request.header_value("x-upload-ticket"))
        if tickets[-1] is None:
            await route.fulfill(status=401, json={})
        else:
            await route.fulfill(status=201, json={"id": f"ev_{len(tickets)}"})

    await page.route("**/api/evidence?widget=w1", answered)
    await page.evaluate("document.querySelector('#eco-server').dataset.uploads = 'ticket'")
    await page.evaluate("draw('words', 1)")
    return tickets


async def asked_for_tickets(page: Page, times: int) -> None:
    script = "(n) => calls.filter(([name]) => name === 'form_upload').length === n"
    await page.wait_for_function(script, arg=times)


async def grant(page: Page, ticket: str) -> None:
    script = "(ticket) => { document.querySelector('#eco-server').dataset.uploadTicket = ticket }"
    await page.evaluate(script, ticket)


async def test_where_cookies_are_blocked_each_file_waits_for_a_ticket_of_its_own(
    page: Page,
) -> None:
    await page.route("**/uploads.js", lambda route: route.fulfill(path=ASSETS / "uploads.js"))
    tickets = await blocked(page)
    files = [file("a.pdf", "application/pdf"), file("b.pdf", "application/pdf")]
    await page.set_input_files("[type=file]", files)
    await asked_for_tickets(page, 1)
    assert tickets == []

    await grant(page, "secret-1")
    await expect(page.locator("[data-sent=ev_1]")).to_be_visible()
    await asked_for_tickets(page, 2)
    await grant(page, "secret-2")
    await expect(page.locator("[data-sent=ev_2]")).to_be_visible()
    assert tickets == ["secret-1", "secret-2"]
    kept = "[document.documentElement.outerHTML, {...localStorage}, {...sessionStorage}]"
    assert "secret" not in await page.evaluate(f"JSON.stringify({kept})")


@pytest.mark.parametrize("loads", [True, False])
async def test_a_ticket_that_does_not_come_is_a_file_that_failed(page: Page, loads: bool) -> None:
    async def script(route: Route) -> None:
        await (route.fulfill(path=ASSETS / "uploads.js") if loads else route.abort())

    await page.route("**/uploads.js", script)
    tickets = await blocked(page)
    await page.set_input_files("[type=file]", [file("a.pdf", "application/pdf")])
    if loads:
        await asked_for_tickets(page, 1)
        await page.clock.run_for(15_000)
    await expect(page.locator("[data-upload-error]")).to_have_text("a.pdf failed")
    assert tickets == [None]


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
async def test_a_file_that_does_not_fit_is_said_at_once(
    page: Page, given: list[FilePayload], said: str
) -> None:
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
