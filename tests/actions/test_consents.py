"""Consents: each state reached by one of many."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage

from ecocash_copilot.actions.audit import list_audit
from ecocash_copilot.actions.consents import (
    ConsentDecided,
    access_consent,
    confirm,
    consent_limit,
    decline,
    execute_consented,
    list_unfinished,
)
from ecocash_copilot.actions.consents.asking import ASKS_PER_MINUTE, MAX_OPEN
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Invalid, NotFound, RateLimited
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from schemas.consent import Consent, ConsentState
from schemas.identity import Customer, Locale
from tests.actions.consenting import (
    ASKED,
    OTHER,
    SHOWN,
    TOOL,
    Ledger,
    ask,
    make_late,
    state_of,
    told,
)


async def test_from_question_to_change(store: Store, customer: Customer):
    ledger = Ledger(store)
    conversation = new_id("cv")
    consent = await ask(store, customer, conversation_id=conversation)
    assert consent.state is ConsentState.PENDING
    assert consent.expires_at - consent.created_at == timedelta(minutes=10)
    assert consent.conversation_id == conversation
    assert (await confirm(store, customer, consent.id)).state is ConsentState.CONFIRMED
    assert [each.id for each in await list_unfinished(store)] == [consent.id]
    result = await execute_consented(store, customer.id, consent.id, TOOL, ASKED, ledger.work)
    assert result == {"id": "TCK-100042", "runs": 1}
    done = await access_consent(store, customer, consent.id)
    assert done.state is ConsentState.EXECUTED
    assert done.result == result
    assert done.decided_at is not None
    assert await ledger.kept() == 1
    assert await list_unfinished(store) == []
    assert await told(store, consent) == ["asked", "confirmed", "executed"]


async def test_the_record_says_who_what_and_what_was_shown(store: Store, customer: Customer):
    consent = await ask(store, customer)
    await decline(store, customer, consent.id)
    asked, declined = await list_audit(store, consent.id)
    assert (asked.actor, declined.actor) == ("system", "customer:c-1")
    assert declined.data == {
        "customer_id": "c-1",
        "tool": TOOL,
        "arguments_hash": consent.arguments_hash,
        "shown": SHOWN.model_dump(mode="json"),
    }


# -- asking --------------------------------------------------------------------------------------


async def test_an_open_question_is_not_asked_twice(store: Store, customer: Customer):
    same: dict[str, Any] = {
        "text": "  It was the 4th ",
        "ticket_id": "tck-100042",
        "evidence": [],
        "consent_id": 1,
    }
    asked = await asyncio.gather(*(ask(store, customer, arguments=same) for _ in range(10)))
    assert len({each.id for each in asked}) == 1
    assert await told(store, asked[0]) == ["asked"]
    await confirm(store, customer, asked[0].id)
    again = await ask(store, customer)
    assert (again.id, again.state) == (asked[0].id, ConsentState.CONFIRMED)


@pytest.mark.parametrize(
    "change",
    [
        {"conversation_id": "cv_" + "0" * 26},
        {"shown": SHOWN.model_copy(update={"title": "Wedzera", "locale": Locale.SN})},
    ],
)
async def test_a_dialog_that_says_something_else_replaces_it(
    store: Store, customer: Customer, change: dict[str, Any]
):
    first = await ask(store, customer)
    second = await ask(store, customer, **change)
    assert second.id != first.id
    assert await state_of(store, customer, first) is ConsentState.EXPIRED
    assert (await confirm(store, customer, first.id)).state is ConsentState.EXPIRED
    assert (await confirm(store, customer, second.id)).state is ConsentState.CONFIRMED
    assert await told(store, first) == ["asked", "expired"]


async def test_customers_and_calls_have_their_own(store: Store, customer: Customer):
    consents = [
        await ask(store, customer),
        await ask(store, OTHER),
        await ask(store, customer, arguments={**ASKED, "text": "It was the 5th"}),
        await ask(
            store,
            customer,
            tool="eco_close_ticket",
            arguments={"ticket_id": "TCK-100042", "reason": "Solved"},
        ),
    ]
    assert len({each.id for each in consents}) == 4


async def test_after_a_late_or_declined_one_there_is_a_new_one(store: Store, customer: Customer):
    first = await ask(store, customer)
    await make_late(store, first)
    second = await ask(store, customer)
    await decline(store, customer, second.id)
    third = await ask(store, customer)
    assert len({first.id, second.id, third.id}) == 3
    assert await state_of(store, customer, first) is ConsentState.EXPIRED


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("eco_get_balances", {}),
        ("eco_nothing", {}),
        (TOOL, {}),
        (TOOL, {**ASKED, "ticket_id": "42"}),
        (TOOL, {**ASKED, "more": 1}),
    ],
)
async def test_only_what_can_be_done_is_asked(
    store: Store, customer: Customer, tool: str, arguments: dict[str, Any]
):
    with pytest.raises(Invalid):
        await ask(store, customer, tool=tool, arguments=arguments)
    assert await store.kept("consents").count_documents({}) == 0


async def test_questions_do_not_pile_up(store: Store, customer: Customer):
    def words(number: int) -> dict[str, str]:
        return {**ASKED, "text": f"Number {number}"}

    consents = [await ask(store, customer, arguments=words(each)) for each in range(MAX_OPEN)]
    with pytest.raises(RateLimited) as limited:
        await ask(store, customer, arguments=words(99))
    assert 0 < limited.value.retry_after <= 600
    assert (await ask(store, customer, arguments=words(0))).id == consents[0].id
    await ask(store, OTHER, arguments=words(99))
    await decline(store, customer, consents[0].id)
    await ask(store, customer, arguments=words(99))


@pytest.mark.usefixtures("one_moment")
async def test_a_customer_is_asked_so_often_a_minute(store: Store, customer: Customer):
    limit = consent_limit(MemoryStorage())

    async def one() -> Consent:
        return await ask(store, customer, limit=limit)

    for _ in range(ASKS_PER_MINUTE):
        consent = await one()
        assert (await one()).id == consent.id
        await decline(store, customer, consent.id)
    with pytest.raises(RateLimited):
        await one()


# -- answers -------------------------------------------------------------------------------------


async def test_many_taps_confirm_once(store: Store, customer: Customer):
    consent = await ask(store, customer)
    taps = await asyncio.gather(*(confirm(store, customer, consent.id) for _ in range(20)))
    assert {each.state for each in taps} == {ConsentState.CONFIRMED}
    assert len({each.decided_at for each in taps}) == 1
    assert await told(store, consent) == ["asked", "confirmed"]


async def test_yes_and_no_at_once_give_one_answer(store: Store, customer: Customer):
    consent = await ask(store, customer)
    answers = [confirm, decline] * 10
    given = await asyncio.gather(
        *(answer(store, customer, consent.id) for answer in answers), return_exceptions=True
    )
    state = await state_of(store, customer, consent)
    assert state in (ConsentState.CONFIRMED, ConsentState.DECLINED)
    agreeing = [each for each in given if isinstance(each, Consent)]
    assert {each.state for each in agreeing} == {state}
    refused = [each for each in given if not isinstance(each, Consent)]
    assert len(refused) == 10
    assert all(isinstance(each, ConsentDecided) for each in refused)
    assert len(await told(store, consent)) == 2


async def test_an_answer_stands(store: Store, customer: Customer):
    consent = await ask(store, customer)
    await decline(store, customer, consent.id)
    assert (await decline(store, customer, consent.id)).state is ConsentState.DECLINED
    with pytest.raises(ConsentDecided) as decided:
        await confirm(store, customer, consent.id)
    assert decided.value.consent.state is ConsentState.DECLINED
    other = await ask(store, customer)
    await confirm(store, customer, other.id)
    with pytest.raises(ConsentDecided):
        await decline(store, customer, other.id)


@pytest.mark.parametrize("answer", [confirm, decline])
async def test_a_late_answer_is_none(store: Store, customer: Customer, answer: Callable[..., Any]):
    consent = await ask(store, customer)
    await make_late(store, consent)
    assert (await answer(store, customer, consent.id)).state is ConsentState.EXPIRED
    assert (await answer(store, customer, consent.id)).state is ConsentState.EXPIRED
    assert await told(store, consent) == ["asked", "expired"]


@pytest.mark.parametrize("act", [confirm, decline, access_consent])
async def test_another_customers_question_looks_like_none(
    store: Store, customer: Customer, act: Callable[..., Any]
):
    consent = await ask(store, customer)
    said: set[str] = set()
    for consent_id in (consent.id, new_id("cs")):
        with pytest.raises(NotFound) as missing:
            await act(store, OTHER, consent_id)
        said.add(missing.value.detail)
    assert len(said) == 1
    assert await state_of(store, customer, consent) is ConsentState.PENDING


async def test_a_yes_in_the_last_second_can_be_carried_out(store: Store, customer: Customer):
    consent = await ask(store, customer)
    soon = now() + timedelta(seconds=2)
    await store.kept("consents").update_one(
        {"_id": consent.id}, {"$set": {"expires_at": soon, "open_until": soon}}
    )
    confirmed = await confirm(store, customer, consent.id)
    assert confirmed.expires_at > soon + timedelta(minutes=1)
