"""The customer chooses a language, by the menu and in words; it stays theirs on every phone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from schemas.identity import LANGUAGE_NAMES
from tests.e2e.conftest import Visit
from tests.support.chat import Chat

WHO = "c-1002"
"""Their token says Ndebele."""

TITLES = {"en": "EcoCash Help", "sn": "EcoCash Rubatsiro", "nd": "EcoCash Uncedo"}
MENU = {"en": "Language", "sn": "Mutauro", "nd": "Ulimi"}
BALANCE = {"en": "Your balance", "sn": "Mari yenyu", "nd": "Imali yakho"}


@pytest.fixture(autouse=True)
async def their_own_language(visit: Visit) -> AsyncIterator[None]:
    """What they chose is kept for good: other journeys of theirs expect Ndebele."""
    yield
    chat = await visit(WHO, fresh=True)
    await chat.page.get_by_test_id("language-menu").select_option("nd")
    await expect_language(chat, "nd")


async def expect_language(chat: Chat, code: str) -> None:
    """Wait until the page speaks a language: its labels, its menu, and what it says of itself."""
    await expect(chat.root).to_have_attribute("lang", code)
    await expect(chat.page.locator("html")).to_have_attribute("lang", code)
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text(TITLES[code])
    menu = chat.page.get_by_role("combobox", name=MENU[code])
    await expect(menu).to_have_value(code)


async def target_of(page: Page) -> tuple[float, float]:
    """Return the size of what a finger hits."""
    box = await page.get_by_test_id("language-menu").bounding_box()
    assert box is not None
    return box["width"], box["height"]


async def test_chosen_in_the_menu_and_kept_on_another_phone(visit: Visit) -> None:
    chat = await visit(WHO, fresh=True)
    menu = chat.page.get_by_test_id("language-menu")
    assert min(await target_of(chat.page)) >= 44
    options = menu.locator("option")
    assert await options.all_text_contents() == list(LANGUAGE_NAMES.values())
    for code, option in zip(LANGUAGE_NAMES, await options.all(), strict=True):
        assert await option.get_attribute("lang") == code

    await menu.select_option("en")
    await expect_language(chat, "en")
    await chat.ask("show my balance")
    card = chat.widget("balance_card")
    await expect(card).to_contain_text(BALANCE["en"])
    quick = await chat.quick_actions.all_text_contents()

    await menu.select_option("sn")
    await expect_language(chat, "sn")
    await expect(card).to_contain_text(BALANCE["sn"])
    await expect(chat.quick_actions.first).not_to_have_text(quick[0])
    # What was said stays as it was said, and says in which language.
    said = chat.answers.last.locator(".bubble")
    await expect(said).to_contain_text("You have")
    await expect(said).to_have_attribute("lang", "en")

    elsewhere = await visit(WHO, fresh=True)
    await expect_language(elsewhere, "sn")
    await chat.page.reload()
    await chat.expect_state("ready")
    await expect_language(chat, "sn")


async def test_chosen_by_the_keyboard_alone(visit: Visit) -> None:
    chat = await visit(WHO, desktop=True, fresh=True)
    menu = chat.page.get_by_test_id("language-menu")
    await menu.select_option("en")
    await expect_language(chat, "en")
    await menu.focus()
    await chat.page.keyboard.press("ArrowDown")
    await expect_language(chat, "sn")
    await expect(menu).to_be_focused()
    ring = await chat.page.locator(".language").evaluate("it => getComputedStyle(it).outlineStyle")
    assert ring == "solid"


async def test_asked_for_in_words(visit: Visit) -> None:
    chat = await visit(WHO, fresh=True)
    answer = await chat.ask("please speak English")
    await expect(answer).to_contain_text("From now on I write in English.")
    await expect_language(chat, "en")

    answer = await chat.ask("khuluma isiNdebele")
    await expect(answer).to_contain_text("ngizabhala ngesiNdebele")
    await expect_language(chat, "nd")

    answer = await chat.ask("taurai neShona, mari yangu imarii?")
    await expect(chat.widget("balance_card")).to_contain_text(BALANCE["sn"])
    await expect(answer).to_contain_text("Mune ")
    await expect_language(chat, "sn")

    answer = await chat.ask("change language")
    await answer.get_by_role("button", name="isiNdebele").click()
    await expect(chat.answers.last).to_contain_text("ngizabhala ngesiNdebele")
    await expect_language(chat, "nd")
    await expect(chat.questions).to_have_count(5)


async def test_a_question_is_answered_in_its_own_language(visit: Visit) -> None:
    chat = await visit(WHO, fresh=True)
    await chat.page.get_by_test_id("language-menu").select_option("en")
    await expect_language(chat, "en")
    for text, start, code in (
        ("Ndiratidze my balance", "Mune ", "sn"),
        ("Ngitshengise my balance", "Ule ", "nd"),
    ):
        bubble = (await chat.ask(text)).locator(".bubble")
        await expect(bubble).to_contain_text(start)
        await expect(bubble).to_have_attribute("lang", code)
    bubble = (await chat.ask("Show my balance ndapota")).locator(".bubble")
    await expect(bubble).to_contain_text("You have ")
    await expect(bubble).not_to_have_attribute("lang", "sn")
    await expect_language(chat, "en")


async def test_a_change_in_words_waits_for_the_tap_in_three_languages(visit: Visit) -> None:
    chat = await visit("c-1001", fresh=True)
    for text in ("close my ticket TCK-100042", "vharai TCK-100042", "vala TCK-100042"):
        await chat.ask(text)
        dialog = chat.widget("confirmation_dialog")
        await expect(dialog).to_contain_text("TCK-100042")
        await dialog.get_by_test_id("confirm-decline").click()
        await expect(dialog.get_by_test_id("confirm-accept")).to_have_count(0)
        await expect(chat.busy).to_have_count(0)
