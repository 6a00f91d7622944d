"""Consents whose time is over."""

from ecocash_copilot.actions.audit import transact_audited
from ecocash_copilot.actions.consents.moves import load_own, move
from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.consents import find_due_consents
from schemas.consent import Consent, ConsentState

_SWEEP = 200


def is_due(consent: Consent) -> bool:
    """Return whether a consent is open although its time is over."""
    is_open = consent.state in (ConsentState.PENDING, ConsentState.CONFIRMED)
    return is_open and consent.expires_at <= now()


async def expire(store: Store, tx: Tx, consent: Consent, reason: str = "late") -> Consent:
    """Expire a consent that was read in this transaction and is open."""
    return await move(store, tx, consent, ConsentState.EXPIRED, note={"reason": reason})


async def expire_if_due(store: Store, consent: Consent) -> Consent:
    """Expire an open consent whose time is over.

    Returns:
        The consent as it stands; where it is not due, as it was given.
    """
    if not is_due(consent):
        return consent

    async def work(tx: Tx) -> Consent:
        found = await load_own(store, consent.customer_id, consent.id, tx)
        return await expire(store, tx, found) if is_due(found) else found

    return await transact_audited(store, work)


async def expire_due(store: Store) -> int:
    """Expire what is open past its time, 200 at most; due every minute or so.

    Returns:
        How many there were.
    """
    due = await find_due_consents(store, now(), _SWEEP)
    for consent in due:
        await expire_if_due(store, consent)
    return len(due)
