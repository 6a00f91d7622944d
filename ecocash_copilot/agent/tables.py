"""A transaction table changed in place: another filter, or its next page."""

from typing import Any

from ecocash_copilot.agent.cards import table_of
from ecocash_copilot.core.errors import Invalid, NotFound
from schemas.message import Message
from schemas.money import Currency
from schemas.wallet import Direction, TransactionFilter, TransactionPage, TransactionStatus
from schemas.widgets import TransactionTable

PAGE_SIZE = 10
MOST_ROWS = 100
"""Rows one table may hold."""


def find_table(message: Message, widget_id: str) -> TransactionTable:
    """Return a message's table.

    Raises:
        NotFound: the message has no such table.
    """
    for widget in message.widgets:
        if widget.id == widget_id and isinstance(widget, TransactionTable):
            return widget
    raise NotFound("This list is not there any more.")


def toggled(chosen: TransactionFilter, chip: str) -> TransactionFilter:
    """Return the filter after a tap on a chip; a second tap takes it out again.

    Raises:
        Invalid: no such chip.
    """
    if chip == "all":
        return chosen.model_copy(update={"direction": None, "status": None, "currency": None})
    change: tuple[str, object] | None = None
    if chip in ("in", "out"):
        change = ("direction", Direction(chip))
    elif chip in ("failed", "pending"):
        change = ("status", TransactionStatus(chip))
    elif chip in ("USD", "ZWG"):
        change = ("currency", Currency(chip))
    if change is None:
        raise Invalid("This filter is not known.")
    field, value = change
    current = getattr(chosen, field)
    return chosen.model_copy(update={field: None if current == value else value})


def arguments(chosen: TransactionFilter, cursor: str | None = None) -> dict[str, Any]:
    """Return the tool's arguments for a filter."""
    sent = {"limit": PAGE_SIZE, **chosen.model_dump(mode="json", exclude_none=True)}
    return {**sent, "cursor": cursor} if cursor else sent


def first_page(page: TransactionPage, table: TransactionTable) -> TransactionTable:
    """Return the table with a new filter's first page."""
    rows = page.transactions[:MOST_ROWS]
    return table_of(page.model_copy(update={"transactions": rows}), table.id)


def with_page(page: TransactionPage, table: TransactionTable) -> TransactionTable:
    """Return the table with its next page added; a row that is there already stays once."""
    known = {row.reference for row in table.transactions}
    rows = [*table.transactions, *(r for r in page.transactions if r.reference not in known)]
    return table.model_copy(
        update={
            "transactions": rows[:MOST_ROWS],
            "total": page.total,
            "next_cursor": page.next_cursor,
        }
    )
