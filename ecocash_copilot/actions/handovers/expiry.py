"""What ends a handover by itself: nobody comes, or nobody says anything any more."""

from datetime import datetime, timedelta

from ecocash_copilot.actions.handovers.moves import conversation_of, end
from ecocash_copilot.core.business_hours import business_time
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.present import handover as words
from ecocash_copilot.store import handovers as kept
from ecocash_copilot.store.client import Store
from schemas.handover import Handover, HandoverState

LONGEST_WAIT = timedelta(minutes=30)
"""Business time after which nobody is taken to come; the assistant then goes on."""

LONGEST_SILENCE = timedelta(minutes=45)
"""Time without a message from either side after which an agent's chat is over."""

_log = get_logger(__name__)


async def expire_handovers(store: Store, moment: datetime | None = None) -> int:
    """End what nobody took in ``LONGEST_WAIT``, and chats silent for ``LONGEST_SILENCE``.

    Due every minute. The customer is told, and offered a ticket instead. Returns how many ended.
    """
    moment = moment or now()
    ended = 0
    for handover in await kept.find_open_handovers(store):
        line = await _expiry_line(store, handover, moment)
        if line is not None and await end(store, handover, line) is not None:
            _log.info("handover_expired", state=handover.state.value)
            ended += 1
    return ended


async def _expiry_line(store: Store, handover: Handover, moment: datetime) -> words.Line | None:
    """Return what to say where a handover has run out of time."""
    if handover.state is HandoverState.WAITING:
        late = business_time(handover.created_at, moment) > LONGEST_WAIT
        return words.nobody_came(handover) if late else None
    conversation = await conversation_of(store, handover.conversation_id)
    since = max(conversation.updated_at, handover.taken_at or handover.created_at)
    return words.agent_left(handover) if moment - since > LONGEST_SILENCE else None
