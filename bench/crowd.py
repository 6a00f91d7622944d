"""Many customers at once through the real websocket: turns a second, waiting, CPU, memory."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bench.figures import Figure, p50, p95
from bench.stage import Stage
from bench.threads import QUESTION, settle_page
from tests.support.page_client import PageClient
from tests.support.product import Product

PART = "crowd"
SIZES = (20, 100)
TURNS = {20: 20, 100: 5}
"""Turns of each customer, by size of the crowd."""
AIM_SIZE = 20
AIM = ">= 40"
_MEBIBYTE = 2**20


async def measure(stage: Stage) -> list[Figure]:
    """Let each customer ask for the balance, wait for the answer, and ask again."""
    product = await stage.product()
    figures: list[Figure] = []
    for size in SIZES:
        figures += await _crowd(stage, product, size)
    return figures


@asynccontextmanager
async def pages(stage: Stage, product: Product, size: int) -> AsyncGenerator[list[PageClient]]:
    """Connect a page for each of so many customers; each has asked before."""
    async with AsyncExitStack() as stack:
        connected: list[PageClient] = []
        for number in range(size):
            customer = f"bench-{number:03}"
            await stage.add_customer(customer)
            page = await stage.page(product, customer)
            connected.append(await stack.enter_async_context(page))
        for page in connected:
            await settle_page(page)
        yield connected


async def _crowd(stage: Stage, product: Product, size: int) -> list[Figure]:
    before = stage.usage(product)
    async with pages(stage, product, size) as customers:
        start = stage.usage(product)
        client = time.process_time()
        seconds, waits = await ask_all(customers, TURNS[size])
        client = time.process_time() - client
        end = stage.usage(product)
    turns = len(waits)
    who = f"{size} customers"
    figures = [
        _figure(f"turns a second, {who}", turns / seconds, "1/s", AIM if size == AIM_SIZE else ""),
        _figure(f"turn, p50, {who}", p50(waits) * 1000, "ms"),
        _figure(f"turn, p95, {who}", p95(waits) * 1000, "ms"),
        _figure(f"app CPU a turn, {who}", (end.app_cpu - start.app_cpu) / turns * 1000, "ms"),
        _figure(
            f"database CPU a turn, {who}",
            (end.database_cpu - start.database_cpu) / turns * 1000,
            "ms",
        ),
        _figure(f"bench's own CPU a turn, {who}", client / turns * 1000, "ms"),
    ]
    if size == max(SIZES):
        each = (start.app_memory - before.app_memory) / size / _MEBIBYTE
        later = (end.app_memory - before.app_memory) / size / _MEBIBYTE
        figures += [
            _figure("memory a connected customer, 2 turns", each, "MiB"),
            _figure(f"memory a connected customer, {2 + TURNS[size]} turns", later, "MiB"),
            _figure("app memory at the end", end.app_memory / _MEBIBYTE, "MiB"),
            _figure("database memory at the end", end.database_memory / _MEBIBYTE, "MiB"),
        ]
    return figures


async def ask_all(pages: Sequence[PageClient], turns: int) -> tuple[float, list[float]]:
    """Return the seconds it took, and every turn's own seconds."""
    waits: list[float] = []

    async def talk(page: PageClient) -> None:
        for _ in range(turns):
            begun = time.perf_counter()
            await page.ask(QUESTION)
            waits.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for page in pages:
            group.create_task(talk(page))
    return time.perf_counter() - begun, waits


def _figure(name: str, value: float, unit: str, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, aim=aim)
