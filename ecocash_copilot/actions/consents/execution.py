"""Carries out what a customer confirmed, once."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import BaseModel

from ecocash_copilot.actions.audit import transact_audited
from ecocash_copilot.actions.consents.calls import MutationCall, read_call
from ecocash_copilot.actions.consents.errors import (
    AlreadyExecuted,
    ConsentFailed,
    ConsentMissing,
    ConsentRefused,
)
from ecocash_copilot.actions.consents.expiry import expire_if_due, is_due
from ecocash_copilot.actions.consents.moves import load_own, move, note_move
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import ProductError, RateLimited
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.consents import (
    find_confirmed_consents,
    find_consent,
    move_consent,
    set_consent_result,
)
from schemas.consent import Consent, ConsentId, ConsentState
from schemas.identity import CustomerId

Work = Callable[[Tx, Consent], Awaitable[BaseModel]]
"""Does what was agreed to, in the transaction given, and returns the tool's result."""

_MAX_FAILURE = 300
_REFUSALS = range(400, 500)


class _WorkRefused(Exception):
    """Carries out of the transaction, which it undoes, why the work can't be done."""

    def __init__(self, consent: Consent, reason: ProductError) -> None:
        super().__init__(reason.detail)
        self.consent = consent
        self.reason = reason

    @property
    def for_good(self) -> bool:
        """Whether another try would be refused as well."""
        return self.reason.status in _REFUSALS and not isinstance(self.reason, RateLimited)


async def execute_consented(
    store: Store,
    customer_id: CustomerId,
    consent_id: ConsentId | None,
    tool: str,
    arguments: Mapping[str, Any],
    work: Work,
) -> dict[str, Any]:
    """Do what a customer confirmed: the change, the consent and the audit in one transaction.

    Args:
        arguments: compared, read by the tool's schema, with those that were confirmed.
        work: makes the change. It may run more than once, and all it writes goes through its
            ``Tx``. It refuses by raising an error of the product's below 500 (``Conflict``,
            ``NotFound``): then nothing is changed and the consent is failed. Any other error
            leaves the consent confirmed, to be carried out later.

    Returns:
        The result of ``work`` as JSON values.

    Raises:
        Invalid: the arguments are not right for this tool.
        ConsentMissing: no consent of this customer binds exactly this call.
        AlreadyExecuted: it was done before; the error has the result.
        ConsentFailed: ``work`` refused, now or before; the error says why.
        ConsentRefused: the customer has not answered yet, or declined, or it is too late.
    """
    call = read_call(tool, arguments)
    consent = await _check(store, customer_id, consent_id, call)

    async def attempt(tx: Tx) -> dict[str, Any]:
        claimed = await _claim(store, tx, customer_id, consent.id, call)
        try:
            result = await work(tx, claimed)
        except ProductError as error:
            raise _WorkRefused(claimed, error) from error
        data = result.model_dump(mode="json", exclude_none=True)
        await set_consent_result(store, tx, claimed.id, data)
        note = {"id": data["id"]} if isinstance(data.get("id"), str) else None
        await note_move(store, tx, claimed, ConsentState.EXECUTED, note)
        return data

    try:
        return await transact_audited(store, attempt)
    except _WorkRefused as refused:
        if not refused.for_good:
            raise refused.reason from refused
        raise await _fail(store, refused) from refused.reason


async def list_unfinished(store: Store) -> list[Consent]:
    """Return what was confirmed and not carried out while there is time for it.

    A page that has just confirmed may be about to carry it out itself; to do it twice is harmless.
    """
    return await find_confirmed_consents(store, now())


async def _check(
    store: Store,
    customer_id: CustomerId,
    consent_id: ConsentId | None,
    call: MutationCall,
    tx: Tx | None = None,
) -> Consent:
    """Return the consent that allows this call now, or say why none does."""
    consent = await find_consent(store, consent_id, tx) if consent_id else None
    if consent is None or consent.customer_id != customer_id:
        raise ConsentMissing
    if (consent.tool, consent.arguments_hash) != (call.tool, call.hash):
        raise ConsentMissing
    if is_due(consent) and tx is None:
        consent = await expire_if_due(store, consent)
    refusal = _refusal(consent)
    if refusal is not None:
        raise refusal
    return consent


async def _claim(
    store: Store, tx: Tx, customer_id: CustomerId, consent_id: ConsentId, call: MutationCall
) -> Consent:
    """Move the consent to executed. First of all, so that who comes second fails early."""
    consent = await _check(store, customer_id, consent_id, call, tx)
    if not await move_consent(store, tx, consent, ConsentState.EXECUTED):
        raise ConsentRefused(consent.state)
    return consent


def _refusal(consent: Consent) -> ConsentRefused | None:
    """Return why a consent to this very call does not allow it, if it does not."""
    if is_due(consent):
        return ConsentRefused(ConsentState.EXPIRED)
    match consent.state:
        case ConsentState.CONFIRMED:
            return None
        case ConsentState.EXECUTED:
            return AlreadyExecuted(consent)
        case ConsentState.FAILED:
            return ConsentFailed(consent)
        case _:
            return ConsentRefused(consent.state)


async def _fail(store: Store, refused: _WorkRefused) -> ConsentRefused:
    """Mark a consent failed, unless it went on meanwhile; return what says how it stands."""
    failure = {"failure": refused.reason.detail[:_MAX_FAILURE]}

    async def work(tx: Tx) -> Consent:
        consent = await load_own(store, refused.consent.customer_id, refused.consent.id, tx)
        if consent.state is not ConsentState.CONFIRMED:
            return consent
        return await move(store, tx, consent, ConsentState.FAILED, failure, failure)

    consent = await transact_audited(store, work)
    return _refusal(consent) or ConsentRefused(consent.state)
