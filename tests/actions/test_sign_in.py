import asyncio
from datetime import timedelta

import pytest

from ecocash_copilot.actions.sign_in import REMEMBERED_SECONDS, SignIn, session_ref
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.sessions import extend_session, find_session
from schemas.identity import Customer, Locale


class Clock:
    def __init__(self):
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sign_in(store: Store, settings: Settings, clock: Clock) -> SignIn:
    return SignIn(store, settings, clock)


async def test_a_code_leads_to_the_customers_session(sign_in: SignIn, customer: Customer):
    secret = await sign_in.redeem_code(await sign_in.issue_code(customer))
    session = await sign_in.access_session(secret=secret)
    assert session.customer == customer
    assert await sign_in.access_session(ref=session.id) == session


async def test_a_code_used_many_times_at_once_works_once(sign_in: SignIn, customer: Customer):
    code = await sign_in.issue_code(customer)
    results = await asyncio.gather(
        *(sign_in.redeem_code(code) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(each, str) for each in results) == 1
    assert sum(isinstance(each, NotAuthenticated) for each in results) == 9


async def test_an_expired_or_invented_code_is_refused(
    store: Store, settings: Settings, customer: Customer
):
    hasty = SignIn(store, settings.model_copy(update={"code_seconds": -1.0}))
    for code in (await hasty.issue_code(customer), "invented", "", "\udcff"):
        with pytest.raises(NotAuthenticated):
            await hasty.redeem_code(code)


async def test_neither_code_nor_secret_is_in_the_database(
    sign_in: SignIn, store: Store, customer: Customer
):
    code = await sign_in.issue_code(customer)
    kept = str(await store.database["codes"].find().to_list())
    secret = await sign_in.redeem_code(code)
    kept += str(await store.database["sessions"].find().to_list())
    assert customer.id in kept
    assert code not in kept
    assert secret not in kept


async def test_a_session_id_is_no_secret(sign_in: SignIn, customer: Customer):
    session = await sign_in.access_session(secret=await sign_in.open_session(customer))
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret=session.id)
    assert session.id not in session_ref(session)


async def test_a_ticket_joins_a_page_to_the_session_once(sign_in: SignIn, customer: Customer):
    session = await sign_in.access_session(secret=await sign_in.open_session(customer))
    ticket = await sign_in.issue_ticket(session)
    assert await sign_in.redeem_ticket(ticket) == session
    with pytest.raises(NotAuthenticated):
        await sign_in.redeem_ticket(ticket)


async def test_codes_and_tickets_do_not_stand_in_for_each_other(
    sign_in: SignIn, customer: Customer
):
    session = await sign_in.access_session(secret=await sign_in.open_session(customer))
    with pytest.raises(NotAuthenticated):
        await sign_in.redeem_code(await sign_in.issue_ticket(session))
    with pytest.raises(NotAuthenticated):
        await sign_in.redeem_ticket(await sign_in.issue_code(customer))


async def test_a_revoked_session_is_over_here_at_once_and_elsewhere_within_seconds(
    store: Store, settings: Settings, sign_in: SignIn, clock: Clock, customer: Customer
):
    here = SignIn(store, settings)
    secret = await sign_in.open_session(customer)
    await here.revoke_session(await here.access_session(secret=secret))
    with pytest.raises(NotAuthenticated):
        await here.access_session(secret=secret)
    await sign_in.access_session(secret=secret)
    clock.time += REMEMBERED_SECONDS
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret=secret)


async def test_changes_do_not_keep_a_revoked_session_alive(
    store: Store, settings: Settings, sign_in: SignIn, customer: Customer
):
    here = SignIn(store, settings)
    secret = await sign_in.open_session(customer)
    session = await sign_in.access_session(secret=secret)
    await here.revoke_session(await here.access_session(secret=secret))
    with pytest.raises(NotAuthenticated):
        await sign_in.follow_app(session, Locale.SN)
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret=secret)
    with pytest.raises(NotAuthenticated):
        await sign_in.choose_conversation(session, "cv-1")


async def test_use_moves_the_expiry_and_an_idle_session_ends(
    sign_in: SignIn, store: Store, clock: Clock, customer: Customer
):
    secret = await sign_in.open_session(customer)
    session = await sign_in.access_session(secret=secret)
    await extend_session(store, session.id, now() + timedelta(minutes=5))
    clock.time += REMEMBERED_SECONDS
    assert (await sign_in.access_session(secret=secret)).expires_at > now() + timedelta(minutes=29)
    kept = await find_session(store, session.id)
    assert kept is not None
    assert kept.expires_at > now() + timedelta(minutes=29)

    await extend_session(store, session.id, now() - timedelta(seconds=1))
    clock.time += REMEMBERED_SECONDS
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret=secret)


async def test_no_session_outlives_its_longest_time(
    store: Store, settings: Settings, customer: Customer
):
    short = settings.model_copy(update={"session_max_seconds": 90.0})
    session = await SignIn(store, short).access_session(
        secret=await SignIn(store, short).open_session(customer)
    )
    assert session.expires_at - session.created_at == timedelta(seconds=90)


async def test_the_open_conversation_is_found_again(
    sign_in: SignIn, store: Store, settings: Settings, customer: Customer
):
    secret = await sign_in.open_session(customer)
    session = await sign_in.access_session(secret=secret)
    chosen = await sign_in.choose_conversation(session, new_id("cv"))
    assert await sign_in.access_session(secret=secret) == chosen
    assert await SignIn(store, settings).access_session(secret=secret) == chosen
