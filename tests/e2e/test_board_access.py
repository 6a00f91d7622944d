"""An agent who does not see the board, enlarges it or has it in their hand, does the whole job."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.board_steps import open_first
from tests.e2e.conftest import Visit
from tests.support.access import cut_off, small_targets, violations_in_both_themes
from tests.support.desk import Desk

MOUSE = 24
"""What a mouse hits, in CSS px."""
LAYERED = {"selection", "menu", "ticket", "ready-made replies"}
"""Places where something lies over the cards on purpose."""


# -- For who does not see it ----------------------------------------------------------------------


async def test_what_colleagues_do_is_said_politely_and_not_in_floods(visit: Visit) -> None:
    mine, theirs = await visit.desk("agent-1"), await visit.desk("supervisor-1")
    said = mine.page.locator(".announce")
    await expect(said).to_have_role("status")
    await mine.page.evaluate(
        "() => { window.said = []; new MutationObserver(() => { const text = "
        "document.querySelector('.announce').textContent; if (text) said.push(text); })"
        ".observe(document.querySelector('.announce'), { childList: true, characterData: true, "
        "subtree: true }); }"
    )
    ticket = await open_first(theirs, "in_progress")
    await theirs.move("pending_customer")
    await expect(said).to_have_text(f"{ticket} moved to Waiting for customer")
    await theirs.move("in_progress")
    await expect(said).to_have_text(f"{ticket} moved to In progress")
    heard: list[str] = await mine.page.evaluate("window.said")
    assert len(heard) == 2


async def test_names_on_the_accessibility_tree(visit: Visit) -> None:
    board = await visit.desk("supervisor-1")
    ticket = await open_first(board)
    page = board.page
    parts: list[tuple[Any, str | None]] = [
        ("banner", None),
        ("main", None),
        ("navigation", "Views"),
        ("complementary", "Ticket"),
        ("searchbox", "Search tickets: number, reference, phone or words"),
        ("combobox", "Category"),
        ("combobox", "Language"),
        ("combobox", "Status"),
        ("combobox", "Assignee"),
        ("combobox", "Priority"),
        ("textbox", "Reply to the customer"),
        ("textbox", "Private note, never shown to the customer"),
        ("combobox", "After the reply"),
        ("button", "Send"),
        ("button", "Light or dark"),
        ("button", "Keyboard shortcuts"),
        ("button", ticket),
    ]
    for role, name in parts:
        found = page.get_by_role(role, name=name, exact=True) if name else page.get_by_role(role)
        await expect(found.first).to_be_visible()
    card = board.card(ticket)
    await expect(card).to_have_accessible_name(re.compile(rf"{ticket}, .+, .+"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("EcoCash Support")
    unnamed = await page.evaluate(
        "() => [...document.querySelectorAll('.board :is(button, a, input, select, textarea)')]"
        ".filter(node => node.checkVisibility() && !(node.ariaLabel || node.textContent.trim() || "
        "node.labels?.length)).map(node => node.outerHTML.slice(0, 120))"
    )
    assert unnamed == []


# -- Everybody's eyes and hands -------------------------------------------------------------------


async def _walk(board: Desk) -> AsyncIterator[str]:
    """Go through an agent's day; say where the board stands each time."""
    yield "columns"
    await board.column("in_progress").get_by_test_id("ticket-card").first.focus()
    await board.press("x")
    yield "selection"
    await board.press("Escape", "m")
    yield "menu"
    await board.press("Escape", "?")
    yield "help"
    await board.press("Escape")
    await open_first(board)
    await expect(board.history).to_be_visible()
    yield "ticket"
    await board.press("c")
    yield "ready-made replies"
    await board.press("Escape", "Escape", "Escape")
    await expect(board.panel).to_have_count(0)
    await board.page.get_by_role("link", name="Team").press("Enter")
    await expect(board.page.get_by_test_id("team-view")).to_have_attribute("aria-busy", "false")
    yield "team"
    await board.page.get_by_role("link", name="Deliveries").press("Enter")
    await expect(board.page.get_by_test_id("deliveries-view")).to_be_visible()
    yield "deliveries"


@pytest.mark.parametrize("width", [768, 1280])
async def test_no_violations_on_the_way(visit: Visit, width: int) -> None:
    board = await visit.desk("supervisor-1")
    await board.page.set_viewport_size({"width": width, "height": 800})
    async for place in _walk(board):
        assert await violations_in_both_themes(board.page) == [], place


@pytest.mark.parametrize(
    ("width", "height", "text"),
    [(1280, 800, 100), (768, 1024, 100), (640, 400, 100), (1280, 800, 200), (360, 640, 100)],
    ids=["desk", "tablet", "zoom-200", "text-200", "phone"],
)
async def test_nothing_is_lost_and_everything_is_hit(
    visit: Visit, width: int, height: int, text: int
) -> None:
    board = await visit.desk("supervisor-1")
    await board.page.set_viewport_size({"width": width, "height": height})
    await board.page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
    async for place in _walk(board):
        assert await cut_off(board.page) == [], place
        small = await small_targets(board.page, MOUSE)
        if place in LAYERED:
            small = [line for line in small if "lie over each other" not in line]
        assert small == [], place


async def test_on_a_phone_a_ticket_can_be_answered(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await board.page.set_viewport_size({"width": 360, "height": 640})
    await board.open_ticket(
        await board.column("in_progress")
        .get_by_test_id("ticket-card")
        .first.get_attribute("data-ticket-id")
        or ""
    )
    await board.reply("From my phone")
    await expect(board.transcript).to_contain_text("From my phone")
    await expect(board.reply_field).to_be_in_viewport()
