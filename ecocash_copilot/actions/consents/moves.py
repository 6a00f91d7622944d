"""The moves of a consent: from state to state, each with its line in the audit record."""

from collections.abc import Mapping
from typing import Any

from ecocash_copilot.actions.audit import SYSTEM, append_audit, customer_actor
from ecocash_copilot.actions.consents.errors import ConsentRefused
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.consents import find_consent, move_consent
from schemas.consent import CONSENT_MOVES, Consent, ConsentId, ConsentState
from schemas.identity import CustomerId

_KINDS = {
    ConsentState.PENDING: "consent.asked",
    ConsentState.CONFIRMED: "consent.confirmed",
    ConsentState.DECLINED: "consent.declined",
    ConsentState.EXPIRED: "consent.expired",
    ConsentState.EXECUTED: "consent.executed",
    ConsentState.FAILED: "consent.failed",
}
_BY_THE_CUSTOMER = frozenset(
    {ConsentState.CONFIRMED, ConsentState.DECLINED, ConsentState.EXECUTED, ConsentState.FAILED}
)


async def load_own(
    store: Store, customer_id: CustomerId, consent_id: ConsentId, tx: Tx | None = None
) -> Consent:
    """Return a consent of this customer.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    consent = await find_consent(store, consent_id, tx)
    if consent is None or consent.customer_id != customer_id:
        raise NotFound("There is no such question.")
    return consent


async def move(
    store: Store,
    tx: Tx,
    consent: Consent,
    to: ConsentState,
    changes: dict[str, Any] | None = None,
    note: Mapping[str, Any] | None = None,
) -> Consent:
    """Move a consent that was read in this transaction on, and add the line that says so.

    Args:
        changes: fields that change with the state.
        note: what the audit line says beside what all of them say.

    Raises:
        ConsentRefused: it may not move there, or has moved elsewhere.
    """
    legal = to in CONSENT_MOVES[consent.state]
    if not legal or not await move_consent(store, tx, consent, to, changes):
        raise ConsentRefused(consent.state)
    await note_move(store, tx, consent, to, note)
    return consent.model_copy(update={**(changes or {}), "state": to})


async def note_move(
    store: Store,
    tx: Tx,
    consent: Consent,
    to: ConsentState,
    note: Mapping[str, Any] | None = None,
) -> None:
    """Add the audit line of a move: who, what exactly, and what the dialog said."""
    actor = customer_actor(consent.customer_id) if to in _BY_THE_CUSTOMER else SYSTEM
    data = {
        "customer_id": consent.customer_id,
        "tool": consent.tool,
        "arguments_hash": consent.arguments_hash,
        "shown": consent.shown.model_dump(mode="json"),
        **(note or {}),
    }
    await append_audit(store, tx, _KINDS[to], actor, consent.id, data)
