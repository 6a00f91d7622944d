"""Steps on the board that several journeys take."""

from playwright.async_api import expect

from tests.support.desk import Desk


async def open_first(board: Desk, column: str = "in_progress") -> str:
    """Open the first ticket of a column by keys; return its number."""
    card = board.column(column).get_by_test_id("ticket-card").first
    await card.focus()
    ticket = await board.current()
    await board.press("Enter")
    await expect(board.panel).to_have_attribute("data-item", ticket)
    return ticket
