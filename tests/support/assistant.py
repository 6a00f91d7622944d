"""The assistant as the product composes it, in this process, over a database of the test's own."""

# pyright: reportPrivateUsage=false

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from agno.models.base import Model
from agno.models.message import Message as ModelMessage
from agno.models.response import ModelResponse
from fastmcp import FastMCP
from limits.aio.storage import MemoryStorage

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.agent.assistant import Asked, Assistant, Parts
from ecocash_copilot.agent.build import Agents, _agent, build_agents
from ecocash_copilot.agent.offline.answers import care_line
from ecocash_copilot.agent.offline.model import OfflineModel
from ecocash_copilot.agent.tools import wallet_functions
from ecocash_copilot.agent.turns import Turns
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.changes import turn_began
from ecocash_copilot.gateways.wallet_mcp import InProcessWallet, WalletTools
from ecocash_copilot.state.live_pages import LivePages
from ecocash_copilot.state.services import Services, event_limit
from ecocash_copilot.store.client import Store
from mcp_server.demo.generate import anchor_day_at
from mcp_server.demo.seed import seed
from mcp_server.help import load_help_centre
from mcp_server.server import ServerParts, create_mcp_server
from schemas.identity import Customer, Locale
from schemas.message import Conversation, Message
from schemas.session import Session

TOKENS = McpTokens("a key for tests that is long enough for HS256")
help_centre = cache(load_help_centre)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An assistant with its parts at hand."""

    settings: Settings
    store: Store
    sign_in: SignIn
    staff_sign_in: StaffSignIn
    turns: Turns
    wallet: WalletTools
    assistant: Assistant
    pages: LivePages

    @cached_property
    def services(self) -> Services:
        """What the states call."""
        return Services(
            self.settings,
            self.store,
            self.sign_in,
            self.staff_sign_in,
            self.assistant,
            event_limit(MemoryStorage(), self.settings),
            self.pages,
        )

    async def session(
        self, sub: str = "c-1001", locale: Locale = Locale.EN, name: str | None = None
    ) -> Session:
        """Open a session for a customer."""
        customer = Customer(id=sub, locale=locale, name=name)
        return await self.again(await self.sign_in.open_session(customer))

    async def again(self, secret: str) -> Session:
        """Return a session as it is now."""
        return await self.sign_in.access_session(secret=secret)

    async def now(self, session: Session) -> Session:
        """Return a session as it is now."""
        return await self.sign_in.access_session(ref=session.id)

    async def ask(
        self,
        session: Session,
        text: str,
        conversation: Conversation | None = None,
        key: str | None = None,
    ) -> tuple[Asked, Message]:
        """Ask, and wait for the answer."""
        session = await self.now(session)
        asked = await self.assistant.ask(session, conversation, text, key)
        return asked, await answer_of(asked)


async def answer_of(asked: Asked) -> Message:
    """Wait until a turn is settled, and return its answer."""
    assert asked.turn is not None
    async with asyncio.timeout(20):
        async for _ in asked.turn.watch():
            pass
    assert asked.turn.answer is not None
    return asked.turn.answer


def demo_wallet(store: Store) -> FastMCP:
    """Return the product's own MCP server over a database."""
    return create_mcp_server(
        ServerParts(
            store=store,
            verify=TOKENS.verify,
            help_centre=help_centre(),
            calls_per_minute=100_000,
            limit_storage=MemoryStorage(),
        )
    )


@asynccontextmanager
async def open_desk(
    settings: Settings,
    store: Store,
    *,
    server: FastMCP | None = None,
    wallet: WalletTools | None = None,
    model: Model | None = None,
    messages_per_minute: int = 100_000,
    **parts: Any,
) -> AsyncGenerator[Desk]:
    """Seed the demo data and compose an assistant; turns under way are settled on leaving.

    Args:
        server: what the wallet is, if not the product's own server.
        wallet: the way to the wallet, if not in process.
        model: who answers, if not the offline model.
    """
    await seed(store, anchor_day_at(now()))
    own = InProcessWallet(server or demo_wallet(store))
    used = wallet or own
    await asyncio.to_thread(OfflineModel().warm_up)
    pages = LivePages()
    sign_in = SignIn(store, settings)
    turns = Turns(lambda turn: pages.hub.publish(turn_began(turn.conversation_id, turn.run_id)))
    specs = await own.list_tools(TOKENS.mint(Customer(id="nobody")))
    functions = wallet_functions(used, specs)
    agents = build_agents(settings, functions)
    if model is not None:
        agents = Agents(primary=_agent(model, functions), basic=None)
    assistant = Assistant(
        Parts(
            store=store,
            sign_in=sign_in,
            wallet=used,
            agents=agents,
            turns=turns,
            tokens=TOKENS,
            limit_storage=MemoryStorage(),
            messages_per_minute=messages_per_minute,
            product_facts=care_line(),
            **parts,
        )
    )
    try:
        yield Desk(
            settings=settings,
            store=store,
            sign_in=sign_in,
            staff_sign_in=StaffSignIn(store, settings),
            turns=turns,
            wallet=used,
            assistant=assistant,
            pages=pages,
        )
    finally:
        await pages.aclose()
        await turns.close(5)
        await own.aclose()


@dataclass
class ScriptedModel(Model):
    """A model that says what its script yields, and fails where the script does."""

    id: str = "scripted"
    name: str | None = "Scripted"
    provider: str | None = "tests"
    script: Callable[[list[ModelMessage]], AsyncIterator[ModelResponse]] | None = None
    """Takes the messages of a request."""

    def invoke(self, *_: Any, **__: Any) -> ModelResponse:
        """Nobody asks for a whole answer."""
        raise NotImplementedError

    async def ainvoke(self, *_: Any, **__: Any) -> ModelResponse:
        """Nobody asks for a whole answer."""
        raise NotImplementedError

    def invoke_stream(self, *_: Any, **__: Any) -> Any:
        """Nobody asks without a loop."""
        raise NotImplementedError

    async def ainvoke_stream(
        self, messages: list[ModelMessage], **_: Any
    ) -> AsyncIterator[ModelResponse]:
        """Say what the script yields."""
        assert self.script is not None
        async for piece in self.script(messages):
            yield piece

    def _parse_provider_response(self, response: Any, **_: Any) -> ModelResponse:
        return response

    def _parse_provider_response_delta(self, response: Any) -> ModelResponse:
        return response


def say(text: str) -> ModelResponse:
    """Return a piece of text."""
    return ModelResponse(role="assistant", content=text)


def call(name: str, **arguments: Any) -> ModelResponse:
    """Return a tool call."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    one = {"id": new_id("call"), "type": "function", "function": function}
    return ModelResponse(role="assistant", tool_calls=[one])
