"""Customers who tap Confirm while the server or MongoDB dies, and what is left afterwards."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import psutil
from websockets.exceptions import WebSocketException

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.embedded import EmbeddedMongoDB
from ecocash_copilot.store.wallet import replace_wallet
from mcp_server.demo.generate import anchor_day_at, generate
from tests.support.page_client import PageClient
from tests.support.product import Product
from tests.support.report_page import bring_to_dialog, dialog_state
from tests.support.sign_in import SESSION_COOKIE, session_cookie
from tests.support.tokens import TokenIssuer

DATABASE = "ecocash_copilot"
SETTLED = ("executed", "failed", "declined", "expired")
PATIENCE = 60.0
"""Seconds in which the page must say how things stand, the server's new start included."""

_OFTEN = 1_000
"""Deaths of the database in a minute: more than there can be."""

_LOST = (ConnectionError, OSError, TimeoutError, WebSocketException)
_SETTINGS = {
    "LOG_LEVEL": "WARNING",
    "MESSAGES_PER_MINUTE": "1000000",
    "TOOL_CALLS_PER_MINUTE": "1000000",
}


class Fault(StrEnum):
    """What dies."""

    SERVER = "server"
    DATABASE = "database"
    BOTH = "both"


@dataclass
class Sufferer:
    """One customer with a question for consent on the page."""

    sub: str
    cookie: str
    dialog_id: str = ""
    shown: str = ""
    """The dialog's state as the page said it last."""
    ticket_id: str = ""
    """The ticket as the page named it."""


@dataclass(frozen=True)
class Verdict:
    """What became of one confirmation, as the database has it beside what the page says."""

    tickets: int
    """Tickets that were opened under the consent."""
    state: str
    shown: str
    agrees: bool
    """The page and the database say the same, and name the same ticket."""
    told: int
    """Messages that tell the outcome."""

    @property
    def lost(self) -> bool:
        """The page says that it is done, or nothing at all, and there is no ticket."""
        return self.tickets == 0 and self.shown not in ("failed", "declined", "expired")

    @property
    def doubled(self) -> bool:
        """There is more than one ticket, or the outcome was told twice."""
        return self.tickets > 1 or self.told > 1


class Ordeal:
    """A product on a database of its own that outlives it; an async context manager."""

    def __init__(self, directory: Path) -> None:
        """Keep everything in ``directory``."""
        self._directory = directory
        self._issuer = TokenIssuer(directory)
        self._stack = AsyncExitStack()
        self._database = EmbeddedMongoDB(directory / "database", restarts=_OFTEN)
        self.product = Product(directory / "product")
        self.store: Store

    async def __aenter__(self) -> Self:
        """Start the database and the product."""
        await self._stack.enter_async_context(self._database)
        settings = {"MONGODB_URI": self._database.uri, **_SETTINGS, **self._issuer.settings}
        self.product = Product(self._directory / "product", settings)
        await asyncio.to_thread(self.product.start)
        self._stack.push_async_callback(asyncio.to_thread, self.product.stop)
        self.store = await self._stack.enter_async_context(
            open_store(self._database.uri, DATABASE, embedded=False)
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop both."""
        await self._stack.aclose()

    # -- before ----------------------------------------------------------------------------

    async def customer(self, sub: str) -> Sufferer:
        """Give somebody a wallet and sign them in."""
        wallet = generate(anchor_day_at(now()))[0]
        await replace_wallet(self.store, sub, wallet.balances, wallet.transactions)
        return Sufferer(sub, await session_cookie(self.product.url, self._issuer.token(sub)))

    @asynccontextmanager
    async def page(self, who: Sufferer) -> AsyncGenerator[PageClient]:
        """Open the chat; leaving it takes no notice of a connection that is gone."""
        page = PageClient(self.product.url, {SESSION_COOKIE: who.cookie})
        await page.__aenter__()
        try:
            yield page
        finally:
            with suppress(*_LOST):
                await page.__aexit__(None, None, None)

    # -- the fault -------------------------------------------------------------------------

    async def strike(self, fault: Fault) -> None:
        """Kill what is to die, as ``kill -9`` does, and see that it comes back."""
        if fault is not Fault.SERVER:
            _kill_database()
        if fault is not Fault.DATABASE:
            await asyncio.to_thread(self.product.kill)
            await asyncio.to_thread(self.product.start)

    async def tap_and_look(self, page: PageClient, who: Sufferer) -> None:
        """Tap Confirm, and look for as long as the page is alive."""
        with suppress(*_LOST):
            await page.emit("confirm_accept", widget_id=who.dialog_id)
            await page.until(lambda _vars: dialog_state(page, who.dialog_id) in SETTLED, 15)

    # -- afterwards ------------------------------------------------------------------------

    async def come_back(self, who: Sufferer) -> None:
        """Open the page again and again, as a customer would, until it says what came of it.

        Where the question still stands, the tap never arrived, and is made again.

        Raises:
            TimeoutError: the page does not say it.
        """
        async with asyncio.timeout(PATIENCE):
            while who.shown not in SETTLED:
                with suppress(*_LOST):
                    async with self.page(who) as page:
                        await self._look(page, who)
                # What was refused at the door comes back at once; the server needs its time.
                await asyncio.sleep(0.2)

    async def _look(self, page: PageClient, who: Sufferer) -> None:
        if dialog_state(page, who.dialog_id) == "pending":
            await page.emit("confirm_accept", widget_id=who.dialog_id)
        await page.until(lambda _vars: dialog_state(page, who.dialog_id) in SETTLED, 8)
        widget = page.widget(who.dialog_id)
        who.shown = dialog_state(page, who.dialog_id)
        who.ticket_id = widget.get("dialog", {}).get("ticket_id", "")

    async def verdict(self, who: Sufferer) -> Verdict:
        """Compare the page with the database."""
        database = self.store.database
        message = await database["messages"].find_one({"_id": who.dialog_id[:29]})
        assert message is not None
        consent_id = message["widgets"][0]["consent_id"]
        consent = await database["consents"].find_one({"_id": consent_id})
        assert consent is not None
        tickets = [each async for each in database["tickets"].find({"consent_id": consent_id})]
        told = await database["messages"].count_documents(
            {"conversation_id": message["conversation_id"], "client_key": consent_id}
        )
        named = [str(each["_id"]) for each in tickets]
        return Verdict(
            tickets=len(tickets),
            state=consent["state"],
            shown=who.shown,
            agrees=consent["state"] == who.shown and named == [who.ticket_id] * len(named),
            told=told,
        )

    async def suffer(
        self, sufferers: Sequence[Sufferer], fault: Fault, delay: float
    ) -> list[Verdict]:
        """Let all of them tap, and something die ``delay`` seconds later."""
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(self.page(who)) for who in sufferers]
            for page, who in zip(pages, sufferers, strict=True):
                who.dialog_id = await bring_to_dialog(page)
            async with asyncio.TaskGroup() as group:
                for page, who in zip(pages, sufferers, strict=True):
                    group.create_task(self.tap_and_look(page, who))
                # The fault is to come at a moment, not after an event: that is its point.
                await asyncio.sleep(delay)
                await self.strike(fault)
        for who in sufferers:
            await self.come_back(who)
        return [await self.verdict(who) for who in sufferers]


def pick(dice: random.Random, longest: float) -> tuple[Fault, float]:
    """Return what dies, and how many seconds after the taps."""
    return dice.choice(list(Fault)), dice.uniform(0, longest)


def _kill_database() -> None:
    """Kill the database's own process; its guard starts it again on the same port."""
    servers = [
        process
        for process in psutil.Process().children(recursive=True)
        if "secantus" in process.cmdline()
    ]
    assert servers, "there is no database to kill"
    for server in servers:
        server.kill()
        psutil.wait_procs([server], timeout=5)
