"""The question before a report is sent: one tap, one ticket, whatever happens round it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect
from pymongo import AsyncMongoClient

from tests.e2e.conftest import Visit
from tests.support.browser import FAILED_CONNECTIONS
from tests.support.product import Product
from tests.support.report import Dialog, ReportForm, reviewed_report
from tests.support.slow_line import SlowLine


async def hurry(product: Product, reference: str, seconds: float) -> None:
    """Let the time to answer a question about a transaction be over in so many seconds."""
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    async with AsyncMongoClient[dict[str, Any]](product.database_uri) as client:
        database = client["ecocash_copilot"]
        consent = await database["consents"].find_one_and_update(
            {"arguments.transaction_reference": reference, "state": "pending"},
            {"$set": {"expires_at": ends, "open_until": ends}},
        )
        assert consent is not None
        dialog = {"type": "confirmation_dialog", "consent_id": consent["_id"]}
        await database["messages"].update_one(
            {"widgets": {"$elemMatch": dialog}},
            {"$set": {"widgets.$.expires_at": f"{ends:%FT%T}Z"}},
        )


async def test_declined_twice_nothing_happened_and_a_person_is_offered(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk()
    form = await reviewed_report(chat, "Greenwood Pharmacy", "They charged me for nothing")
    reference = await form.reference()

    await (await form.submit()).decline()

    await expect(chat.answers.last).to_contain_text("Nothing was sent")
    notice = chat.widget("notice")
    await expect(notice.get_by_role("button")).to_have_text(
        ["Change the report", "Read what helps", "Talk to a person"]
    )
    for way in await notice.get_by_role("button").all():
        await expect(way).to_be_in_viewport(ratio=1)
    before = await chat.last_answer_id()
    await notice.get_by_role("button", name="Change the report").click()
    await chat.settled_answer(before)
    form = ReportForm(chat)
    await form.expect_step("review")
    await (await form.submit()).decline()
    await expect(notice.get_by_role("button").first).to_have_text("Talk to a person")
    await expect(notice).to_contain_text("Would you rather talk to a person?")
    await desk.expect_found(reference)


async def test_a_double_tap_makes_one_ticket(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk()
    form = await reviewed_report(chat, "SPAR Bridge", "I paid and they saw nothing")
    reference = await form.reference()
    dialog = await form.submit()

    await dialog.accept_button.evaluate("(button) => { button.click(); button.click(); }")

    ticket = await dialog.ticket_id()
    await desk.expect_found(reference, ticket)


async def test_a_second_tab_answers_and_the_first_one_shows_it(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk()
    form = await reviewed_report(chat, "ZUVA Petroleum", "The pump was empty")
    reference = await form.reference()
    dialog = await form.submit()
    other = await visit.again(chat)

    ticket = await Dialog(other).accept()

    assert await dialog.ticket_id() == ticket
    await expect(chat.widget("ticket_status_board")).to_contain_text(ticket)
    await expect(dialog.accept_button).to_have_count(0)
    await desk.expect_found(reference, ticket)


async def test_the_time_to_answer_runs_out_while_looking(visit: Visit) -> None:
    line = SlowLine()
    chat, desk = await visit("c-1001", line=line), await visit.desk()
    form = await reviewed_report(chat, "OK Mazowe", "The till was off")
    reference = await form.reference()
    dialog = await form.submit()

    line.hold()
    await hurry(visit.product, reference, 6)
    other = Dialog(await visit.again(chat))
    await expect(other.accept_button).to_be_visible()
    await expect(other.accept_button).to_be_hidden()
    await expect(other.root).to_contain_text("The time to answer is over.")
    await dialog.accept_button.click()
    line.release()

    await dialog.expect_state("expired")
    await expect(chat.answers.last).to_contain_text("Nothing was changed.")
    await other.expect_state("expired")
    await form.expect_step("review")
    await desk.expect_found(reference)


async def test_a_lost_answer_is_there_once_after_the_connection_is_back(visit: Visit) -> None:
    visit.watch.expect(FAILED_CONNECTIONS)
    line = SlowLine()
    chat, desk = await visit("c-1001", line=line), await visit.desk()
    form = await reviewed_report(chat, "Liquid Home", "No internet since I paid")
    reference = await form.reference()
    dialog = await form.submit()

    line.hold()
    await dialog.accept_button.click()
    seen = desk.cards.filter(has_text="Something else").filter(has_text="240.00")
    await expect(seen).to_have_count(1)
    await chat.page.context.set_offline(True)
    await line.cut()
    await chat.expect_state("offline")
    await chat.page.context.set_offline(False)

    await chat.expect_state("ready")
    ticket = await dialog.ticket_id()
    await expect(chat.widget("ticket_status_board")).to_contain_text(ticket)
    await desk.expect_found(reference, ticket)


async def test_a_tap_while_offline_is_made_once_when_back(visit: Visit) -> None:
    visit.watch.expect(FAILED_CONNECTIONS)
    line = SlowLine()
    chat, desk = await visit("c-1001", line=line), await visit.desk()
    form = await reviewed_report(chat, "Blessing Gumbo", "My rent did not arrive")
    reference = await form.reference()
    dialog = await form.submit()

    await chat.page.context.set_offline(True)
    await line.cut()
    await chat.expect_state("offline")
    await dialog.accept_button.click()
    await expect(dialog.root).to_contain_text("One moment")
    await chat.page.context.set_offline(False)

    await chat.expect_state("ready")
    await desk.expect_found(reference, await dialog.ticket_id())
