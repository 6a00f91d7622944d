"""What was consented to: changed once or not at all."""

import asyncio
from typing import Any

import pytest

from ecocash_copilot.actions.audit import list_audit
from ecocash_copilot.actions.consents import (
    AlreadyExecuted,
    ConsentFailed,
    ConsentMissing,
    ConsentRefused,
    access_consent,
    confirm,
    decline,
    execute_consented,
    expire_due,
    expire_if_due,
    list_unfinished,
)
from ecocash_copilot.core.errors import Conflict, RateLimited, Unavailable
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store, Tx
from schemas.consent import Consent, ConsentState
from schemas.identity import Customer
from tests.actions.consenting import ASKED, TOOL, Done, Ledger, ask, make_late, state_of, told


async def test_fifty_at_once_change_once(store: Store, customer: Customer):
    consent = await ask(store, customer)
    ledger = Ledger(store)

    async def tap() -> dict[str, Any]:
        confirmed = await confirm(store, customer, consent.id)
        return await execute_consented(store, customer.id, confirmed.id, TOOL, ASKED, ledger.work)

    results = await asyncio.gather(*(tap() for _ in range(50)), return_exceptions=True)
    done = [each for each in results if isinstance(each, dict)]
    again = [each for each in results if isinstance(each, AlreadyExecuted)]
    assert (len(done), len(again)) == (1, 49)
    assert all(each.result == done[0] for each in again)
    assert await ledger.kept() == 1
    assert await told(store, consent) == ["asked", "confirmed", "executed"]


async def test_several_processes_at_once_change_once(
    store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch
):
    """Without the turns that one process keeps to itself, the database alone decides."""
    consent = await ask(store, customer)
    await confirm(store, customer, consent.id)
    ledger = Ledger(store)
    monkeypatch.setattr("ecocash_copilot.actions.audit._PATIENCE", 0)
    results = await asyncio.gather(
        *(
            execute_consented(store, customer.id, consent.id, TOOL, ASKED, ledger.work)
            for _ in range(12)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, dict) for each in results) == 1
    assert sum(isinstance(each, AlreadyExecuted) for each in results) == 11
    assert await ledger.kept() == 1
    assert await told(store, consent) == ["asked", "confirmed", "executed"]


async def refusal(store: Store, customer_id: str, consent_id: str | None, **call: Any) -> str:
    ledger = Ledger(store)
    given: dict[str, Any] = {"tool": TOOL, "arguments": ASKED, **call}
    with pytest.raises(ConsentRefused) as refused:
        await execute_consented(
            store, customer_id, consent_id, given["tool"], given["arguments"], ledger.work
        )
    assert ledger.runs == 0
    assert await ledger.kept() == 0
    return f"{type(refused.value).__name__} {refused.value.detail}"


async def test_a_consent_is_good_for_exactly_one_call(store: Store, customer: Customer):
    consent = await ask(store, customer)
    await confirm(store, customer, consent.id)
    said = {
        await refusal(store, "c-2", consent.id),
        await refusal(store, "c-1", new_id("cs")),
        await refusal(store, "c-1", "made-up"),
        await refusal(store, "c-1", None),
        await refusal(store, "c-1", consent.id, arguments={**ASKED, "text": "Something else"}),
        await refusal(
            store,
            "c-1",
            consent.id,
            tool="eco_close_ticket",
            arguments={"ticket_id": "TCK-100042", "reason": "It was the 4th"},
        ),
    }
    # One text for all of them: nobody learns whether a consent exists.
    assert said == {
        "ConsentMissing The customer has not confirmed exactly this. Nothing was changed."
    }
    assert await state_of(store, customer, consent) is ConsentState.CONFIRMED


async def test_without_a_timely_yes_nothing_happens(store: Store, customer: Customer):
    consent = await ask(store, customer)
    assert "has not answered yet" in await refusal(store, "c-1", consent.id)
    await make_late(store, consent)
    assert "time to confirm is over" in await refusal(store, "c-1", consent.id)
    assert await told(store, consent) == ["asked", "expired"]

    consent = await ask(store, customer)
    await decline(store, customer, consent.id)
    assert "declined" in await refusal(store, "c-1", consent.id)

    consent = await ask(store, customer)
    await confirm(store, customer, consent.id)
    await make_late(store, consent)
    assert "time to confirm is over" in await refusal(store, "c-1", consent.id)
    assert await told(store, consent) == ["asked", "confirmed", "expired"]
    assert ConsentMissing.__name__ in await refusal(store, "c-2", consent.id)


async def test_what_can_not_be_done_fails_in_words(store: Store, customer: Customer):
    consent = await ask(store, customer)
    await confirm(store, customer, consent.id)
    ledger = Ledger(store, Conflict("This ticket is closed."))
    for _ in range(2):
        with pytest.raises(ConsentFailed) as failed:
            await execute_consented(store, "c-1", consent.id, TOOL, ASKED, ledger.work)
        assert failed.value.detail == "This ticket is closed."
    assert ledger.runs == 1
    assert await ledger.kept() == 0
    kept = await access_consent(store, customer, consent.id)
    assert (kept.state, kept.failure) == (ConsentState.FAILED, "This ticket is closed.")
    assert (await confirm(store, customer, consent.id)).state is ConsentState.FAILED
    assert await told(store, consent) == ["asked", "confirmed", "failed"]
    assert (await list_audit(store, consent.id))[-1].data["failure"] == "This ticket is closed."


@pytest.mark.parametrize("death", [RuntimeError("killed"), Unavailable(), RateLimited(1)])
async def test_what_was_cut_short_is_carried_out_later(
    store: Store, customer: Customer, death: Exception
):
    consent = await ask(store, customer)
    await confirm(store, customer, consent.id)
    with pytest.raises(type(death)):
        await execute_consented(store, "c-1", consent.id, TOOL, ASKED, Ledger(store, death).work)
    ledger = Ledger(store)
    assert await ledger.kept() == 0
    (left,) = await list_unfinished(store)
    assert left.id == consent.id
    await execute_consented(store, "c-1", left.id, left.tool, left.arguments, ledger.work)
    assert await ledger.kept() == 1
    assert await told(store, consent) == ["asked", "confirmed", "executed"]


async def test_a_cancelled_run_leaves_nothing_behind(store: Store, customer: Customer):
    consent = await ask(store, customer)
    await confirm(store, customer, consent.id)
    ledger, reached = Ledger(store), asyncio.Event()

    async def stuck(tx: Tx, claimed: Consent) -> Done:
        done = await ledger.work(tx, claimed)
        reached.set()
        await asyncio.Event().wait()
        return done

    task = asyncio.create_task(execute_consented(store, "c-1", consent.id, TOOL, ASKED, stuck))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ledger.kept() == 0
    await execute_consented(store, "c-1", consent.id, TOOL, ASKED, ledger.work)
    assert await ledger.kept() == 1


async def test_what_nobody_looks_at_expires_as_well(store: Store, customer: Customer):
    pending, confirmed, declined, alive = [
        await ask(store, customer, arguments={**ASKED, "text": text}) for text in "abcd"
    ]
    await confirm(store, customer, confirmed.id)
    await decline(store, customer, declined.id)
    for consent in (pending, confirmed, declined):
        await make_late(store, consent)
    assert (await expire_if_due(store, alive)).state is ConsentState.PENDING
    assert await expire_due(store) == 2
    assert await expire_due(store) == 0
    states = [
        await state_of(store, customer, each) for each in (pending, confirmed, declined, alive)
    ]
    assert states == [
        ConsentState.EXPIRED,
        ConsentState.EXPIRED,
        ConsentState.DECLINED,
        ConsentState.PENDING,
    ]
