"""Networks that fail, servers that die, answers that are stopped: nothing is lost or repeated."""

from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.support.browser import FAILED_CONNECTIONS
from tests.support.chat import Chat
from tests.support.openai_scripts import Reply, prose
from tests.support.openai_server import OpenAIServer
from tests.support.slow_line import SlowLine

SLOW = (Reply(text=prose(400), tokens_per_second=25),)


async def expect_words(chat: Chat) -> str:
    """Wait until the answer being written has its first words on the page; give what is there."""
    live = chat.page.locator('[aria-busy="true"] [data-live]')
    await expect(live).to_contain_text("money")
    return (await live.inner_text()).strip()


async def test_a_message_written_offline_is_sent_once_when_back(visit: Visit) -> None:
    chat = await visit("c-1001")
    visit.watch.expect(FAILED_CONNECTIONS)
    await chat.ask("hello")
    before = await chat.last_answer_id()

    await chat.page.context.set_offline(True)
    await chat.expect_state("offline")
    await chat.send("show my balance")
    await expect(chat.page.get_by_text("show my balance", exact=True)).to_be_visible()
    await chat.page.context.set_offline(False)

    await chat.expect_state("ready")
    await chat.settled_answer(before, 30)
    await expect(chat.widget("balance_card")).to_be_visible()
    await expect(chat.questions.locator(".bubble")).to_have_text(["hello", "show my balance"])
    await chat.page.reload()
    await chat.expect_state("ready")
    await expect(chat.questions).to_have_count(2)
    await expect(chat.answers).to_have_count(2)


async def test_a_message_that_is_sent_while_the_page_opens_waits_and_is_asked(visit: Visit) -> None:
    earlier = await visit("c-1002")
    await earlier.ask("show my balance")
    line = SlowLine()
    chat = Chat(await earlier.page.context.new_page())
    await line.install(chat.page)
    line.hold()
    await chat.open(f"{visit.product.url}/chat", "loading")

    await chat.input.fill("show my transactions")
    await chat.input.press("Enter")
    await expect(chat.input).to_have_value("")
    await expect(chat.page.get_by_text("show my transactions")).to_be_visible()
    line.release()

    await expect(chat.widget("transaction_table")).to_be_visible()
    await expect(chat.questions.locator(".bubble")).to_have_text(
        ["show my balance", "show my transactions"]
    )


async def test_a_draft_survives_a_reload_while_offline(visit: Visit) -> None:
    chat = await visit("c-1001")
    visit.watch.expect(FAILED_CONNECTIONS)
    await chat.page.context.set_offline(True)
    await chat.expect_state("offline")
    await chat.input.fill("half a thought")
    await chat.page.context.set_offline(False)
    await chat.expect_state("ready")

    await chat.page.reload()

    await chat.expect_state("ready")
    await expect(chat.input).to_have_value("half a thought")


async def test_a_killed_server_comes_back_with_the_same_conversation(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play("plain")
    chat = await provider_visit("c-1001")
    provider_visit.watch.expect(FAILED_CONNECTIONS)
    await chat.ask("hello there")
    said, ids = await chat.transcript(), await chat.message_ids()

    with provider_visit.product.down():
        await chat.expect_state("offline")

    await chat.expect_state("ready", 30)
    assert await chat.message_ids() == ids
    assert await chat.transcript() == said
    await chat.ask("and hello again")
    assert len(set(await chat.message_ids())) == 4


async def test_a_server_killed_in_the_middle_of_an_answer_loses_no_settled_message(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play("plain")
    chat = await provider_visit("c-1001")
    provider_visit.watch.expect(FAILED_CONNECTIONS)
    await chat.ask("hello there")
    settled = await chat.message_ids()
    model.play(SLOW)
    await chat.send("tell me a story")
    await expect_words(chat)

    with provider_visit.product.down():
        model.play("plain")

    await chat.expect_state("ready", 30)
    await expect(chat.questions).to_have_count(2)
    ids = await chat.message_ids()
    assert ids[: len(settled)] == settled
    assert len(ids) == len(set(ids))
    before = await chat.last_answer_id()
    await chat.page.get_by_role("button", name="Try again").last.click(timeout=15_000)
    await chat.settled_answer(before)
    await chat.page.reload()
    await chat.expect_state("ready")
    await expect(chat.questions).to_have_count(2)
    await expect(chat.questions.locator(".bubble")).to_have_text(["hello there", "tell me a story"])
    await expect(chat.answers.last).to_contain_text("how can I help you")


async def test_what_is_read_keeps_its_place_while_an_answer_comes(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play("plain")
    chat = await provider_visit("c-1001")
    await chat.ask("hello there")
    await expect(chat.quick_actions.first).to_be_visible()
    height = "document.querySelector('.thread').clientHeight"
    before = await chat.page.evaluate(height)
    answer = await chat.last_answer_id()

    model.play(SLOW)
    await chat.send("tell me a story")
    await expect_words(chat)

    await expect(chat.quick_actions.first).to_be_hidden()
    assert await chat.page.evaluate(height) == before
    await chat.stop_button.click()
    await chat.settled_answer(answer)
    await expect(chat.quick_actions.first).to_be_visible()
    assert await chat.page.evaluate(height) == before


async def test_stop_ends_the_answer_and_keeps_what_was_said(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play(SLOW)
    chat = await provider_visit("c-1001")
    before = await chat.last_answer_id()
    await chat.send("tell me a story")
    shown = await expect_words(chat)

    await chat.stop_button.click()

    answer = await chat.settled_answer(before)
    await expect(answer).to_contain_text(shown)
    words = len((await answer.locator(".bubble").inner_text()).split())
    assert 0 < words < 400
    model.play("plain")
    await chat.ask("hello")


async def test_an_answer_goes_on_while_the_page_is_away(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play((Reply(text=prose(80), tokens_per_second=30),))
    chat = await provider_visit("c-1001")
    await chat.send("tell me a story")
    await expect_words(chat)

    await chat.page.reload()

    await chat.expect_state("ready")
    answer = await chat.settled_answer("")
    assert len((await answer.locator(".bubble").inner_text()).split()) == 80
    await expect(chat.questions).to_have_count(1)
