"""Where the thread of `assets/chat.js` stands when messages come, fold and are scrolled."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.components.chat_page import open_page
from tests.support.browser import DESKTOP, PHONE


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await open_page(browser, DESKTOP)
    yield page
    await page.context.close()


async def scroll(page: Page) -> dict[str, Any]:
    """Where the thread stands, after the browser has laid it out."""
    return await page.evaluate(
        """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
          const { scrollTop, scrollHeight, clientHeight } = document.querySelector(".thread");
          done({ top: scrollTop, below: scrollHeight - clientHeight - scrollTop });
        })))"""
    )


async def top_of(page: Page, message_id: str) -> float:
    box = await page.locator(f'[data-message-id="{message_id}"]').bounding_box()
    assert box
    return box["y"]


async def expect_at_top(page: Page, message_id: str) -> None:
    """Check that the thread begins with a message."""
    bar = await page.locator(".bar").bounding_box()
    assert bar
    assert await top_of(page, message_id) == pytest.approx(bar["y"] + bar["height"] + 12, abs=2)


async def ask(page: Page, answer: int) -> None:
    """Ask below an earlier answer; what comes is so many pixels high."""
    await page.evaluate("add('a1', 'assistant', 900); add('q1', 'customer', 50)")
    await page.get_by_test_id("composer-input").fill("and now?")
    await page.get_by_test_id("composer-send").click()
    await page.evaluate(f"add('q2', 'customer', 50); add('a2', 'assistant', {answer})")
    await scroll(page)


async def test_a_long_answer_begins_at_its_question(page: Page) -> None:
    await page.evaluate("add('a1', 'assistant', 900); add('q1', 'customer', 50)")
    assert (await scroll(page))["below"] == 0
    await page.evaluate("add('a2', 'assistant', 2000)")
    assert (await scroll(page))["below"] > 1000
    await expect_at_top(page, "q1")
    await expect(page.locator(".latest")).to_be_visible()
    await page.locator(".latest").click()
    assert (await scroll(page))["below"] == 0


async def test_who_reads_above_is_left_alone(page: Page) -> None:
    await page.evaluate("for (let i = 0; i < 9; i++) add('m' + i, 'assistant', 300)")
    await scroll(page)
    await page.locator(".thread").evaluate("(thread) => { thread.scrollTop = 500; }")
    assert (await scroll(page))["top"] == 500
    await page.evaluate("add('new', 'assistant', 300)")
    assert (await scroll(page))["top"] == 500


@pytest.mark.parametrize(
    "steps",
    [
        ("ask()", "answer()", "fold()"),
        ("ask()", "fold()", "answer()"),
        ("fold()", "ask(); answer()"),
        ("ask(); answer()", "fold()"),
        ("ask(); fold()", "answer()"),
        ("ask()", "fold(); answer()"),
        ("fold(); ask(); answer()",),
    ],
)
async def test_what_a_tap_asked_for_is_seen_although_what_was_tapped_folds(
    browser: Browser, steps: tuple[str, ...]
) -> None:
    page = await open_page(browser, PHONE)
    form = "<article data-widget-id=w1><button data-do=form_submit>Send</button></article>"
    await page.evaluate("(html) => add('form', 'assistant', 1500.4, html)", form)
    await page.evaluate(
        """() => {
          window.ask = () => add('q', 'customer', 50);
          const room = document.querySelector(".thread").clientHeight;
          window.answer = () => add('a', 'assistant', room);
          // Where a script has the page laid out at once, the scroll that a fold brings about is
          // told of before the new size is.
          window.fold = () => {
            list.querySelector(".bubble").style.height = "900px";
            if (list.offsetTop >= 0) list.closest(".thread").dispatchEvent(new Event("scroll"));
          };
        }"""
    )
    await scroll(page)
    await page.locator(".thread").evaluate("(thread) => { thread.scrollTop = 300; }")
    await scroll(page)
    await page.locator("[data-do=form_submit]").dispatch_event("click")
    for step in steps:
        await page.evaluate(f"() => {{ {step} }}")
        await scroll(page)
    await expect_at_top(page, "q")
    await page.context.close()


async def test_who_asked_for_the_end_stays_there(page: Page) -> None:
    await ask(page, answer=2000)
    await page.locator(".latest").click()
    assert (await scroll(page))["below"] == 0
    await page.evaluate("list.lastChild.append(document.createElement('hr'))")
    assert (await scroll(page))["below"] < 40


async def test_who_scrolls_while_an_answer_comes_is_left_alone(page: Page) -> None:
    await ask(page, answer=700)
    await page.locator(".thread").evaluate("(thread) => { thread.scrollTop -= 300; }")
    left_at = (await scroll(page))["top"]
    await page.evaluate("add('a3', 'assistant', 700)")
    assert (await scroll(page))["top"] == left_at


async def test_earlier_messages_do_not_move_the_page(page: Page) -> None:
    await page.evaluate("for (let i = 0; i < 9; i++) add('m' + i, 'assistant', 300)")
    await scroll(page)
    await page.locator(".thread").evaluate("(thread) => { thread.scrollTop = 40; }")
    await scroll(page)
    before = await top_of(page, "m0")
    await page.evaluate("for (let i = 0; i < 5; i++) add('e' + i, 'customer', 200, '', true)")
    await scroll(page)
    assert await top_of(page, "m0") == pytest.approx(before, abs=1)
