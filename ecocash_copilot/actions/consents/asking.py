"""The question whether a customer agrees to a change."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from pymongo.errors import DuplicateKeyError

from ecocash_copilot.actions.audit import transact_audited
from ecocash_copilot.actions.consents.calls import MutationCall, read_call
from ecocash_copilot.actions.consents.expiry import expire, is_due
from ecocash_copilot.actions.consents.moves import note_move
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import RateLimited
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.consents import find_open_consent, find_open_consents, insert_consent
from schemas.consent import CONSENT_MINUTES, Consent, ConsentState, Shown
from schemas.identity import Customer
from schemas.message import ConversationId

LIFE = timedelta(minutes=CONSENT_MINUTES)

MAX_OPEN = 5
"""Questions that a customer may have open at once."""

ASKS_PER_MINUTE = 12

_ATTEMPTS = 3


def consent_limit(storage: Storage) -> RateLimit:
    """Return the limit on how often one customer may be asked."""
    return RateLimit(storage, RateLimitItemPerMinute(ASKS_PER_MINUTE), "consents")


async def ask_consent(
    store: Store,
    customer: Customer,
    conversation_id: ConversationId | None,
    tool: str,
    arguments: Mapping[str, Any],
    shown: Shown,
    *,
    limit: RateLimit | None = None,
) -> Consent:
    """Keep the question whether the customer agrees to one call of a tool.

    Args:
        conversation_id: the chat that asks.
        arguments: as the form or a model gave them; a ``consent_id`` among them is left out.
        shown: what the dialog says.
        limit: see ``consent_limit``; counts new questions alone.

    Returns:
        The consent. Where the same call is open already it is that one, and it may be confirmed:
        then there is nothing to ask, only to carry out.

    Raises:
        Invalid: the tool is not one that changes something, or the arguments are not right.
        RateLimited: too many questions, in this minute or open at once.
    """
    call = read_call(tool, arguments)
    found = await find_open_consent(store, customer.id, tool, call.hash)
    if found is not None and _can_stand(found, conversation_id, shown):
        return found
    if limit is not None:
        await limit.hit(customer.id)
    asked = _new_consent(customer, conversation_id, call, shown)

    async def work(tx: Tx) -> Consent:
        return await _ask(store, tx, asked)

    for _ in range(_ATTEMPTS):
        try:
            return await transact_audited(store, work)
        except DuplicateKeyError:
            # Another page asked the same in this moment; its question is there now.
            continue
    return await transact_audited(store, work)


def _new_consent(
    customer: Customer, conversation_id: ConversationId | None, call: MutationCall, shown: Shown
) -> Consent:
    moment = now()
    return Consent(
        id=new_id("cs"),
        customer_id=customer.id,
        customer_name=customer.name,
        msisdn=customer.msisdn,
        conversation_id=conversation_id,
        tool=call.tool,
        arguments=call.arguments,
        arguments_hash=call.hash,
        shown=shown,
        created_at=moment,
        expires_at=moment + LIFE,
    )


def _can_stand(consent: Consent, conversation_id: ConversationId | None, shown: Shown) -> bool:
    """Return whether an open consent serves a new question for the same call.

    What was confirmed stands. A dialog that said something else, or elsewhere, does not.
    """
    if is_due(consent):
        return False
    if consent.state is ConsentState.CONFIRMED:
        return True
    return consent.conversation_id == conversation_id and consent.shown == shown


async def _ask(store: Store, tx: Tx, asked: Consent) -> Consent:
    twin = await find_open_consent(store, asked.customer_id, asked.tool, asked.arguments_hash, tx)
    if twin is not None:
        if _can_stand(twin, asked.conversation_id, asked.shown):
            return twin
        await expire(store, tx, twin, "late" if is_due(twin) else "asked_anew")
    await _check_room(store, tx, asked)
    await insert_consent(store, tx, asked)
    await note_move(store, tx, asked, ConsentState.PENDING)
    return asked


async def _check_room(store: Store, tx: Tx, asked: Consent) -> None:
    still_open = [
        each for each in await find_open_consents(store, asked.customer_id, tx) if not is_due(each)
    ]
    if len(still_open) >= MAX_OPEN:
        wait = min(each.expires_at for each in still_open) - asked.created_at
        raise RateLimited(max(1.0, wait.total_seconds()), "Please answer the open questions first.")
