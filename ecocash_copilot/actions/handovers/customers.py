"""The customer's side: asking for a person, waiting, and going back to the assistant."""

from datetime import datetime

from ecocash_copilot.actions.conversations import access_conversation
from ecocash_copilot.actions.handovers.moves import end, say, transact_with_message
from ecocash_copilot.actions.messages import list_messages
from ecocash_copilot.actions.tickets import find_open_ticket_for, list_tickets
from ecocash_copilot.core.business_hours import next_opening
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.present import handover as words
from ecocash_copilot.present.handover_summary import summary, transaction_of
from ecocash_copilot.store import handovers as kept
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.conversations import set_speaker
from schemas.handover import Handover, HandoverReason, HandoverState
from schemas.identity import Customer
from schemas.message import Conversation, ConversationId, Speaker
from schemas.ticket import TicketStatus
from schemas.ticket_record import Ticket
from schemas.wallet import Transaction

SUMMARY_MESSAGES = 30
"""Newest messages that the summary is made from."""

MOST_WAITING = 3
"""Chats that a customer waits in at once: the list is short enough to be read by people."""

_ATTEMPTS = 6
_log = get_logger(__name__)


async def ask_for_person(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    reason: HandoverReason,
    moment: datetime | None = None,
) -> Handover:
    """Let a person take this conversation over; where that was asked before, nothing changes.

    The caller tells the customer, see ``present.handover``. Whoever waits in many chats already
    gives up the one that they asked in first.

    Args:
        moment: when they asked; None is now.

    Raises:
        NotFound: the conversation is not this customer's.
    """
    conversation = await access_conversation(store, customer, conversation.id)
    asked = await _describe(store, customer, conversation, reason, moment)
    speaker = Speaker.ASSISTANT if people_are_back_at(moment) else Speaker.QUEUE

    async def work(tx: Tx) -> bool:
        free = await set_speaker(store, tx, conversation.id, speaker, asked.id, None)
        if free:
            await kept.insert_handover(store, tx, asked)
        return free

    for _ in range(_ATTEMPTS):
        if await store.transact(work):
            _log.info("handover_asked", reason=reason.value, at_once=speaker is Speaker.QUEUE)
            for waiting in (await kept.find_waiting_of(store, customer.id))[MOST_WAITING:]:
                await end_by_customer(store, customer, waiting.conversation_id)
            return asked
        if found := await kept.find_open_handover(store, conversation.id):
            return found
        # The one that was open ended between the two reads.
    raise Conflict("This chat is being handed over. Please try again.")


async def _describe(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    reason: HandoverReason,
    moment: datetime | None,
) -> Handover:
    """Return a handover of this conversation with what an agent needs to know."""
    messages = await list_messages(store, conversation, SUMMARY_MESSAGES)
    transaction = transaction_of(messages)
    ticket = await _ticket_of(store, conversation, transaction)
    return Handover(
        id=new_id("ho"),
        conversation_id=conversation.id,
        customer_id=customer.id,
        customer_name=customer.name,
        locale=customer.locale,
        reason=reason,
        summary=summary(messages, reason),
        transaction_reference=transaction.reference if transaction else None,
        ticket_id=ticket.id if ticket else None,
        created_at=moment or now(),
    )


async def _ticket_of(
    store: Store, conversation: Conversation, transaction: Transaction | None
) -> Ticket | None:
    """Return the open ticket about the transaction, else the newest of this conversation."""
    customer_id = conversation.customer_id
    if transaction is not None:
        ticket = await find_open_ticket_for(store, customer_id, transaction.reference)
        if ticket is not None:
            return ticket
    over = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
    return next(
        (
            ticket
            for ticket in await list_tickets(store, customer_id)
            if ticket.conversation_id == conversation.id and ticket.status not in over
        ),
        None,
    )


async def say_waiting(store: Store, conversation: Conversation) -> None:
    """Tell a customer who writes while they wait, once, that a person will read it."""
    handover = await kept.find_open_handover(store, conversation.id)
    if handover is None or handover.state is not HandoverState.WAITING:
        return

    async def work(tx: Tx) -> None:
        await say(store, tx, handover, "waiting", words.still_waiting(handover))

    await transact_with_message(store, work)


async def end_by_customer(
    store: Store, customer: Customer, conversation_id: ConversationId
) -> Handover | None:
    """Go on with the assistant, because the customer no longer waits, or has heard enough.

    Returns:
        The handover that ended; None if none was open.

    Raises:
        NotFound: the conversation is not this customer's.
    """
    await access_conversation(store, customer, conversation_id)
    handover = await kept.find_open_handover(store, conversation_id)
    if handover is None:
        return None
    return await end(store, handover, None)


async def find_open_handover(store: Store, conversation_id: ConversationId) -> Handover | None:
    """Return a conversation's open handover. The caller has accessed the conversation."""
    return await kept.find_open_handover(store, conversation_id)


def people_are_back_at(moment: datetime | None = None) -> datetime | None:
    """Return when people answer again; None where they answer now."""
    moment = moment or now()
    opening = next_opening(moment)
    return opening if opening > moment else None
