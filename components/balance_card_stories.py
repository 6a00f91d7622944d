"""Stories of the balance card."""

from datetime import UTC, datetime
from decimal import Decimal

from components.story import CardProps, Story, card_set
from schemas.money import Currency, Money
from schemas.wallet import Balance
from schemas.widgets import BalanceCard

_AS_OF = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)


def _card(*balances: Balance) -> CardProps:
    return CardProps(widget=BalanceCard(id="w-1", balances=list(balances), as_of=_AS_OF))


def _balance(currency: Currency, amount: str, pending: str | None = None) -> Balance:
    return Balance(
        currency=currency,
        available=Money(amount=Decimal(amount), currency=currency),
        pending=Money(amount=Decimal(pending), currency=currency) if pending else None,
    )


STORIES = card_set(
    "balance_card",
    "Answers “what do I have?”. The amount is the largest thing on the screen; each wallet has a "
    "line of its own, because amounts of two currencies are never added.",
    [
        Story(
            name="two-wallets",
            props=_card(_balance(Currency.USD, "482.15"), _balance(Currency.ZWG, "6120.40")),
        ),
        Story(name="one-wallet", props=_card(_balance(Currency.USD, "12.00"))),
        Story(
            name="pending",
            props=_card(_balance(Currency.USD, "482.15", "4.00"), _balance(Currency.ZWG, "0.00")),
            notes="Money that has left but not arrived stands under its wallet, in words.",
        ),
        Story(
            name="too-long",
            props=_card(
                _balance(Currency.USD, "999999999999.99"), _balance(Currency.ZWG, "-250.00")
            ),
            notes="The largest amount a wallet can hold still fits on a 320 px phone.",
        ),
        Story(
            name="empty",
            props=_card(),
            notes="A number without a wallet yet.",
        ),
    ],
)
