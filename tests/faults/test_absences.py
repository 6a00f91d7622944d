"""Pages that were away for half a minute and for two: they show all that happened, each thing once.

The server hears at once of a connection that was cut. Of one that fell silent it hears within 40 s:
it asks for a sign of life every 20 s, and waits as long. So a page that is back after 30 s is the
second of its tab, and sees the first one end; nothing is left of it after 130 s.
"""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.support.both_sides import Case, Sides, Truth, case_of
from tests.support.browser import DESKTOP
from tests.support.chat import Chat
from tests.support.desk import Desk
from tests.support.product import Product
from tests.support.tokens import TokenIssuer

SHORT, LONG = 30.0, 130.0
"""Seconds without a network."""

LEAD = 3.0
"""Seconds before the pages come back in which something happens once more."""


class Screens:
    """The chat and the board with the ticket in a real browser."""

    def __init__(self, context: BrowserContext, case: Case) -> None:
        self._context, self._case = context, case
        self.chat: Chat
        self.desk: Desk

    async def open(self) -> None:
        """Open both pages, signed in."""
        url = self._case.product.url
        cookies = self._case.cookies.items()
        await self._context.add_cookies(
            [{"name": name, "value": value, "url": url} for name, value in cookies]
        )
        self.chat = Chat(await self._context.new_page())
        await self.chat.open(f"{url}/chat")
        self.desk = Desk(await self._context.new_page())
        await self.desk.open(f"{url}/board/{self._case.ticket_id}?view=mine")

    async def leave(self) -> None:
        """Turn the network off."""
        await self._context.set_offline(True)
        await self.chat.expect_state("offline")
        await expect(self.desk.page.locator(".offline-bar")).to_be_visible()

    async def connect(self) -> None:
        """Turn it on again; the pages do the rest by themselves."""
        await self._context.set_offline(False)

    async def expect(self, truth: Truth) -> None:
        """Wait until both pages show what is so, each thing once and in order."""
        await expect(self.chat.message(truth.messages[-1])).to_be_attached(timeout=20_000)
        await self.chat.expect_state("ready")
        assert (await self.chat.message_ids())[-len(truth.window) :] == truth.window
        said, desk = self.desk.transcript.locator("[data-message-id]"), self.desk
        await expect(desk.history.locator("li")).to_have_count(len(truth.events), timeout=20_000)
        await expect(said.last).to_have_attribute("data-message-id", truth.messages[-1])
        ids = await said.evaluate_all("nodes => nodes.map((node) => node.dataset.messageId)")
        assert ids[-len(truth.window) :] == truth.window
        assert len(set(ids)) == len(ids)
        await expect(desk.card(self._case.ticket_id)).to_have_count(1)
        await expect(desk.card(self._case.ticket_id, truth.status)).to_have_count(1)
        await desk.expect_status(truth.status)


async def _until(moment: float) -> None:
    await asyncio.sleep(moment - asyncio.get_running_loop().time())


@pytest.mark.skipif("FAULT_RUNS" not in os.environ, reason="more than two minutes: `make faults`")
@pytest.mark.timeout(480)
async def test_pages_that_were_away_for_long_show_everything_once(
    tmp_path: Path, browser: Browser
) -> None:
    issuer = TokenIssuer(tmp_path)
    with Product(tmp_path / "product", issuer.settings) as product:
        async with (
            case_of(product, issuer, "long-away") as case,
            await browser.new_context(**DESKTOP) as context,
        ):
            cut, silent = ([case.sides() for _ in range(2)] for _ in range(2))
            screens = Screens(context, case)
            await screens.open()
            await _away(case, cut, silent, screens)
            for sides in (*cut, *silent):
                await sides.close()


async def _away(case: Case, cut: list[Sides], silent: list[Sides], screens: Screens) -> None:
    """Let all pages lose the network at once, and come back one half after the other."""
    for sides in (*cut, *silent):
        await sides.connect()
    begun = asyncio.get_running_loop().time()
    for sides in cut:
        await sides.drop()
    for sides in silent:
        await sides.vanish()
    await screens.leave()
    await case.act()
    back: list[Sides] = []
    for seconds, number in ((SHORT, 0), (LONG, 1)):
        await _until(begun + seconds - LEAD)
        await case.act()
        await _until(begun + seconds)
        for sides in (cut[number], silent[number]):
            await sides.connect()
            back.append(sides)
        await case.expect(*back)
        await case.act()
        await case.expect(*back)
    await screens.connect()
    await screens.expect(await case.truth())
    await case.act()
    await case.expect(*back)
    await screens.expect(await case.truth())
