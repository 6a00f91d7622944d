"""Stories of the transaction detail."""

from components.story import CardProps, Story, card_set
from components.story_data import (
    AIRTIME,
    BANK_OUT,
    ECONET,
    ELECTRICITY,
    LONG_NAME,
    REVERSAL,
    SENT,
    TAKEN_BACK,
    TRANSACTIONS,
    ago,
    transaction,
    zig,
)
from schemas.prepared_report import help_reasons
from schemas.ticket import TicketCategory
from schemas.wallet import Transaction, TransactionKind
from schemas.widgets import HelpReason, TransactionDetail


def _detail(item: Transaction, *categories: TicketCategory) -> CardProps:
    return CardProps(
        widget=TransactionDetail(
            id="w-1",
            transaction=item,
            reasons=[HelpReason(category=category) for category in categories],
        )
    )


def _with_reasons(item: Transaction) -> CardProps:
    return _detail(item, *help_reasons(item))


def _story_of(item: Transaction) -> Story[CardProps]:
    return Story(name=item.kind.value.replace("_", "-"), props=_with_reasons(item))


_TOLD_BELOW = [AIRTIME, ELECTRICITY, BANK_OUT, REVERSAL, TAKEN_BACK]
_KINDS = [_story_of(item) for item in TRANSACTIONS if item not in _TOLD_BELOW]

STORIES = card_set(
    "transaction_detail",
    "One payment: the figure first, where it stands, the facts as the receipt has them, and the "
    "reasons for help that fit this kind of payment. Reference, token and approval code are copied "
    "with one tap.",
    [
        *_KINDS,
        Story(
            name="pending",
            props=_with_reasons(BANK_OUT),
            notes="Money that has left but not arrived.",
        ),
        Story(
            name="failed",
            props=_with_reasons(AIRTIME),
            notes="Why it failed is the first fact, and the amount is muted: nothing was taken.",
        ),
        Story(name="reversed", props=_with_reasons(TAKEN_BACK)),
        Story(
            name="reversal",
            props=_with_reasons(REVERSAL),
            notes="The money that came back, and the payment it came back from.",
        ),
        Story(
            name="electricity-token",
            props=_with_reasons(ELECTRICITY),
            notes="The token in groups of four, as the meter takes it.",
        ),
        Story(
            name="partial",
            props=_detail(transaction(TransactionKind.DATA, ECONET, zig("130.00"), at=ago())),
            notes="The wallet tells little and no reason fits: the help button stands alone.",
        ),
        Story(
            name="every-reason",
            props=_detail(SENT, *TicketCategory),
            notes="No payment has as many; it is the most the card may be given.",
        ),
        Story(
            name="too-long",
            props=_with_reasons(
                SENT.model_copy(
                    update={
                        "counterparty": LONG_NAME,
                        "amount": zig("999999999999.99"),
                        "note": "Mukai wedding contribution for November and December, second and "
                        "third instalment, less what Sekai brought on Sunday; ask Farai about "
                        "the rest before you send anything more to anyone",
                    }
                )
            ),
        ),
    ],
)
