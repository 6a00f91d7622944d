"""The wallet's MCP tools as Agno functions, called with the customer's own token.

A tool that changes something is never called from a run: the run pauses before it, and the
customer is asked.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agno.run import RunContext
from agno.tools.function import Function, FunctionCall

from ecocash_copilot.actions.consents import CONSENT_ARGUMENT
from ecocash_copilot.core.metrics import TOOL_CALLS
from ecocash_copilot.gateways.wallet_mcp import ToolResult, ToolSpec, WalletTools
from schemas.message import ToolUse
from schemas.turn import ConsentNeeded, TurnEvent
from schemas.widgets import WidgetId

TURN = "turn"
"""Key of the ``TurnContext`` in a run's dependencies."""

MAX_RESULT = 200_000
"""Longest result, in characters, that is read at all: it is kept with its message."""

_SHOW_CARD = {
    "type": "boolean",
    "default": True,
    "description": "Show the result to the customer as a card. False only looks it up.",
}


Ask = Callable[[ConsentNeeded, WidgetId], Awaitable[list[TurnEvent]]]
"""Asks the customer for consent: what to say and to show for it. The id is for the card."""


@dataclass
class TurnContext:
    """What the tools of one run need and leave behind."""

    token: Callable[[], str]
    """Gives the short-lived MCP token of the customer who is asking."""
    uses: list[ToolUse] = field(default_factory=list[ToolUse])
    ask: Ask | None = None
    """None where nobody can be asked; what needs consent then simply does not happen."""


def wallet_functions(wallet: WalletTools, specs: list[ToolSpec]) -> list[Function]:
    """Return one Agno function for each MCP tool, with ``show_card`` added to its arguments."""
    return [
        Function(
            name=spec.name,
            description=spec.description,
            parameters=_for_model(spec),
            entrypoint=_refuse if spec.mutating else _entrypoint(wallet, spec.name),
            skip_entrypoint_processing=True,
            requires_confirmation=spec.mutating,
        )
        for spec in specs
    ]


def _for_model(spec: ToolSpec) -> dict[str, Any]:
    """Return a tool's arguments as a model fills them in: the consent is not its to name."""
    properties: dict[str, Any] = dict(spec.parameters.get("properties", {}))
    if spec.mutating:
        properties.pop(CONSENT_ARGUMENT, None)
    else:
        properties["show_card"] = _SHOW_CARD
    return {**spec.parameters, "properties": properties}


async def _refuse(run_context: RunContext, fc: FunctionCall, **_: Any) -> str:
    """Stand behind the pause: whatever lets a run past it, nothing is changed from here."""
    del run_context, fc
    return "Error: only the customer's tap on the dialog does this. Nothing was changed."


def _entrypoint(wallet: WalletTools, name: str) -> Callable[..., Awaitable[str]]:
    async def call(run_context: RunContext, fc: FunctionCall, **arguments: Any) -> str:
        context: TurnContext = (run_context.dependencies or {})[TURN]
        return await call_tool(wallet, context, fc.call_id or name, name, arguments)

    return call


async def call_tool(
    wallet: WalletTools, context: TurnContext, call_id: str, name: str, arguments: dict[str, Any]
) -> str:
    """Call one tool as the turn's customer and note its use.

    Returns:
        The result as JSON text, or text that starts with ``Error`` and says what went wrong.
    """
    sent = {key: value for key, value in arguments.items() if key != "show_card"}
    result = await wallet.call(name, sent, context.token())
    if len(result.text) > MAX_RESULT:
        result = ToolResult("The answer is too long to read. Ask for less.", None, ok=False)
    TOOL_CALLS.labels(tool=name, ok=str(result.ok).lower()).inc()
    text = result.text if result.ok else f"Error: {result.text.removeprefix('Error').lstrip(': ')}"
    context.uses.append(
        ToolUse(call_id=call_id, name=name, arguments=flat(arguments), result=text, ok=result.ok)
    )
    return text


def flat(arguments: Mapping[str, Any]) -> dict[str, str | int | bool | None]:
    """Return arguments as they are kept with a message."""
    return {
        name: value if isinstance(value, str | int | bool | None) else str(value)
        for name, value in arguments.items()
    }
