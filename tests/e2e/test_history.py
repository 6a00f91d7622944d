"""Leaving and coming back: the same conversation, each message once."""

from playwright.async_api import expect

from tests.e2e.conftest import Visit


async def test_a_reload_shows_the_same_conversation(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("show my balance")
    await chat.ask("show my failed transactions")
    said, ids = await chat.transcript(), await chat.message_ids()

    await chat.page.reload()

    await chat.expect_state("ready")
    await expect(chat.messages).to_have_count(len(ids))
    assert await chat.message_ids() == ids
    assert await chat.transcript() == said


async def test_a_filtered_table_is_still_filtered_after_a_reload(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("show my transactions")
    table = chat.widget("transaction_table")
    await table.get_by_role("button", name="Failed", exact=True).click()
    others = table.locator('[data-transaction-id]:not([data-status="failed"])')
    await expect(others).to_have_count(0)
    count = await table.locator("[data-transaction-id]").count()

    await chat.page.reload()

    await chat.expect_state("ready")
    await expect(others).to_have_count(0)
    await expect(table.locator("[data-transaction-id]")).to_have_count(count)


async def test_a_new_chat_leaves_the_old_one_in_the_history(visit: Visit) -> None:
    chat = await visit("c-1002")
    question = "How do I reset my PIN if I forgot it?"
    await chat.ask(question)
    said = await chat.transcript()

    await chat.start_new()
    await chat.ask("hello")
    await chat.history_button.click()
    item = chat.history_items.filter(has_text="PIN").first
    await item.click()

    await expect(chat.questions.first.locator(".bubble")).to_have_text(question)
    assert await chat.transcript() == said


async def test_an_old_conversation_goes_on_where_it_was(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("please show me every transaction that I made")
    await chat.start_new()
    await chat.ask("thanks")
    await chat.history_button.click()
    await chat.history_items.filter(has_text="every transaction that I made").first.click()
    await expect(chat.widget("transaction_table")).to_be_visible()

    answer = await chat.ask("only the failed ones")

    await expect(answer.locator("[data-transaction-id]").first).to_have_attribute(
        "data-status", "failed"
    )


async def test_a_second_tab_shows_the_same_conversation(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("show my balance")
    ids = await chat.message_ids()

    other = await visit.again(chat)

    await expect(other.messages).to_have_count(len(ids))
    assert await other.message_ids() == ids
    answer = await other.ask("show my failed transactions")
    await expect(answer.locator("[data-transaction-id]").first).to_be_visible()
    await chat.page.reload()
    await chat.expect_state("ready")
    await expect(chat.messages).to_have_count(len(ids) + 2)
    assert await chat.message_ids() == await other.message_ids()


async def test_back_and_forward_lose_and_repeat_nothing(visit: Visit) -> None:
    chat = await visit("c-1001")
    await chat.ask("show my balance")
    ids = await chat.message_ids()

    await chat.page.goto(f"{visit.product.url}/healthz")
    await chat.page.go_back()

    await chat.expect_state("ready")
    await expect(chat.messages).to_have_count(len(ids))
    assert await chat.message_ids() == ids


async def test_a_long_thread_opens_at_its_end_and_loads_the_rest(visit: Visit) -> None:
    async with await visit.wire("c-1001") as wire:
        await wire.start_new()
        for number in range(1, 61):
            await wire.ask(f"hello number {number}")

    chat = await visit("c-1001", keep=True)
    await expect(chat.questions.last.locator(".bubble")).to_have_text("hello number 60")
    shown = len(await chat.message_ids())
    assert 2 < shown < 120
    while await chat.load_earlier_button.count():
        before = await chat.messages.count()
        await chat.load_earlier_button.click()
        await expect(chat.messages).not_to_have_count(before)

    ids = await chat.message_ids()
    assert len(ids) == len(set(ids)) == 120
    await expect(chat.questions.locator(".bubble")).to_have_text(
        [f"hello number {number}" for number in range(1, 61)]
    )
