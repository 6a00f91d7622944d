"""What a customer wrote is kept until it has arrived, and for nobody else."""

import json
import re

from playwright.async_api import BrowserContext, Page

from tests.api.bridge.conftest import Site, asked, everything_kept, opened, type_and_send


async def test_a_message_is_shown_at_once_and_forgotten_when_it_arrived(
    page: Page, site: Site
) -> None:
    await page.goto(f"{site.url}/chat")
    entry = await type_and_send(page, "  show my balance ")
    assert entry["text"] == "show my balance"
    assert re.fullmatch(r"[0-9a-f-]{36}", entry["key"])
    bubble = page.locator("#eco-pending")
    assert await bubble.is_visible()
    assert await bubble.inner_text() == "show my balance"
    assert await page.get_by_test_id("composer-input").input_value() == ""
    await page.evaluate("(key) => arrived(key)", entry["key"])
    await bubble.wait_for(state="hidden")
    assert await page.evaluate("ecocash.pending()") == "[]"


async def test_what_was_not_shown_is_sent_again_after_a_reload(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/chat")
    entry = await type_and_send(page, "show my balance")
    await page.reload()
    assert await page.locator("#eco-pending").inner_text() == "show my balance"
    assert await page.evaluate("asked.length") == 0
    await opened(page)
    assert json.loads(await asked(page, "eco-resend")) == [entry]


async def test_nothing_is_sent_again_before_the_chat_is_open(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/chat")
    await type_and_send(page, "show my balance")
    await page.evaluate("dispatchEvent(new Event('online'))")
    assert await page.evaluate("asked.filter(([name]) => name === 'eco-resend').length") == 0


async def test_coming_online_sends_what_is_left(
    page: Page, site: Site, context: BrowserContext
) -> None:
    await page.goto(f"{site.url}/chat")
    await opened(page)
    await context.set_offline(True)
    await type_and_send(page, "first")
    await page.evaluate("ecocash.compose('second')")
    assert not await page.evaluate("ecocash.online()")
    assert await page.evaluate("asked.filter(([name]) => name === 'eco-resend').length") == 0
    await context.set_offline(False)
    left = json.loads(await asked(page, "eco-resend"))
    assert [entry["text"] for entry in left] == ["first", "second"]


async def test_a_message_lost_without_a_sign_is_sent_again(page: Page, site: Site) -> None:
    await page.clock.install()
    await page.goto(f"{site.url}/chat")
    await opened(page)
    entry = await type_and_send(page, "show my balance")
    await page.clock.run_for(15_100)
    assert json.loads(await asked(page, "eco-resend")) == [entry]


async def test_the_twenty_first_unsent_message_stays_in_the_composer(
    page: Page, site: Site
) -> None:
    await page.goto(f"{site.url}/chat")
    for number in range(20):
        assert json.loads(await page.evaluate("(text) => ecocash.compose(text)", f"m{number}"))
    await page.get_by_test_id("composer-input").fill("one more")
    assert await page.evaluate("ecocash.submit()") == "[]"
    assert len(json.loads(await page.evaluate("ecocash.pending()"))) == 20
    assert await page.get_by_test_id("composer-input").input_value() == "one more"


async def test_asking_for_a_person_says_so_in_the_language_of_the_page(
    page: Page, site: Site
) -> None:
    await page.goto(f"{site.url}/chat")
    (entry,) = json.loads(await page.evaluate("ecocash.talkToPerson()"))
    assert entry["text"] == "Taura nemunhu"


async def test_a_draft_outlives_a_reload_and_ends_when_it_is_sent(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/chat")
    field = page.get_by_test_id("composer-input")
    await field.press_sequentially("money to wrong num")
    await page.reload()
    assert await field.input_value() == "money to wrong num"
    await type_and_send(page, "money to wrong number")
    await page.reload()
    assert await field.input_value() == ""


async def test_another_customer_finds_nothing_of_the_first(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/chat")
    await opened(page, "tag-7", "1")
    await type_and_send(page, "my secret question")
    await page.get_by_test_id("composer-input").fill("my secret draft")
    await page.reload()
    await opened(page, "tag-8", "2")
    await page.locator("#eco-pending").wait_for(state="hidden")
    assert "secret" not in await everything_kept(page)
    assert await page.get_by_test_id("composer-input").input_value() == ""
    assert await page.evaluate("asked.length") == 0


async def test_without_storage_the_page_still_works(
    context: BrowserContext, page: Page, site: Site
) -> None:
    await context.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('off'); } });"
    )
    await page.goto(f"{site.url}/chat")
    entry = await type_and_send(page, "show my balance")
    await opened(page)
    assert json.loads(await asked(page, "eco-resend")) == [entry]
