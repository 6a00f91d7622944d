"""Tickets, help articles and notices as views."""

from datetime import datetime

from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.dates import short_moment
from ecocash_copilot.present.rich_text import parse_blocks
from schemas.identity import Locale
from schemas.ticket import TicketStatus, TicketSummary
from schemas.views import ActionView, TicketRow, WidgetView
from schemas.widgets import HelpArticleCard, Notice, TicketStatusBoard

TICKET_STATUS_LABELS = {
    TicketStatus.NEW: "Received",
    TicketStatus.IN_PROGRESS: "Being worked on",
    TicketStatus.PENDING_CUSTOMER: "Waiting for you",
    TicketStatus.RESOLVED: "Solved",
    TicketStatus.CLOSED: "Closed",
}


def ticket_status_board(board: TicketStatusBoard, locale: Locale, now: datetime) -> WidgetView:
    """Return the view of the customer's tickets."""
    return WidgetView(
        id=board.id,
        type=board.type,
        title=translator(locale)("Your tickets"),
        tickets=[_ticket_row(ticket, locale, now) for ticket in board.tickets],
    )


def _ticket_row(ticket: TicketSummary, locale: Locale, now: datetime) -> TicketRow:
    return TicketRow(
        id=ticket.id,
        subject=ticket.subject,
        status=ticket.status.value,
        status_label=translator(locale)(TICKET_STATUS_LABELS[ticket.status]),
        updated=short_moment(ticket.updated_at, now, locale),
        last_update=ticket.last_update or "",
    )


def help_article(card: HelpArticleCard) -> WidgetView:
    """Return the view of a help article; it is in its own language already."""
    article = card.article
    return WidgetView(
        id=card.id,
        type=card.type,
        title=article.title,
        blocks=parse_blocks(article.body),
        actions=[
            ActionView(kind="deeplink", label=link.label, url=link.url) for link in article.links
        ],
    )


def notice(item: Notice) -> WidgetView:
    """Return the view of a notice."""
    return WidgetView(id=item.id, type=item.type, tone=item.tone.value, text=item.text)
