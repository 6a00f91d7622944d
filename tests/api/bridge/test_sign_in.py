"""The bridge signs a customer in and out: with a code of the address, or a token of the host."""

import pytest
from playwright.async_api import BrowserContext, Page, Route

from ecocash_copilot.core.errors import NotAuthenticated
from tests.api.bridge.conftest import Site, asked, everything_kept, receive, sent
from tests.api.bridge_app import message


async def test_a_code_leaves_the_address_and_becomes_a_session(
    page: Page, site: Site, context: BrowserContext
) -> None:
    code = await site.code()
    await page.goto(f"{site.url}/chat?x=1#code={code}")
    await page.evaluate("window.__ecocashReady")
    assert page.url == f"{site.url}/chat?x=1"
    (cookie,) = await context.cookies()
    assert cookie.get("name") == "eco_session"
    assert cookie.get("httpOnly")
    assert (await site.sign_in.access_session(secret=cookie.get("value", ""))).customer.id == "c-7"
    assert not [url for url in site.requests if code in url.partition("#")[0]]
    assert code not in await everything_kept(page)
    await page.go_back()
    assert code not in page.url


async def test_the_server_asks_and_gets_the_ticket_of_the_code(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/chat#code={await site.code()}")
    await page.evaluate("link('need', '1')")
    ticket = await asked(page, "eco-resume")
    assert (await site.sign_in.redeem_ticket(ticket)).customer.id == "c-7"
    assert await page.evaluate("ecocash.takeTicket()") == ""
    assert ticket not in await page.evaluate("JSON.stringify([{ ...sessionStorage }, location])")


async def test_a_code_that_comes_later_is_taken_too(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/chat")
    code = await site.code("c-8")
    await page.evaluate("(code) => { location.hash = 'code=' + code; }", code)
    ticket = await asked(page, "eco-resume")
    assert (await site.sign_in.redeem_ticket(ticket)).customer.id == "c-8"
    assert code not in await everything_kept(page)


async def test_without_host_or_session_the_page_says_so(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/chat")
    await page.evaluate("link('need', '1')")
    await asked(page, "eco-expired")


async def test_a_used_code_asks_the_host_for_a_token(native: Page, site: Site) -> None:
    code = await site.code()
    await site.sign_in.redeem_code(code)
    await native.goto(f"{site.url}/chat#code={code}")
    await native.evaluate("link('need', '1')")
    await sent(native, "token_needed")


async def test_a_token_from_the_host_becomes_a_session_and_is_kept_nowhere(
    native: Page, site: Site
) -> None:
    await native.goto(f"{site.url}/chat")
    assert (await sent(native, "ready"))["payload"] == {"version": 1}
    await native.evaluate("ecocash.needSession()")
    needed = await sent(native, "token_needed")
    assert set(needed) == {"type", "id", "payload"}
    token = site.issuer.token("c-7")
    await receive(native, message("token", token=token))
    ticket = await asked(native, "eco-resume")
    assert (await site.sign_in.redeem_ticket(ticket)).customer.id == "c-7"
    assert token not in await everything_kept(native)
    assert not [url for url in site.requests if token in url]


async def test_the_host_is_asked_once_at_a_time(native: Page, site: Site) -> None:
    await native.goto(f"{site.url}/chat")
    await native.evaluate("ecocash.needSession(); ecocash.needSession()")
    await native.evaluate("link('need', '2')")
    assert await native.evaluate("sent.filter((each) => each.type === 'token_needed').length") == 1


async def test_a_host_that_does_not_answer_leaves_the_page_expired(
    native: Page, site: Site
) -> None:
    await native.clock.install()
    await native.goto(f"{site.url}/chat")
    await native.evaluate("ecocash.needSession()")
    await native.clock.run_for(7900)
    assert await native.evaluate("asked.length") == 0
    await native.clock.run_for(200)
    await asked(native, "eco-expired")


async def test_a_bad_token_leaves_the_page_expired_and_does_not_ask_again(
    native: Page, site: Site
) -> None:
    await native.goto(f"{site.url}/chat")
    await receive(native, message("token", token="bad"))
    await asked(native, "eco-expired")
    kinds = await native.evaluate("sent.map((each) => each.type)")
    assert "token_needed" not in kinds


async def test_a_token_is_tried_again_when_the_network_fails(
    native: Page, site: Site, context: BrowserContext
) -> None:
    await native.goto(f"{site.url}/chat")
    failures = iter([True, False])

    async def flaky(route: Route) -> None:
        await (route.abort() if next(failures, False) else route.continue_())

    await native.route("**/api/session", flaky)
    await receive(native, message("token", token=site.issuer.token("c-7")))
    assert await asked(native, "eco-resume")


async def test_signing_out_ends_the_session_and_drops_what_was_typed(
    page: Page, site: Site, context: BrowserContext
) -> None:
    await page.goto(f"{site.url}/chat#code={await site.code()}")
    await page.evaluate("window.__ecocashReady")
    (cookie,) = await context.cookies()
    await page.get_by_test_id("composer-input").fill("half a message")
    await page.evaluate("ecocash.signOut()")
    await asked(page, "eco-expired")
    assert await context.cookies() == []
    assert "half" not in await everything_kept(page)
    assert await page.get_by_test_id("composer-input").input_value() == ""
    with pytest.raises(NotAuthenticated):
        await site.sign_in.access_session(secret=cookie.get("value", ""))
