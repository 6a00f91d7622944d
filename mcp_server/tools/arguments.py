"""Types of tool arguments: forgiving about form, strict about values.

Models often send an empty string for an argument they mean to leave out, or a currency in the
customer's spelling. Both are read as they are meant.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from schemas.identity import Locale
from schemas.lenient import Blank, lower, upper
from schemas.money import Currency
from schemas.ticket import TicketCategory, TicketId
from schemas.wallet import Direction, TransactionKind, TransactionReference, TransactionStatus


def _iso_currency(value: Any) -> Any:
    code = upper(value)
    return "ZWG" if code == "ZIG" else code


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("has characters that cannot be searched for")
    return value


def _squeeze(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


CurrencyArgument = Annotated[
    Currency | None,
    BeforeValidator(_iso_currency),
    Blank,
    Field(description="Only this wallet: USD, or ZWG (which customers call ZiG)."),
]
DirectionArgument = Annotated[
    Direction | None,
    BeforeValidator(lower),
    Blank,
    Field(description="in: money received. out: money spent or sent."),
]
StatusArgument = Annotated[
    TransactionStatus | None,
    BeforeValidator(lower),
    Blank,
    Field(description="completed, pending (not settled yet), failed, or reversed (taken back)."),
]
KindArgument = Annotated[
    TransactionKind | None,
    BeforeValidator(lower),
    Blank,
    Field(
        description="What it was for: send or receive (person to person), merchant (shop), bill, "
        "airtime, data, electricity (ZESA), bank_out (to a bank), bank_in (from a bank), cash_in "
        "or cash_out (at an agent), reversal."
    ),
]
FirstDay = Annotated[
    date | None,
    Blank,
    Field(
        description="First day, inclusive, as YYYY-MM-DD in Zimbabwe's calendar.",
        examples=["2026-03-01"],
    ),
]
LastDay = Annotated[
    date | None,
    Blank,
    Field(
        description="Last day, inclusive, as YYYY-MM-DD in Zimbabwe's calendar.",
        examples=["2026-03-31"],
    ),
]
SearchText = Annotated[
    Annotated[str, Field(max_length=80), AfterValidator(_printable)] | None,
    BeforeValidator(_squeeze),
    Blank,
    Field(
        description="Part of the other party's name, phone number or account, of the note, or of "
        "the reference; letter case does not matter.",
    ),
]
_NotNegative = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
LowAmount = Annotated[
    _NotNegative | None,
    Blank,
    Field(description="Smallest amount, fee and tax excluded."),
]
HighAmount = Annotated[
    _NotNegative | None,
    Blank,
    Field(description="Largest amount, fee and tax excluded."),
]
PageSize = Annotated[
    int, Field(ge=1, le=50, description="How many to return; the newest come first.")
]
CursorArgument = Annotated[
    Annotated[str, Field(max_length=200)] | None,
    Blank,
    Field(
        description="next_cursor of the page before, with the same filter; leave out for the "
        "first page.",
    ),
]
ReferenceArgument = Annotated[
    TransactionReference,
    BeforeValidator(upper),
    Field(description="Reference of the transaction.", examples=["MP210304.1412.L06729"]),
]
OptionalTicketId = Annotated[
    TicketId | None,
    BeforeValidator(upper),
    Blank,
    Field(description="One ticket; leave out for all.", examples=["TCK-100042"]),
]
OptionalCategory = Annotated[
    TicketCategory | None,
    BeforeValidator(lower),
    Blank,
    Field(description="What the problem is, where that is clear; leave out otherwise."),
]
LanguageArgument = Annotated[
    Locale | None,
    BeforeValidator(lower),
    Blank,
    Field(
        description="Language of the articles: en (English), sn (Shona) or nd (Ndebele). Leave "
        "out for the customer's own."
    ),
]
