"""The support board as an agent uses it, through the hooks of the outside contract alone."""

import re

from playwright.async_api import Locator, Page, expect


class Desk:
    """One board page."""

    def __init__(self, page: Page) -> None:
        """Work on a page that staff have signed in on; `open` brings it to the board."""
        self.page = page
        self.root = page.locator("[data-board-state]")
        self.cards = page.get_by_test_id("ticket-card")
        self.calls = page.get_by_test_id("handover-card")
        self.search = page.get_by_test_id("board-search")
        self.panel = page.get_by_test_id("ticket-panel")
        self.transcript = self.panel.get_by_test_id("ticket-transcript")
        self.history = self.panel.get_by_test_id("ticket-history")
        self.conflict = self.panel.get_by_test_id("ticket-conflict")
        self.reply_field = self.panel.get_by_test_id("ticket-reply")
        self.note_field = self.panel.get_by_test_id("ticket-note")
        self.say_field = self.panel.get_by_test_id("conversation-reply")
        self.take_button = self.panel.get_by_test_id("handover-take")
        self.hand_back_button = self.panel.locator('[data-do="hand_back"]')
        self.status = self.panel.get_by_test_id("ticket-status")
        self.assignee = self.panel.get_by_test_id("ticket-assign")

    async def open(self, url: str) -> None:
        """Go to an address of the board and wait until it shows tickets."""
        await self.page.goto(url)
        await self.expect_ready()

    async def expect_ready(self, seconds: float = 20.0) -> None:
        """Wait until the board shows what there is."""
        await expect(self.root).to_have_attribute(
            "data-board-state", "ready", timeout=seconds * 1000
        )

    def card(self, ticket_id: str, status: str = "") -> Locator:
        """Return the card of a ticket; with a status, only in that column."""
        place = self.column(status) if status else self.page
        return place.locator(f'[data-testid="ticket-card"][data-ticket-id="{ticket_id}"]')

    def column(self, status: str) -> Locator:
        """Return the column of a state."""
        return self.page.locator(f'[data-testid="board-column"][data-status="{status}"]')

    def call(self, words: str) -> Locator:
        """Return the card of a customer who wants a person and said this."""
        return self.calls.filter(has_text=words)

    async def expect_found(self, words: str, *tickets: str) -> None:
        """Search, and expect exactly these tickets."""
        await self.search.fill(words)
        await expect(self.cards).to_have_count(len(tickets))
        for ticket in tickets:
            await expect(self.card(ticket)).to_be_visible()

    async def open_ticket(self, ticket_id: str) -> None:
        """Open a ticket that the board shows."""
        await self.card(ticket_id).click()
        await self.expect_open(ticket_id)

    async def expect_open(self, item_id: str) -> None:
        """Wait until a ticket or conversation is open, with what was said in it."""
        await expect(self.panel).to_have_attribute("data-item", item_id)
        await expect(self.page).to_have_url(re.compile(rf"/board/{item_id}\b"))

    async def reply(self, text: str, then: str = "") -> None:
        """Write to the customer, and wait until it is sent.

        Args:
            then: the state to move the ticket to with it; empty leaves it.
        """
        await self.panel.locator('select[name="then"]').select_option(then)
        await self.reply_field.fill(text)
        await self.reply_field.press("Enter")
        await expect(self.reply_field).to_have_value("")

    async def note(self, text: str) -> None:
        """Write a private note, and wait until it is kept."""
        await self.note_field.fill(text)
        await self.note_field.press("Enter")
        await expect(self.note_field).to_have_value("")

    async def move(self, status: str) -> None:
        """Move the open ticket, and wait until it is there."""
        await self.status.select_option(status)
        await self.expect_status(status)

    async def expect_status(self, status: str) -> None:
        """Wait until the open ticket is in a state."""
        await expect(self.panel).to_have_attribute("data-status", status)

    async def say(self, text: str) -> None:
        """Write live to a customer whose conversation the agent has taken."""
        await self.say_field.fill(text)
        await self.say_field.press("Enter")
        await expect(self.say_field).to_have_value("")

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def current(self) -> str:
        """Return the ticket whose card has the focus; empty for none."""
        found: str = await self.page.evaluate(
            "document.activeElement?.closest('[data-testid=ticket-card]')?.dataset.ticketId ?? ''"
        )
        return found
