"""What customers do with their tickets in the chat by taps of their own: no model, no dialog."""

from collections.abc import Awaitable

from ecocash_copilot.actions import tickets
from ecocash_copilot.actions.messages import clean_text
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.conversations import note_message
from ecocash_copilot.store.messages import insert_message
from schemas.identity import Customer
from schemas.message import Conversation, Message, Role
from schemas.ticket import TicketId
from schemas.ticket_record import MAX_WORDS, Ticket

MAX_REASON = 500
MOST_STARS = 5


class NotNow(Conflict):
    """The ticket does not stand where this can be done to it."""

    code = "not_now"


async def add_to_ticket(
    store: Store, customer: Customer, ticket_id: TicketId, text: str, key: str | None
) -> Ticket:
    """Add what the customer wrote to their ticket, once under a key of the page's own.

    Raises:
        NotFound: no such ticket of this customer.
        Invalid: the text is empty or too long.
        NotNow: the ticket is closed.
    """
    words = clean_text(text)[:MAX_WORDS]

    async def work(tx: Tx) -> Ticket:
        return await tickets.add_information(store, tx, customer.id, ticket_id, words, key=key)

    return await _done(store.transact(work))


async def reopen_ticket(
    store: Store, customer: Customer, ticket_id: TicketId, reason: str, key: str | None
) -> Ticket:
    """Take a solved ticket up again, once under a key of the page's own.

    Raises:
        NotFound: no such ticket of this customer.
        NotNow: it is not solved, or has been for too long.
    """
    words = reason.strip()[:MAX_REASON]
    return await _done(tickets.reopen(store, customer, ticket_id, words, key=key))


async def rate_ticket(store: Store, customer: Customer, ticket_id: TicketId, stars: str) -> Ticket:
    """Rate a solved ticket.

    Args:
        stars: ``1`` to ``5``.

    Raises:
        NotFound: no such ticket of this customer.
        Invalid: that is no number of stars.
        NotNow: it is not solved.
    """
    if stars not in map(str, range(1, MOST_STARS + 1)):
        raise Invalid("Give one to five stars.")
    return await _done(tickets.rate(store, customer, ticket_id, int(stars)))


async def _done(change: Awaitable[Ticket]) -> Ticket:
    try:
        return await change
    except Conflict as error:
        raise NotNow(error.detail) from error


async def tell_added(
    store: Store, customer: Customer, conversation: Conversation, ticket: Ticket, key: str | None
) -> Message:
    """Say in the chat, once under a key, that support has what was added."""
    said = translator(customer.locale)("Support has what you added to {ticket}.", ticket=ticket.id)
    return await _tell(store, customer, conversation, ticket, said, key)


async def tell_reopened(
    store: Store, customer: Customer, conversation: Conversation, ticket: Ticket, key: str | None
) -> Message:
    """Say in the chat, once under a key, that a ticket is worked on again."""
    said = translator(customer.locale)("{ticket} is open again.", ticket=ticket.id)
    return await _tell(store, customer, conversation, ticket, said, key)


async def _tell(
    store: Store,
    customer: Customer,
    conversation: Conversation,
    ticket: Ticket,
    said: str,
    key: str | None,
) -> Message:
    message = Message(
        id=new_id("ms"),
        conversation_id=conversation.id,
        customer_id=customer.id,
        seq=conversation.last_seq + 1,
        role=Role.SYSTEM,
        text=said,
        created_at=now(),
        client_key=f"own:{ticket.id}:{key or ticket.version}",
        locale=customer.locale,
    )
    kept = await insert_message(store, message)
    await note_message(store, conversation.id, kept.seq)
    return kept
