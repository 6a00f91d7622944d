"""A customer asks about balance and transactions, and the wallet answers."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Visit


async def test_the_balance_comes_as_a_card_with_every_wallet(visit: Visit) -> None:
    chat = await visit("c-1001")

    answer = await chat.ask("show my balance")

    card = answer.locator('[data-widget="balance_card"]')
    await expect(card).to_be_visible()
    await expect(card).to_contain_text("US$")
    await expect(card).to_contain_text("ZiG")
    await expect(answer.locator(".bubble")).not_to_be_empty()


async def test_a_filter_chip_narrows_the_table_in_its_place(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("show my transactions")
    table = chat.widget("transaction_table")
    before = await chat.message_ids()

    await table.get_by_role("button", name="Failed", exact=True).click()

    rows = table.locator("[data-transaction-id]")
    await expect(table.locator('[data-transaction-id]:not([data-status="failed"])')).to_have_count(
        0
    )
    await expect(rows.first).to_be_visible()
    assert await chat.message_ids() == before


async def test_the_next_page_is_added_below_without_repeats(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("show my transactions")
    table = chat.widget("transaction_table")
    rows = table.locator("[data-transaction-id]")
    first_page = await rows.count()

    await table.get_by_role("button", name="Show more").click()

    await expect(rows.nth(first_page)).to_be_attached()
    references = await rows.evaluate_all("rows => rows.map((row) => row.dataset.transactionId)")
    assert len(references) == len(set(references)) > first_page


async def test_get_help_leads_to_the_transaction_and_its_reasons(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("show my failed transactions")
    row = chat.widget("transaction_table").locator("[data-transaction-id]").first
    reference = await row.get_attribute("data-transaction-id")
    assert reference is not None
    before = await chat.last_answer_id()

    await row.get_by_test_id("get-help").click()

    answer = await chat.settled_answer(before)
    detail = answer.locator('[data-widget="transaction_detail"]')
    await expect(detail).to_contain_text(reference)
    reason = detail.locator("[data-do=pick_reason]").first
    await expect(reason).to_be_visible()

    before = await chat.last_answer_id()
    await reason.click()
    await expect((await chat.settled_answer(before)).locator(".bubble")).not_to_be_empty()


@pytest.mark.parametrize(
    ("question", "follow_up", "status"),
    [
        ("show my transactions", "only the failed ones", "failed"),
        ("show my transactions", "which ones are pending?", "pending"),
    ],
)
async def test_a_follow_up_builds_on_what_was_shown(
    visit: Visit, question: str, follow_up: str, status: str
) -> None:
    chat = await visit("c-1001")
    await chat.ask(question)

    answer = await chat.ask(follow_up)

    rows = answer.locator("[data-transaction-id]")
    await expect(rows.first).to_have_attribute("data-status", status)
    statuses = await rows.evaluate_all("rows => rows.map((row) => row.dataset.status)")
    assert set(statuses) == {status}


async def test_the_second_one_is_the_second_row(visit: Visit) -> None:
    chat = await visit("c-1001")
    answer = await chat.ask("show my failed transactions")
    second = (
        await answer.locator("[data-transaction-id]").nth(1).get_attribute("data-transaction-id")
    )
    assert second is not None

    answer = await chat.ask("tell me more about the second one")

    await expect(answer.locator('[data-widget="transaction_detail"]')).to_contain_text(second)


@pytest.mark.parametrize(
    ("question", "widget"),
    [
        ("show my balance", "balance_card"),
        ("ndiratidze mari yangu", "balance_card"),
        ("ndiratidze zvandakabhadhara svondo rino", "transaction_table"),
        ("ngitshengisa imali yami", "balance_card"),
        ("ngitshengisa engikubhadele ngaleliviki", "transaction_table"),
    ],
)
async def test_each_language_gets_its_answer(visit: Visit, question: str, widget: str) -> None:
    chat = await visit("c-1001")

    answer = await chat.ask(question)

    await expect(answer.locator(f'[data-widget="{widget}"]')).to_be_visible()
    await expect(answer.locator(".bubble")).not_to_be_empty()


@pytest.mark.parametrize(
    ("sub", "language"), [("c-1001", "en"), ("c-1002", "nd"), ("c-1003", "sn")]
)
async def test_the_page_speaks_the_customers_language(
    visit: Visit, sub: str, language: str
) -> None:
    chat = await visit(sub)

    placeholder = await chat.input.get_attribute("placeholder")

    english = "Type your question"
    assert placeholder
    assert (placeholder == english) == (language == "en")
    spoken = await chat.input.evaluate("node => node.closest('[lang]').lang")
    assert spoken == language


async def test_what_was_paid_this_week_lists_money_out_only(visit: Visit) -> None:
    chat = await visit("c-1001")

    answer = await chat.ask("ndiratidze zvandakabhadhara svondo rino")

    rows = answer.locator("[data-transaction-id]")
    await expect(rows.first).to_be_visible()
    directions = await rows.evaluate_all("rows => rows.map((row) => row.dataset.direction)")
    assert set(directions) == {"out"}


async def test_a_double_tap_on_send_asks_once(visit: Visit) -> None:
    chat = await visit("c-1001")
    before = await chat.last_answer_id()

    await chat.input.fill("show my balance")
    await chat.send_button.dblclick()

    await chat.settled_answer(before)
    await expect(chat.questions).to_have_count(1)
    await expect(chat.answers).to_have_count(1)


async def test_everything_works_with_the_keyboard_alone(visit: Visit) -> None:
    chat = await visit("c-1001", desktop=True)
    page = chat.page
    before = await chat.last_answer_id()

    await chat.input.focus()
    await page.keyboard.type("show my failed transactions")
    await page.keyboard.press("Enter")
    await chat.settled_answer(before)
    help_button = chat.widget("transaction_table").get_by_test_id("get-help").first
    for _ in range(60):
        await page.keyboard.press("Shift+Tab")
        if await help_button.evaluate("node => node === document.activeElement"):
            break
    else:
        pytest.fail("the help button cannot be reached with the keyboard")
    before = await chat.last_answer_id()
    await page.keyboard.press("Enter")
    await chat.settled_answer(before)
    await expect(chat.widget("transaction_detail")).to_be_visible()

    await chat.history_button.focus()
    await page.keyboard.press("Enter")
    await expect(chat.history_items.first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(chat.history_items.first).to_be_hidden()


async def test_a_message_is_shown_as_typed_and_never_as_markup(visit: Visit) -> None:
    chat = await visit("c-1001")
    text = '<img src=x onerror="window.hacked=1"> **not bold** & more'

    await chat.ask(text)

    await expect(chat.questions.last.locator(".bubble")).to_have_text(text)
    assert await chat.page.evaluate("window.hacked === undefined")
