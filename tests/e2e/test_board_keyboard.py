"""An agent who never touches the mouse does the whole job."""

import re

from playwright.async_api import Page, expect

from tests.e2e.board_steps import open_first
from tests.e2e.conftest import Visit
from tests.support.access import focus


async def _expect_focus_seen(page: Page) -> None:
    found = await focus(page)
    assert found is not None, "nothing has the focus"
    assert found.ring, f"the focus on {found} cannot be seen"
    assert not found.hidden, f"the focus on {found} is covered"


async def _stops(page: Page, most: int = 80) -> list[str]:
    """Press Tab from the page's start until it has been round; return where it stops."""
    await page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    stops: list[str] = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        found = await focus(page)
        if found is None:
            break
        assert found.ring, f"the focus on {found} cannot be seen"
        assert not found.hidden, f"the focus on {found} is covered"
        stops.append(
            await page.evaluate(
                "document.activeElement"
                ".closest('.top-bar, .lane, .edge, .ticket-panel, #bulk')"
                "?.className.split(' ')[0] || document.activeElement.id"
            )
        )
    return stops


def _runs(stops: list[str]) -> list[str]:
    seen = ["lane" if stop == "edge" else stop for stop in stops]
    return [stop for stop, before in zip(seen, [None, *seen], strict=False) if stop != before]


async def _expect_focus_within(page: Page, part: str) -> None:
    await expect(page.locator(f"{part}:focus-within")).to_have_count(1)


# -- By keyboard alone ----------------------------------------------------------------------------


async def test_tab_goes_through_the_page_in_its_order_and_is_seen(visit: Visit) -> None:
    board = await visit.desk("supervisor-1")
    stops = await _stops(board.page)
    runs = _runs(stops)
    assert runs[:2] == ["top-bar", "lane"]
    # One stop for each column that holds a ticket, the arrows go on from it; and its edges, which
    # are gone once they have loaded the rest of it.
    columns = await board.page.locator(".lane:has(.tile)").count()
    edges = await board.page.locator(".lane .edge").count()
    assert stops.count("lane") == columns
    assert stops.count("edge") >= edges
    await open_first(board)
    runs = _runs(await _stops(board.page))
    assert runs == ["top-bar", "lane", "ticket-panel"]


async def test_arrows_go_from_card_to_card_and_column_to_column(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await board.column("in_progress").get_by_test_id("ticket-card").first.focus()
    first = await board.current()
    await board.press("ArrowDown")
    below = await board.current()
    assert below not in ("", first)
    await _expect_focus_seen(board.page)
    await board.press("ArrowUp", "ArrowLeft", "ArrowRight")
    assert await board.current() == first


async def test_the_whole_job_by_keyboard(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    ticket = await open_first(board)
    await board.press("r")
    await expect(board.reply_field).to_be_focused()
    await _expect_focus_seen(board.page)
    await board.page.keyboard.type("We are looking at it")
    await board.press("Enter")
    await expect(board.transcript).to_contain_text("We are looking at it")
    await expect(board.reply_field).to_be_focused()

    await board.press("Escape", "n")
    await expect(board.note_field).to_be_focused()
    await board.page.keyboard.type("Called the meter's shop")
    await board.press("Enter")
    await expect(board.history).to_contain_text("Called the meter's shop")

    await board.press("Escape", "i")
    await expect(board.assignee).to_have_value("agent-1")
    await board.press("c")
    await _expect_focus_within(board.page, "#canned")
    await board.press("ArrowDown", "ArrowUp", "Enter")
    await expect(board.reply_field).to_be_focused()
    await expect(board.reply_field).not_to_have_value("")
    await board.press("Control+a", "Delete", "Escape")

    await board.press("Escape")
    await expect(board.panel).to_have_count(0)
    await expect(board.card(ticket)).to_be_focused()

    status = await board.card(ticket).get_attribute("data-status")
    await board.press("m")
    await board.press("Enter")
    await expect(board.card(ticket)).not_to_have_attribute("data-status", str(status))
    await expect(board.card(ticket)).to_be_focused()


async def test_views_filters_and_search_by_keyboard(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await board.press("g", "2")
    await expect(board.page).to_have_url(re.compile("view=mine"))
    await board.press("g", "1")
    await expect(board.page).not_to_have_url(re.compile("view="))
    await board.press("/")
    await expect(board.search).to_be_focused()
    await _expect_focus_seen(board.page)
    ticket = await board.cards.first.get_attribute("data-ticket-id") or ""
    await board.page.keyboard.type(ticket)
    await expect(board.cards).to_have_count(1)
    await board.press("Enter")
    await expect(board.card(ticket)).to_be_focused()
    await board.press("/", "Control+a", "Delete", "Escape")
    await expect(board.cards.nth(1)).to_be_visible()
    await expect(board.card(ticket)).to_be_focused()


async def test_several_tickets_are_selected_and_given_away_by_keyboard(visit: Visit) -> None:
    board = await visit.desk("supervisor-1")
    await board.column("in_progress").get_by_test_id("ticket-card").first.focus()
    await board.press("x", "ArrowDown", "x", "b")
    bulk = board.page.get_by_test_id("bulk-assign")
    await expect(bulk).to_be_focused()
    await _expect_focus_seen(board.page)
    await expect(board.page.locator("#bulk-count")).to_have_text("2 selected")
    await board.press("Escape")
    await board.press("Escape")
    await expect(board.page.locator("#bulk")).to_be_hidden()
    assert await board.current()


async def test_team_merge_and_tags_by_keyboard(visit: Visit) -> None:
    board = await visit.desk("supervisor-1")
    await open_first(board)
    await board.panel.locator(".more-of summary").focus()
    await board.press("Enter")
    await board.press("Tab")
    await expect(board.page.get_by_test_id("ticket-team")).to_be_focused()
    await board.page.keyboard.type("Acc")
    await expect(board.history).to_contain_text("passed it to Accounts")
    await board.press("Tab")
    await expect(board.page.get_by_test_id("ticket-tag")).to_be_focused()
    await board.press("Control+a")
    await board.page.keyboard.type("by-keyboard")
    await board.press("Enter")
    await expect(board.history).to_contain_text("by-keyboard")
    await board.press("Tab", "Tab")
    await expect(board.page.get_by_test_id("ticket-merge")).to_be_focused()
    await board.page.keyboard.type("TCK-99999999")
    await board.press("Enter")
    await expect(board.page.locator(".toast[data-show][data-tone=error]")).to_be_visible()
    await expect(board.page.get_by_test_id("ticket-merge")).to_be_focused()


# -- The focus comes back -------------------------------------------------------------------------


async def test_closing_gives_the_focus_back_to_the_card(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    for close in ("Escape", "button"):
        ticket = await open_first(board)
        if close == "button":
            await board.panel.get_by_role("button", name="Close").focus()
            await board.press("Enter")
        else:
            await board.press("Escape")
        await expect(board.panel).to_have_count(0)
        await expect(board.card(ticket)).to_be_focused()


async def test_menu_and_help_keep_the_focus_and_give_it_back(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    card = board.column("in_progress").get_by_test_id("ticket-card").first
    await card.focus()
    await board.press("m")
    entries = (
        board.page.get_by_role("menu")
        .get_by_role("menuitem")
        .and_(board.page.locator(":not([disabled])"))
    )
    await expect(entries.first).to_be_focused()
    for _ in range(await entries.count() + 1):
        await _expect_focus_within(board.page, "#menu")
        await _expect_focus_seen(board.page)
        await board.press("Tab")
    await board.press("End")
    await expect(entries.last).to_be_focused()
    await board.press("Home")
    await expect(entries.first).to_be_focused()
    await board.press("Escape")
    await expect(card).to_be_focused()
    await board.press("?")
    sheet = board.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet).to_be_visible()
    for _ in range(3):
        await _expect_focus_seen(board.page)
        await _expect_focus_within(board.page, "#keys")
        await board.press("Shift+Tab")
        if await board.page.evaluate("document.activeElement === document.body"):
            break  # the browser's own controls come next
    await board.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(card).to_be_focused()


async def test_escape_closes_what_lies_on_top(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await open_first(board)
    canned, page = board.page.locator("#canned"), board.page
    await board.press("c")
    await expect(canned).to_be_visible()
    await board.press("Escape")
    await expect(canned).to_be_hidden()
    await expect(board.reply_field).to_be_focused()
    await board.press("Escape")
    await expect(board.panel).to_be_focused()
    await board.press("?", "Escape")
    await expect(page.locator("#keys")).to_be_hidden()
    await expect(board.panel).to_be_visible()
    account = page.get_by_label("Account", exact=True)
    await account.focus()
    await board.press("Enter")
    await expect(page.get_by_test_id("sign-out")).to_be_visible()
    await board.press("Escape")
    await expect(page.get_by_test_id("sign-out")).to_be_hidden()
    await expect(account).to_be_focused()
    await board.press("Escape")
    await expect(board.panel).to_have_count(0)


async def test_where_the_panel_lies_over_the_cards_the_focus_is_in_it(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await board.page.set_viewport_size({"width": 768, "height": 1024})
    ticket = await open_first(board)
    await expect(board.panel).to_be_focused()
    assert _runs(await _stops(board.page)) == ["top-bar", "ticket-panel"]
    await board.panel.focus()
    await board.press("j")
    await expect(board.panel).not_to_have_attribute("data-item", ticket)
    other = await board.panel.get_attribute("data-item") or ""
    await board.press("Escape")
    await expect(board.card(other)).to_be_focused()


async def test_keys_of_one_letter_can_be_turned_off(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    switch = board.page.get_by_label("Use keys of one letter")
    await board.press("?")
    await switch.focus()
    await board.press("Space", "Escape")
    await board.column("in_progress").get_by_test_id("ticket-card").first.focus()
    await board.press("m", "x", "?")
    await expect(board.page.locator("#menu")).to_be_hidden()
    await expect(board.page.locator("#bulk")).to_be_hidden()
    await expect(board.page.locator("#keys")).to_be_hidden()
    await board.page.reload()
    await board.expect_ready()
    await board.page.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    await expect(switch).not_to_be_checked()
