"""Widgets from tool results. A model never writes one, so it can't put a figure in one."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import from_json

from ecocash_copilot.agent.report_forms import PREPARE_REPORT, report_form
from schemas.help import HelpResults
from schemas.prepared_report import PreparedReport, help_reasons
from schemas.ticket import Tickets
from schemas.wallet import (
    Balances,
    Direction,
    Transaction,
    TransactionFilter,
    TransactionPage,
    TransactionStatus,
)
from schemas.widgets import (
    AnyWidget,
    BalanceCard,
    FilterChip,
    HelpArticleCard,
    HelpReason,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
)


def build_card(tool: str, result: str, widget_id: str) -> AnyWidget | None:
    """Return the card that shows a tool's result, or None when there is nothing to show.

    Args:
        tool: name of the tool.
        result: its result, JSON text.
        widget_id: id for the card, unique in its conversation.

    Raises:
        ValueError: the result is not what this tool returns (``pydantic.ValidationError`` is one).
    """
    builder = _BUILDERS.get(tool)
    if builder is None:
        return None
    # Unlike the standard library's, this parser calls too deep a nesting a ValueError as well.
    return builder(from_json(result.encode("utf-8", "replace")), widget_id)


def _balance_card(data: Any, widget_id: str) -> AnyWidget | None:
    balances = Balances.model_validate(data)
    if not balances.balances:
        return None
    return BalanceCard(id=widget_id, balances=balances.balances, as_of=balances.as_of)


def _transaction_table(data: Any, widget_id: str) -> AnyWidget:
    return table_of(TransactionPage.model_validate(data), widget_id)


def table_of(page: TransactionPage, widget_id: str) -> TransactionTable:
    """Return the table for a page, with the chips that fit its filter."""
    return TransactionTable(
        id=widget_id,
        transactions=page.transactions,
        filter=page.filter,
        chips=filter_chips(page.filter),
        total=page.total,
        next_cursor=page.next_cursor,
    )


def filter_chips(chosen: TransactionFilter) -> list[FilterChip]:
    """Return every chip, those that the filter contains selected."""
    selected = {
        "in": chosen.direction is Direction.IN,
        "out": chosen.direction is Direction.OUT,
        "failed": chosen.status is TransactionStatus.FAILED,
        "pending": chosen.status is TransactionStatus.PENDING,
        "USD": chosen.currency == "USD",
        "ZWG": chosen.currency == "ZWG",
    }
    return [
        FilterChip(name="all", selected=not any(selected.values())),
        FilterChip(name="in", selected=selected["in"]),
        FilterChip(name="out", selected=selected["out"]),
        FilterChip(name="failed", selected=selected["failed"]),
        FilterChip(name="pending", selected=selected["pending"]),
        FilterChip(name="USD", selected=selected["USD"]),
        FilterChip(name="ZWG", selected=selected["ZWG"]),
    ]


def _transaction_detail(data: Any, widget_id: str) -> AnyWidget:
    transaction = Transaction.model_validate(data)
    reasons = [HelpReason(category=category) for category in help_reasons(transaction)]
    return TransactionDetail(id=widget_id, transaction=transaction, reasons=reasons)


def _ticket_board(data: Any, widget_id: str) -> AnyWidget | None:
    tickets = Tickets.model_validate(data).tickets
    return TicketStatusBoard(id=widget_id, tickets=tickets[:20]) if tickets else None


def _report(data: Any, widget_id: str) -> AnyWidget:
    prepared = PreparedReport.model_validate(data)
    if prepared.open_ticket is not None:
        return TicketStatusBoard(id=widget_id, tickets=[prepared.open_ticket])
    return report_form(prepared, widget_id)


def _help_article(data: Any, widget_id: str) -> AnyWidget | None:
    articles = HelpResults.model_validate(data).articles
    return HelpArticleCard(id=widget_id, article=articles[0]) if articles else None


_BUILDERS: Mapping[str, Callable[[Any, str], AnyWidget | None]] = {
    "eco_get_balances": _balance_card,
    "eco_get_transactions": _transaction_table,
    "eco_get_transaction": _transaction_detail,
    "eco_get_ticket_status": _ticket_board,
    "eco_search_help": _help_article,
    PREPARE_REPORT: _report,
}
