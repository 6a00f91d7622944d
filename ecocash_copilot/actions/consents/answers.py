"""The customer's answer to a question."""

from datetime import timedelta
from typing import Any

from ecocash_copilot.actions.audit import transact_audited
from ecocash_copilot.actions.consents.errors import ConsentDecided
from ecocash_copilot.actions.consents.expiry import expire, expire_if_due, is_due
from ecocash_copilot.actions.consents.moves import load_own, move
from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store, Tx
from schemas.consent import Consent, ConsentId, ConsentState
from schemas.identity import Customer

GRACE = timedelta(minutes=2)
"""After the customer confirmed, there is so long at least to carry it out."""


async def access_consent(store: Store, customer: Customer, consent_id: ConsentId) -> Consent:
    """Return a consent of this customer, expired if its time is over.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    return await expire_if_due(store, await load_own(store, customer.id, consent_id))


async def confirm(store: Store, customer: Customer, consent_id: ConsentId) -> Consent:
    """Keep the customer's yes. Twice is as good as once.

    Returns:
        The consent as it stands: confirmed, or executed or failed where it went on already, or
        expired where the tap came too late.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
        ConsentDecided: it was declined before.
    """
    consent = await _answer(store, customer, consent_id, ConsentState.CONFIRMED)
    if consent.state is ConsentState.DECLINED:
        raise ConsentDecided(consent)
    return consent


async def decline(store: Store, customer: Customer, consent_id: ConsentId) -> Consent:
    """Keep the customer's no. Twice is as good as once.

    Returns:
        The consent as it stands: declined, or expired where the tap came too late.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
        ConsentDecided: it was confirmed before.
    """
    consent = await _answer(store, customer, consent_id, ConsentState.DECLINED)
    if consent.state not in (ConsentState.DECLINED, ConsentState.EXPIRED):
        raise ConsentDecided(consent)
    return consent


async def _answer(
    store: Store, customer: Customer, consent_id: ConsentId, to: ConsentState
) -> Consent:
    async def work(tx: Tx) -> Consent:
        consent = await load_own(store, customer.id, consent_id, tx)
        if is_due(consent):
            return await expire(store, tx, consent)
        if consent.state is not ConsentState.PENDING:
            return consent
        moment = now()
        changes: dict[str, Any] = {"decided_at": moment}
        if to is ConsentState.CONFIRMED:
            changes["expires_at"] = max(consent.expires_at, moment + GRACE)
        return await move(store, tx, consent, to, changes)

    return await transact_audited(store, work)
