"""Settled messages as model messages, bounded so that a turn's cost does not grow."""

import json
from collections.abc import Sequence

from agno.models.message import Message as ModelMessage

from schemas.message import Message, Role

MAX_MESSAGES = 16
"""Newest settled messages that a run is given."""

MAX_TOOL_MESSAGES = 3
"""Newest answers whose tool calls and results are given along."""

MAX_RESULT_CHARS = 6_000
"""Longest tool result given along; a longer one is left out with its call."""


def model_history(settled: Sequence[Message]) -> list[ModelMessage]:
    """Translate settled messages, oldest first, for a model.

    Args:
        settled: a conversation's newest messages, oldest first, any number.

    Returns:
        At most the ``MAX_MESSAGES`` newest, the tool calls of the newest answers included.
    """
    window = settled[-MAX_MESSAGES:]
    with_tools = {message.id for message in [m for m in window if m.tools][-MAX_TOOL_MESSAGES:]}
    return [
        translated
        for message in window
        for translated in _translate(message, message.id in with_tools)
    ]


def _translate(message: Message, with_tools: bool) -> list[ModelMessage]:
    if message.role is Role.CUSTOMER:
        return [ModelMessage(role="user", content=message.text)]
    translated: list[ModelMessage] = []
    if with_tools:
        translated.extend(_tool_messages(message))
    if message.text:
        translated.append(ModelMessage(role="assistant", content=_said(message)))
    return translated


def _said(message: Message) -> str:
    """Return a message's text, with its author where that was a person."""
    if message.role is not Role.AGENT:
        return message.text
    return f"({message.author or 'Support'}, a person from EcoCash, said:) {message.text}"


def _tool_messages(message: Message) -> list[ModelMessage]:
    uses = [use for use in message.tools if len(use.result) <= MAX_RESULT_CHARS]
    if not uses:
        return []
    calls = [
        {
            "id": use.call_id,
            "type": "function",
            "function": {"name": use.name, "arguments": json.dumps(use.arguments)},
        }
        for use in uses
    ]
    results = [
        ModelMessage(
            role="tool",
            tool_call_id=use.call_id,
            tool_name=use.name,
            content=use.result,
            tool_call_error=not use.ok,
        )
        for use in uses
    ]
    return [ModelMessage(role="assistant", tool_calls=calls), *results]
