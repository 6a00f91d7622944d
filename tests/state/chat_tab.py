"""A tab with the chat in it, and what is said there."""

import json
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

from agno.models.response import ModelResponse

from tests.state.tab import Tab, tab_of
from tests.support.assistant import Desk, ScriptedModel

Pieces = AsyncIterator[ModelResponse]


class opened:  # noqa: N801 - reads as a word
    """A tab whose chat is open."""

    def __init__(self, desk: Desk, secret: str) -> None:
        self._tab = tab_of(desk, secret)

    async def __aenter__(self) -> Tab:
        tab = await self._tab.__aenter__()
        await tab.call("open_chat")
        assert tab.vars["app_state"] == "ready"
        tab.forget()
        return tab

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._tab.__aexit__(kind, error, trace)


_keys = iter(range(10_000_000, 99_999_999))


def outgoing(*texts: str) -> str:
    return json.dumps([{"text": text, "key": f"key-{next(_keys)}"} for text in texts])


async def send(tab: Tab, *texts: str) -> None:
    await tab.call("send", outgoing=outgoing(*texts))


def whole(tab: Tab) -> list[int]:
    """The places of the messages on the page; they are in order and without a gap."""
    seqs = [view.seq for view in tab.shown]
    assert seqs == list(range(seqs[0], seqs[-1] + 1)) if seqs else True
    return seqs


def scripted(script: Any) -> ScriptedModel:
    return ScriptedModel(script=script)


async def talk(desk: Desk, secret: str, turns: int) -> None:
    """Say something as often as told, from elsewhere."""
    session = await desk.again(secret)
    for _ in range(turns):
        await desk.ask(session, "thanks")
