"""Staff's sessions: opened, extended, ended."""

from datetime import timedelta

import pytest

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_sign_in import (
    REMEMBERED_SECONDS,
    StaffSignIn,
    need_role,
    staff_ref,
)
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAllowed, NotAuthenticated
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.staff_sessions import extend_staff_session, find_staff_session
from schemas.identity import Customer
from schemas.staff import Staff, StaffRole

AGENT = Staff(id="agent-7", name="Chipo Banda", roles=frozenset({StaffRole.AGENT}))
BOTH = Staff(
    id="lead@example.com",
    name="Themba Nkomo",
    roles=frozenset({StaffRole.SUPERVISOR, StaffRole.AGENT}),
)


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sign_in(store: Store, settings: Settings, clock: Clock) -> StaffSignIn:
    return StaffSignIn(store, settings, clock)


@pytest.mark.parametrize("staff", [AGENT, BOTH])
async def test_a_session_is_that_of_whom_it_was_opened_for(
    sign_in: StaffSignIn, store: Store, settings: Settings, staff: Staff
) -> None:
    secret = await sign_in.open_session(staff)
    assert (await sign_in.access_session(secret)).staff == staff
    elsewhere = await StaffSignIn(store, settings).access_session(secret)
    assert elsewhere.staff == staff


@pytest.mark.parametrize("secret", ["", "invented", "0" * 64, "\udcff"])
async def test_whatever_else_leads_nowhere(sign_in: StaffSignIn, secret: str) -> None:
    await sign_in.open_session(AGENT)
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret)


async def test_without_a_role_there_is_no_session(sign_in: StaffSignIn, store: Store) -> None:
    with pytest.raises(NotAllowed):
        await sign_in.open_session(AGENT.model_copy(update={"roles": frozenset()}))
    assert await store.database["staff_sessions"].count_documents({}) == 0


async def test_the_database_holds_nothing_that_signs_in(sign_in: StaffSignIn, store: Store) -> None:
    secret = await sign_in.open_session(AGENT)
    (kept,) = await store.database["staff_sessions"].find().to_list()
    assert AGENT.id in str(kept)
    assert secret not in str(kept)
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(kept["_id"])
    assert AGENT.id not in staff_ref(AGENT)


async def test_a_customers_session_is_none_of_staff_and_the_other_way_round(
    sign_in: StaffSignIn, store: Store, settings: Settings, customer: Customer
) -> None:
    customers = SignIn(store, settings)
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(await customers.open_session(customer))
    with pytest.raises(NotAuthenticated):
        await customers.access_session(secret=await sign_in.open_session(AGENT))


async def test_a_revoked_session_is_over_here_at_once_and_elsewhere_within_seconds(
    store: Store, settings: Settings, sign_in: StaffSignIn, clock: Clock
) -> None:
    here = StaffSignIn(store, settings)
    secret = await sign_in.open_session(AGENT)
    await here.revoke_session(await here.access_session(secret))
    with pytest.raises(NotAuthenticated):
        await here.access_session(secret)
    await sign_in.access_session(secret)
    clock.time += REMEMBERED_SECONDS
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret)


async def test_work_moves_the_expiry_but_an_open_page_does_not(
    sign_in: StaffSignIn, store: Store, clock: Clock
) -> None:
    secret = await sign_in.open_session(AGENT)
    session = await sign_in.access_session(secret)
    await extend_staff_session(store, session.id, now() + timedelta(minutes=5))
    clock.time += REMEMBERED_SECONDS
    idle = await sign_in.access_session(secret, extend=False)
    assert idle.expires_at < now() + timedelta(minutes=6)
    clock.time += REMEMBERED_SECONDS
    assert (await sign_in.access_session(secret)).expires_at > now() + timedelta(minutes=29)
    kept = await find_staff_session(store, session.id)
    assert kept is not None
    assert kept.expires_at > now() + timedelta(minutes=29)


async def test_an_idle_session_ends(sign_in: StaffSignIn, store: Store, clock: Clock) -> None:
    secret = await sign_in.open_session(AGENT)
    session = await sign_in.access_session(secret)
    await extend_staff_session(store, session.id, now() - timedelta(seconds=1))
    clock.time += REMEMBERED_SECONDS
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret)


async def test_no_session_outlives_its_longest_time(store: Store, settings: Settings) -> None:
    short = StaffSignIn(store, settings.model_copy(update={"session_max_seconds": 90.0}))
    session = await short.access_session(await short.open_session(AGENT))
    assert session.expires_at - session.created_at == timedelta(seconds=90)


def test_one_of_the_roles_is_enough_and_none_is_not() -> None:
    need_role(AGENT, StaffRole.SUPERVISOR, StaffRole.AGENT)
    need_role(BOTH, StaffRole.SUPERVISOR)
    with pytest.raises(NotAllowed):
        need_role(AGENT, StaffRole.SUPERVISOR, StaffRole.OPERATOR)
    with pytest.raises(NotAllowed):
        need_role(AGENT)
