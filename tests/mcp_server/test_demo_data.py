"""The demo wallets: what the contract promises, and books that add up."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ecocash_copilot.auth.dev_tokens import DEMO_CUSTOMERS
from ecocash_copilot.core.clock import HARARE
from mcp_server.demo.generate import DemoWallet, anchor_day_at, generate
from mcp_server.demo.tariff import fee_for, tax_for
from schemas.identity import Locale
from schemas.money import Currency
from schemas.ticket import TicketStatus
from schemas.wallet import Direction, Transaction, TransactionKind, TransactionStatus

A_MONDAY = date(2026, 3, 2)
A_SUNDAY = date(2028, 12, 31)
A_WEEK = [A_MONDAY + timedelta(days=each) for each in range(7)]


def tendai(anchor: date = A_MONDAY) -> DemoWallet:
    return generate(anchor)[0]


def moved(transaction: Transaction) -> Decimal:
    """What a transaction did to its wallet."""
    if transaction.status is TransactionStatus.FAILED:
        return Decimal(0)
    charges = sum((each.amount for each in (transaction.fee, transaction.tax) if each), Decimal(0))
    if transaction.direction is Direction.IN:
        return transaction.amount.amount - charges
    return -transaction.amount.amount - charges


def test_the_customers_are_those_of_the_contract():
    assert [(each.id, each.name, each.locale) for each in DEMO_CUSTOMERS.values()] == [
        ("c-1001", "Tendai Moyo", Locale.EN),
        ("c-1002", "Nomvula Ncube", Locale.ND),
        ("c-1003", "Rudo Chikomo", Locale.SN),
    ]
    first, second, third = generate(A_SUNDAY)
    assert {each.currency for each in first.balances} == {Currency.USD, Currency.ZWG}
    assert len(first.transactions) == 60
    assert [(each.id, each.status) for each in first.tickets] == [
        ("TCK-100042", TicketStatus.IN_PROGRESS)
    ]
    assert (len(second.balances), len(second.transactions), second.tickets) == (1, 3, ())
    assert (third.transactions, third.tickets) == ((), ())
    assert [each.available.amount for each in third.balances] == [Decimal("0.00")]


@pytest.mark.parametrize("anchor", [*A_WEEK, A_SUNDAY])
def test_running_balances_add_up(anchor: date):
    for wallet in generate(anchor):
        available = dict(wallet.opening)
        held = dict.fromkeys(wallet.opening, Decimal(0))
        for transaction in wallet.transactions:
            currency = transaction.amount.currency
            available[currency] += moved(transaction)
            assert available[currency] >= 0
            if transaction.status is TransactionStatus.PENDING:
                held[currency] -= moved(transaction)
            if transaction.status is TransactionStatus.FAILED:
                assert transaction.balance_after is None
            else:
                assert transaction.balance_after is not None
                assert transaction.balance_after.amount == available[currency]
        for balance in wallet.balances:
            assert balance.available.amount == available[balance.currency]
            pending = balance.pending.amount if balance.pending else Decimal(0)
            assert pending == held[balance.currency]


def test_it_is_the_same_every_time_and_moves_with_the_anchor():
    assert generate(A_MONDAY) == generate(A_MONDAY)
    earlier, later = tendai(A_MONDAY), tendai(A_MONDAY + timedelta(days=30))
    for before, after in zip(earlier.transactions, later.transactions, strict=True):
        assert after.occurred_at - before.occurred_at == timedelta(days=30)
        assert after.amount == before.amount
        assert after.reference[-6:] == before.reference[-6:]


@pytest.mark.parametrize("anchor", A_WEEK)
def test_references_tell_the_harare_time(anchor: date):
    references: list[str] = []
    for wallet in generate(anchor):
        for transaction in wallet.transactions:
            local = transaction.occurred_at.astimezone(HARARE)
            assert transaction.reference.startswith(f"MP{local:%y%m%d.%H%M}.L")
            references.append(transaction.reference)
    assert len(set(references)) == len(references)


@pytest.mark.parametrize("anchor", A_WEEK)
def test_this_week_and_the_last_seven_days_have_several_kinds_and_a_failure(anchor: date):
    monday = anchor - timedelta(days=anchor.weekday())
    for first_day in (monday, anchor - timedelta(days=6)):
        recent = [
            each
            for each in tendai(anchor).transactions
            if each.occurred_at.astimezone(HARARE).date() >= first_day
        ]
        assert len({each.kind for each in recent}) >= 3
        assert any(each.status is TransactionStatus.FAILED for each in recent)


def test_history_spans_ninety_days_oldest_first_and_holds_the_known_troubles():
    transactions = tendai().transactions
    times = [each.occurred_at for each in transactions]
    assert times == sorted(times)
    assert timedelta(days=85) < times[-1] - times[0] < timedelta(days=90)
    statuses = Counter(each.status for each in transactions)
    assert statuses[TransactionStatus.FAILED] >= 5
    assert statuses[TransactionStatus.PENDING] == 2
    assert statuses[TransactionStatus.REVERSED] == 1
    same = Counter(
        (each.counterparty.name, each.amount.amount, each.occurred_at.date())
        for each in transactions
        if each.status is TransactionStatus.COMPLETED
    )
    assert [key[0] for key, times_seen in same.items() if times_seen > 1] == [
        "TM Pick n Pay Avondale"
    ]
    assert {each.kind for each in transactions} == set(TransactionKind)


def test_the_wrong_number_differs_from_a_known_one_by_swapped_digits():
    parties = {each.counterparty.name: each.counterparty for each in tendai().transactions}
    stranger, friend = parties["Privilege Sibanda"].msisdn, parties["Tinotenda Moyo"].msisdn
    assert stranger is not None
    assert friend is not None
    assert stranger != friend
    assert sorted(stranger) == sorted(friend)


def test_the_reversal_gives_back_everything_that_was_taken():
    transactions = tendai().transactions
    (reversal,) = [each for each in transactions if each.kind is TransactionKind.REVERSAL]
    (original,) = [each for each in transactions if each.reference == reversal.reversal_of]
    assert original.status is TransactionStatus.REVERSED
    assert reversal.amount.amount == -moved(original)


def test_only_settled_electricity_has_a_token_and_only_settled_things_a_code():
    for transaction in tendai().transactions:
        settled = transaction.status in (TransactionStatus.COMPLETED, TransactionStatus.REVERSED)
        assert (transaction.approval_code is not None) == settled
        bought = settled and transaction.kind is TransactionKind.ELECTRICITY
        assert (transaction.token is not None) == bought
        if transaction.token is not None:
            assert re.fullmatch(r"\d{4}( \d{4}){4}", transaction.token)
        failed = transaction.status is TransactionStatus.FAILED
        assert (transaction.failure_reason is not None) == failed


def test_nothing_lies_in_the_future_of_the_moment_that_chose_the_anchor():
    midnight = datetime(2026, 3, 2, 0, 0, tzinfo=HARARE)
    for minutes in (0, 5, 9, 10, 30, 600, 1439):
        moment = (midnight + timedelta(minutes=minutes)).astimezone(UTC)
        newest = tendai(anchor_day_at(moment)).transactions[-1]
        assert newest.occurred_at <= moment


@pytest.mark.parametrize(
    ("kind", "amount", "fee", "tax"),
    [
        (TransactionKind.SEND, "60.00", "0.90", "1.20"),
        (TransactionKind.SEND, "1.00", "0.05", None),
        (TransactionKind.MERCHANT, "18.75", "0.09", "0.38"),
        (TransactionKind.CASH_OUT, "20.00", "0.40", None),
        (TransactionKind.AIRTIME, "20.00", None, None),
    ],
)
def test_fees_and_tax_in_dollars(
    kind: TransactionKind, amount: str, fee: str | None, tax: str | None
):
    charged = fee_for(kind, Decimal(amount), Currency.USD)
    taxed = tax_for(kind, Decimal(amount), Currency.USD)
    assert charged == (Decimal(fee) if fee else None)
    assert taxed == (Decimal(tax) if tax else None)
