"""How soon the other side sees it: an agent's reply, and a customer's message.

A hundred boards, each with the ticket of another customer open, and these customers' chats are
connected to one process. All see every change of a ticket that concerns them, so each reply is also
a change on a hundred boards.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from bench import crowd
from bench.boards import boards
from bench.figures import Figure, p50, p95
from bench.stage import Stage
from bench.threads import QUESTION
from ecocash_copilot.actions.tickets import reply
from ecocash_copilot.store.client import Store
from schemas.ticket import TicketId
from tests.support.board_client import BoardClient
from tests.support.page_client import PageClient, State
from tests.support.tickets import AGENT, opened

PART = "both ways"
PAIRS = 100
AIM = "<= 300"
ALONE = 60
"""Pairs that talk one after the other."""

AT_ONCE, TOGETHER = 10, 50
"""How many talk at the same time, and how many do so in all."""


class Pair(NamedTuple):
    """A customer's chat, and a board on which their ticket is open."""

    chat: PageClient
    board: BoardClient


async def measure(stage: Stage) -> list[Figure]:
    """Let each pair talk, one after the other, and then ten at once."""
    product, store = await stage.product(), await stage.store()
    async with crowd.pages(stage, product, PAIRS) as chats:
        tickets = [
            await _ticket(store, chat, f"bench-{number:03}") for number, chat in enumerate(chats)
        ]
        async with boards(stage, product, PAIRS) as desks:
            for desk, ticket_id in zip(desks, tickets, strict=True):
                await desk.open(ticket_id)
            pairs = [Pair(chat, desk) for chat, desk in zip(chats, desks, strict=True)]
            before = stage.usage(product).app_cpu
            alone = await _talk(pairs[:ALONE], 1)
            cpu = (stage.usage(product).app_cpu - before) / ALONE * 1000
            together = await _talk(pairs[-TOGETHER:], AT_ONCE)
    who = f"{PAIRS} chats and {PAIRS} boards"
    return [
        *_figures("agent's reply to the customer's page", who, alone[0], AIM),
        *_figures("customer's message to the agent's panel", who, alone[1], AIM),
        Figure(part=PART, name=f"app CPU for both, {who}", value=cpu, unit="ms"),
        *_figures(f"agent's reply, {AT_ONCE} at once", who, together[0]),
        *_figures(f"customer's message, {AT_ONCE} at once", who, together[1]),
    ]


async def _ticket(store: Store, chat: PageClient, customer_id: str) -> TicketId:
    """Return a ticket that came from a chat, and that an agent has begun to work on."""
    conversation_id = chat.vars["conversation_id"]
    ticket = await opened(store, customer_id, conversation_id=conversation_id)
    await reply(store, AGENT, ticket.id, ticket.version, "Good day.")
    return ticket.id


async def _talk(pairs: Sequence[Pair], at_once: int) -> tuple[list[float], list[float]]:
    """Return the seconds of every reply, and of every message."""
    replies: list[float] = []
    messages: list[float] = []
    for first in range(0, len(pairs), at_once):
        group = pairs[first : first + at_once]
        replies += await asyncio.gather(*map(_reply, group))
        messages += await asyncio.gather(*map(_say, group))
    return replies, messages


async def _reply(pair: Pair) -> float:
    """Write as the agent; return seconds until the customer's page shows it."""
    chat, board = pair
    before, version = _newest(chat, "agent"), board.panel["version"]
    begun = time.perf_counter()
    await board.reply("We are looking into it.")
    await chat.shown(lambda: _newest(chat, "agent") > before)
    seconds = time.perf_counter() - begun
    await board.shown(lambda: board.panel["version"] > version)
    return seconds


async def _say(pair: Pair) -> float:
    """Write as the customer; return seconds until the agent's panel shows it."""
    chat, board = pair
    before, place = _newest(board, "customer"), chat.newest()["seq"]
    begun = time.perf_counter()
    await chat.send(QUESTION)
    await board.shown(lambda: _newest(board, "customer") > before)
    seconds = time.perf_counter() - begun
    await chat.settled(place, 30.0)
    return seconds


def _newest(page: PageClient | BoardClient, role: str) -> int:
    """Return the place of the newest message of a role on a page."""
    return max((each["seq"] for each in page.messages() if _role(each) == role), default=0)


def _role(message: State) -> str:
    return message.get("role", "assistant")


def _figures(name: str, who: str, seconds: list[float], aim: str = "") -> list[Figure]:
    return [
        Figure(part=PART, name=f"{name}, p50, {who}", value=p50(seconds) * 1000, unit="ms"),
        Figure(
            part=PART, name=f"{name}, p95, {who}", value=p95(seconds) * 1000, unit="ms", aim=aim
        ),
    ]
