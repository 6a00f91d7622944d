"""What a message means: what its customer wants, or why that cannot be met."""

from dataclasses import dataclass, field
from enum import StrEnum

from ecocash_copilot.agent.offline.classifier import Intent, Prediction
from ecocash_copilot.agent.offline.extract import LAST
from schemas.identity import Locale
from schemas.wallet import TransactionFilter


class Gap(StrEnum):
    """Why a wish that was understood can't be met."""

    UNCLEAR = "unclear"
    NO_MORE = "no_more"
    NO_SUCH_ROW = "no_such_row"
    CANNOT_ACT = "cannot_act"
    TAP_NEEDED = "tap_needed"
    SECRET = "secret"  # noqa: S105 - the key of an answer


@dataclass(frozen=True, slots=True)
class Understanding:
    """A message's meaning."""

    intent: Intent
    language: Locale
    confidence: float
    """Of the intent; 1 where a rule decided."""
    filter: TransactionFilter = field(default_factory=TransactionFilter)
    limit: int | None = None
    cursor: str | None = None
    reference: str | None = None
    ticket_id: str | None = None
    latest: bool = False
    """Asks for the newest transaction that fits."""
    follow_up: bool = False
    said: str = ""
    """The words in which it was wished, where an earlier message holds them."""
    gap: Gap | None = None


ABOUT_ONE = frozenset({Intent.TRANSACTION_DETAIL, Intent.TRANSACTION_HELP, Intent.REQUEST_REVERSAL})
ON_TICKETS = frozenset(
    {Intent.ADD_TO_TICKET, Intent.ESCALATE_TICKET, Intent.CLOSE_TICKET, Intent.SHARE_STATEMENT}
)
ACTS = ON_TICKETS | {Intent.REQUEST_REVERSAL}
_HELP_WITH = {
    Intent.TRANSACTION_HELP: Intent.TRANSACTION_HELP,
    Intent.REPORT_PROBLEM: Intent.TRANSACTION_HELP,
    Intent.REQUEST_REVERSAL: Intent.REQUEST_REVERSAL,
}


def row_at(rows: list[str], ordinal: int | None) -> str | None:
    """Return the row that is meant: 1 is the first."""
    position = len(rows) if ordinal == LAST else ordinal
    return rows[position - 1] if position is not None and 0 < position <= len(rows) else None


def about_one(prediction: Prediction, language: Locale, reference: str | None) -> Understanding:
    """Return the wish for one transaction, or say that there is no such row."""
    intent = _HELP_WITH.get(prediction.intent, Intent.TRANSACTION_DETAIL)
    gap = None if reference else Gap.NO_SUCH_ROW
    return Understanding(intent, language, 1.0, reference=reference, gap=gap, follow_up=True)
