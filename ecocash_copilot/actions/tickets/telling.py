"""What the customer is told of a change: a message in the ticket's chat, and a notice outside.

The notice is written with the change. The message follows the change, under the event's id as its
key, so that telling twice tells once; an event that was not told is marked, and told by
``publish_missed``.
"""

from datetime import timedelta

from pymongo.errors import PyMongoError

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.i18n import Translate, translator
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.conversations import find_conversation, note_message
from ecocash_copilot.store.messages import insert_message
from ecocash_copilot.store.preferences import find_locale
from ecocash_copilot.store.ticket_events import event_id, find_untold, mark_told
from ecocash_copilot.store.tickets import find_whole_ticket
from schemas.identity import Locale
from schemas.message import Message, Role
from schemas.notice import Notice, TicketNews
from schemas.ticket import TicketStatus
from schemas.ticket_record import ActorKind, Ticket, TicketEvent, TicketEventKind
from schemas.widgets import TicketStatusBoard

_MOVED = {
    TicketStatus.NEW: "Your ticket {ticket} has been received.",
    TicketStatus.IN_PROGRESS: "Your ticket {ticket} is being worked on.",
    TicketStatus.PENDING_CUSTOMER: "Your ticket {ticket} waits for your answer.",
    TicketStatus.RESOLVED: "Your ticket {ticket} is solved. If it is not, you can reopen it.",
    TicketStatus.CLOSED: "Your ticket {ticket} is closed.",
}
_UNDER_WAY = timedelta(seconds=5)
"""An event younger than this is about to be told by whoever made it."""

_PUSH_LENGTH = 160
_log = get_logger(__name__)


def tells(ticket: Ticket, event: TicketEvent) -> bool:
    """Return whether an event puts a message into the ticket's chat.

    What the customer does there shows by itself.
    """
    if ticket.conversation_id is None or event.actor.kind is ActorKind.CUSTOMER:
        return False
    return _moved(event) or event.kind in (TicketEventKind.REPLIED, TicketEventKind.ESCALATED)


async def tell(store: Store, ticket: Ticket, event: TicketEvent) -> None:
    """Put an event's message into the chat, once. Failing, it is left to ``publish_missed``."""
    if tells(ticket, event):
        await _try_to_tell(store, ticket, event)


async def publish_missed(store: Store) -> int:
    """Put into the chats what a crash between a change and its message left out.

    Due at the start and about every minute. Safe in several processes at once.

    Returns:
        How many events are told now.
    """
    told = 0
    for event in await find_untold(store, now() - _UNDER_WAY):
        ticket = await find_whole_ticket(store, event.ticket_id)
        if ticket is not None and await _try_to_tell(store, ticket, event):
            told += 1
    return told


async def notice_of(
    store: Store, tx: Tx, before: Ticket | None, after: Ticket, event: TicketEvent
) -> Notice | None:
    """Return what the mobile backend is to push about a change; None where it is silent."""
    kind = _news(before, event)
    if kind is None:
        return None
    t = translator(await _locale(store, after, tx))
    if before is None:
        text = t(_MOVED[TicketStatus.NEW], ticket=after.id)
    elif event.kind is TicketEventKind.REPLIED:
        text = _short(event.text)
    else:
        text = _sentence(after, event, t)
    title = t("Ticket {ticket}", ticket=after.id)
    return Notice(
        id=new_id("nt"),
        type=kind,
        customer_id=after.customer_id,
        at=event.at,
        data=TicketNews(
            ticket_id=after.id, version=event.version, status=after.status, title=title, text=text
        ),
        next_at=event.at,
    )


def _news(before: Ticket | None, event: TicketEvent) -> str | None:
    """Return what kind of news a change is outside; None where it is none."""
    if before is None:
        return "ticket.opened"
    if event.kind is TicketEventKind.REPLIED:
        return "ticket.replied"
    by_customer = event.actor.kind is ActorKind.CUSTOMER
    if not by_customer and (_moved(event) or event.kind is TicketEventKind.ESCALATED):
        return "ticket.moved"
    return None


async def _locale(store: Store, ticket: Ticket, tx: Tx | None = None) -> Locale:
    """Return the language that the customer has chosen since, else the one it was opened in."""
    return await find_locale(store, ticket.customer_id, tx) or ticket.locale


async def _try_to_tell(store: Store, ticket: Ticket, event: TicketEvent) -> bool:
    try:
        await _tell(store, ticket, event)
    except (PyMongoError, RuntimeError) as error:
        _log.warning("ticket_event_not_told", event_id=_id(event), error=type(error).__name__)
        return False
    return True


async def _tell(store: Store, ticket: Ticket, event: TicketEvent) -> None:
    conversation_id = ticket.conversation_id
    if conversation_id is not None:
        conversation = await find_conversation(store, conversation_id)
        if conversation is not None:
            locale = await _locale(store, ticket)
            message = _message(ticket, event, locale, conversation.last_seq + 1)
            kept = await insert_message(store, message)
            await note_message(store, conversation_id, kept.seq)
    await mark_told(store, event)


def _message(ticket: Ticket, event: TicketEvent, locale: Locale, seq: int) -> Message:
    """Return the message about an event; its card shows the ticket as it is."""
    replied = event.kind is TicketEventKind.REPLIED
    message_id = new_id("ms")
    card = TicketStatusBoard(id=f"{message_id}-ticket", tickets=[ticket.summary()])
    return Message(
        id=message_id,
        conversation_id=ticket.conversation_id or "",
        customer_id=ticket.customer_id,
        seq=seq,
        role=Role.AGENT if replied else Role.SYSTEM,
        text=event.text if replied else _sentence(ticket, event, translator(locale)),
        widgets=[] if replied and not _moved(event) else [card],
        created_at=event.at,
        ticket_event=_id(event),
        locale=None if replied else locale,
        author=event.actor.name if replied else "",
    )


def _sentence(ticket: Ticket, event: TicketEvent, t: Translate) -> str:
    if event.kind is TicketEventKind.MERGED and ticket.merged_into:
        return t(
            "Your ticket {ticket} goes on in {other}, which is about the same.",
            ticket=ticket.id,
            other=ticket.merged_into,
        )
    if event.kind is TicketEventKind.ESCALATED and not _moved(event):
        return t("Your ticket {ticket} is with a senior colleague now.", ticket=ticket.id)
    return t(_MOVED[TicketStatus(event.changes["status"][1])], ticket=ticket.id)


def _moved(event: TicketEvent) -> bool:
    return "status" in event.changes


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _PUSH_LENGTH else f"{line[: _PUSH_LENGTH - 1].rstrip()}…"


def _id(event: TicketEvent) -> str:
    return event_id(event.ticket_id, event.version)
