"""Signing in by code and by bridge; sessions that end; and where no secret may ever be."""

import httpx
from playwright.async_api import Page, expect

from tests.e2e.conftest import Visit
from tests.support.chat import Chat
from tests.support.host import Host
from tests.support.sign_in import SESSION_COOKIE, demo_token, one_time_code
from tests.support.slow_line import SlowLine


async def sign_in_by_code(visit: Visit, page: Page, sub: str = "c-1001") -> tuple[Chat, str]:
    token = visit.secrets.add(await demo_token(visit.product.url, sub), "customer's token")
    code = visit.secrets.add(await one_time_code(visit.product.url, token), "one-time code")
    chat = Chat(page)
    await page.goto(f"{visit.product.url}/chat#code={code}")
    return chat, code


async def session_secret(chat: Chat) -> str:
    cookies = await chat.page.context.cookies()
    values = [each.get("value", "") for each in cookies if each.get("name") == SESSION_COOKIE]
    assert len(values) == 1
    return values[0]


async def revoke(visit: Visit, chat: Chat) -> None:
    """End the session on the server, behind the page's back."""
    cookies = {SESSION_COOKIE: await session_secret(chat)}
    async with httpx.AsyncClient(base_url=visit.product.url, cookies=cookies) as client:
        assert (await client.delete("/api/session")).status_code == 204


async def test_a_code_opens_the_chat_and_leaves_no_trace(visit: Visit) -> None:
    page = await (await visit.context()).new_page()

    chat, code = await sign_in_by_code(visit, page)
    await chat.expect_state("ready")

    assert page.url == f"{visit.product.url}/chat"
    secret = await session_secret(chat)
    kept = await page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, name])"
    )
    html = await page.content()
    for hidden in (code, secret):
        assert hidden not in kept
        assert hidden not in html
    assert "eyJ" not in kept


async def test_a_code_works_once(visit: Visit) -> None:
    page = await (await visit.context()).new_page()
    chat, code = await sign_in_by_code(visit, page)
    await chat.expect_state("ready")
    visit.watch.expect("401")

    thief = Chat(await (await visit.context()).new_page())
    await thief.page.goto(f"{visit.product.url}/chat#code={code}")

    await thief.expect_state("expired")


async def test_the_bridge_signs_in_with_a_token(visit: Visit) -> None:
    context = await visit.context()
    host = Host()
    await host.install(context)
    chat = Chat(await context.new_page())
    await chat.page.goto(f"{visit.product.url}/chat")
    await host.next("ready")
    await host.next("token_needed")
    token = visit.secrets.add(await demo_token(visit.product.url, "c-1001"), "customer's token")

    await host.send(chat.page, "token", token=token)

    await chat.expect_state("ready")
    await expect(chat.input).to_be_enabled()
    kept = await chat.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert token not in kept


async def test_an_expired_session_asks_the_host_and_loses_nothing_typed(visit: Visit) -> None:
    context = await visit.context()
    host = Host()
    await host.install(context)
    chat, _ = await sign_in_by_code(visit, await context.new_page())
    await chat.expect_state("ready")
    await chat.start_new()
    await chat.ask("hello")
    before = await chat.last_answer_id()
    await revoke(visit, chat)

    await chat.send("show my balance")
    await host.next("token_needed")
    token = visit.secrets.add(await demo_token(visit.product.url, "c-1001"), "customer's token")
    await host.send(chat.page, "token", token=token)

    await chat.settled_answer(before)
    await expect(chat.widget("balance_card")).to_be_visible()
    await expect(chat.questions.locator(".bubble")).to_have_text(["hello", "show my balance"])


async def test_without_a_host_an_expired_session_says_so_and_keeps_the_draft(visit: Visit) -> None:
    chat = await visit("c-1001", fresh=True)
    await chat.ask("hello")
    await chat.input.fill("a long story that I do not want to type again")
    await revoke(visit, chat)

    await chat.page.reload()

    await chat.expect_state("expired")
    await expect(chat.input).to_have_value("a long story that I do not want to type again")
    await sign_in_by_code(visit, chat.page)
    await chat.expect_state("ready")
    await expect(chat.input).to_have_value("a long story that I do not want to type again")


async def test_a_late_refusal_does_not_end_the_sign_in_that_came_after_it(visit: Visit) -> None:
    line = SlowLine()
    chat = await visit("c-1001", fresh=True, line=line)
    await chat.ask("hello")
    await revoke(visit, chat)
    await chat.page.reload()
    await chat.expect_state("expired")

    line.hold()
    await sign_in_by_code(visit, chat.page)
    await line.until_sent("chat_state.resume")
    line.release()

    await chat.expect_state("ready")
    await chat.ask("show my balance")
    await expect(chat.widget("balance_card")).to_be_visible()
    await chat.expect_state("ready")


async def test_another_customers_chat_is_not_in_my_history(visit: Visit) -> None:
    mine = await visit("c-1001")
    await mine.ask("what are the fees for sending money to a neighbour?")

    other = await visit("c-1002")
    await other.history_button.click()

    await expect(other.page.get_by_role("dialog")).to_be_visible()
    await expect(other.history_items.filter(has_text="neighbour")).to_have_count(0)


async def test_the_demo_page_signs_in_and_shows_what_the_app_receives(visit: Visit) -> None:
    page = await (await visit.context(desktop=True)).new_page()
    await page.goto(f"{visit.product.url}/demo")

    await page.get_by_role("button", name="c-1001").click()

    frame = page.frame_locator("iframe")
    await expect(frame.locator('[data-app-state="ready"]')).to_be_attached()
    await frame.get_by_test_id("composer-input").fill("show my balance")
    await frame.get_by_test_id("composer-input").press("Enter")
    # The chat goes on with the conversation that another journey has left.
    await expect(frame.locator('[data-widget="balance_card"]').last).to_be_visible()
    await expect(page.get_by_text("message_sent").first).to_be_visible()


async def test_a_link_of_a_help_article_opens_in_the_native_app(visit: Visit) -> None:
    context = await visit.context()
    host = Host()
    await host.install(context)
    chat, _ = await sign_in_by_code(visit, await context.new_page())
    await chat.expect_state("ready")
    await chat.start_new()
    answer = await chat.ask("How do I reset my PIN if I forgot it?")

    await answer.locator('[data-widget="help_article"] [data-do="deeplink"]').first.click()

    url: str = (await host.next("deeplink"))["url"]
    assert url.startswith(("ecocash://", "tel:", "https://"))


async def test_back_closes_the_history_before_it_closes_the_page(visit: Visit) -> None:
    context = await visit.context()
    host = Host()
    await host.install(context)
    chat, _ = await sign_in_by_code(visit, await context.new_page())
    await chat.expect_state("ready")
    await chat.history_button.click()
    dialog = chat.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()

    await host.send(chat.page, "back")
    await expect(dialog).to_be_hidden()
    await host.send(chat.page, "back")

    await host.next("close")
