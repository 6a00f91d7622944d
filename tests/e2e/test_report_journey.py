"""From a bad transaction to a ticket, in a real browser."""

from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.support.report import ReportForm


async def test_a_report_by_words_is_confirmed_and_becomes_a_ticket(visit: Visit) -> None:
    chat = await visit("c-1001", fresh=True)
    await chat.start_new()
    await chat.ask("I sent money to the wrong number")
    form = chat.widget("ticket_form")
    await expect(form).to_be_visible()

    await form.locator('[name="number_meant"]').fill("12")
    await form.get_by_test_id("form-next").click()
    await expect(form).to_contain_text("This is not a mobile number")
    await form.locator('[name="number_meant"]').fill("077 200 0111")
    await form.locator('[name="knows_recipient"][value="no"]').check(force=True)
    steps = ReportForm(chat)
    await steps.next("words")
    await form.locator('[name="description"]').fill("I typed one digit wrong.")
    await steps.back("details")
    await expect(form.locator('[name="number_meant"]')).to_have_value("077 200 0111")
    await steps.next("words")
    await expect(form.locator('[name="description"]')).to_have_value("I typed one digit wrong.")
    await steps.next("review")
    await expect(form).to_contain_text("I typed one digit wrong.")
    await form.get_by_test_id("form-submit").click()

    dialog = chat.widget("confirmation_dialog")
    await expect(dialog).to_contain_text("EcoCash support")
    await chat.page.reload()
    await chat.expect_state("ready")
    await dialog.get_by_test_id("confirm-accept").dblclick()
    board = chat.widget("ticket_status_board")
    await expect(board).to_be_visible()
    await expect(board.locator("[data-ticket-id]")).to_have_count(1)
    ticket_id = await board.locator("[data-ticket-id]").first.get_attribute("data-ticket-id")
    assert ticket_id
    await expect(dialog).to_contain_text(ticket_id)
    await expect(form).to_contain_text(ticket_id)


async def test_a_report_by_taps_may_be_declined(visit: Visit) -> None:
    chat = await visit("c-1002", fresh=True)
    await chat.start_new()
    await chat.ask("show my transactions")
    await chat.widget("transaction_table").get_by_test_id("get-help").nth(1).click()
    detail = chat.widget("transaction_detail")
    await detail.locator('[data-do="pick_reason"]').first.click()
    form = chat.widget("ticket_form")
    await form.locator('[name="bought"]').fill("Groceries")
    await ReportForm(chat).next("words")
    await ReportForm(chat).next("review")
    await form.get_by_test_id("form-submit").click()
    dialog = chat.widget("confirmation_dialog")
    await dialog.get_by_test_id("confirm-decline").click()
    await expect(dialog.get_by_test_id("confirm-accept")).to_have_count(0)
    await expect(chat.widget("notice")).to_be_visible()
    await chat.widget("notice").locator('[data-name="change_report"]').click()
    await expect(chat.widget("ticket_form").get_by_test_id("form-submit")).to_be_visible()
