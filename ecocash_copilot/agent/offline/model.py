"""The offline model: an Agno ``Model`` like any other, which needs nothing but this process."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from agno.models.base import Model
from agno.models.message import Message
from agno.models.response import ModelResponse

from ecocash_copilot.agent.offline.classifier import load_classifier
from ecocash_copilot.agent.offline.conversation import read_conversation
from ecocash_copilot.agent.offline.languages import language_of
from ecocash_copilot.agent.offline.plan import Call, next_step
from ecocash_copilot.agent.offline.understand import understand
from schemas.identity import Locale

_WORD = re.compile(r"\s*\S+\s*")


@dataclass
class OfflineModel(Model):
    """Understands with a small classifier and rules, acts through tools, answers from templates.

    It sees what every model sees, the messages and the tools, and nothing else. It calls only
    tools it is given. Where one changes something its run pauses, as any model's does, and the
    customer's tap decides.
    """

    id: str = "offline"
    name: str | None = "Offline"
    provider: str | None = "EcoCash Copilot"

    def warm_up(self) -> None:
        """Make the classifier ready, so that no customer waits for it.

        Blocks for some hundredths of a second, and for about two the first time.
        """
        load_classifier()
        language_of("hello there", Locale.EN)

    def respond(self, messages: list[Message], tools: list[dict[str, Any]] | None) -> ModelResponse:
        """Return the next move: tool calls, or the whole answer."""
        conversation = read_conversation(messages)
        wish = understand(conversation)
        step = next_step(wish, conversation, _names(tools))
        if isinstance(step, Call):
            return ModelResponse(role="assistant", tool_calls=[_tool_call(step)])
        return ModelResponse(role="assistant", content=step.text(wish.language))

    def invoke(
        self, messages: list[Message], tools: list[dict[str, Any]] | None = None, **_: Any
    ) -> ModelResponse:
        """Answer at once."""
        return self.respond(messages, tools)

    async def ainvoke(
        self, messages: list[Message], tools: list[dict[str, Any]] | None = None, **_: Any
    ) -> ModelResponse:
        """Answer at once. Takes about a millisecond, so it stays on the event loop."""
        return self.respond(messages, tools)

    def invoke_stream(
        self, messages: list[Message], tools: list[dict[str, Any]] | None = None, **_: Any
    ) -> Iterator[ModelResponse]:
        """Answer word by word."""
        yield from _deltas(self.respond(messages, tools))

    async def ainvoke_stream(
        self, messages: list[Message], tools: list[dict[str, Any]] | None = None, **_: Any
    ) -> AsyncIterator[ModelResponse]:
        """Answer word by word."""
        for delta in _deltas(self.respond(messages, tools)):
            yield delta

    def _parse_provider_response(self, response: Any, **_: Any) -> ModelResponse:
        return response

    def _parse_provider_response_delta(self, response: Any) -> ModelResponse:
        return response


def _names(tools: list[dict[str, Any]] | None) -> set[str]:
    """Return the names of the tools that this request offers."""
    return {tool.get("function", tool).get("name", "") for tool in tools or []}


def _tool_call(step: Call) -> dict[str, Any]:
    return {
        "id": f"call_{uuid4().hex[:24]}",
        "type": "function",
        "function": {"name": step.name, "arguments": json.dumps(step.arguments)},
    }


def _deltas(response: ModelResponse) -> Iterator[ModelResponse]:
    if response.tool_calls:
        yield response
    for word in _WORD.findall(str(response.content or "")):
        yield ModelResponse(role="assistant", content=word)
