"""The sentences of the offline model, from ``answers.toml`` and the results of tools alone."""

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

from ecocash_copilot.agent.offline.conversation import ToolStep
from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.present.dates import spoken_date
from schemas.help import HelpResults
from schemas.identity import Locale
from schemas.prepared_report import PreparedReport
from schemas.ticket import Tickets, TicketStatus, TicketSummary
from schemas.wallet import Balances, Direction, Transaction, TransactionFilter, TransactionPage

_FILE = Path(__file__).with_name("answers.toml")


Value: TypeAlias = "str | int | date | tuple[str, ...] | Answer"
"""What fills a template: an ``Answer`` is worded first, a day is written in the answer's language,
several texts are joined by "and"."""


class Answer:
    """What to say: the key of a template in ``answers.toml`` and what it is filled with."""

    __slots__ = ("_values", "key")

    def __init__(self, key: str, **values: Value) -> None:
        self.key = key
        self._values = values

    def text(self, language: Locale) -> str:
        """Return the sentence in one language."""
        templates = _texts()[language.value]
        worded = {name: _word(value, language) for name, value in self._values.items()}
        return templates[self.key].format_map({"care_line": care_line(), **worded})


def _word(value: Value, language: Locale) -> str:
    if isinstance(value, Answer):
        return value.text(language)
    if isinstance(value, tuple):
        return _texts()[language.value]["and"].join(value)
    if isinstance(value, date):
        return spoken_date(value, datetime.now(HARARE).date(), language)
    return str(value)


def greeted(name: str) -> str:
    """Return a customer's first name as templates take it: with its comma, or empty."""
    return f", {name.split()[0]}" if name.strip() else ""


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def care_line() -> str:
    """Return the number of customer care, as customers dial it."""
    return _texts()["facts"]["care_line"]


# --- from tool results ---------------------------------------------------------------------------


def failure(step: ToolStep) -> Answer:
    """Say that a tool did not answer. Its own words are for the model, not for the customer."""
    said = step.result.lower()
    if "too many calls" in said:
        return Answer("too_fast")
    if "no transaction" in said or "no ticket" in said:
        return Answer("not_found")
    return Answer("error")


def balances(step: ToolStep) -> Answer:
    """Say how much there is."""
    found = step.read(Balances)
    if found is None:
        return failure(step)
    if not found.balances:
        return Answer("balance_none")
    return Answer("balance", amounts=tuple(str(b.available) for b in found.balances))


def transactions(step: ToolStep, *, next_page: bool) -> Answer:
    """Say how many were found; the card lists them."""
    page = step.read(TransactionPage)
    if page is None:
        return failure(step)
    if next_page and page.transactions:
        return Answer("transactions_more")
    period = _period(page.filter)
    if page.total == 0:
        return Answer("transactions_none_in" if period else "transactions_none", period=period)
    if page.total == 1:
        return Answer("transactions_one", period=period)
    if page.total > len(page.transactions):
        shown = len(page.transactions)
        key = "transactions_page_one" if shown == 1 else "transactions_page"
        return Answer(key, total=page.total, shown=shown, period=period)
    return Answer("transactions", total=page.total, period=period)


def transaction(step: ToolStep, *, helping: bool) -> Answer:
    """Say what one transaction was and how it stands."""
    found = step.read(Transaction)
    if found is None:
        return failure(step)
    direction = "in" if found.direction is Direction.IN else "out"
    what = Answer(
        f"transaction_{direction}",
        amount=str(found.amount),
        party=found.counterparty.name,
        day=_day(found.occurred_at),
        status=Answer(f"status_{found.status.value}"),
    )
    return Answer("transaction_help", what=what) if helping else what


def tickets(step: ToolStep) -> Answer:
    """Say how the customer's tickets stand."""
    found = step.read(Tickets)
    if found is None:
        return failure(step)
    if not found.tickets:
        return Answer("tickets_none")
    if len(found.tickets) > 1:
        closed = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
        still_open = sum(ticket.status not in closed for ticket in found.tickets)
        return Answer("tickets", total=len(found.tickets), open=still_open)
    ticket = found.tickets[0]
    return Answer("ticket", id=ticket.id, status=ticket_status(ticket))


def ticket_status(ticket: TicketSummary) -> Answer:
    """Say how one ticket stands, as the end of a sentence."""
    return Answer(f"ticket_{ticket.status.value}")


def help_articles(step: ToolStep) -> Answer:
    """Give the summary of the best article; the card has the rest."""
    found = step.read(HelpResults)
    if found is None:
        return failure(step)
    if not found.articles:
        return Answer("help_none")
    return Answer("help", summary=found.articles[0].summary)


def account_problem(step: ToolStep) -> Answer:
    """Answer a blocked PIN or account, where there is no transaction to show."""
    found = step.read(HelpResults)
    if found is None or not found.articles:
        return Answer("account_problem", summary="")
    return Answer("account_problem", summary=f"{found.articles[0].summary} ")


def prepared(step: ToolStep, *, account: ToolStep | None) -> Answer:
    """Say that the form is open below, or that there is an open ticket already.

    Args:
        account: what the help centre says about a blocked PIN or account, where it is about one.
    """
    found = step.read(PreparedReport)
    if found is None:
        return failure(step)
    if found.open_ticket is not None:
        return Answer("report_exists", id=found.open_ticket.id)
    if account is not None:
        article = account.read(HelpResults)
        summary = f"{article.articles[0].summary} " if article and article.articles else ""
        return Answer("account_report", summary=summary)
    return Answer("report_form")


# --- days ----------------------------------------------------------------------------------------


def _day(moment: datetime) -> date:
    return moment.astimezone(HARARE).date()


def _period(wanted: TransactionFilter) -> Answer | str:
    first, last = wanted.date_from, wanted.date_to
    if first and last:
        if first == last:
            return Answer("on_day", day=first)
        return Answer("from_to", first=first, last=last)
    if first:
        return Answer("since", day=first)
    return Answer("until", day=last) if last else ""
