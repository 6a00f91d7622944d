"""Ends the assistant's turns when an agent takes their conversation over, in whichever process."""

from collections.abc import AsyncIterator

from ecocash_copilot.agent.turns import Turns
from ecocash_copilot.feed.changes import Change, Refresh
from schemas.handover import Handover, HandoverState


async def fall_silent(changes: AsyncIterator[list[Change] | Refresh], turns: Turns) -> None:
    """Stop each turn whose conversation was taken, until the changes end.

    A turn that is missed here goes on unseen, and its answer is dropped when it settles.
    """
    async for batch in changes:
        for change in batch if isinstance(batch, list) else ():
            handover = change.document
            if isinstance(handover, Handover) and handover.state is HandoverState.TAKEN:
                turns.stop(handover.conversation_id)
