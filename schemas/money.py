"""Money: a Decimal amount in an ISO 4217 currency, never a float."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema


class Currency(StrEnum):
    """ISO 4217 codes of the currencies a wallet holds."""

    USD = "USD"
    ZWG = "ZWG"

    @property
    def symbol(self) -> str:
        """What customers read: ``US$``, and ``ZiG`` for ZWG."""
        return "US$" if self is Currency.USD else "ZiG"


Amount = Annotated[Decimal, Field(max_digits=14, decimal_places=2, allow_inf_nan=False)]
"""A decimal number of currency units with at most two places; may be negative."""


class Money(Schema):
    """An amount in one currency. Amounts of different currencies are never added."""

    amount: Amount
    currency: Currency

    def __str__(self) -> str:
        """As shown to customers: ``US$12.50``, ``-US$3.00``, ``ZiG 1,250.00``.

        The space never breaks over two lines, as in CLDR's patterns of currencies.
        """
        sign = "-" if self.amount < 0 else ""
        space = "" if self.currency is Currency.USD else "\N{NO-BREAK SPACE}"
        return f"{sign}{self.currency.symbol}{space}{abs(self.amount):,.2f}"
