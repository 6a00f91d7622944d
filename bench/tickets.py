"""From the tap on Confirm to the ticket on a board, and to the outcome on the customer's page.

Both pages are connected as browsers are; what a browser then takes to draw is not in it.
"""

import asyncio
import time
from collections.abc import Awaitable

from bench.figures import Figure, p50, p95
from bench.stage import Stage
from tests.support.board_client import BoardClient
from tests.support.page_client import PageClient
from tests.support.report_page import bring_to_dialog, dialog_state

PART = "tickets"
CUSTOMERS = 6
RUNS = 5
"""Reports of each customer, after a first one; nobody is asked for consent often in a minute."""

AIM = "<= 1000"


async def measure(stage: Stage) -> list[Figure]:
    """Report a problem again and again; each ticket is closed before the next."""
    product = await stage.product()
    runs: list[tuple[float, float]] = []
    async with await stage.board(product, "agent-1") as board:
        for number in range(CUSTOMERS):
            customer = f"bench-report-{number}"
            await stage.add_customer(customer)
            async with await stage.page(product, customer) as chat:
                runs += [await _report(chat, board) for _ in range(1 + RUNS)][1:]
    on_board, told = ([each[at] * 1000 for each in runs] for at in (0, 1))
    return [
        _figure("tap on Confirm to the ticket on a board, p50", p50(on_board)),
        _figure("tap on Confirm to the ticket on a board, p95", p95(on_board), AIM),
        _figure("tap on Confirm to the customer's outcome, p50", p50(told)),
        _figure("tap on Confirm to the customer's outcome, p95", p95(told)),
    ]


async def _report(chat: PageClient, board: BoardClient) -> tuple[float, float]:
    """Return seconds from the tap to the ticket on the board, and to the outcome in the chat."""
    await chat.start_new()
    dialog_id = await bring_to_dialog(chat)
    known = {card["id"] for card in board.cards()}

    def new() -> list[str]:
        return [card["id"] for card in board.cards() if card["id"] not in known]

    begun = time.perf_counter()
    on_board = _seconds(begun, board.shown(lambda: bool(new())))
    told = _seconds(begun, chat.shown(lambda: dialog_state(chat, dialog_id) == "executed"))
    _, *seconds = await asyncio.gather(
        chat.emit("confirm_accept", widget_id=dialog_id), on_board, told
    )
    await _close(board, new()[0])
    return seconds[0], seconds[1]


async def _seconds(begun: float, event: Awaitable[None]) -> float:
    await event
    return time.perf_counter() - begun


async def _close(board: BoardClient, ticket_id: str) -> None:
    """Close a ticket: a column shows so many, and the most urgent first."""
    version = board.card(ticket_id)["version"]
    await board.act("move", ticket_id, version, status="closed")
    await board.shown(lambda: board.card(ticket_id).get("status") == "closed")


def _figure(name: str, value: float, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit="ms", aim=aim)
