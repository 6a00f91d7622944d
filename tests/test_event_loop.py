"""Nothing on the product's main path holds up the event loop, on which everybody waits."""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from schemas.identity import Customer, Locale
from schemas.widgets import TransactionTable
from tests.state.tab import tab_of
from tests.support.assistant import Desk, open_desk

LONGEST = 0.1
"""Seconds of this process's CPU that one step of the loop may take."""

QUESTIONS = (
    (Locale.EN, "show my balance"),
    (Locale.EN, "my transactions this week"),
    (Locale.EN, "only the failed ones"),
    (Locale.EN, "What are the fees for sending money to another person?"),
    (Locale.EN, "x" * 4_000),
    (Locale.EN, "ndeip " * 600),
    (Locale.SN, "ndiratidze zvandakabhadhara svondo rino"),
    (Locale.ND, "ngitshengisa imali yami eseleyo"),
)


class LoopWatch:
    """Measures how long each step of the loop takes."""

    def __init__(self) -> None:
        self.longest = 0.0
        """CPU seconds of the longest step: another process on this machine can't lengthen it."""
        self.steps = 0

    @asynccontextmanager
    async def watching(self) -> AsyncGenerator["LoopWatch"]:
        """Take a look between all steps, as long as this is open."""
        gc.collect()
        task = asyncio.create_task(self._watch())
        try:
            yield self
        finally:
            task.cancel()

    async def _watch(self) -> None:
        while True:
            before = time.thread_time()
            # Back after every other step that is ready has had its turn.
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - before)
            self.steps += 1


async def everything(desk: Desk) -> None:
    """Do once what customers do."""
    for locale, text in QUESTIONS:
        session = await desk.session("c-1001", locale)
        session = await desk.assistant.begin(session)
        _, answer = await desk.ask(session, text)
        tables = [card for card in answer.widgets if isinstance(card, TransactionTable)]
        for table in tables:
            await desk.assistant.refilter(session, table.id, "all")
            await desk.assistant.next_page(session, table.id)
    secret = await desk.sign_in.open_session(Customer(id="c-1001"))
    async with tab_of(desk, secret) as tab:
        await tab.call("open_chat")
        await tab.call("new_chat")
        await tab.call("send", outgoing='{"text": "show my transactions", "key": "key-00001"}')
        await tab.call("open_history")
        assert tab.errors == []


async def test_no_step_of_the_main_path_takes_long(settings: Settings, store: Store):
    async with open_desk(settings, store) as desk:
        await everything(desk)
        async with LoopWatch().watching() as watch:
            await everything(desk)
    assert watch.steps > 50
    assert watch.longest < LONGEST


async def test_the_watch_sees_a_step_that_takes_long():
    async with LoopWatch().watching() as watch:
        await asyncio.sleep(0)
        began = time.thread_time()
        while time.thread_time() - began < LONGEST * 1.5:
            pass
        await asyncio.sleep(0)
    assert watch.longest >= LONGEST
