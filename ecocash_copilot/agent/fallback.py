"""The offline model as Agno's fallback: it says that it took over before it speaks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

from ecocash_copilot.agent.offline.model import OfflineModel
from ecocash_copilot.agent.translate import BasicModeEvent


@dataclass
class BasicModeModel(OfflineModel):
    """Agno gives no event when a fallback starts, so the model sends its own first."""

    async def aresponse_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        """Stream a ``BasicModeEvent``, then the offline model's answer."""
        yield BasicModeEvent()
        respond = cast("Any", super()).aresponse_stream
        async for event in respond(*args, **kwargs):
            yield event
