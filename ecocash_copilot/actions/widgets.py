"""Widgets changed in place, each by itself: what else happens to their message stays."""

from ecocash_copilot.actions.messages import access_message
from ecocash_copilot.core.errors import Conflict, NotFound
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import swap_widget
from schemas.identity import Customer
from schemas.message import Message, MessageId
from schemas.widgets import AnyWidget, WidgetId

_MESSAGE_ID_LENGTH = 29


class Outdated(Conflict):
    """The card was changed meanwhile, on another page."""

    code = "outdated"
    default_detail = "This was changed on another page."


async def replace_widget(
    store: Store,
    customer: Customer,
    message_id: MessageId,
    widget: AnyWidget,
    revision: int | None = None,
) -> Message:
    """Put a widget in place of the one with its id, and return the message.

    Args:
        revision: what the one to replace must have; None replaces any.

    Raises:
        NotFound: no such message of this customer, or no such widget in it.
        Outdated: the widget has another revision by now.
    """
    message = await access_message(store, customer, message_id)
    if all(each.id != widget.id for each in message.widgets):
        raise NotFound("This card is not there any more.")
    if not await swap_widget(store, message_id, widget, revision):
        raise Outdated
    widgets = [widget if each.id == widget.id else each for each in message.widgets]
    return message.model_copy(update={"widgets": widgets})


def message_id_of_widget(widget_id: WidgetId) -> MessageId:
    """Return the id of the message that holds a widget: the widget's own begins with it."""
    return widget_id[:_MESSAGE_ID_LENGTH]
