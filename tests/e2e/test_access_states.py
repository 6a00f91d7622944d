"""Each state of each journey as axe, a thumb, a magnifier and a screen reader find it."""

from itertools import pairwise

from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.support.access import Inspection, headings, unnamed, violations_in_both_themes
from tests.support.browser import FAILED_CONNECTIONS
from tests.support.chat import Chat
from tests.support.files import photo
from tests.support.report import begin_report


class Look(Inspection):
    """An inspection of the chat, with its names and headings."""

    async def look(self, state: str) -> None:
        await super().look(state)
        self.problems += [f"{state}: {line}" for line in await unnamed(self.page)]
        levels = [level for level, _ in await headings(self.page)]
        if levels[:1] != [1] or any(after > before + 1 for before, after in pairwise(levels)):
            self.problems.append(f"{state}: headings out of order: {levels}")


async def walk_wallet(chat: Chat, inspection: Look) -> None:
    """Ask about money: from the welcome to one transaction."""
    await inspection.look("welcome")
    await chat.ask("show my balance")
    await inspection.look("balance")
    await chat.ask("show my transactions")
    await inspection.look("table")
    table = chat.widget("transaction_table")
    await table.get_by_role("button", name="Failed", exact=True).click()
    await expect(table.locator('[data-transaction-id]:not([data-status="failed"])')).to_have_count(
        0
    )
    await inspection.look("filtered")
    before = await chat.last_answer_id()
    await table.get_by_test_id("get-help").first.click()
    await chat.settled_answer(before)
    await inspection.look("detail")


async def walk_report(chat: Chat, inspection: Look) -> None:
    """Report a transaction, with an error on the way, and see its ticket."""
    form = await begin_report(chat, "Chipo", "wrong_number")
    await inspection.look("first step")
    await form.fill("number_meant", "12")
    await form.next_button.click()
    await expect(form.wrong.first).to_be_visible()
    await inspection.look("errors")
    await form.fill("number_meant", "077 200 0111")
    await form.choose("knows_recipient", "no")
    await form.next("words")
    await form.fill("description", "I typed one digit wrong.")
    await form.attach("receipt.jpg", "image/jpeg", photo())
    await inspection.look("evidence")
    await form.next("review")
    await inspection.look("review")
    dialog = await form.submit()
    await inspection.look("question")
    await dialog.accept()
    await expect(chat.widget("ticket_status_board")).to_be_visible()
    await inspection.look("ticket made")
    await chat.ask("where are my tickets?")
    await chat.widget("ticket_status_board").locator(".say summary").first.click()
    await inspection.look("tickets")


async def test_every_state_of_a_journey_is_for_everyone(visit: Visit) -> None:
    chat = await visit("c-1001")
    inspection = Look(chat.page)
    await walk_wallet(chat, inspection)
    await walk_report(chat, inspection)
    await chat.history_button.click()
    await expect(chat.history_items.first).to_be_visible()
    await inspection.look("history")
    await chat.page.keyboard.press("Escape")
    visit.watch.expect(FAILED_CONNECTIONS)
    await chat.page.context.set_offline(True)
    await chat.expect_state("offline")
    await chat.send("are you there?")
    await inspection.look("offline")
    assert not inspection.problems, "\n".join(inspection.problems)


async def test_a_person_and_a_page_that_stopped_are_for_everyone(visit: Visit) -> None:
    desk, chat = await visit.desk(), await visit("c-1003")
    inspection = Look(chat.page)
    words = "the shop laughed at me"
    await chat.ask(f"{words}, I want to talk to a person")
    await inspection.look("waiting for a person")
    await desk.call(words).click()
    await desk.take_button.click()
    await chat.expect_speaker("agent")
    await desk.say("Mhoro, I am looking at it now.")
    await expect(chat.said_by_agents).to_have_count(1)
    await inspection.look("a person")
    await desk.hand_back_button.click()
    await chat.expect_speaker("assistant")

    stopped = Chat(await (await visit.context()).new_page())
    await stopped.open(f"{visit.product.url}/chat", "expired")
    inspection.page = stopped.page
    await inspection.look("expired")
    for state in ("error", "loading"):
        # What only a broken server would bring about; the page has all of them in it.
        await stopped.root.evaluate("(root, state) => { root.dataset.appState = state; }", state)
        await inspection.look(state)
    assert not inspection.problems, "\n".join(inspection.problems)


async def test_the_pages_round_the_chat_are_for_everyone(visit: Visit) -> None:
    page = await (await visit.context()).new_page()
    visit.watch.expect(r"404 \(Not Found\)")
    problems: list[str] = []
    for path in ("/", "/demo", "/board", "/nothing/here"):
        await page.goto(visit.product.url + path)
        await page.wait_for_load_state("networkidle")
        problems += [f"{path}: {line}" for line in await violations_in_both_themes(page)]
        problems += [f"{path}: {line}" for line in await unnamed(page)]
    assert not problems, "\n".join(problems)
