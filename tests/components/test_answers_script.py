"""What `assets/forms.js` does in a real browser with questions, tickets and the way back."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.components.forms_page import calls, details, open_page
from tests.support.browser import DESKTOP, PHONE


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await open_page(browser, DESKTOP)
    yield page
    await page.context.close()


# -- questions for consent -------------------------------------------------------------------------


async def test_a_question_counts_down_and_ends_by_the_servers_clock(page: Page) -> None:
    # The phone is an hour ahead.
    await page.evaluate(
        "document.querySelector('#eco-server').dataset.opened = Date.now() - 3600e3"
    )
    await page.evaluate("ask(Date.now() - 3600e3 + 125e3)")
    await expect(page.locator(".time")).to_have_text("Within 2:05")
    await page.clock.run_for(65_000)
    await expect(page.locator(".time")).to_have_text("Within 1:00")
    await page.clock.run_for(61_000)
    await expect(page.locator("[data-do=confirm_accept]")).not_to_be_visible()
    assert await calls(page) == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_two_taps_are_one_and_the_other_button_is_dead(
    browser: Browser, device: dict[str, Any]
) -> None:
    page = await open_page(browser, device)
    await page.evaluate("ask(Date.now() + 600e3)")
    await page.locator("[data-do=confirm_accept]").dblclick()
    await page.clock.run_for(3000)
    for name in ("confirm_accept", "confirm_decline"):
        await expect(page.locator(f"[data-do={name}]")).to_have_attribute("aria-disabled", "true")
        await page.locator(f"[data-do={name}]").dispatch_event("click")
    assert await calls(page) == [["confirm_accept", "w2"]]
    await page.evaluate("answer()")
    await expect(page.get_by_text("Done")).to_be_focused()
    await page.context.close()


async def test_an_answer_that_got_lost_can_be_given_again(page: Page) -> None:
    await page.evaluate("ask(Date.now() + 600e3)")
    await page.locator("[data-do=confirm_accept]").click()
    await page.clock.run_for(16_000)
    await page.locator("[data-do=confirm_accept]").click()
    assert await calls(page) == [["confirm_accept", "w2"]] * 2


# -- tickets ---------------------------------------------------------------------------------------


async def test_a_rating_names_its_ticket(page: Page) -> None:
    await page.locator("[data-do=ticket_rate]").click()
    assert await calls(page) == [["ticket_rate", "TCK-100042", "4"]]


async def test_words_for_a_ticket_are_sent_once_and_not_empty(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator("[data-do=ticket_add]").click()
    await expect(page.locator(".say textarea")).to_be_focused()
    await page.clock.run_for(5000)
    await page.locator(".say textarea").fill(" The number is 077 1. ")
    await page.locator("[data-do=ticket_add]").click()
    [[name, ticket, words, key]] = await calls(page)
    assert (name, ticket, words) == ("ticket_add", "TCK-100042", "The number is 077 1.")
    # What else happens on the page is no answer.
    await page.evaluate("document.querySelector('ol').append(document.createElement('li'))")
    await expect(page.locator(".say textarea")).to_have_value(" The number is 077 1. ")
    server = page.locator("#eco-server")
    await server.evaluate("(node, key) => { node.dataset.said = key }", key)
    await expect(page.locator(".say textarea")).to_have_value("")
    assert await page.evaluate("Object.keys(sessionStorage)") == []


async def test_words_that_were_refused_are_kept(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator(".say textarea").fill("Again")
    await page.locator("[data-do=ticket_add]").click()
    for _ in range(2):
        await page.evaluate("document.querySelector('.refusal').hidden = false")
        await expect(page.locator(".say textarea")).to_be_visible()
        await expect(page.locator(".say textarea")).to_have_value("Again")
        await page.clock.run_for(5000)
        await page.locator("[data-do=ticket_add]").click()
        await page.evaluate("document.querySelector('.refusal').hidden = true")
    # However often it is sent, it is the same words under the same key.
    assert len({json.dumps(call) for call in await calls(page)}) == 1


async def test_words_outlive_the_card_that_they_were_written_on(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator(".say textarea").fill("The till was number four")
    await page.evaluate(
        """() => {
          const card = document.querySelector("[data-widget-id=w3]");
          const drawn = card.outerHTML.replace("open", "").replace("ticket_add", "ticket_reopen");
          card.outerHTML = drawn;
        }"""
    )
    await expect(page.locator(".say textarea")).to_be_visible()
    await expect(page.locator(".say textarea")).to_have_value("The till was number four")
    await page.evaluate("ecocash.ui.forgetWords()")
    await expect(page.locator(".say textarea")).to_have_value("")


# -- Escape and Back -------------------------------------------------------------------------------


async def test_escape_goes_back_in_the_card_that_has_the_focus(page: Page) -> None:
    await page.evaluate("draw('details', 1); ask(Date.now() + 60000)")
    await page.locator("#a").fill("077")
    await page.locator("#a").press("Escape")
    assert await calls(page) == [["form_back", "w1", details(1, number_meant="077")]]


async def test_back_answers_the_newest_question_with_no_before_it_goes_a_step_back(
    page: Page,
) -> None:
    await page.evaluate("draw('details', 1); ask(Date.now() + 60000)")
    assert await page.evaluate("ecocash.ui.back()")
    assert await calls(page) == [["confirm_decline", "w2"]]
    await page.evaluate("answer()")
    assert await page.evaluate("ecocash.ui.back()")
    assert [name for name, *_ in await calls(page)] == ["confirm_decline", "form_back"]
    await page.evaluate("document.querySelector('form.report').remove()")
    assert not await page.evaluate("ecocash.ui.back()")


async def test_back_leaves_what_was_agreed_to_alone(page: Page) -> None:
    await page.evaluate("ask(Date.now() + 60000)")
    await page.locator("[data-do=confirm_accept]").click()
    assert not await page.evaluate("ecocash.ui.back()")
    assert await calls(page) == [["confirm_accept", "w2"]]


async def test_escape_folds_the_field_beside_a_ticket(page: Page) -> None:
    await page.locator("summary").click()
    await page.locator(".say textarea").press("Escape")
    await expect(page.locator(".say textarea")).to_be_hidden()
    await expect(page.locator("summary")).to_be_focused()


async def test_escape_in_the_composer_answers_nothing_while_something_is_written(
    page: Page,
) -> None:
    await page.evaluate("ask(Date.now() + 60000)")
    box = page.get_by_test_id("composer-input")
    await box.fill("wait")
    await box.press("Escape")
    assert await calls(page) == []
    await box.fill("")
    await box.press("Escape")
    assert await calls(page) == [["confirm_decline", "w2"]]
