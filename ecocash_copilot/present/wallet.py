"""Balances and transactions as views."""

from datetime import datetime

from ecocash_copilot.core.i18n import Translate, translator
from ecocash_copilot.present.dates import clock_time, full_moment, short_moment
from schemas.identity import Locale
from schemas.money import Currency, Money
from schemas.ticket import TicketCategory
from schemas.views import (
    BalanceRow,
    ChipView,
    FactView,
    ReasonView,
    TransactionRow,
    WidgetView,
)
from schemas.wallet import Balance, Direction, Transaction, TransactionKind, TransactionStatus
from schemas.widgets import BalanceCard, FilterChip, TransactionDetail, TransactionTable

_MINUS = "\N{MINUS SIGN}"
"""As wide as a plus, and seen in the sun where a hyphen is not."""

KIND_LABELS = {
    TransactionKind.SEND: "Sent",
    TransactionKind.RECEIVE: "Received",
    TransactionKind.MERCHANT: "Paid",
    TransactionKind.BILL: "Bill",
    TransactionKind.AIRTIME: "Airtime",
    TransactionKind.DATA: "Data",
    TransactionKind.ELECTRICITY: "Electricity",
    TransactionKind.BANK_OUT: "To bank",
    TransactionKind.BANK_IN: "From bank",
    TransactionKind.CASH_IN: "Cash in",
    TransactionKind.CASH_OUT: "Cash out",
    TransactionKind.REVERSAL: "Reversal",
}

STATUS_LABELS = {
    TransactionStatus.COMPLETED: "Completed",
    TransactionStatus.PENDING: "Pending",
    TransactionStatus.FAILED: "Failed",
    TransactionStatus.REVERSED: "Reversed",
}

CHIP_LABELS = {
    "all": "All",
    "in": "Money in",
    "out": "Money out",
    "failed": "Failed",
    "pending": "Pending",
    "USD": "US$",
    "ZWG": "ZiG",
}

REASON_LABELS = {
    TicketCategory.WRONG_NUMBER: "I sent it to the wrong number",
    TicketCategory.MERCHANT_NOT_PAID: "I was charged, they were not paid",
    TicketCategory.BANK_NOT_RECEIVED: "The bank did not receive it",
    TicketCategory.AIRTIME_NOT_RECEIVED: "Airtime or data did not arrive",
    TicketCategory.ELECTRICITY_TOKEN_MISSING: "I did not get my electricity token",
    TicketCategory.DOUBLE_DEBIT: "I was charged twice",
    TicketCategory.AGENT_OVERCHARGED: "The agent charged too much",
    TicketCategory.PIN_OR_ACCOUNT_BLOCKED: "My PIN or account is blocked",
    TicketCategory.OTHER: "Something else",
}


def balance_card(card: BalanceCard, locale: Locale) -> WidgetView:
    """Return the view of every wallet."""
    t = translator(locale)
    return WidgetView(
        id=card.id,
        type=card.type,
        title=t("Your balance"),
        note=t("As of {time}", time=clock_time(card.as_of)),
        empty="" if card.balances else t("There is no wallet on this number yet."),
        balances=[_balance_row(balance, t) for balance in card.balances],
    )


def _balance_row(balance: Balance, t: Translate) -> BalanceRow:
    label = "US dollar wallet" if balance.currency is Currency.USD else "ZiG wallet"
    held = balance.pending
    return BalanceRow(
        currency=balance.currency.value,
        label=t(label),
        amount=_balance(balance.available),
        pending=t("{amount} held for unfinished payments", amount=held)
        if held and held.amount
        else "",
    )


def transaction_table(table: TransactionTable, locale: Locale, now: datetime) -> WidgetView:
    """Return the view of a page of transactions."""
    t = translator(locale)
    shown = len(table.transactions)
    return WidgetView(
        id=table.id,
        type=table.type,
        title=t("Transactions"),
        note=t("{shown} of {total}", shown=shown, total=table.total) if table.total else "",
        empty="" if shown else t("No transactions match this."),
        chips=[_chip(chip, t) for chip in table.chips],
        rows=[transaction_row(item, locale, now) for item in table.transactions],
        more_label=t("Show more") if table.next_cursor and shown < _MOST_ROWS else "",
        text=_beyond(shown, t) if table.next_cursor else "",
        next_cursor=table.next_cursor or "",
    )


_MOST_ROWS = 100


def _beyond(shown: int, t: Translate) -> str:
    """Return how to find what no longer fits; empty while more can be shown."""
    if shown < _MOST_ROWS:
        return ""
    return t.many(
        "This is the newest one. Choose a filter, or ask for a day.",
        "These are the newest {count}. Choose a filter, or ask for a day.",
        shown,
        count=shown,
    )


def _chip(chip: FilterChip, t: Translate) -> ChipView:
    return ChipView(name=chip.name, label=t(CHIP_LABELS[chip.name]), selected=chip.selected)


def transaction_row(item: Transaction, locale: Locale, now: datetime) -> TransactionRow:
    """Return one line of a table."""
    t = translator(locale)
    title = item.counterparty.name
    return TransactionRow(
        reference=item.reference,
        title=title,
        subtitle=f"{t(KIND_LABELS[item.kind])} · {short_moment(item.occurred_at, now, locale)}",
        amount=signed_amount(item.amount, item.direction),
        direction=item.direction.value,
        kind=item.kind.value,
        status=item.status.value,
        status_label=t(STATUS_LABELS[item.status]),
        help_label=t("Get help with {name}, {amount}", name=title, amount=item.amount),
    )


def _balance(money: Money) -> str:
    """Return such as ``US$12.50``; a wallet that owes has the minus sign of all other amounts."""
    return str(money).replace("-", _MINUS)


def signed_amount(amount: Money, direction: Direction) -> str:
    """Return such as ``-US$12.50``, with a real minus sign, or ``+ZiG 300.00``."""
    return f"{'+' if direction is Direction.IN else _MINUS}{amount}"


def transaction_detail(detail: TransactionDetail, locale: Locale, now: datetime) -> WidgetView:
    """Return the view of one transaction with its reasons for help."""
    t = translator(locale)
    item = detail.transaction
    return WidgetView(
        id=detail.id,
        type=detail.type,
        title=t(KIND_LABELS[item.kind]),
        transaction=transaction_row(item, locale, now),
        facts=_facts(item, locale),
        reasons_title=t("What went wrong?"),
        reasons=[
            ReasonView(category=reason.category.value, label=t(REASON_LABELS[reason.category]))
            for reason in detail.reasons
        ],
    )


def _facts(item: Transaction, locale: Locale) -> list[FactView]:
    t = translator(locale)
    party = item.counterparty
    facts: list[tuple[str, str | None, bool]] = [
        ("Why it failed", item.failure_reason, False),
        ("Electricity token", item.token, True),
        ("Date", full_moment(item.occurred_at, locale), False),
        ("Number", local_number(party.msisdn), False),
        ("Account", party.account, False),
        ("Fee", _money(item.fee), False),
        ("Tax (IMTT)", _money(item.tax), False),
        ("Balance after", _money(item.balance_after), False),
        ("Note", item.note, False),
        ("Reverses", item.reversal_of, False),
        ("Approval code", item.approval_code, True),
        ("Reference", item.reference, True),
    ]
    return [
        FactView(label=t(label), value=value, copyable=copyable)
        for label, value, copyable in facts
        if value
    ]


def _money(money: Money | None) -> str | None:
    return str(money) if money else None


def local_number(msisdn: str | None) -> str | None:
    """Return a number as people in Zimbabwe write it: ``077 123 4567``."""
    if not msisdn:
        return None
    local = f"0{msisdn.removeprefix('+263')}"
    return f"{local[:3]} {local[3:6]} {local[6:]}"
