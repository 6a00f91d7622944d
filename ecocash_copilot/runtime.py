"""The running product: every part opened in order, and closed in reverse."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from fastmcp import FastMCP
from limits.aio.storage import Storage
from starlette.applications import Starlette

from ecocash_copilot.actions.consents import expire_due
from ecocash_copilot.actions.evidence import remove_loose_evidence
from ecocash_copilot.actions.handovers import expire_handovers
from ecocash_copilot.actions.messages import LEASE, renew_claims
from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.actions.tickets import publish_missed
from ecocash_copilot.agent.assistant import Assistant, Parts
from ecocash_copilot.agent.build import build_agents
from ecocash_copilot.agent.offline.answers import care_line
from ecocash_copilot.agent.offline.model import OfflineModel
from ecocash_copilot.agent.silence import fall_silent
from ecocash_copilot.agent.tools import wallet_functions
from ecocash_copilot.agent.turns import Turns
from ecocash_copilot.api.app import own_app
from ecocash_copilot.auth.mcp_tokens import McpTokens, mcp_tokens
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.repeat import repeating
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.core.tasks import cancel
from ecocash_copilot.feed.changes import STAFF, turn_began
from ecocash_copilot.feed.feeding import feeding
from ecocash_copilot.feed.hub import Hub
from ecocash_copilot.gateways.wallet_mcp import HttpWallet, InProcessWallet, WalletTools
from ecocash_copilot.state.live_pages import LivePages
from ecocash_copilot.state.services import Services, event_limit, install
from ecocash_copilot.store.client import Store, connect
from ecocash_copilot.store.conversations import release_turns
from ecocash_copilot.store.indexes import create_indexes
from ecocash_copilot.store.ticket_counts import drop_empty
from mcp_server.demo.generate import anchor_day_at
from mcp_server.demo.seed import seed, seed_board
from mcp_server.help import load_help_centre
from mcp_server.limits import limit_storage
from mcp_server.server import ServerParts, create_mcp_app, create_mcp_server
from schemas.identity import Customer

DRAIN_SECONDS = 5.0
"""How long turns under way may go on once the product is told to stop."""

_log = get_logger(__name__)


@dataclass(frozen=True)
class Running:
    """The parts that the web server needs."""

    services: Services
    http: Starlette
    """Our own HTTP addresses."""


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[Running]:
    """Open the product; on leaving, turns under way are settled and everything is closed.

    Raises:
        EmbeddedMongoDBError: the embedded database can't run.
        Unavailable: the database or the wallet does not answer.
    """
    async with AsyncExitStack() as stack:
        # The database needs a second to start: a processor has that long for the classifier.
        learning = asyncio.create_task(asyncio.to_thread(OfflineModel().warm_up))
        stack.push_async_callback(cancel, learning)
        store = await stack.enter_async_context(connect(settings))
        await create_indexes(store)
        if store.embedded:
            await release_turns(store)
        if settings.is_dev:
            anchor = await seed(store, anchor_day_at(now()))
            await seed_board(store, anchor)
        feed = await stack.enter_async_context(feeding(store, settings))
        tokens = mcp_tokens(settings)
        storage = await stack.enter_async_context(limit_storage(settings))
        server = await asyncio.to_thread(_mcp_server, settings, store, tokens, storage)
        wallet = _wallet(settings, server)
        stack.push_async_callback(wallet.aclose)
        sign_in, staff_sign_in = SignIn(store, settings), StaffSignIn(store, settings)
        turns = Turns(
            started=lambda turn: feed.hub.publish(turn_began(turn.conversation_id, turn.run_id))
        )
        await learning
        assistant = await _assistant(settings, store, wallet, tokens, storage, sign_in, turns)
        services = Services(
            settings,
            store,
            sign_in,
            staff_sign_in,
            assistant,
            event_limit(storage, settings),
            LivePages(feed.hub),
        )
        install(services)
        stack.push_async_callback(services.presence.aclose)
        stack.push_async_callback(services.pages.aclose)
        mcp = create_mcp_app(server, settings.public_url)
        await stack.enter_async_context(mcp.lifespan())
        await stack.enter_async_context(_renewing(store, turns))
        await stack.enter_async_context(_falling_silent(feed.hub, turns))
        for name, (seconds, work) in _upkeep(store, assistant).items():
            await stack.enter_async_context(repeating(name, seconds, work))
        stack.push_async_callback(turns.close, DRAIN_SECONDS)
        yield Running(
            services,
            own_app(settings, store, sign_in, staff_sign_in, wallet, mcp.routes(), storage, feed),
        )


def _mcp_server(settings: Settings, store: Store, tokens: McpTokens, storage: Storage) -> FastMCP:
    """Build the wallet's server. Reading and indexing the help centre takes a while."""
    help_centre = load_help_centre()
    if help_centre.unconfirmed_facts and not settings.is_dev:
        _log.warning("help_facts_unconfirmed", count=len(help_centre.unconfirmed_facts))
    return create_mcp_server(
        ServerParts(
            store=store,
            verify=tokens.verify,
            help_centre=help_centre,
            calls_per_minute=settings.tool_calls_per_minute,
            limit_storage=storage,
        )
    )


def _wallet(settings: Settings, server: FastMCP) -> WalletTools:
    if settings.wallet_mcp_url:
        return HttpWallet(settings.wallet_mcp_url)
    if not settings.is_dev:
        _log.warning("wallet_not_configured")
    return InProcessWallet(server)


async def _assistant(
    settings: Settings,
    store: Store,
    wallet: WalletTools,
    tokens: McpTokens,
    storage: Storage,
    sign_in: SignIn,
    turns: Turns,
) -> Assistant:
    # A server elsewhere tells its tools to customers only; this one owns nothing.
    specs = await wallet.list_tools(tokens.mint(Customer(id="ecocash-copilot")))
    functions = wallet_functions(wallet, specs)
    return Assistant(
        Parts(
            store=store,
            sign_in=sign_in,
            wallet=wallet,
            agents=build_agents(settings, functions),
            turns=turns,
            tokens=tokens,
            limit_storage=storage,
            messages_per_minute=settings.messages_per_minute,
            product_facts=care_line(),
        )
    )


def _upkeep(
    store: Store, assistant: Assistant
) -> dict[str, tuple[float, Callable[[], Awaitable[object]]]]:
    """Return what is done again and again, and every how many seconds. Safe in many replicas."""
    return {
        "carry_out_consents": (30.0, assistant.confirmations.resume),
        "expire_consents": (60.0, partial(expire_due, store)),
        "expire_handovers": (60.0, partial(expire_handovers, store)),
        "tell_customers_what_was_missed": (30.0, partial(publish_missed, store)),
        "forget_empty_counts": (3600.0, partial(drop_empty, store)),
        "remove_loose_evidence": (3600.0, partial(remove_loose_evidence, store)),
    }


@asynccontextmanager
async def _falling_silent(hub: Hub, turns: Turns) -> AsyncGenerator[None]:
    """End turns, while the product runs, whose conversation an agent takes over."""
    subscription = hub.subscribe([STAFF])
    task = asyncio.create_task(fall_silent(subscription, turns), name="fall-silent")
    try:
        yield
    finally:
        subscription.close()
        await task


@asynccontextmanager
async def _renewing(store: Store, turns: Turns) -> AsyncGenerator[None]:
    """Show, while the product runs, that its turns are alive."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await renew_claims(store, turns.run_ids())
            except Exception as error:
                _log.warning("claims_not_renewed", error=type(error).__name__)

    task = asyncio.create_task(renew(), name="renew-claims")
    try:
        yield
    finally:
        await cancel(task)
