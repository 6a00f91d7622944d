"""A ticket's life, seen from both sides at once: the customer's phone and the agents' boards."""

from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.support.report import TicketCard, open_ticket
from tests.support.slow_line import SlowLine

PRIVATE = "He called thrice, seems honest"


async def test_from_reply_to_rating_without_a_reload(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk()
    ticket = await open_ticket(chat, "TotalEnergies", "The pump took my money")
    await desk.open_ticket(ticket)
    mine = TicketCard(chat, ticket)

    await desk.move("in_progress")
    await mine.expect_status("in_progress")
    await desk.note(PRIVATE)
    await desk.reply("Which pump was it?", then="pending_customer")
    await expect(chat.said_by_agents.last).to_contain_text("Which pump was it?")
    await mine.expect_status("pending_customer")
    await expect(mine.root).to_contain_text("Waiting for you")

    await mine.say("ticket_add", "Pump number four")
    await expect(desk.history).to_contain_text("Pump number four")
    await desk.expect_status("in_progress")
    await mine.expect_status("in_progress")

    await desk.reply("Your money is back.", then="resolved")
    await expect(chat.said_by_agents.last).to_contain_text("Your money is back.")
    await mine.expect_status("resolved")
    await expect(desk.card(ticket, "resolved")).to_be_visible()
    await mine.rate(2)
    await expect(desk.history).to_contain_text("gave 2 of 5 stars")
    await mine.say("ticket_reopen", "It is not back")
    await mine.expect_status("in_progress")
    await expect(desk.card(ticket, "in_progress")).to_be_visible()
    await expect(desk.history).to_contain_text("It is not back")

    await expect(desk.history).to_contain_text(PRIVATE)
    assert PRIVATE not in await chat.page.content()
    shown = await chat.transcript()
    await chat.page.reload()
    await chat.expect_state("ready")
    await expect(chat.said_by_agents).to_have_count(2)
    await mine.expect_status("in_progress")
    assert await chat.transcript() == shown
    assert PRIVATE not in await chat.page.content()


async def test_the_second_of_two_agents_is_told_what_changed(visit: Visit) -> None:
    line = SlowLine()
    first, second = await visit.desk("agent-1"), await visit.desk("agent-2", line=line)
    card = first.column("in_progress").get_by_test_id("ticket-card").first
    ticket = await card.get_attribute("data-ticket-id") or ""
    await first.open_ticket(ticket)
    await second.open_ticket(ticket)
    await expect(first.panel.get_by_test_id("ticket-viewers")).to_contain_text("Blessing")

    line.hold()
    await first.move("pending_customer")
    await second.reply_field.fill("I am on it")
    await second.reply_field.press("Enter")
    line.release()

    await expect(second.conflict).to_contain_text("Tariro Moyo")
    await expect(second.conflict).to_contain_text("Waiting for customer")
    await expect(second.reply_field).to_have_value("I am on it")
    await second.expect_status("pending_customer")
    await second.reply_field.press("Enter")
    await expect(first.history).to_contain_text("I am on it")


async def test_a_customer_who_is_away_finds_the_answer(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk("supervisor-1")
    ticket = await open_ticket(chat, "Bakers Inn", "I never got the cake")
    context = chat.page.context
    await chat.page.close()
    await desk.open_ticket(ticket)

    await desk.reply("The shop pays you back.", then="resolved")

    chat = await visit.resumed(context)
    await expect(chat.said_by_agents.locator(".bubble")).to_have_text("The shop pays you back.")
    await TicketCard(chat, ticket).expect_status("resolved")


async def test_the_demo_page_shows_a_notice_as_a_phone_would(visit: Visit) -> None:
    chat, desk = await visit("c-1001"), await visit.desk()
    ticket = await open_ticket(chat, "Gain Cash", "They say it is not paid")
    page = await (await visit.context(desktop=True)).new_page()
    await page.goto(f"{visit.product.url}/demo")
    async with page.expect_response("**/api/demo/notices*"):
        await page.get_by_role("button", name="c-1001").click()
    await desk.open_ticket(ticket)

    await desk.reply("We have asked the shop.")

    await expect(page.get_by_test_id("demo-push").filter(has_text=ticket)).to_be_visible()
