"""What the demo wallet charges: fees and IMTT as data.

The rates resemble those of the real network; they are an example, and no promise about them.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from schemas.money import Currency
from schemas.wallet import TransactionKind

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the amount, with a floor in currency units."""

    share: Decimal
    minimum: dict[Currency, Decimal]


FEES: dict[TransactionKind, Rate] = {
    TransactionKind.SEND: Rate(
        Decimal("0.015"), {Currency.USD: Decimal("0.05"), Currency.ZWG: Decimal("1.00")}
    ),
    TransactionKind.MERCHANT: Rate(
        Decimal("0.005"), {Currency.USD: Decimal("0.02"), Currency.ZWG: Decimal("0.50")}
    ),
    TransactionKind.BILL: Rate(
        Decimal("0.01"), {Currency.USD: Decimal("0.05"), Currency.ZWG: Decimal("1.00")}
    ),
    TransactionKind.BANK_OUT: Rate(
        Decimal("0.0125"), {Currency.USD: Decimal("0.30"), Currency.ZWG: Decimal("6.00")}
    ),
    TransactionKind.CASH_OUT: Rate(
        Decimal("0.02"), {Currency.USD: Decimal("0.15"), Currency.ZWG: Decimal("3.00")}
    ),
}
"""Kinds that carry a fee; the others are free to the customer."""

IMTT_RATE: dict[Currency, Decimal] = {
    Currency.USD: Decimal("0.02"),
    Currency.ZWG: Decimal("0.015"),
}
"""Intermediated money transfer tax, as a share of the amount."""

IMTT_FREE_BELOW: dict[Currency, Decimal] = {
    Currency.USD: Decimal("5.00"),
    Currency.ZWG: Decimal("130.00"),
}
"""Amounts below these are not taxed."""

TAXED_KINDS: frozenset[TransactionKind] = frozenset(
    {
        TransactionKind.SEND,
        TransactionKind.MERCHANT,
        TransactionKind.BILL,
        TransactionKind.BANK_OUT,
    }
)


def fee_for(kind: TransactionKind, amount: Decimal, currency: Currency) -> Decimal | None:
    """Return the fee in ``currency``, or None where the kind is free."""
    rate = FEES.get(kind)
    if rate is None:
        return None
    fee = (amount * rate.share).quantize(_CENT, ROUND_HALF_UP)
    return max(fee, rate.minimum[currency])


def tax_for(kind: TransactionKind, amount: Decimal, currency: Currency) -> Decimal | None:
    """Return the IMTT in ``currency``, or None where none is due."""
    if kind not in TAXED_KINDS or amount < IMTT_FREE_BELOW[currency]:
        return None
    return (amount * IMTT_RATE[currency]).quantize(_CENT, ROUND_HALF_UP)
