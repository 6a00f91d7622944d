"""Each journey of a customer by keyboard alone, as a screen reader hears it."""

import re
from collections.abc import Sequence

from playwright.async_api import ViewportSize, expect

from tests.e2e.conftest import Visit
from tests.support.access import Keyboard, heard, listen
from tests.support.chat import Chat
from tests.support.report import Dialog, ReportForm, TicketCard, open_ticket

NARROW: ViewportSize = {"width": 360, "height": 640}


async def open_chat(visit: Visit) -> tuple[Chat, Keyboard]:
    """Open a chat as narrow as a phone, with a keyboard and no finger; the focus is in it."""
    chat = await visit("c-1001", desktop=True)
    await chat.page.set_viewport_size(NARROW)
    await listen(chat.page)
    return chat, Keyboard(chat.page)


async def ask(chat: Chat, keys: Keyboard, words: str) -> list[tuple[str, str]]:
    """Type a question where the focus is, wait for the answer, and return what was heard."""
    before = await chat.last_answer_id()
    await heard(chat.page)
    await chat.page.keyboard.type(words)
    await keys.press("Enter")
    await chat.settled_answer(before)
    return await said(chat)


async def said(chat: Chat) -> list[tuple[str, str]]:
    """Wait until an announcement was made, and return all of them."""
    await chat.page.wait_for_function("heard.length > 0")
    return await heard(chat.page)


async def expect_focus(chat: Chat, *hooks: str) -> None:
    """Wait until what has one of these hooks, or such a name, has the focus."""
    await chat.page.wait_for_function(
        """(hooks) => {
          const node = document.activeElement, { testid, do: does } = node.dataset;
          const name = (node.ariaLabel ?? node.innerText ?? "").trim();
          return hooks.some((hook) => [testid, does, node.name].includes(hook)
            || (name && name.startsWith(hook)));
        }""",
        arg=list(hooks),
    )


def once(announcements: Sequence[tuple[str, str]], words: str) -> None:
    """Expect one announcement, a polite one, with these words."""
    assert len(announcements) == 1, announcements
    [(how, what)] = announcements
    assert how == "status"
    assert words in what


async def test_a_wallet_by_keyboard(visit: Visit) -> None:
    chat, keys = await open_chat(visit)
    await expect_focus(chat, "new-chat", "composer-input")
    await chat.page.reload()
    await chat.expect_state("ready")
    await listen(chat.page)
    await keys.press("Tab")
    await expect(chat.page.locator(".skip")).to_be_focused()
    await keys.press("Enter")
    await expect(chat.input).to_be_focused()
    once(await ask(chat, keys, "show my transactions"), "I found 60 transactions")

    await expect(chat.input).to_be_focused()
    await keys.go_to("next_page", back=True)
    await keys.press("Enter")
    once(await said(chat), "20 of 60")
    table = chat.widget("transaction_table")
    await expect(
        table.locator("[data-transaction-id]").nth(10).locator("button").first
    ).to_be_focused()
    await keys.go_to("Failed", back=True)
    await keys.press("Enter")
    once(await said(chat), "Failed. 6 of 6")
    await expect_focus(chat, "Failed")

    await keys.go_to("get-help")
    before = await chat.last_answer_id()
    await keys.press("Enter")
    await chat.settled_answer(before)
    assert len(await said(chat)) == 1
    await expect(chat.widget("transaction_detail")).to_be_visible()
    await chat.page.wait_for_function(
        "document.activeElement.closest('[data-widget=transaction_detail]')"
    )
    await keys.go_to("pick_reason")
    assert not keys.problems, "\n".join(keys.problems)


async def expect_asked(chat: Chat, dialog: Dialog) -> None:
    """Wait for a question, and until the page has put the focus on it."""
    await dialog.expect_state("pending")
    await chat.page.wait_for_function(
        "document.activeElement.closest('[data-widget=confirmation_dialog]')"
    )


async def test_a_report_by_keyboard(visit: Visit) -> None:
    chat, keys = await open_chat(visit)
    await chat.input.focus()
    await ask(chat, keys, "help with my payment to Chicken Inn")
    detail, table = chat.widget("transaction_detail"), chat.widget("transaction_table")
    if not await detail.count():
        before = await chat.last_answer_id()
        await table.get_by_test_id("get-help").first.focus()
        await keys.press("Enter")
        await chat.settled_answer(before)
    else:
        await keys.go_to("get-help", back=True)
    await keys.go_to("pick_reason")
    while "not paid" not in (here := await keys.go_to("pick_reason")).name:
        assert here.hook == "pick_reason"
    await keys.press("Enter")
    form = ReportForm(chat)
    await form.expect_step("details")
    await chat.page.wait_for_function("document.activeElement.closest('.report h3')")

    await keys.use("form-next")
    await expect(form.wrong.first).to_be_visible()
    await chat.page.wait_for_function("document.activeElement.ariaInvalid === 'true'")
    described = await chat.page.evaluate(
        """(() => {
          const node = document.activeElement;
          return document.getElementById(node.getAttribute("aria-describedby"))?.innerText;
        })()"""
    )
    assert described
    await chat.page.keyboard.type("Two pieces and chips")
    await keys.press("Enter")
    await form.expect_step("words")
    await chat.page.wait_for_function("document.activeElement.closest('.report h3')")
    await keys.go_to("description")
    await chat.page.keyboard.type("I paid, and the till said no.")

    await keys.press("Escape")
    await form.expect_step("details")
    await keys.use("form-next")
    await form.expect_step("words")
    await expect(form.field("description")).to_have_value(re.compile("the till said no"))
    await keys.use("form-next")
    await form.expect_step("review")
    await keys.use("form-submit")
    dialog = Dialog(chat)
    await expect_asked(chat, dialog)
    before = await chat.last_answer_id()
    await keys.press("Escape")
    await dialog.expect_state("declined")
    await chat.settled_answer(before)
    await expect_focus(chat, "You said no")
    await keys.use("postback")
    await form.expect_step("review")
    await chat.page.wait_for_function("document.activeElement.closest('[data-widget=ticket_form]')")
    await keys.use("form-submit")
    await expect_asked(chat, dialog)
    await keys.use("confirm-accept")
    ticket = await dialog.ticket_id()
    await chat.page.wait_for_function("document.activeElement.closest('.dialog, .message')")
    assert ticket
    assert not keys.problems, "\n".join(keys.problems)


async def test_a_ticket_by_keyboard(visit: Visit) -> None:
    chat, keys = await open_chat(visit)
    ticket = await open_ticket(chat, "NetOne", "The airtime never came")
    desk = await visit.desk()
    await desk.open_ticket(ticket)
    await desk.move("pending_customer")
    mine = TicketCard(chat, ticket)
    await mine.expect_status("pending_customer")

    await chat.input.focus()
    await write(keys, mine, "ticket_add", "Still no airtime")
    await expect(desk.history).to_contain_text("Still no airtime")

    await desk.move("resolved")
    await mine.expect_status("resolved")
    await chat.input.focus()
    for _ in ("five stars", "four stars"):
        await keys.go_to("ticket_rate", back=True)
    await keys.press("Enter")
    await expect(desk.history).to_contain_text("gave 4 of 5 stars")
    await chat.input.focus()
    await write(keys, mine, "ticket_reopen", "It is not back")
    await mine.expect_status("in_progress")
    await expect(desk.history).to_contain_text("It is not back")
    assert not keys.problems, "\n".join(keys.problems)


async def test_history_and_a_person_by_keyboard(visit: Visit) -> None:
    chat, keys = await open_chat(visit)
    await chat.input.focus()
    await ask(chat, keys, "How do I reset my PIN if I forgot it?")
    await keys.use("new-chat", back=True)
    await expect(chat.messages).to_have_count(0)

    await keys.use("history-open", back=True)
    item = chat.history_items.filter(has_text="reset my PIN").first
    await expect(item).to_be_visible()
    await keys.press("Escape")
    await expect(item).to_be_hidden()
    await expect(chat.history_button).to_be_focused()
    await keys.press("Enter")
    await expect(item).to_be_visible()
    await keys.go_to("How do I reset my PIN")
    await keys.press("Enter")
    await expect(chat.questions).to_have_count(1)

    before = await chat.last_answer_id()
    await heard(chat.page)
    await keys.use("talk-to-person", back=True)
    await chat.settled_answer(before)
    # In business hours it is also said that one waits.
    await chat.page.wait_for_function("heard.some(([, what]) => what.includes('read this chat'))")
    assert {how for how, _ in await heard(chat.page)} == {"status"}
    assert not keys.problems, "\n".join(keys.problems)


async def write(keys: Keyboard, card: TicketCard, what: str, words: str) -> None:
    """Unfold the box for some words on a ticket's card, write them and send them."""
    box = card.root.locator("details").filter(has=keys.page.locator(f"[data-do={what}]"))
    name = await box.locator("summary").inner_text()
    await keys.use(name, back=True)
    await expect(box.get_by_role("textbox")).to_be_visible()
    await keys.go_to("text")
    await keys.page.keyboard.type(words)
    await keys.use(what)
    await expect(box.and_(keys.page.locator("[open]"))).to_have_count(0)
