"""Puts a function on the server as a tool."""

import inspect
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Generic, Protocol, cast

from fastmcp import FastMCP
from fastmcp.tools import FunctionTool, Tool
from fastmcp.tools.base import ToolResult
from fastmcp.utilities.json_schema import compress_schema, dereference_refs
from mcp_types import TextContent, ToolAnnotations
from pydantic import BaseModel, PrivateAttr, ValidationError
from pydantic_core import to_json

from ecocash_copilot.actions.consents import CONSENT_ARGUMENT
from ecocash_copilot.gateways.wallet_mcp import META_MUTATING, META_RISK
from ecocash_copilot.store.client import Store
from mcp_server.consent import M, Perform, carry_out
from mcp_server.errors import explain
from mcp_server.identity import current_caller
from schemas.mutations import Mutation

READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
"""Hints of a tool that only reads."""

CHANGES = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
"""Hints of a tool that changes something, once for each consent."""

_CONSENT: dict[str, Any] = {
    "anyOf": [{"type": "string", "maxLength": 64}, {"type": "null"}],
    "default": None,
    "description": "Id of the customer's consent to exactly these arguments, given in the app. "
    "The app fills it in; it cannot be invented.",
}
_NEEDS_CONSENT = (
    "Needs the customer's consent: the app asks for it, and without one for exactly these "
    "arguments the call is refused."
)


def add_tool(
    server: FastMCP,
    run: Callable[..., Awaitable[ToolResult]],
    *,
    name: str,
    title: str,
    result: type[BaseModel],
) -> None:
    """Add ``run`` as the reading tool ``name``; a model reads its docstring and annotations.

    Args:
        result: what ``run`` gives ``answer``; its schema is the tool's output schema.
    """
    tool = FunctionTool.from_function(
        run, name=name, title=title, annotations=READS, output_schema=_output_schema(result)
    )
    # Some clients cannot follow $ref. Inlined once, here: the framework would do it again on each
    # listing, and over HTTP it lists all tools before each call.
    inlined = tool.model_copy(update={"parameters": dereference_refs(tool.parameters)})
    server.add_tool(inlined)


def add_mutating_tool(
    server: FastMCP,
    store: Store,
    arguments: type[M],
    perform: Perform[M],
    *,
    title: str,
    result: type[BaseModel],
) -> None:
    """Add the tool that ``arguments`` declares, behind the consent gate.

    It gets the argument ``consent_id``, and its listing says in ``_meta`` that it changes
    something and at what risk. ``perform`` runs only for a call that its customer agreed to, in
    the transaction that uses the consent up and adds the audit line. A model reads its docstring.
    """
    tool = _MutatingTool(
        name=arguments.tool,
        title=title,
        description=f"{inspect.getdoc(perform)}\n\n{_NEEDS_CONSENT}",
        parameters=_parameters(arguments),
        output_schema=_output_schema(result),
        annotations=CHANGES,
        meta={META_MUTATING: True, META_RISK: arguments.risk.value},
    )
    server.add_tool(tool.behind_gate(_Gate(store, arguments, perform)))


class _AnyGate(Protocol):
    async def call(self, given: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]: ...


class _Gate(Generic[M]):
    """What a mutating tool does: read the arguments, ask the gate, perform."""

    def __init__(self, store: Store, arguments: type[M], perform: Perform[M]) -> None:
        self._store = store
        self._arguments = arguments
        self._perform = perform

    async def call(self, given: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        consent_id = given.pop(CONSENT_ARGUMENT, None)
        try:
            parsed = self._arguments.model_validate(given)
        except ValidationError as error:
            raise explain(error, parameters) from None
        known = consent_id if isinstance(consent_id, str) else None
        return await carry_out(self._store, current_caller(), known, parsed, self._perform)


class _MutatingTool(Tool):
    """A tool whose function is reached through the gate alone."""

    _gate: _AnyGate = PrivateAttr()

    def behind_gate(self, gate: _AnyGate) -> "_MutatingTool":
        self._gate = gate
        return self

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        data = await self._gate.call(dict(arguments), self.parameters)
        text = TextContent(type="text", text=to_json(data).decode())
        return ToolResult(content=[text], structured_content=data)


# A schema costs more to make than all else of a tool, and depends on its model alone.
@cache
def _parameters(arguments: type[Mutation]) -> dict[str, Any]:
    schema = dereference_refs(arguments.model_json_schema())
    schema = compress_schema(schema, prune_titles=True)
    properties = cast("dict[str, Any]", schema["properties"])
    kept = {name: schema[name] for name in ("type", "required", "additionalProperties")}
    return {**kept, "properties": {**properties, CONSENT_ARGUMENT: _CONSENT}}


@cache
def _output_schema(result: type[BaseModel]) -> dict[str, Any]:
    return dereference_refs(result.model_json_schema(mode="serialization"))
