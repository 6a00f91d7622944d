"""Customers who tap Confirm while the server or MongoDB dies, and what is left afterwards.

The product runs as it does by default: its database is its own, and ends with it. The database that
is killed alone is started again by its guard.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

import psutil
from websockets.exceptions import WebSocketException

from ecocash_copilot.store.consents import find_consent
from schemas.consent import Consent, ConsentState
from tests.faults.steps import Aim, Course, Step, course_of, open_records
from tests.support.both_sides import database_of, give_wallet
from tests.support.page_client import PageClient
from tests.support.product import Product
from tests.support.report_page import bring_to_dialog, dialog_state
from tests.support.sign_in import SESSION_COOKIE, session_cookie
from tests.support.tokens import TokenIssuer

SETTLED = ("executed", "failed", "declined", "expired")
PATIENCE = 30.0
"""Seconds in which a page must say how things stand, once the product can serve again."""

_STARTS = 3
"""Starts of a database within a minute, after which its guard may take the next death for good."""

_LOST = (ConnectionError, OSError, TimeoutError, WebSocketException)
_SETTINGS = {
    "LOG_LEVEL": "WARNING",
    "MESSAGES_PER_MINUTE": "1000000",
    "TOOL_CALLS_PER_MINUTE": "1000000",
}


class Fault(StrEnum):
    """What is killed."""

    SERVER = "server"
    DATABASE = "database"
    BOTH = "both"


@dataclass
class Sufferer:
    """One customer with a question for consent on the page."""

    sub: str
    cookie: str
    dialog_id: str = ""
    taps: list[float] = field(default_factory=list[float])
    """When Confirm was tapped, in seconds since 1970."""
    shown: str = ""
    """The dialog's state as the page said it last."""
    shown_at: float = 0.0
    ticket_id: str = ""
    """The ticket as the page named it."""


@dataclass(frozen=True)
class Verdict:
    """What became of one confirmation, as the database has it beside what the page says."""

    fault: Fault
    step: Step
    """In which the fault fell."""
    tickets: int
    """Tickets that were opened under the consent."""
    state: ConsentState
    agrees: bool
    """The page and the database say the same, and name the same ticket."""
    told: int
    """Messages that tell the outcome."""
    needless: int
    """Taps that the page asked for after the customer's yes was kept."""

    @property
    def lost(self) -> bool:
        """The customer's yes was taken, in good time, and nothing came of it."""
        return self.tickets == 0 or self.state is not ConsentState.EXECUTED

    @property
    def doubled(self) -> bool:
        """There is more than one ticket, or the outcome was told twice."""
        return self.tickets > 1 or self.told > 1


class Ordeal:
    """A product on data that outlive it; an async context manager."""

    def __init__(self, directory: Path) -> None:
        """Keep everything in ``directory``."""
        self._issuer = TokenIssuer(directory)
        self.product = Product(directory / "product", {**_SETTINGS, **self._issuer.settings})
        self._starts: deque[float] = deque(maxlen=_STARTS)
        self._courses: list[Course] = []

    async def __aenter__(self) -> Self:
        """Start the product, and see how long each step takes where nothing dies."""
        await self._start()
        try:
            await self._rehearse()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop it."""
        await asyncio.to_thread(self.product.stop)

    async def _start(self) -> None:
        await asyncio.to_thread(self.product.start)
        self._starts.clear()
        self._starts.append(time.monotonic())

    async def _rehearse(self) -> None:
        """Let two tap undisturbed."""
        crowd = [await self.customer(f"rehearsal-{each}") for each in range(2)]
        async with self._at_the_dialog(crowd) as pages:
            for page, who in zip(pages, crowd, strict=True):
                await self._tap(page, who)
            await asyncio.gather(*map(self._look, pages, crowd))
        assert {who.shown for who in crowd} == {"executed"}
        self._courses = [(await self._find(who))[2] for who in crowd]

    # -- before ----------------------------------------------------------------------------

    async def customer(self, sub: str) -> Sufferer:
        """Give somebody a wallet and sign them in."""
        await give_wallet(self.product, sub)
        return Sufferer(sub, await session_cookie(self.product.url, self._issuer.token(sub)))

    @asynccontextmanager
    async def _page(self, who: Sufferer) -> AsyncGenerator[PageClient]:
        """Open the chat; leaving it takes no notice of a connection that is gone."""
        page = PageClient(self.product.url, {SESSION_COOKIE: who.cookie})
        await page.__aenter__()
        try:
            yield page
        finally:
            with suppress(*_LOST):
                await page.__aexit__(None, None, None)

    @asynccontextmanager
    async def _at_the_dialog(self, crowd: Sequence[Sufferer]) -> AsyncGenerator[list[PageClient]]:
        """Open everybody's chat, and bring each as far as the question."""
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(self._page(who)) for who in crowd]
            for page, who in zip(pages, crowd, strict=True):
                who.dialog_id = await bring_to_dialog(page)
            yield pages

    def bearable(self, fault: Fault) -> Fault:
        """Return a fault, or one with a new guard where the database's had to bear too much."""
        full = len(self._starts) == _STARTS and time.monotonic() - self._starts[0] < 60.0
        return Fault.BOTH if fault is Fault.DATABASE and full else fault

    # -- the fault -------------------------------------------------------------------------

    async def suffer(
        self, crowd: Sequence[Sufferer], fault: Fault, step: Step, dice: random.Random
    ) -> list[Verdict]:
        """Let all of them tap while something dies, most likely when one of them is in a step."""
        async with self._at_the_dialog(crowd) as pages:
            # What dies is looked up before: that takes longer than a step.
            victims = self._victims(fault)
            struck = await self._tap_and_strike(pages, crowd, victims, step, dice)
            await self._recover(fault, victims)
            if fault is Fault.DATABASE:
                # Who stayed on the page is told by that page.
                await asyncio.gather(*map(self._look, pages, crowd))
        if fault is not Fault.DATABASE:
            for who in crowd:
                await self._come_back(who)
        return [await self._verdict(who, fault, struck) for who in crowd]

    async def _tap_and_strike(
        self,
        pages: Sequence[PageClient],
        crowd: Sequence[Sufferer],
        victims: Sequence[psutil.Process],
        step: Step,
        dice: random.Random,
    ) -> float:
        async with database_of(self.product) as store:
            aim = Aim(await open_records(store), step)
            struck = _kill(victims) if step is Step.BEFORE else 0.0
            for page, who in zip(pages, crowd, strict=True):
                await self._tap(page, who)
            if step is not Step.BEFORE:
                await aim.reach(len(crowd), self._courses, dice)
                struck = _kill(victims)
        return struck

    def _victims(self, fault: Fault) -> list[psutil.Process]:
        victims: list[psutil.Process] = []
        if fault is not Fault.SERVER:
            victims.append(self.product.database)
        if fault is not Fault.DATABASE:
            victims.append(psutil.Process(self.product.pid))
        return victims

    async def _recover(self, fault: Fault, victims: Sequence[psutil.Process]) -> None:
        """See that what died comes back."""
        if fault is Fault.DATABASE:
            self._starts.append(time.monotonic())
            await asyncio.to_thread(psutil.wait_procs, victims, 10)
            await asyncio.to_thread(self.product.wait_until_ready)
        else:
            await asyncio.to_thread(self.product.kill)
            await self._start()

    async def _tap(self, page: PageClient, who: Sufferer) -> None:
        who.taps.append(time.time())
        with suppress(*_LOST):
            await page.emit("confirm_accept", widget_id=who.dialog_id)

    async def _come_back(self, who: Sufferer) -> None:
        """Open the page once more. Where it still asks, the tap is made again."""
        async with self._page(who) as page:
            if dialog_state(page, who.dialog_id) == "pending":
                await self._tap(page, who)
            await self._look(page, who)

    async def _look(self, page: PageClient, who: Sufferer) -> None:
        """Look at a page until it says what came of the tap; tap again where it says: nothing.

        Raises:
            TimeoutError: it says neither.
        """

        def settled() -> bool:
            return dialog_state(page, who.dialog_id) in SETTLED

        async with asyncio.timeout(PATIENCE):
            while not settled():
                await page.until(lambda shown: settled() or bool(shown.get("alert")), PATIENCE)
                if not settled():
                    page.vars["alert"] = ""
                    await self._tap(page, who)
        who.shown, who.shown_at = dialog_state(page, who.dialog_id), time.time()
        who.ticket_id = page.widget(who.dialog_id).get("dialog", {}).get("ticket_id", "")

    # -- afterwards ------------------------------------------------------------------------

    async def _find(self, who: Sufferer) -> tuple[Consent, list[str], Course, int]:
        """Return the consent, its tickets, the course that it took, and how often it was told."""
        async with database_of(self.product) as store:
            database = store.database
            message = await database["messages"].find_one({"_id": who.dialog_id[:29]})
            assert message is not None
            consent = await find_consent(store, message["widgets"][0]["consent_id"])
            assert consent is not None
            about = {"conversation_id": message["conversation_id"], "client_key": consent.id}
            told = [
                each["created_at"].timestamp() async for each in database["messages"].find(about)
            ]
            tickets = database["tickets"].find({"consent_id": consent.id})
            course = await course_of(
                store, consent, tapped=who.taps[0], told=told, shown=who.shown_at
            )
            return consent, [str(each["_id"]) async for each in tickets], course, len(told)

    async def _verdict(self, who: Sufferer, fault: Fault, struck: float) -> Verdict:
        """Compare the page with the database."""
        consent, tickets, course, told = await self._find(who)
        return Verdict(
            fault=fault,
            step=course.step_at(struck),
            tickets=len(tickets),
            state=consent.state,
            agrees=consent.state.value == who.shown and [who.ticket_id] == tickets,
            told=told,
            needless=sum(tap > course.claimed for tap in who.taps),
        )


def _kill(victims: Sequence[psutil.Process]) -> float:
    """Kill them, as ``kill -9`` does; return when."""
    struck = time.time()
    for victim in victims:
        victim.kill()
    return struck
