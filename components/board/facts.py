"""What is known about the open ticket: customer, transaction, answers, files, attempts."""

from typing import Any

import reflex as rx

from components.board.choice import choice
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach, form, fragment, link
from components.transaction_row import status_pill
from schemas.board_views import FileView, PanelView, StatementView
from schemas.board_words import TEAMS
from schemas.views import FactView, TransactionRow, WidgetView


def _section(title: str, *children: Any, **attributes: Any) -> rx.Component:
    return el.section(el.h3(title), *children, **attributes)


def _fact(label: Value[str], value: Value[str]) -> rx.Component:
    return cond(value, el.div(el.dt(label), el.dd(value)))


def _answer(fact: Prop[FactView]) -> rx.Component:
    return el.div(el.dt(fact.label), el.dd(fact.value), key=fact.label)


def _transaction(card: Prop[WidgetView]) -> rx.Component:
    row = card.transaction
    return _section(
        "Transaction",
        el.div(
            el.strong(row.amount, class_name="amount"),
            status_pill(either(row.status, "completed"), row.status_label),
            class_name="figure-of",
        ),
        el.dl(
            _fact(card.title, row.title),
            foreach(card.facts, _answer),
        ),
        data_transaction_id=row.reference,
        data_status=either(row.status, "completed"),
        key=card.id,
    )


def _file(file: Prop[FileView]) -> rx.Component:
    return el.li(
        link(
            cond(
                file.image,
                el.img(src=file.url, alt="", loading="lazy"),
                el.span(icon("file"), class_name="thumb"),
            ),
            el.span(el.b(file.name), el.small(file.about)),
            href=file.url,
            target="_blank",
            rel="noopener",
        ),
        data_evidence_id=file.id,
        key=file.id,
    )


def _shared_row(row: Prop[TransactionRow]) -> rx.Component:
    status = either(row.status, "completed")
    return el.tr(
        el.th(row.title, el.small(row.subtitle), scope="row"),
        el.td(row.amount, status_pill(status, row.status_label)),
        data_transaction_id=row.reference,
        data_status=status,
        key=row.reference,
    )


def _statement(statement: Prop[StatementView]) -> rx.Component:
    return el.details(
        el.summary(statement.title, el.small(statement.note)),
        el.table(el.tbody(foreach(either(statement.rows, []), _shared_row))),
        cond(statement.more, el.p(statement.more)),
        class_name="statement",
        open=either(statement.opened, False),
        data_statement_id=statement.id,
        key=statement.id,
    )


def _line(text: Prop[str]) -> rx.Component:
    return el.li(text)


def _star(number: int, rating: Any) -> rx.Component:
    return el.i(data_on=cond(rating >= number, "true", "false"))


def _rating(ticket: Prop[PanelView]) -> rx.Component:
    rating = either(ticket.rating, 0)
    return _section(
        "The customer's rating",
        el.p(
            *[_star(number, rating) for number in range(1, 6)],
            class_name="stars-of",
            role="img",
            aria_label=f"{rating} of 5 stars",
        ),
        cond(ticket.rating_comment, el.blockquote(ticket.rating_comment)),
    )


def _customer(ticket: Prop[PanelView]) -> rx.Component:
    return _section(
        "Customer",
        el.dl(
            _fact("Name", ticket.customer),
            _fact("Number", ticket.number),
            _fact("ID", ticket.customer_id),
            _fact("Language", ticket.language),
        ),
    )


def _more(ticket: Prop[PanelView]) -> rx.Component:
    return el.details(
        el.summary("Team, tags, merge, escalate"),
        choice(
            "Team",
            *[el.option(text, value=name) for name, text in TEAMS.items()],
            do="set_team",
            value=either(ticket.team, ""),
            data_testid="ticket-team",
        ),
        _line_form(
            "tag",
            "Tags, parted by spaces",
            "Save",
            value=either(ticket.tags, []).join(" "),
            pattern="[a-z0-9 ,\\-]*",
        ),
        _line_form("merge", "Merge into TCK-…", "Merge", pattern="TCK-[0-9]{4,12}", required=True),
        _line_form("escalate", "Why it is escalated", "Escalate", max_length=500),
        class_name="more-of",
    )


def _line_form(name: str, hint: str, action: str, **attributes: Any) -> rx.Component:
    value = attributes.pop("value", "")
    return form(
        el.input(
            name="text",
            placeholder=hint,
            aria_label=hint,
            auto_complete="off",
            data_testid=f"ticket-{name}",
            data_value=value,
            **attributes,
        ),
        el.button(action, type="submit", class_name="quiet"),
        class_name="line-form",
        data_form=name,
    )


def facts(ticket: Prop[PanelView]) -> rx.Component:
    """Each part only where there is something in it."""
    is_ticket = either(ticket.kind, "") == "ticket"
    return fragment(
        cond(ticket.summary, _section("Handed over", el.p(ticket.summary, class_name="words"))),
        cond(
            ticket.ticket_id,
            _section(
                "Ticket",
                link(ticket.ticket_id, href=f"/board/{ticket.ticket_id}", data_do="open_link"),
            ),
        ),
        cond(
            ticket.description,
            _section("In the customer's words", el.p(ticket.description, class_name="words")),
        ),
        foreach(either(ticket.transaction, []), _transaction),
        cond(
            ticket.answers,
            _section("What they told us", el.dl(foreach(ticket.answers, _answer))),
        ),
        cond(
            ticket.statements,
            _section("Transactions they shared", foreach(ticket.statements, _statement)),
        ),
        cond(
            ticket.evidence,
            _section("Files", el.ul(foreach(ticket.evidence, _file), class_name="files")),
        ),
        cond(
            ticket.tried,
            _section("Attempts so far", el.ul(foreach(ticket.tried, _line), class_name="tried")),
        ),
        _customer(ticket),
        cond(ticket.rating, _rating(ticket)),
        cond(is_ticket, _more(ticket)),
    )
