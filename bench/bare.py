"""The same turn without the product: Agno's ``arun``, with the same model and the same tools.

Twice, because there are two fair things to compare with. Agno as it comes, which keeps the
conversation in MongoDB with its own storage and reads it back as history, does what the product's
turn does. The product's own agent, which keeps nothing, shows what everything around it costs.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

from agno.agent import Agent
from agno.db.mongo.async_mongo import AsyncMongoDb
from agno.models.message import Message as ModelMessage

from bench import crowd
from bench.figures import Figure, p50, p95
from bench.stage import Stage
from bench.threads import QUESTION, make_thread
from ecocash_copilot.actions.conversations import list_conversations
from ecocash_copilot.actions.messages import list_messages
from ecocash_copilot.agent.build import build_agents
from ecocash_copilot.agent.history import MAX_MESSAGES, model_history
from ecocash_copilot.agent.offline.model import OfflineModel
from ecocash_copilot.agent.prompt import system_prompt
from ecocash_copilot.agent.tools import TURN, TurnContext, wallet_functions
from ecocash_copilot.auth.mcp_tokens import McpTokens, mcp_tokens
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.garbage import settle_garbage_collection
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import InProcessWallet
from mcp_server.help import load_help_centre
from mcp_server.server import ServerParts, create_mcp_server
from schemas.identity import Customer
from schemas.message import Message, Role

PART = "bare arun"
AT_ONCE = crowd.AIM_SIZE
ROUNDS = 3
TURNS = 10
"""Turns of each in a round."""
CUSTOMER = Customer(id="bench-bare")
AIM = ">= 0.8"

Turn = Callable[[str], Awaitable[None]]
"""Runs one turn in the conversation of that id."""


async def measure(stage: Stage) -> list[Figure]:
    """Run the product's turns and Agno's by turns, so that all meet the same machine."""
    product = await stage.product()
    await make_thread(stage, product, CUSTOMER.id, MAX_MESSAGES)
    contenders = {"Agno with its storage": _Run(), "our agent, nothing kept": _Run()}
    ours: list[float] = []
    async with crowd.pages(stage, product, AT_ONCE) as pages, _turns(stage) as turns:
        settle_garbage_collection()
        for name, run in contenders.items():
            run.turn = turns[name]
            await run.round(2)
            run.forget()
        for _ in range(ROUNDS):
            seconds, waits = await crowd.ask_all(pages, TURNS)
            ours.append(len(waits) / seconds)
            for run in contenders.values():
                await run.round(TURNS)
    figures = [_figure(f"the product's turns a second, {AT_ONCE} customers", p50(ours), "1/s")]
    for name, run in contenders.items():
        share = p50([one / other for one, other in zip(ours, run.rates, strict=True)])
        figures += run.figures(name)
        figures.append(_figure(f"the product against {name}", share, "times", AIM))
    return figures


class _Run:
    """What one way of running a turn came to, round by round."""

    turn: Turn

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.rates: list[float] = []
        self._waits: list[float] = []
        self._cpu = 0.0

    async def round(self, turns: int) -> None:
        """Let ``AT_ONCE`` conversations have so many turns each."""
        before = time.process_time()
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(AT_ONCE):
                group.create_task(self._talk(number, turns))
        self.rates.append(AT_ONCE * turns / (time.perf_counter() - begun))
        self._cpu += time.process_time() - before

    async def _talk(self, number: int, turns: int) -> None:
        for _ in range(turns):
            begun = time.perf_counter()
            await self.turn(f"bare-{number}")
            self._waits.append(time.perf_counter() - begun)

    def figures(self, name: str) -> list[Figure]:
        return [
            _figure(f"turns a second, {name}, {AT_ONCE} at once", p50(self.rates), "1/s"),
            _figure(f"turn, p50, {name}", p50(self._waits) * 1000, "ms"),
            _figure(f"turn, p95, {name}", p95(self._waits) * 1000, "ms"),
            _figure(f"CPU a turn, {name}", self._cpu / len(self._waits) * 1000, "ms"),
        ]


def _figure(name: str, value: float, unit: str, aim: str = "") -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, aim=aim)


async def _settled(stage: Stage) -> list[Message]:
    """Return the messages that a turn is given: a full window that ends with the question."""
    store = await stage.store()
    conversation = (await list_conversations(store, CUSTOMER, limit=1))[0]
    newest = await list_messages(store, conversation, MAX_MESSAGES - 1)
    question = newest[-1].model_copy(
        update={
            "id": new_id("ms"),
            "role": Role.CUSTOMER,
            "text": QUESTION,
            "tools": [],
            "widgets": [],
            "reply_to": None,
        }
    )
    return [*newest, question]


@asynccontextmanager
async def _turns(stage: Stage) -> AsyncGenerator[dict[str, Turn]]:
    settings = Settings.model_validate({"data_dir": stage.directory / "bare"})
    tokens, store = mcp_tokens(settings), await stage.store()
    parts = ServerParts(
        store=store,
        verify=tokens.verify,
        help_centre=load_help_centre(),
        calls_per_minute=1_000_000,
    )
    wallet = InProcessWallet(create_mcp_server(parts))
    try:
        functions = wallet_functions(wallet, await wallet.list_tools())
        keeping = Agent(
            model=OfflineModel(),
            instructions=system_prompt(CUSTOMER, now()),
            tools=list(functions),
            db=AsyncMongoDb(db_client=store.client, db_name="agno"),
            add_history_to_context=True,
            num_history_runs=MAX_MESSAGES // 2,
            telemetry=False,
        )
        lean = build_agents(settings, functions).primary
        settled = await _settled(stage)
        yield {
            "Agno with its storage": partial(_ask, keeping, tokens, None),
            "our agent, nothing kept": partial(_ask, lean, tokens, settled),
        }
    finally:
        await wallet.aclose()


async def _ask(
    agent: Agent, tokens: McpTokens, settled: list[Message] | None, session_id: str
) -> None:
    """Run one turn; ``settled`` is its history, or None where the agent has one of its own."""
    context = TurnContext(token=partial(tokens.mint, CUSTOMER))
    stream = cast("Any", agent).arun(
        _messages(settled) if settled else QUESTION,
        stream=True,
        stream_events=True,
        session_id=session_id,
        dependencies={TURN: context},
    )
    async for _event in stream:
        pass
    assert context.uses, "the turn made no tool call"


def _messages(settled: list[Message]) -> list[ModelMessage]:
    system = ModelMessage(role="system", content=system_prompt(CUSTOMER, now()))
    return [system, *model_history(settled)]
