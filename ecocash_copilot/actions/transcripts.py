"""Conversations as support reads them: those that a ticket came from."""

from ecocash_copilot.actions.messages import list_messages
from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import find_conversation
from schemas.message import Message
from schemas.staff import Staff, StaffRole
from schemas.ticket_record import Ticket


async def list_ticket_messages(
    store: Store, staff: Staff, ticket: Ticket, limit: int, before_seq: int | None = None
) -> list[Message]:
    """Return a window of the conversation that a ticket came from, oldest first.

    Args:
        ticket: one that the caller has accessed.
        limit: how many, 100 at most.
        before_seq: only those before this number; None takes the newest.

    Returns:
        Nothing where it came from elsewhere.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
    """
    need_role(staff, StaffRole.AGENT, StaffRole.SUPERVISOR)
    if ticket.conversation_id is None:
        return []
    conversation = await find_conversation(store, ticket.conversation_id)
    if conversation is None or conversation.customer_id != ticket.customer_id:
        return []
    return await list_messages(store, conversation, limit, before_seq)
