"""Balance card: every wallet and what is in it."""

import reflex as rx

from components.amount import amount
from components.markup import Prop, cond, el, foreach
from components.transaction_row import status_pill
from schemas.views import BalanceRow, WidgetView


def _wallet(row: Prop[BalanceRow]) -> rx.Component:
    return el.li(
        el.span(row.label, class_name="muted"),
        amount(row.amount, big=True),
        cond(
            row.pending,
            status_pill("pending", row.pending),
        ),
        data_currency=row.currency,
        key=row.currency,
    )


def balance_card(widget: Prop[WidgetView]) -> rx.Component:
    """One line per wallet, the amount first in weight."""
    return el.ul(foreach(widget.balances, _wallet), class_name="wallets")
