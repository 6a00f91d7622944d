"""The same turn without the product: the bare ``arun`` of the same agent with the same tools."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from agno.agent import Agent
from agno.models.message import Message as ModelMessage

from bench import crowd
from bench.figures import Figure, p50, p95
from bench.stage import Stage
from bench.threads import QUESTION, make_thread
from ecocash_copilot.actions.conversations import list_conversations
from ecocash_copilot.actions.messages import list_messages
from ecocash_copilot.agent.build import build_agents
from ecocash_copilot.agent.history import MAX_MESSAGES, model_history
from ecocash_copilot.agent.prompt import system_prompt
from ecocash_copilot.agent.tools import TURN, TurnContext, wallet_functions
from ecocash_copilot.auth.mcp_tokens import McpTokens, mcp_tokens
from ecocash_copilot.core.clock import now
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


async def measure(stage: Stage) -> list[Figure]:
    """Run the product's turns and the bare ones by turns, so that both meet the same machine."""
    product = await stage.product()
    await make_thread(stage, product, CUSTOMER.id, MAX_MESSAGES)
    settled = await _settled(stage)
    ours: list[float] = []
    bare: list[float] = []
    waits: list[float] = []
    cpu = 0.0
    async with crowd.pages(stage, product, AT_ONCE) as pages, _agent(stage) as (agent, tokens):
        await _ask_all(agent, tokens, settled, 2)
        for _ in range(ROUNDS):
            seconds, turns = await crowd.ask_all(pages, TURNS)
            ours.append(len(turns) / seconds)
            before = time.process_time()
            seconds, turns = await _ask_all(agent, tokens, settled, TURNS)
            cpu += time.process_time() - before
            bare.append(len(turns) / seconds)
            waits += turns
    share = p50([one / other for one, other in zip(ours, bare, strict=True)])
    return [
        _figure(f"turns a second, {AT_ONCE} at once", p50(bare), "1/s"),
        _figure("turn, p50", p50(waits) * 1000, "ms"),
        _figure("turn, p95", p95(waits) * 1000, "ms"),
        _figure("CPU a turn", cpu / len(waits) * 1000, "ms"),
        _figure(f"the product's turns a second, {AT_ONCE} customers", p50(ours), "1/s"),
        _figure("the product against bare arun", share, "times", ">= 0.8"),
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
async def _agent(stage: Stage) -> AsyncGenerator[tuple[Agent, McpTokens]]:
    settings = Settings.model_validate({"data_dir": stage.directory / "bare"})
    tokens = mcp_tokens(settings)
    parts = ServerParts(
        store=await stage.store(),
        verify=tokens.verify,
        help_centre=load_help_centre(),
        calls_per_minute=1_000_000,
    )
    wallet = InProcessWallet(create_mcp_server(parts))
    try:
        functions = wallet_functions(wallet, await wallet.list_tools())
        yield build_agents(settings, functions).primary, tokens
    finally:
        await wallet.aclose()


async def _ask_all(
    agent: Agent, tokens: McpTokens, settled: list[Message], turns: int
) -> tuple[float, list[float]]:
    """Return the seconds it took, and every run's own seconds."""
    waits: list[float] = []

    async def talk(number: int) -> None:
        for _ in range(turns):
            context = TurnContext(token=partial(tokens.mint, CUSTOMER))
            begun = time.perf_counter()
            await _run(agent, context, settled, f"bare-{number}")
            waits.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            group.create_task(talk(number))
    return time.perf_counter() - begun, waits


async def _run(agent: Agent, context: TurnContext, settled: list[Message], session_id: str) -> None:
    messages = [
        ModelMessage(role="system", content=system_prompt(CUSTOMER, now())),
        *model_history(settled),
    ]
    stream = agent.arun(
        messages,
        stream=True,
        stream_events=True,
        session_id=session_id,
        dependencies={TURN: context},
    )
    async for _event in stream:
        pass
    assert context.uses, "the turn made no tool call"
