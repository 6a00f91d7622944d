"""The assistant on a real provider's protocol, over HTTP: what the customer gets, come what may."""

# pyright: reportPrivateUsage=false

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from agno.models.openai import OpenAIChat, OpenAIResponses
from agno.tools.function import Function

from ecocash_copilot.agent.build import TOOL_CALL_LIMIT, Agents, _agent, build_agents
from ecocash_copilot.agent.history import MAX_MESSAGES
from ecocash_copilot.agent.run_turn import Limits, TurnRequest, TurnRun
from ecocash_copilot.agent.tools import TurnContext, wallet_functions
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import InProcessWallet, WalletTools
from schemas.identity import Customer
from schemas.message import Message, Role
from schemas.turn import (
    BasicMode,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEvent,
    TurnFinished,
    TurnStarted,
    WidgetReady,
)
from tests.support.known import known
from tests.support.openai_scripts import Reply, ToolCall
from tests.support.openai_server import OpenAIServer
from tests.support.wallet_server import create_wallet

MODELS = ("openai:gpt-5-mini", "openai-chat:gpt-5-mini")
CUSTOMER = Customer(id="c-1001", msisdn="+263771234567", name="Tendai Moyo")
LIMITS = Limits(idle=0.7, total=8)
CONVERSATION = "cv_" + "0" * 26


@dataclass
class Turn:
    """What one turn came to."""

    events: list[TurnEvent]
    context: TurnContext
    withheld: int = 0
    requests: list[dict[str, object]] = field(default_factory=list[dict[str, object]])

    @property
    def text(self) -> str:
        """The text that counts: what came before basic mode is void."""
        text = ""
        for event in self.events:
            if isinstance(event, BasicMode):
                text = ""
            elif isinstance(event, TextDelta):
                text += event.text
        return text.strip()

    @property
    def everything_shown(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def basic_mode(self) -> bool:
        return any(isinstance(event, BasicMode) for event in self.events)

    @property
    def widgets(self) -> list[str]:
        """Types of the cards that count."""
        kinds: list[str] = []
        for event in self.events:
            if isinstance(event, BasicMode):
                kinds = kinds if event.keeps_cards else []
            elif isinstance(event, WidgetReady):
                kinds.append(event.widget.type)
        return kinds

    @property
    def outcome(self) -> str:
        last = self.events[-1]
        assert isinstance(last, TurnFinished)
        return last.reason


class Assistant:
    """The agents of one model, asked one question at a time."""

    def __init__(self, agents: Agents, server: OpenAIServer) -> None:
        self.agents = agents
        self.server = server

    async def ask(
        self,
        text: str,
        script: str | tuple[Reply, ...],
        limits: Limits = LIMITS,
        earlier: list[Message] | None = None,
    ) -> Turn:
        self.server.play(script)
        settled = [*(earlier or []), message(Role.CUSTOMER, text, len(earlier or []) + 1)]
        context = TurnContext(token=lambda: "token-of-the-customer")
        request = TurnRequest(
            run_id=new_id("rn"),
            answer_id=new_id("ms"),
            conversation_id=CONVERSATION,
            customer=CUSTOMER,
            settled=settled,
            moment=now(),
        )
        run = TurnRun(self.agents, request, context, limits)
        turn = Turn([event async for event in run.events()], context)
        turn.withheld = run.withheld
        turn.requests = list(self.server.requests)
        expect_closed(turn)
        return turn


def message(role: Role, text: str, seq: int) -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id=CONVERSATION,
        customer_id=CUSTOMER.id,
        seq=seq,
        role=role,
        text=text,
        created_at=now(),
    )


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture(scope="module")
async def wallet() -> AsyncIterator[WalletTools]:
    wallet = InProcessWallet(create_wallet())
    yield wallet
    await wallet.aclose()


@pytest.fixture(scope="module", params=MODELS)
async def assistant(
    request: pytest.FixtureRequest, server: OpenAIServer, wallet: WalletTools
) -> AsyncIterator[Assistant]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", server.base_url)
        patch.setenv("OPENAI_API_KEY", "sk-test-key")
        functions = wallet_functions(wallet, await wallet.list_tools("token-of-the-customer"))
        settings = Settings(copilot_model=request.param)
        agents = build_agents(settings, functions)
        asked = Assistant(agents, server)
        # When first asked, the offline model learns its utterances and the client its own types.
        for script in ("broken", "plain"):
            await asked.ask("hello", script, Limits(idle=30, total=60))
        yield asked
        model = agents.primary.model
        assert isinstance(model, OpenAIResponses | OpenAIChat)
        await model.get_async_client().close()


def expect_closed(turn: Turn) -> None:
    """One start, one end, every tool closed once, nothing after the end."""
    counts = Counter(type(event) for event in turn.events)
    assert counts[TurnFinished] == 1
    assert isinstance(turn.events[-1], TurnFinished)
    assert counts[BasicMode] <= 1
    assert 1 <= counts[TurnStarted] <= 1 + counts[BasicMode]
    started = [event.call_id for event in turn.events if isinstance(event, ToolStarted)]
    finished = [event.call_id for event in turn.events if isinstance(event, ToolFinished)]
    assert sorted(started) == sorted(finished)
    cards = [event.widget.id for event in turn.events if isinstance(event, WidgetReady)]
    assert len(cards) == len(set(cards))


async def test_a_plain_answer_streams_through(assistant: Assistant) -> None:
    turn = await assistant.ask("hello", "plain")

    assert turn.text == "Hello, how can I help you with EcoCash?"
    assert not turn.basic_mode
    assert sum(isinstance(event, TextDelta) for event in turn.events) > 3


async def test_a_tool_call_shows_its_card_and_the_sentence_beside_it(assistant: Assistant) -> None:
    turn = await assistant.ask("show my balance", "tool")

    assert turn.widgets == ["balance_card"]
    assert turn.text == "Here is your balance."
    assert [use.name for use in turn.context.uses] == ["eco_get_balances"]
    assert len(turn.requests) == 2


async def test_parallel_calls_both_show(assistant: Assistant) -> None:
    turn = await assistant.ask("balance and last payments", "parallel")

    assert sorted(turn.widgets) == ["balance_card", "transaction_table"]
    assert turn.text == "Here are your balance and your last payments."


async def test_words_before_a_call_are_kept(assistant: Assistant) -> None:
    turn = await assistant.ask("show my balance", "talk-and-call")

    assert turn.text.startswith("Let me look.")
    assert turn.text.endswith("Here is your balance.")


@pytest.mark.parametrize(
    "script",
    [
        "broken",
        "cut",
        "cut-after-tool",
        "failed",
        "falls-silent",
        "invalid-chunks",
        "rate-limited",
        "silent",
        "unauthorized",
        "unfinished",
    ],
)
async def test_a_failing_provider_is_replaced_by_basic_mode(
    assistant: Assistant, script: str
) -> None:
    turn = await assistant.ask("show my balance", script)

    assert turn.basic_mode
    assert turn.outcome == "done"
    assert turn.widgets == ["balance_card"]
    assert turn.text
    for piece in ("Let me see", "Here is what"):
        assert piece not in turn.text


async def test_a_call_that_a_failing_run_left_open_is_closed_before_the_turn_goes_on(
    assistant: Assistant,
) -> None:
    # The wallet takes its time, and the model is given up meanwhile.
    held = asyncio.Event()

    async def hold(*_: object, **__: object) -> str:
        await held.wait()
        return "{}"

    functions = [
        Function(
            name="eco_get_balances",
            entrypoint=hold,
            skip_entrypoint_processing=True,
            parameters={"type": "object", "properties": {}},
        )
    ]
    model = known(assistant.agents.primary.model)
    agents = Agents(primary=_agent(model, functions), basic=assistant.agents.basic)
    turn = await Assistant(agents, assistant.server).ask("show my balance", "tool")
    first = [type(event) for event in turn.events][:4]
    assert first == [TurnStarted, ToolStarted, ToolFinished, BasicMode]
    assert turn.widgets == ["balance_card"]


async def test_a_busy_provider_is_not_waited_for(assistant: Assistant) -> None:
    turn = await assistant.ask("show my balance", "rate-limited", Limits(idle=60, total=4))

    assert turn.basic_mode
    assert turn.outcome == "done"


@pytest.mark.parametrize("script", ["bad-arguments", "wrong-arguments", "unknown-tool"])
async def test_a_senseless_call_reaches_the_model_as_an_error_and_no_card(
    assistant: Assistant, script: str
) -> None:
    turn = await assistant.ask("show my payments", script)

    assert turn.widgets == []
    assert turn.text.startswith("I c")
    assert not turn.basic_mode
    assert len(turn.requests) == 2
    assert not [event for event in turn.events if isinstance(event, ToolFinished) and event.ok]


async def test_an_invented_figure_is_withheld(assistant: Assistant) -> None:
    turn = await assistant.ask("how much do I have?", "invented")

    assert "987" not in turn.everything_shown
    assert turn.withheld == 1
    assert turn.text.startswith("Hello.")
    assert turn.text.endswith("Anything else?")


async def test_a_figure_beside_a_real_one_is_withheld_too(assistant: Assistant) -> None:
    turn = await assistant.ask("how much do I have?", "invented-after-tool")

    assert "987654" not in turn.everything_shown
    assert turn.widgets == ["balance_card"]
    assert turn.withheld == 1


async def test_the_figure_of_a_tool_is_said(assistant: Assistant) -> None:
    balance = (await assistant.ask("balance", "tool")).context.uses[0].result
    figure = balance.partition('"amount": "')[2].partition('"')[0]
    script = (
        Reply(calls=(ToolCall(name="eco_get_balances"),)),
        Reply(text=f"You have US${figure} in it. Good."),
    )

    turn = await assistant.ask("how much do I have?", script)

    assert f"US${figure}" in turn.text
    assert turn.withheld == 0


async def test_a_promise_of_a_reversal_is_withheld(assistant: Assistant) -> None:
    turn = await assistant.ask("give me my money back", "promise")

    assert "refunded" not in turn.everything_shown
    assert turn.withheld == 1
    assert "Tap Get help on it." in turn.text


async def test_a_model_that_never_stops_calling_is_stopped(assistant: Assistant) -> None:
    turn = await assistant.ask("show my balance", "loop")

    assert len(turn.context.uses) <= TOOL_CALL_LIMIT + 1
    assert len(turn.requests) <= TOOL_CALL_LIMIT + 2
    assert turn.outcome == "done"


async def test_a_very_long_answer_arrives_whole_enough(assistant: Assistant) -> None:
    turn = await assistant.ask("tell me everything", "long", Limits(idle=5, total=30))

    assert turn.outcome == "done"
    assert not turn.basic_mode
    assert len(turn.text) > 10_000


async def test_the_longest_turn_is_cut_by_the_clock(assistant: Assistant) -> None:
    slow = (Reply(text="word " * 200, tokens_per_second=20),)

    turn = await assistant.ask("hello", slow, Limits(idle=5, total=1.0))

    assert turn.outcome == "timed_out"
    assert turn.text.startswith("word")


async def test_the_model_is_sent_a_bounded_history(assistant: Assistant) -> None:
    roles = (Role.CUSTOMER, Role.ASSISTANT)
    short = [message(roles[n % 2], f"message {n} " + "x" * 50, n + 1) for n in range(20)]
    long = [message(roles[n % 2], f"message {n} " + "x" * 50, n + 1) for n in range(400)]

    sizes = [
        len(str((await assistant.ask("and now?", "plain", earlier=earlier)).requests[0]))
        for earlier in (short, long)
    ]

    assert sizes[1] <= sizes[0] * 1.02
    request = str(assistant.server.requests[0])
    assert "message 399 " in request
    assert f"message {400 - MAX_MESSAGES - 1} " not in request


async def test_the_model_learns_no_more_about_the_customer_than_it_needs(
    assistant: Assistant,
) -> None:
    turn = await assistant.ask("show my balance", "tool")

    sent = str(turn.requests)
    for private in ("+263771234567", "0771234567", "c-1001", "token-of-the-customer", "Moyo"):
        assert private not in sent


async def test_the_next_turn_after_a_failure_is_the_provider_again(assistant: Assistant) -> None:
    first = await assistant.ask("hello", "broken")
    second = await assistant.ask("hello", "plain")

    assert first.basic_mode
    assert not second.basic_mode
    assert second.text == "Hello, how can I help you with EcoCash?"
