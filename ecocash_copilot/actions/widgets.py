"""Widgets changed in place."""

from ecocash_copilot.actions.messages import access_message
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import replace_message
from schemas.identity import Customer
from schemas.message import Message, MessageId
from schemas.widgets import AnyWidget


async def replace_widget(
    store: Store, customer: Customer, message_id: MessageId, widget: AnyWidget
) -> Message:
    """Put a widget in place of the one with its id, and return the message.

    Raises:
        NotFound: no such message of this customer, or no such widget in it.
    """
    message = await access_message(store, customer, message_id)
    if all(each.id != widget.id for each in message.widgets):
        raise NotFound("This card is not there any more.")
    widgets = [widget if each.id == widget.id else each for each in message.widgets]
    changed = message.model_copy(update={"widgets": widgets})
    await replace_message(store, changed)
    return changed
