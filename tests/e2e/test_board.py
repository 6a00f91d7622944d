"""The board in a real browser: an agent's day, by mouse and by keyboard, with a colleague."""

import re

from playwright.async_api import Locator, expect

from tests.e2e.conftest import Visit
from tests.support.browser import FAILED_CONNECTIONS
from tests.support.desk import Desk


async def first(board: Desk, status: str) -> str:
    """Return the topmost ticket of a column."""
    card = board.column(status).get_by_test_id("ticket-card").first
    await expect(card).to_be_visible()
    return await card.get_attribute("data-ticket-id") or ""


async def test_a_move_by_drag_is_on_a_colleagues_board(visit: Visit) -> None:
    mine, theirs = await visit.desk("agent-1"), await visit.desk("agent-2")
    ticket = await first(mine, "new")
    await mine.card(ticket).drag_to(mine.column("in_progress"))
    await expect(theirs.card(ticket, "in_progress")).to_be_visible(timeout=2000)
    await expect(mine.card(ticket, "in_progress")).to_be_visible()
    await expect(mine.page.locator(".ghost")).to_have_count(0)
    await theirs.card(ticket).hover()
    await theirs.card(ticket).locator("[data-do=menu]").click()
    entry = theirs.page.locator("#menu [data-entry=move][data-value=new]")
    await expect(entry).to_be_disabled()
    await theirs.page.locator("#menu [data-entry=move][data-value=pending_customer]").click()
    await expect(mine.card(ticket, "pending_customer")).to_be_visible(timeout=2000)


async def test_a_ticket_by_keyboard_alone(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await board.press("j", "l")
    ticket = await board.current()
    await board.press("j")
    assert await board.current() not in ("", ticket)
    await board.press("k")
    assert await board.current() == ticket
    await board.press("Enter")
    await expect(board.panel).to_have_attribute("data-item", ticket)
    await expect(board.page).to_have_url(re.compile(rf"/board/{ticket}$"))
    await board.press("r")
    await board.page.keyboard.type("We look at it\nNow")
    await expect(board.transcript).to_contain_text("We look at it")
    await expect(board.reply_field).to_have_value("Now")
    await board.press("Control+a", "Delete")
    await board.press("Escape", "n")
    await board.page.keyboard.type("Only for us")
    await board.press("Enter")
    await expect(board.history).to_contain_text("Only for us")
    await board.press("Escape", "a")
    await expect(board.assignee).to_be_focused()
    await board.press("Escape", "Escape", "i")
    await expect(board.assignee).to_have_value("agent-1")
    await board.press("?")
    await expect(board.page.locator("#keys")).to_be_visible()
    await board.press("Escape", "Escape")
    await expect(board.panel).to_have_count(0)
    await expect(board.page).to_have_url(re.compile(r"/board$"))
    await expect(board.card(ticket)).to_be_focused()


async def test_what_was_typed_stays_with_its_ticket(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    one = await first(board, "resolved")
    two = await first(board, "closed")
    await board.open_ticket(one)
    await board.reply_field.fill("Half a thought")
    await board.open_ticket(two)
    await expect(board.reply_field).to_have_value("")
    await board.open_ticket(one)
    await expect(board.reply_field).to_have_value("Half a thought")
    await board.page.reload()
    await board.expect_ready()
    await expect(board.panel).to_have_attribute("data-item", one)
    await expect(board.reply_field).to_have_value("Half a thought")
    await board.page.go_back()
    await expect(board.panel).to_have_attribute("data-item", two)
    await board.page.goto(board.page.url.replace(f"/{two}", ""))
    await board.expect_ready()
    await expect(board.panel).to_have_count(0)


async def test_a_reply_on_an_old_version_is_not_sent_and_not_lost(visit: Visit) -> None:
    mine, theirs = await visit.desk("agent-1"), await visit.desk("supervisor-1")
    ticket = await first(mine, "in_progress")
    await mine.open_ticket(ticket)
    await mine.reply_field.fill("My answer")
    # What the page shows from here on is old, as on a slow line.
    await mine.page.evaluate(
        "() => { const { board } = window.ecocash; const reply = board.reply;"
        "board.reply = (key, id, version, ...rest) => reply(key, id, version - 1, ...rest); }"
    )
    await theirs.open_ticket(ticket)
    await theirs.page.get_by_test_id("ticket-priority").select_option("low")
    await expect(mine.page.get_by_test_id("ticket-priority")).to_have_value("low")
    await mine.reply_field.press("Enter")
    conflict = mine.page.get_by_test_id("ticket-conflict")
    await expect(conflict).to_contain_text("set the priority to Low")
    await expect(mine.reply_field).to_have_value("My answer")


async def _expect_all(found: Locator, text: str) -> None:
    """Wait until there is one and none says something else."""
    await expect(found.filter(has_not_text=text)).to_have_count(0)
    await expect(found.first).to_be_visible()


async def test_views_and_filters_are_in_the_address(visit: Visit) -> None:
    board = await visit.desk("supervisor-1", "/board?view=breaching")
    await expect(board.page.get_by_role("link", name="Breaching")).to_have_attribute(
        "aria-current", "page"
    )
    await board.press("g", "1")
    await board.page.locator("[data-filter=language]").select_option("nd")
    await expect(board.page).to_have_url(board.page.url.split("?")[0] + "?language=nd")
    languages = board.cards.locator(".lang")
    await _expect_all(languages, "nd")
    await board.page.reload()
    await board.expect_ready()
    await expect(board.page.locator("[data-filter=language]")).to_have_value("nd")
    await _expect_all(languages, "nd")
    await board.page.get_by_role("link", name="Team").click()
    await expect(board.page.get_by_test_id("team-view")).to_be_visible()
    await board.page.go_back()
    await expect(board.cards.first).to_be_visible()


async def test_the_search_finds_a_ticket_by_its_number(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    ticket = await first(board, "closed")
    await board.press("/")
    await board.page.keyboard.type(ticket.lower())
    await expect(board.cards).to_have_count(1)
    await expect(board.card(ticket)).to_be_visible()


async def test_an_empty_search_says_so_and_is_left_at_once(visit: Visit) -> None:
    board = await visit.desk("agent-1", "/board?language=nd")
    await board.expect_found("nothinglikeit")
    await expect(board.column("in_progress")).to_contain_text("No ticket here fits")
    await board.page.get_by_role("button", name="Clear", exact=True).click()
    await expect(board.cards.first).to_be_visible()
    await expect(board.search).to_have_value("")
    await expect(board.search).to_be_focused()
    await expect(board.page.locator("[data-filter=language]")).to_have_value("")


async def test_several_tickets_are_assigned_at_once(visit: Visit) -> None:
    board = await visit.desk("supervisor-1")
    chosen: list[str] = []
    await board.press("j", "l")
    for key in ("", "j"):
        if key:
            await board.press(key)
        chosen.append(await board.current())
        await board.press("x")
    await expect(board.page.locator("#bulk-count")).to_have_text("2 selected")
    await board.page.get_by_test_id("bulk-assign").select_option("agent-2")
    await expect(board.page.locator("#bulk")).to_be_hidden()
    for ticket in chosen:
        await expect(board.card(ticket).get_by_label("Blessing Ndlovu")).to_be_visible()


async def test_what_is_selected_is_acted_on_also_where_it_has_left_the_view(visit: Visit) -> None:
    mine, theirs = await visit.desk("agent-1"), await visit.desk("supervisor-1")
    kept, lost = await first(mine, "in_progress"), await first(mine, "new")
    for ticket in (kept, lost):
        await theirs.open_ticket(ticket)
        await theirs.assignee.select_option("agent-1")
    await mine.press("g", "2")
    for ticket in (kept, lost):
        await mine.card(ticket).focus()
        await mine.press("x")
    count = mine.page.locator("#bulk-count")
    await expect(count).to_have_text("2 selected")
    await theirs.assignee.select_option("agent-2")
    await expect(mine.card(lost)).to_have_count(0)
    await expect(count).to_have_text("2 selected, 1 not shown")
    await mine.page.get_by_test_id("bulk-assign").select_option("supervisor-1")
    outcome = mine.page.locator(".toast[data-show]")
    await expect(outcome).to_contain_text("1 ticket assigned, 1 not")
    await expect(outcome.get_by_role("listitem")).to_contain_text(lost)
    await expect(count).to_have_text("1 selected, 1 not shown")
    await expect(theirs.card(kept).get_by_label("Farai Chikwanha")).to_be_visible()


async def test_another_view_begins_without_a_selection(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await board.card(await first(board, "in_progress")).focus()
    await board.press("x")
    await expect(board.page.locator("#bulk")).to_be_visible()
    await board.page.locator("[data-filter=language]").select_option("nd")
    await expect(board.page.locator("#bulk")).to_be_hidden()
    await board.page.go_back()
    await expect(board.page.locator("[data-filter=language]")).to_have_value("")
    await expect(board.cards.and_(board.page.locator("[data-picked]"))).to_have_count(0)


async def test_a_column_fills_by_itself_and_moves_on_only_when_asked(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    # The end of a column below which there are more, and what the page asks for there.
    await board.page.evaluate(
        "() => { window.asked = []; ecocash.board.more = (...what) => asked.push(what);"
        "const edge = document.createElement('li'); edge.className = 'edge';"
        "edge.innerHTML = '<button data-do=more data-value=new>Show more</button>';"
        "document.querySelector('.lane[data-status=new] > ol').append(edge); }"
    )
    more = board.column("new").get_by_role("button", name="Show more")
    await more.scroll_into_view_if_needed()
    await board.page.wait_for_function("asked.length")
    await board.page.evaluate(
        "() => { const edge = document.querySelector('.lane[data-status=new] .edge');"
        "const tile = document.querySelector('.tile[data-ticket-id]');"
        "for (let each = 0; each < 40; each++) edge.before(tile.cloneNode(true)); }"
    )
    await more.click()
    assert await board.page.evaluate("asked") == [["new", False], ["new", True]]


async def test_a_lost_connection_is_said_and_caught_up(visit: Visit) -> None:
    mine, theirs = await visit.desk("agent-1"), await visit.desk("agent-2")
    ticket = await first(mine, "resolved")
    # The open ticket lies over all else on a tablet.
    await mine.page.set_viewport_size({"width": 768, "height": 1024})
    await mine.open_ticket(ticket)
    visit.watch.expect(FAILED_CONNECTIONS)
    await mine.page.context.set_offline(True)
    line = mine.page.locator(".offline-bar")
    await expect(line).to_be_visible()
    assert await line.evaluate(
        "(line) => { const { x, y, width, height } = line.getBoundingClientRect();"
        " return line.contains(document.elementFromPoint(x + width / 2, y + height / 2)); }"
    )
    await theirs.open_ticket(ticket)
    await theirs.note_field.fill("While you were away")
    await theirs.note_field.press("Enter")
    await expect(theirs.history).to_contain_text("While you were away")
    await mine.page.context.set_offline(False)
    await expect(mine.history).to_contain_text("While you were away", timeout=15_000)
    await expect(line).to_be_hidden()


async def test_it_fits_a_tablet(visit: Visit) -> None:
    board = await visit.desk("agent-1")
    await board.page.set_viewport_size({"width": 768, "height": 1024})
    await board.open_ticket(await first(board, "in_progress"))
    wide = await board.page.evaluate("document.documentElement.scrollWidth")
    assert wide == 768
    await expect(board.reply_field).to_be_in_viewport()
    await expect(board.status).to_be_in_viewport()
