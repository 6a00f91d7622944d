"""Stories of the transaction table."""

from typing import get_args

from components.story import CardProps, Story, card_set
from components.story_data import (
    AIRTIME,
    LONG_NAME,
    TRANSACTIONS,
    ago,
    many_transactions,
    transaction,
    usd,
    zig,
)
from schemas.wallet import (
    Direction,
    Transaction,
    TransactionFilter,
    TransactionKind,
    TransactionStatus,
)
from schemas.widgets import FilterChip, TransactionTable

_CHIPS: tuple[str, ...] = get_args(FilterChip.model_fields["name"].annotation)


def _table(
    transactions: list[Transaction],
    *,
    total: int | None = None,
    chosen: str = "all",
    filtered: TransactionFilter | None = None,
    cursor: str | None = None,
) -> CardProps:
    return CardProps(
        widget=TransactionTable(
            id="w-1",
            transactions=transactions,
            filter=filtered or TransactionFilter(),
            chips=[
                FilterChip.model_validate({"name": name, "selected": name == chosen})
                for name in _CHIPS
            ],
            total=len(transactions) if total is None else total,
            next_cursor=cursor,
        )
    )


STORIES = card_set(
    "transaction_table",
    "A list for the thumb: the whole line opens the payment, the question mark beside it asks for "
    "help with it. Sign, currency and, where it is not completed, the state stand in words; the "
    "filters scroll sideways and the chosen one is in sight.",
    [
        Story(
            name="every-kind",
            props=_table(TRANSACTIONS),
            notes="Each kind of payment has its shape, each state its word.",
        ),
        Story(
            name="first-page",
            props=_table(TRANSACTIONS[:10], total=60, cursor="p2"),
            notes="Ten of sixty; the next page is added below, nothing moves.",
        ),
        Story(
            name="filtered",
            props=_table(
                [AIRTIME],
                chosen="failed",
                filtered=TransactionFilter(status=TransactionStatus.FAILED),
            ),
        ),
        Story(
            name="empty",
            props=_table([]),
            notes="First use: nothing was ever paid or received.",
        ),
        Story(
            name="empty-by-filter",
            props=_table(
                [],
                chosen="ZWG",
                filtered=TransactionFilter.model_validate({"currency": "ZWG"}),
            ),
            notes="The chips stay, so the way out is one tap.",
        ),
        Story(
            name="too-many",
            props=_table(many_transactions(100), total=2318, cursor="p11"),
            notes="A card holds a hundred lines at most; then it says how to find the others.",
        ),
        Story(
            name="too-long",
            props=_table(
                [
                    transaction(TransactionKind.SEND, LONG_NAME, usd("999999999999.99"), at=ago()),
                    transaction(
                        TransactionKind.RECEIVE,
                        LONG_NAME,
                        zig("88888888888.88"),
                        at=ago(days=400),
                        direction=Direction.IN,
                        status=TransactionStatus.PENDING,
                        serial=41,
                    ),
                ]
            ),
            notes="The name gives way to the amount, never the other way round.",
        ),
    ],
)
