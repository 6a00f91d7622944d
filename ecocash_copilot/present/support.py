"""Tickets, help articles and notices as views."""

from datetime import datetime, timedelta

from ecocash_copilot.core.i18n import Translate, translator
from ecocash_copilot.present.dates import coming_moment, short_moment
from ecocash_copilot.present.rich_text import parse_blocks
from schemas.identity import Locale
from schemas.ticket import REOPEN_DAYS, TicketStatus, TicketSummary
from schemas.views import ActionView, StageView, StarView, TicketRow, WidgetView
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
    t = translator(locale)
    return WidgetView(
        id=board.id,
        type=board.type,
        title=t("Your ticket") if len(board.tickets) == 1 else t("Your tickets"),
        empty="" if board.tickets else t("You have not reported anything yet."),
        tickets=[_ticket_row(ticket, locale, now) for ticket in board.tickets],
    )


STARS = 5

_DONE = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


def _ticket_row(ticket: TicketSummary, locale: Locale, now: datetime) -> TicketRow:
    t = translator(locale)
    rated = ticket.rating or 0
    return TicketRow(
        id=ticket.id,
        subject=ticket.subject,
        status=ticket.status.value,
        status_label=t(TICKET_STATUS_LABELS[ticket.status]),
        updated=short_moment(ticket.updated_at, now, locale),
        last_update=ticket.last_update or "",
        stages=_stages(ticket, locale, now),
        promise=_promise(ticket, locale, now),
        can_add=ticket.status not in _DONE,
        can_reopen=_can_reopen(ticket, now),
        stars=_stars(rated, t) if ticket.resolved_at or rated else [],
        stars_title=t("Your rating") if rated else t("How did we do?"),
    )


def _stages(ticket: TicketSummary, locale: Locale, now: datetime) -> list[StageView]:
    """Return where it was, is and will be; the middle one says whom it waits for."""
    t = translator(locale)
    status = ticket.status
    begun, done = status is not TicketStatus.NEW, status in _DONE
    middle = status if begun and not done else TicketStatus.IN_PROGRESS
    last = status if done else TicketStatus.RESOLVED
    solved = ticket.resolved_at or (ticket.updated_at if done else None)
    return [
        StageView(
            label=t(TICKET_STATUS_LABELS[TicketStatus.NEW]),
            time=short_moment(ticket.created_at, now, locale),
            reached=True,
            current=not begun,
        ),
        StageView(label=t(TICKET_STATUS_LABELS[middle]), reached=begun, current=begun and not done),
        StageView(
            label=t(TICKET_STATUS_LABELS[last]),
            time=short_moment(solved, now, locale) if solved and done else "",
            reached=done,
            current=done,
        ),
    ]


def _promise(ticket: TicketSummary, locale: Locale, now: datetime) -> str:
    t = translator(locale)
    if ticket.status in _DONE:
        return ""
    if ticket.status is TicketStatus.PENDING_CUSTOMER:
        return t("Support waits for your answer.")
    if ticket.due_at is None:
        return ""
    if ticket.due_at < now:
        return t("This takes longer than usual. We are on it.")
    return t("Next news: {time}", time=coming_moment(ticket.due_at, now, locale))


def _can_reopen(ticket: TicketSummary, now: datetime) -> bool:
    if ticket.status not in _DONE:
        return False
    return now - (ticket.resolved_at or ticket.updated_at) <= timedelta(days=REOPEN_DAYS)


def _stars(rated: int, t: Translate) -> list[StarView]:
    return [
        StarView(
            value=str(number),
            label=t.many(
                "{number} of {stars} star",
                "{number} of {stars} stars",
                STARS,
                number=number,
                stars=STARS,
            ),
            filled=number <= rated,
            chosen=number == rated,
        )
        for number in range(1, STARS + 1)
    ]


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
