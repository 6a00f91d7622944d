"""The consent gate. Whoever calls, and whichever way, no change happens without it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

from ecocash_copilot.actions.consents import (
    AlreadyExecuted,
    ConsentFailed,
    ConsentMissing,
    ConsentRefused,
    execute_consented,
)
from ecocash_copilot.store.client import Store, Tx
from mcp_server.errors import Refusal, ResultUnknown
from schemas.consent import Consent
from schemas.identity import Customer
from schemas.mutations import Mutation

_ASK = (
    "Only the customer can confirm, in the app, by tapping Confirm on the dialog that shows "
    "exactly what will happen. Do not say that it was done."
)

M = TypeVar("M", bound=Mutation)


@dataclass(frozen=True, slots=True)
class Agreed(Generic[M]):
    """A call that its customer agreed to."""

    caller: Customer
    consent: Consent
    arguments: M

    @property
    def via(self) -> Literal["chat", "mcp"]:
        """Where the customer agreed."""
        return "chat" if self.consent.conversation_id else "mcp"


Perform = Callable[[Tx, Agreed[M]], Awaitable[BaseModel]]
"""Makes a change in the transaction that uses the consent up. It may run more than once."""


async def carry_out(
    store: Store, caller: Customer, consent_id: str | None, arguments: M, perform: Perform[M]
) -> dict[str, Any]:
    """Make the change if the customer agreed to exactly this call, and return its result.

    Raises:
        Refusal: they did not, or not in time, or it was done before, or it can't be done.
        ResultUnknown: something broke; the last that was heard of may have been the answer.
    """

    async def work(tx: Tx, consent: Consent) -> BaseModel:
        return await perform(tx, Agreed(_known(caller, consent), consent, arguments))

    given = arguments.model_dump(mode="json", exclude_none=True)
    try:
        return await execute_consented(store, caller.id, consent_id, arguments.tool, given, work)
    except ConsentRefused as refused:
        raise Refusal(_explain(refused)) from refused
    except Exception as error:
        raise ResultUnknown from error


def _known(caller: Customer, consent: Consent) -> Customer:
    """Add what was known of the caller when they were asked, where their token does not say it."""
    name, msisdn = caller.name or consent.customer_name, caller.msisdn or consent.msisdn
    return caller.model_copy(update={"name": name, "msisdn": msisdn})


def _explain(refused: ConsentRefused) -> str:
    match refused:
        case ConsentMissing():
            return f"Refused: the customer has not confirmed this. {_ASK}"
        case AlreadyExecuted():
            result = to_json(refused.result).decode()
            return f"Refused: it was done before, once, and is not done again. It gave: {result}"
        case ConsentFailed():
            return f"Refused: it can't be done, and nothing was changed. {refused.detail}"
        case _:
            return f"Refused: {refused.detail} {_ASK}"
