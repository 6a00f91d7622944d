"""What the wallet's tools take and return."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import Msisdn
from schemas.money import Amount, Currency, Money


class Direction(StrEnum):
    """Seen from the wallet: money in, or money out."""

    IN = "in"
    OUT = "out"


class TransactionStatus(StrEnum):
    """Where a transaction stands."""

    COMPLETED = "completed"
    PENDING = "pending"
    FAILED = "failed"
    REVERSED = "reversed"


class TransactionKind(StrEnum):
    """What a transaction was for."""

    SEND = "send"
    RECEIVE = "receive"
    MERCHANT = "merchant"
    BILL = "bill"
    AIRTIME = "airtime"
    DATA = "data"
    ELECTRICITY = "electricity"
    BANK_OUT = "bank_out"
    BANK_IN = "bank_in"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    REVERSAL = "reversal"


TransactionReference = Annotated[
    str, Field(pattern=r"^[A-Z]{2}\d{6}\.\d{4}\.[A-Z]\d{5}$", examples=["MP210304.1412.L06729"])
]
"""The reference a customer sees: two letters, YYMMDD, HHMM (Harare), serial."""


class Party(Schema):
    """The other side of a transaction."""

    name: str = Field(min_length=1, max_length=120)
    msisdn: Msisdn | None = None
    account: str | None = Field(default=None, max_length=40)
    """Till, biller account, meter or bank account as the receipt shows it."""


class Transaction(Schema):
    """One line of a wallet's history."""

    reference: TransactionReference
    kind: TransactionKind
    direction: Direction
    status: TransactionStatus
    amount: Money
    """What moved, without fee and tax; always positive, the direction gives the sign."""
    fee: Money | None = None
    tax: Money | None = None
    """IMTT, the tax on transfers."""
    counterparty: Party
    occurred_at: UtcDatetime
    balance_after: Money | None = None
    approval_code: str | None = Field(default=None, max_length=20)
    token: str | None = Field(default=None, max_length=40)
    """Prepaid electricity token, twenty digits in groups of four."""
    note: str | None = Field(default=None, max_length=200)
    failure_reason: str | None = Field(default=None, max_length=200)
    reversal_of: TransactionReference | None = None


class Balance(Schema):
    """One wallet."""

    currency: Currency
    available: Money
    pending: Money | None = None
    """Money held by payments that have not settled; it has left ``available`` already."""


class Balances(Schema):
    """Every wallet of the caller. Result of ``eco_get_balances``."""

    balances: list[Balance]
    as_of: UtcDatetime


class TransactionFilter(Schema):
    """Which transactions to list. All given conditions hold at once."""

    currency: Currency | None = None
    direction: Direction | None = None
    status: TransactionStatus | None = None
    kind: TransactionKind | None = None
    date_from: date | None = None
    """First day, Harare calendar, inclusive."""
    date_to: date | None = None
    """Last day, Harare calendar, inclusive."""
    text: str | None = Field(default=None, min_length=1, max_length=80)
    """Part of a counterparty's name, number, note or reference; letter case is ignored."""
    min_amount: Amount | None = Field(default=None, ge=0)
    max_amount: Amount | None = Field(default=None, ge=0)


class TransactionPage(Schema):
    """Newest first. Result of ``eco_get_transactions``."""

    transactions: list[Transaction]
    filter: TransactionFilter
    """The filter as the server understood it."""
    total: int = Field(ge=0)
    """How many match in all, on every page."""
    next_cursor: str | None = Field(default=None, max_length=200)
    """Opaque; absent on the last page."""
