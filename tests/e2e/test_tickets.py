"""A bad payment becomes a ticket on the phone, and is on the desk's board at once."""

import io

import httpx
from PIL import Image
from playwright.async_api import Route, expect

from tests.e2e.conftest import Visit
from tests.e2e.test_sign_in import sign_in_by_code
from tests.support.files import PLACE, pdf, photo
from tests.support.report import ReportForm, TicketCard, begin_report, open_ticket, pick_reason

AT_ONCE = 1000.0
"""Milliseconds within which the board shows what the phone says is done."""


async def test_a_report_by_taps_is_on_the_board_at_once(visit: Visit) -> None:
    desk, chat = await visit.desk(), await visit("c-1001")
    form = await begin_report(chat, "Sekai Moyo", "wrong_number")
    await form.expect_step("details")
    await form.back("reason")
    await expect(form.field("category").and_(form.root.locator(":checked"))).to_have_value(
        "wrong_number"
    )
    await form.next("details")
    await expect(form.field("number_sent_to")).to_have_value("077 450 3318")
    await expect(form.field("number_sent_to")).not_to_be_editable()
    await form.fill("number_meant", "12345")
    await form.next_button.click()
    await expect(form.wrong.and_(form.field("number_meant"))).to_be_visible()
    await expect(form.wrong.and_(form.field("number_meant"))).to_be_focused()
    await form.expect_step("details")
    await form.fill("number_meant", "0774503319")
    await form.choose("knows_recipient", "no")
    await form.next("words")
    await form.fill("description", "I mistyped the last digit")
    await form.attach("proof.jpg", "image/jpeg", photo())
    await form.next("review")
    for shown in ("077 450 3319", "I mistyped the last digit", "proof.jpg"):
        await expect(form.root).to_contain_text(shown)

    dialog = await form.submit()
    await expect(desk.page.get_by_text("I mistyped")).to_have_count(0)
    ticket = await dialog.accept()

    card = desk.card(ticket, "new")
    await expect(card).to_be_visible(timeout=AT_ONCE)
    await expect(card).to_contain_text("Wrong number")
    await expect(chat.widget("ticket_status_board")).to_contain_text(ticket)
    await expect(form.root).to_contain_text(ticket)
    await desk.open_ticket(ticket)
    await expect(desk.panel).to_contain_text("077 450 3319")
    await expect(desk.transcript).to_contain_text("Sekai Moyo")
    file = desk.panel.locator("[data-evidence-id] a")
    url = await file.get_attribute("href")
    content = await (await desk.page.request.get(f"{visit.product.url}{url}")).body()
    assert PLACE.encode() not in content
    assert not Image.open(io.BytesIO(content)).getexif()


async def test_a_report_in_shona_words_asks_nothing_twice(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk()
    said = "ndakatenga data re Econet asi harina kusvika"
    await chat.ask(said)

    form = ReportForm(chat)
    await expect(form.root).to_contain_text("Econet Wireless")
    await form.expect_step("details")
    await form.fill("number_bought_for", "0773000111")
    await form.next("words")
    await expect(form.field("description")).to_have_value(said)
    await form.next("review")
    await expect(form.root).to_contain_text("077 300 0111")
    ticket = await (await form.submit()).accept()

    await expect(desk.card(ticket, "new")).to_be_visible(timeout=AT_ONCE)
    await desk.open_ticket(ticket)
    await expect(desk.panel).to_contain_text(said)


async def test_a_reload_keeps_a_half_filled_form_and_an_open_dialog(visit: Visit) -> None:
    chat = await visit("c-1001")
    form = await begin_report(chat, "Nyaradzo", "merchant_not_paid")
    await form.expect_step("details")
    await form.fill("bought", "My policy for June")
    await form.next("words")
    await form.fill("description", "They say that nothing came")
    await form.field("description").blur()
    await expect(form.root.locator("[data-revision]")).not_to_have_attribute("data-revision", "2")

    await chat.page.reload()
    await chat.expect_state("ready")
    await form.expect_step("words")
    await expect(form.field("description")).to_have_value("They say that nothing came")
    await form.back("details")
    await expect(form.field("bought")).to_have_value("My policy for June")
    await form.next("words")
    await form.next("review")
    dialog = await form.submit()

    await chat.page.reload()
    await chat.expect_state("ready")
    await dialog.expect_state("pending")
    ticket = await dialog.accept()
    await chat.page.reload()
    await chat.expect_state("ready")
    await dialog.expect_state("executed")
    await expect(chat.widget("ticket_status_board")).to_contain_text(ticket)


async def test_a_form_goes_on_where_it_was_on_another_phone(visit: Visit) -> None:
    chat = await visit("c-1001")
    form = await begin_report(chat, "TM Pick n Pay", "merchant_not_paid")
    await form.expect_step("details")
    await form.fill("bought", "A month of football")
    await form.next("words")
    await form.attach("slip.pdf", "application/pdf", pdf())
    await chat.page.context.close()

    chat = await visit("c-1001", keep=True, fresh=True)
    form = ReportForm(chat)
    await form.expect_step("words")
    await expect(form.files).to_contain_text(["slip.pdf"])
    await form.back("details")
    await expect(form.field("bought")).to_have_value("A month of football")
    await form.root.locator("[data-do=form_discard]").click()
    await expect(form.root).to_contain_text("Nothing was sent.")


async def test_files_are_sent_where_the_browser_keeps_no_cookie(visit: Visit) -> None:
    async def without_cookie(route: Route) -> None:
        # Not by `route.fetch`, which keeps the cookie for the browser.
        async with httpx.AsyncClient() as client:
            body = route.request.post_data_buffer or b""
            answer = await client.post(
                route.request.url, content=body, headers={"Content-Type": "application/json"}
            )
        await route.fulfill(status=answer.status_code, json=answer.json())

    context = await visit.context()
    await context.route("**/api/session/redeem", without_cookie)
    tickets: list[str] = []
    context.on("request", lambda each: tickets.append(each.headers.get("x-upload-ticket", "")))
    chat, _ = await sign_in_by_code(visit, await context.new_page())
    await chat.expect_state("ready")
    await chat.start_new()
    form = await begin_report(chat, "Tinotenda", "wrong_number")
    await form.fill("number_meant", "0771234000")
    await form.choose("knows_recipient", "yes")
    await form.next("words")
    await form.attach("one.jpg", "image/jpeg", photo())
    await form.attach("two.pdf", "application/pdf", pdf())
    await expect(form.files).to_contain_text(["one.jpg", "two.pdf"])
    assert await context.cookies() == []
    sent = [each for each in tickets if each]
    assert len(set(sent)) == 2
    page = await chat.page.content()
    assert not any(each in page for each in sent)
    await form.root.locator("[data-do=form_discard]").click()
    await expect(form.root).to_contain_text("Nothing was sent.")


async def test_files_that_cannot_be_sent_are_refused_where_they_are_added(visit: Visit) -> None:
    visit.watch.expect("status of 4")
    chat = await visit("c-1001")
    form = await begin_report(chat, "Tinotenda", "wrong_number")
    await form.fill("number_meant", "0771234000")
    await form.choose("knows_recipient", "yes")
    await form.next("words")
    await form.fill("description", "Typed while the file goes")
    refusal = form.root.locator("[data-upload-error]")

    await form.choose_file("notes.txt", "text/plain", b"hello")
    await expect(refusal).to_have_text("notes.txt is not a photo or a PDF.")
    await form.choose_file("virus.jpg", "image/jpeg", b"MZ not a photo at all")
    await expect(refusal).not_to_have_text("notes.txt is not a photo or a PDF.")
    await expect(refusal).not_to_be_empty()
    await form.choose_file("long.pdf", "application/pdf", b"%PDF-1.7" + bytes(5 * 2**20))
    await expect(refusal).to_contain_text("5 MB")

    await expect(form.files).to_have_count(0)
    await expect(form.field("description")).to_have_value("Typed while the file goes")
    await form.root.locator("[data-do=form_discard]").click()
    await expect(form.root).to_contain_text("Nothing was sent.")


async def test_the_same_payment_again_shows_the_open_ticket(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk()
    ticket = await open_ticket(chat, "City of Harare", "My rates are not paid")

    answer = await pick_reason(chat, "City of Harare", "merchant_not_paid")

    board = answer.locator('[data-widget="ticket_status_board"]')
    await expect(board.locator(f'[data-ticket-id="{ticket}"]')).to_be_visible()
    await expect(answer.locator('[data-widget="ticket_form"]')).to_have_count(0)
    own = TicketCard(chat, ticket)
    await own.say("ticket_add", "The council wrote to me too")
    await desk.open_ticket(ticket)
    await expect(desk.history).to_contain_text("The council wrote to me too")
