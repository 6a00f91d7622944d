"""OpenAI's two streaming protocols as server-sent events: Responses and Chat Completions.

Agno's ``openai:`` models speak the first, ``openai-chat:`` models the second.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

Protocol = Literal["responses", "chat"]
Body = dict[str, Any]

MODEL = "scripted"
_ARGUMENT_PIECE = 7


class Call(NamedTuple):
    """A function call as the model streams it; ``arguments`` is sent as it is, valid or not."""

    id: str
    name: str
    arguments: str


def frame(data: Body | str, event: str = "") -> str:
    """Return one server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"event: {event}\ndata: {text}\n\n" if event else f"data: {text}\n\n"


def pieces(arguments: str) -> list[str]:
    """Cut a call's arguments as a provider does: anywhere, also inside a word."""
    step = _ARGUMENT_PIECE
    return [arguments[at : at + step] for at in range(0, len(arguments), step)] or [""]


class ChatStream:
    """One answer as chat completion chunks."""

    def __init__(self, number: int) -> None:
        """Start the answer to the request with this number."""
        self._id = f"chatcmpl-{number}"

    def _chunk(self, delta: Body, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return frame({**self._head(), "choices": [choice], "usage": None})

    def _head(self) -> Body:
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": 1_760_000_000,
            "model": MODEL,
            "service_tier": "default",
            "system_fingerprint": "fp_scripted",
        }

    def start(self) -> Iterator[str]:
        """Open the answer."""
        yield self._chunk({"role": "assistant", "content": "", "refusal": None})

    def text(self, tokens: Sequence[str]) -> Iterator[str]:
        """Stream text, one chunk for each token."""
        for token in tokens:
            yield self._chunk({"content": token})

    def calls(self, calls: Sequence[Call]) -> Iterator[str]:
        """Stream calls: each opens with its name, then its arguments follow in pieces."""
        for index, call in enumerate(calls):
            function = {"name": call.name, "arguments": ""}
            opening = {"index": index, "id": call.id, "type": "function", "function": function}
            yield self._chunk({"tool_calls": [opening]})
            for piece in pieces(call.arguments):
                more = {"index": index, "function": {"arguments": piece}}
                yield self._chunk({"tool_calls": [more]})

    def end(self, text: str, calls: Sequence[Call]) -> Iterator[str]:
        """Finish: the reason, the usage, and the end of the stream."""
        yield self._chunk({}, "tool_calls" if calls else "stop")
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        yield frame({**self._head(), "choices": [], "usage": usage})
        yield frame("[DONE]")

    def failed(self) -> Iterator[str]:
        """Report a failure inside the stream, as a provider does after its 200."""
        error = {"message": "The server had an error", "type": "server_error", "code": None}
        yield frame({"error": error})


class ResponsesStream:
    """One answer as events of the Responses API."""

    def __init__(self, number: int) -> None:
        """Start the answer to the request with this number."""
        self._id = f"resp_{number}"
        self._item = f"msg_{number}"
        self._sequence = 0
        self._output: list[Body] = []

    def _event(self, kind: str, **fields: Any) -> str:
        sequence, self._sequence = self._sequence, self._sequence + 1
        return frame({"type": kind, "sequence_number": sequence, **fields}, kind)

    def _response(self, status: str, usage: Body | None = None, error: Body | None = None) -> Body:
        return {
            "id": self._id,
            "object": "response",
            "created_at": 1_760_000_000,
            "status": status,
            "model": MODEL,
            "output": list(self._output),
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": usage,
            "error": error,
        }

    def start(self) -> Iterator[str]:
        """Open the answer."""
        yield self._event("response.created", response=self._response("in_progress"))
        yield self._event("response.in_progress", response=self._response("in_progress"))

    def text(self, tokens: Sequence[str]) -> Iterator[str]:
        """Stream text as one message item, one delta for each token."""
        if not tokens:
            return
        place = {"item_id": self._item, "output_index": 0, "content_index": 0}
        item: Body = {"id": self._item, "type": "message", "role": "assistant", "content": []}
        yield self._event(
            "response.output_item.added", output_index=0, item={**item, "status": "in_progress"}
        )
        yield self._event("response.content_part.added", **place, part=_text_part(""))
        for token in tokens:
            yield self._event("response.output_text.delta", **place, delta=token, logprobs=[])

    def _close_text(self, text: str) -> Iterator[str]:
        place = {"item_id": self._item, "output_index": 0, "content_index": 0}
        part = _text_part(text)
        item = {
            "id": self._item,
            "type": "message",
            "role": "assistant",
            "content": [part],
            "status": "completed",
        }
        yield self._event("response.output_text.done", **place, text=text, logprobs=[])
        yield self._event("response.content_part.done", **place, part=part)
        yield self._event("response.output_item.done", output_index=0, item=item)
        self._output.append(item)

    def calls(self, calls: Sequence[Call]) -> Iterator[str]:
        """Stream calls, one item after the other, their arguments in pieces."""
        for index, call in enumerate(calls, start=1):
            item = {
                "id": f"fc_{call.id}",
                "type": "function_call",
                "call_id": call.id,
                "name": call.name,
                "arguments": "",
            }
            place = {"item_id": item["id"], "output_index": index}
            added = {**item, "status": "in_progress"}
            yield self._event("response.output_item.added", output_index=index, item=added)
            for piece in pieces(call.arguments):
                yield self._event("response.function_call_arguments.delta", **place, delta=piece)
            yield self._event(
                "response.function_call_arguments.done", **place, arguments=call.arguments
            )
            done = {**item, "arguments": call.arguments, "status": "completed"}
            yield self._event("response.output_item.done", output_index=index, item=done)
            self._output.append(done)

    def end(self, text: str, calls: Sequence[Call]) -> Iterator[str]:
        """Finish: close the message, then the response with its usage."""
        if text:
            yield from self._close_text(text)
        usage: Body = {
            "input_tokens": 100,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 10,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 110,
        }
        response = self._response("completed", usage=usage)
        yield self._event("response.completed", response=response)

    def failed(self) -> Iterator[str]:
        """Report a failure inside the stream, as the provider does after its 200."""
        error = {"code": "server_error", "message": "The server had an error"}
        yield self._event("response.failed", response=self._response("failed", error=error))


def _text_part(text: str) -> Body:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def new_stream(protocol: Protocol, number: int) -> ChatStream | ResponsesStream:
    """Return the frames of one answer in the protocol that was asked for."""
    return ChatStream(number) if protocol == "chat" else ResponsesStream(number)
