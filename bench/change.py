"""What one change of a ticket costs when one board, and when two hundred boards show it."""

import asyncio
import time
from collections.abc import Callable

from bench.boards import boards
from bench.figures import Figure, p50
from bench.stage import Stage
from tests.support.board_client import BoardClient
from tests.support.product import Product

PART = "change"
SIZES = (1, 200)
CHANGES = 12
REST = 0.7
"""Seconds after each change: boards count their columns a little later, which is its cost too."""

IDLE = 4.0
"""Seconds in which nothing changes, to know what the product uses anyway."""


async def measure(stage: Stage) -> list[Figure]:
    """Tag one ticket again and again, with few and with many boards open."""
    product = await stage.product()
    figures: list[Figure] = []
    costs: list[float] = []
    for size in SIZES:
        async with boards(stage, product, size) as connected:
            cpu, walls = await _change(stage, product, connected)
        costs.append(cpu)
        who = "1 board" if size == 1 else f"{size} boards"
        figures += [
            _figure(f"app CPU a change, {who}", cpu),
            _figure(f"change to the last of {who}, p50", p50(walls) * 1000),
            _figure(f"change to the last of {who}, most", max(walls) * 1000),
        ]
    each = (costs[1] - costs[0]) / (SIZES[1] - SIZES[0])
    return [*figures, _figure("app CPU a change for each further board", each)]


async def _change(
    stage: Stage, product: Product, connected: list[BoardClient]
) -> tuple[float, list[float]]:
    """Return CPU milliseconds of the app for a change, and seconds to the last board of each."""
    await _tag(connected, 0)
    await asyncio.sleep(REST)
    start, begun = stage.usage(product).app_cpu, time.perf_counter()
    await asyncio.sleep(IDLE)
    idle = (stage.usage(product).app_cpu - start) / (time.perf_counter() - begun)
    start, begun = stage.usage(product).app_cpu, time.perf_counter()
    walls: list[float] = []
    for number in range(1, CHANGES + 1):
        walls.append(await _tag(connected, number))
        await asyncio.sleep(REST)
    spent = stage.usage(product).app_cpu - start - idle * (time.perf_counter() - begun)
    return spent / CHANGES * 1000, walls


async def _tag(connected: list[BoardClient], number: int) -> float:
    """Change one card that every board shows; return seconds until all of them show the change."""
    first = connected[0]
    card = min(
        (each for each in first.cards() if each.get("status") == "in_progress"),
        key=lambda each: each["id"],
    )
    ticket_id, tags = card["id"], [f"bench-{number}"]
    begun = time.perf_counter()
    await first.act("tag", ticket_id, card["version"], tags=tags[0])
    await asyncio.gather(*(each.shown(_shows(each, ticket_id, tags), 20.0) for each in connected))
    return time.perf_counter() - begun


def _shows(board: BoardClient, ticket_id: str, tags: list[str]) -> Callable[[], bool]:
    return lambda: board.card(ticket_id).get("tags") == tags


def _figure(name: str, value: float) -> Figure:
    return Figure(part=PART, name=name, value=value, unit="ms")
