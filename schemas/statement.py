"""A statement that a customer let support see."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.base import Schema, UtcDatetime
from schemas.identity import CustomerId
from schemas.ticket import TicketId
from schemas.wallet import Transaction

MAX_STATEMENT_TRANSACTIONS = 500


StatementId = Annotated[str, Field(pattern=r"^st_[0-9a-z]{26}$")]


class Statement(Schema):
    """The transactions of some days as they were when the customer shared them."""

    id: StatementId
    ticket_id: TicketId
    customer_id: CustomerId
    date_from: date
    """First day, Harare calendar, inclusive."""
    date_to: date
    """Last day, inclusive."""
    shared_at: UtcDatetime
    transactions: list[Transaction] = Field(max_length=MAX_STATEMENT_TRANSACTIONS)
    """Newest first; of more than fit, the newest."""
    total: int = Field(ge=0)
    """How many there were in these days."""
