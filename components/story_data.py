"""The people, payments and tickets that stories tell of.

They are one customer's, so that cards beside each other agree. Moments are fixed; the present of
every story is 20 November 2026, 14:05 in Harare.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from schemas.message import Message, Role
from schemas.money import Currency, Money
from schemas.ticket import Evidence, TicketCategory, TicketStatus, TicketSummary
from schemas.wallet import (
    Direction,
    Party,
    Transaction,
    TransactionKind,
    TransactionReference,
    TransactionStatus,
)
from schemas.widgets import AnyWidget

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
_HARARE = timedelta(hours=2)


def ago(*, days: int = 0, hours: int = 0, minutes: int = 0) -> datetime:
    """Return a moment before the stories' present."""
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


def usd(amount: str) -> Money:
    """Return US dollars."""
    return Money(amount=Decimal(amount), currency=Currency.USD)


def zig(amount: str) -> Money:
    """Return ZiG."""
    return Money(amount=Decimal(amount), currency=Currency.ZWG)


TINOTENDA = Party(name="Tinotenda Moyo", msisdn="+263772418905")
STRANGER = Party(name="Privilege Sibanda", msisdn="+263772418950")
SEKAI = Party(name="Sekai Moyo", msisdn="+263774503318")
OK_MAZOWE = Party(name="OK Mazowe Street", account="Till 104233")
HARARE = Party(name="City of Harare", account="4410092273")
ECONET = Party(name="Econet Wireless", account="0771234567")
ZESA = Party(name="ZESA ZETDC Prepaid", account="Meter 37124408815")
CBZ = Party(name="CBZ Bank", account="****2290")
AGENT = Party(name="EcoCash Agent Mbare Musika", account="Agent 88214")
LONG_NAME = Party(
    name="Chitungwiza Unit L Burial Society and Savings Cooperative (Ward 14), Mai Tapiwanashe "
    "Mukanyandiradzidzwa",
    msisdn="+263783126640",
)


def reference(moment: datetime, serial: int = 6729) -> TransactionReference:
    """Return a reference as the network writes it: prefix, date and time in Harare, serial."""
    return f"MP{moment + _HARARE:%y%m%d.%H%M}.L{serial:05d}"


def transaction(
    kind: TransactionKind,
    party: Party,
    amount: Money,
    *,
    at: datetime,
    status: TransactionStatus = TransactionStatus.COMPLETED,
    direction: Direction = Direction.OUT,
    serial: int = 6729,
) -> Transaction:
    """Return a payment with the least that a wallet tells of it."""
    return Transaction(
        reference=reference(at, serial),
        kind=kind,
        direction=direction,
        status=status,
        amount=amount,
        counterparty=party,
        occurred_at=at,
    )


SENT = transaction(
    TransactionKind.SEND, STRANGER, usd("40.00"), at=ago(hours=2, minutes=45), serial=11873
).model_copy(
    update={
        "fee": usd("0.60"),
        "tax": usd("0.80"),
        "balance_after": usd("482.15"),
        "approval_code": "734 118",
        "note": "School shoes",
    }
)
"""The payment most stories are about: to the wrong number."""

RECEIVED = transaction(
    TransactionKind.RECEIVE, SEKAI, usd("25.00"), at=ago(hours=5), direction=Direction.IN
)
PAID = transaction(TransactionKind.MERCHANT, OK_MAZOWE, usd("18.75"), at=ago(days=1, hours=1))
BILL = transaction(
    TransactionKind.BILL,
    HARARE,
    zig("1250.00"),
    at=ago(days=1, hours=3),
    status=TransactionStatus.PENDING,
)
AIRTIME = transaction(
    TransactionKind.AIRTIME,
    ECONET,
    usd("2.00"),
    at=ago(days=2, hours=4),
    status=TransactionStatus.FAILED,
).model_copy(update={"failure_reason": "The network did not answer. No money was taken."})
DATA = transaction(TransactionKind.DATA, ECONET, zig("130.00"), at=ago(days=3, hours=2))
ELECTRICITY = transaction(
    TransactionKind.ELECTRICITY, ZESA, usd("10.00"), at=ago(days=4, hours=6)
).model_copy(update={"token": "5712 0946 3318 2207 4459"})
BANK_OUT = transaction(
    TransactionKind.BANK_OUT,
    CBZ,
    usd("150.00"),
    at=ago(days=6, hours=1),
    status=TransactionStatus.PENDING,
)
BANK_IN = transaction(
    TransactionKind.BANK_IN, CBZ, usd("300.00"), at=ago(days=8), direction=Direction.IN
)
CASH_IN = transaction(
    TransactionKind.CASH_IN, AGENT, usd("60.00"), at=ago(days=9, hours=3), direction=Direction.IN
)
CASH_OUT = transaction(TransactionKind.CASH_OUT, AGENT, usd("30.00"), at=ago(days=11, hours=5))
TAKEN_BACK = transaction(
    TransactionKind.SEND,
    TINOTENDA,
    usd("12.50"),
    at=ago(days=14, hours=2),
    status=TransactionStatus.REVERSED,
)
REVERSAL = transaction(
    TransactionKind.REVERSAL,
    TINOTENDA,
    usd("12.50"),
    at=ago(days=13),
    direction=Direction.IN,
).model_copy(update={"reversal_of": TAKEN_BACK.reference})

TRANSACTIONS = [
    SENT,
    RECEIVED,
    PAID,
    BILL,
    AIRTIME,
    DATA,
    ELECTRICITY,
    BANK_OUT,
    BANK_IN,
    CASH_IN,
    CASH_OUT,
    REVERSAL,
    TAKEN_BACK,
]
"""One of every kind, newest first."""


def many_transactions(count: int) -> list[Transaction]:
    """Return so many payments, newest first, each with a reference of its own."""
    return [
        each.model_copy(update={"occurred_at": moment, "reference": reference(moment, 2000 + n)})
        for n, each in enumerate(islice(cycle(TRANSACTIONS), count))
        for moment in [ago(hours=7 * n + 1)]
    ]


def ticket(status: TicketStatus, number: int = 100042, **changes: object) -> TicketSummary:
    """Return the customer's ticket about the payment to the wrong number."""
    return TicketSummary(
        id=f"TCK-{number}",
        category=TicketCategory.WRONG_NUMBER,
        status=status,
        subject="Sent to the wrong number: US$40.00 to Privilege Sibanda",
        transaction_reference=SENT.reference,
        created_at=ago(hours=2),
        updated_at=ago(minutes=50),
    ).model_copy(update=changes)


def evidence(names: Iterable[str]) -> list[Evidence]:
    """Return files of a report; their kind follows from the name."""
    return [
        Evidence(
            id=f"ev_{n:026d}",
            name=name,
            media_type="application/pdf" if name.endswith(".pdf") else "image/jpeg",
            size=240_000 + 900_000 * n,
        )
        for n, name in enumerate(names)
    ]


def said(role: Role, text: str, *widgets: AnyWidget, minutes: int = 3, **more: Any) -> Message:
    """Return a message of so many minutes ago; ``more`` are further fields of it."""
    at = ago(minutes=minutes)
    return Message.model_validate(
        {
            "id": f"ms_{1:026d}",
            "conversation_id": "cv_00000000000000000000000001",
            "customer_id": "c-1001",
            "seq": 1,
            "role": role,
            "text": text,
            "widgets": widgets,
            "created_at": at,
            **more,
        }
    )


def thread(*messages: Message) -> list[Message]:
    """Return messages in their order, each with its place and an id of its own."""
    return [
        message.model_copy(update={"seq": n, "id": f"ms_{n:026d}"})
        for n, message in enumerate(messages, 1)
    ]
