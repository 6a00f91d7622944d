"""Turn the scripts into wallets: references, fees, taxes, codes and running balances.

Pure: the same anchor day gives the same wallets on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.store.ticket_fill import History
from mcp_server.demo.histories import TicketLine, moment_at, ticket_history
from mcp_server.demo.parties import PARTIES
from mcp_server.demo.script import STORIES, Line, Story
from mcp_server.demo.tariff import fee_for, tax_for
from schemas.identity import Customer
from schemas.money import Currency, Money
from schemas.ticket import TicketSummary
from schemas.wallet import Balance, Direction, Transaction, TransactionKind, TransactionStatus

_SEED = 20_211_104
_START_OF_HISTORY = timedelta(minutes=10)
_INCOMING = frozenset(
    {
        TransactionKind.RECEIVE,
        TransactionKind.BANK_IN,
        TransactionKind.CASH_IN,
        TransactionKind.REVERSAL,
    }
)


@dataclass(frozen=True, slots=True)
class DemoWallet:
    """Everything about one demo customer; ``transactions`` are oldest first."""

    customer: Customer
    opening: dict[Currency, Decimal]
    """What was in each wallet before the first transaction."""
    transactions: tuple[Transaction, ...]
    balances: tuple[Balance, ...]
    histories: tuple[History, ...]
    """The customer's tickets and what happened to each."""

    @property
    def tickets(self) -> tuple[TicketSummary, ...]:
        """The tickets as the customer sees them."""
        return tuple(each.ticket.summary() for each in self.histories)


def anchor_day_at(now: datetime) -> date:
    """Return the Harare day to anchor a history to when it is first written at ``now``.

    The day before during the first ten minutes, when today's part of the history is still to come.
    """
    return (now.astimezone(HARARE) - _START_OF_HISTORY).date()


def generate(anchor_day: date) -> tuple[DemoWallet, ...]:
    """Return every demo wallet as of ``anchor_day``, a day of the Harare calendar."""
    return tuple(_Teller(story, anchor_day).wallet() for story in STORIES)


class _Teller:
    """Walks one story from the oldest line to the newest and keeps the books."""

    def __init__(self, story: Story, anchor_day: date) -> None:
        self._story = story
        self._anchor = anchor_day
        # The seed names the customer: a change to one story leaves the others as they were.
        self._random = Random(f"{_SEED}/{story.customer.id}")  # noqa: S311 - invented data
        self._available = dict(story.opening)
        self._pending = dict.fromkeys(story.opening, Decimal("0.00"))
        self._labelled: dict[str, Transaction] = {}

    def wallet(self) -> DemoWallet:
        transactions = tuple(self._transactions())
        return DemoWallet(
            customer=self._story.customer,
            opening=self._story.opening,
            transactions=transactions,
            balances=tuple(self._balance(currency) for currency in self._story.opening),
            histories=tuple(self._history(line) for line in self._story.tickets),
        )

    def _transactions(self) -> Iterator[Transaction]:
        for line in self._story.lines:
            transaction = self._transaction(line)
            if line.label is not None:
                self._labelled[line.label] = transaction
            yield transaction

    def _transaction(self, line: Line) -> Transaction:
        occurred_at = self._moment(line.days_ago, line.at)
        original = self._labelled[line.reverses] if line.reverses else None
        amount = _debited(original) if original else Decimal(line.amount)
        failed = line.status is TransactionStatus.FAILED
        direction = Direction.IN if line.kind in _INCOMING else Direction.OUT
        fee = None if failed else fee_for(line.kind, amount, line.currency)
        tax = None if failed else tax_for(line.kind, amount, line.currency)
        charged = amount + (fee or 0) + (tax or 0)
        if not failed:
            self._book(line, -charged if direction is Direction.OUT else charged)
        # Codes are drawn for every line, so that one line's status cannot shift the next line's.
        serial, approval, token = self._digits(5), self._digits(6), self._token()
        settled = line.status in (TransactionStatus.COMPLETED, TransactionStatus.REVERSED)
        return Transaction(
            reference=f"MP{occurred_at:%y%m%d.%H%M}.L{serial}",
            kind=line.kind,
            direction=direction,
            status=line.status,
            amount=Money(amount=amount, currency=line.currency),
            fee=_money(fee, line.currency),
            tax=_money(tax, line.currency),
            counterparty=PARTIES[line.party],
            occurred_at=occurred_at.astimezone(UTC),
            balance_after=None if failed else _money(self._available[line.currency], line.currency),
            approval_code=approval if settled else None,
            token=token if settled and line.kind is TransactionKind.ELECTRICITY else None,
            note=line.note,
            failure_reason=line.failure,
            reversal_of=original.reference if original else None,
        )

    def _book(self, line: Line, change: Decimal) -> None:
        self._available[line.currency] += change
        if line.status is TransactionStatus.PENDING:
            self._pending[line.currency] += abs(change)

    def _balance(self, currency: Currency) -> Balance:
        pending = self._pending[currency]
        return Balance(
            currency=currency,
            available=Money(amount=self._available[currency], currency=currency),
            pending=_money(pending, currency) if pending else None,
        )

    def _history(self, line: TicketLine) -> History:
        transaction = self._labelled[line.about] if line.about else None
        return ticket_history(line, self._story.customer, transaction, self._anchor)

    def _moment(self, days_ago: int, at: str) -> datetime:
        return moment_at(self._anchor, days_ago, at)

    def _digits(self, count: int) -> str:
        return "".join(str(int(self._random.random() * 10)) for _ in range(count))

    def _token(self) -> str:
        return " ".join(self._digits(4) for _ in range(5))


def _debited(transaction: Transaction) -> Decimal:
    """What a transaction took from the wallet, charges included."""
    charges = (money.amount for money in (transaction.fee, transaction.tax) if money)
    return transaction.amount.amount + sum(charges, Decimal(0))


def _money(amount: Decimal | None, currency: Currency) -> Money | None:
    return None if amount is None else Money(amount=amount, currency=currency)
