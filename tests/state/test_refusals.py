"""Each handler is called through Reflex's own machinery by people who may not: all are refused."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from itertools import product
from typing import Any, cast

import pytest

from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from schemas.staff import Staff
from tests.state.belongings import NAME, OWNER, WORDS, Arguments, belongings
from tests.state.handlers import Handler, ours
from tests.state.tab import Delta, Tab, tab_of
from tests.state.test_guards import PUBLIC
from tests.support.assistant import Desk, open_desk

STRANGER = "c-1002"

IN_DEV = "designer"
"""Guard of the gallery's handlers, open to anybody in dev; `test_gallery.py` calls them in prod."""

TOLD = {"flash", "board_state"}
"""Vars in which pages of staff say that something is refused."""


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


async def contents(store: Store) -> dict[str, list[Any]]:
    """Everything that the database holds."""
    names = sorted(await store.database.list_collection_names())
    return {name: [d async for d in store.database[name].find()] for name in names}


async def of_owner(store: Store) -> list[Any]:
    """Whatever names the owner."""
    kept = await contents(store)
    return [each for documents in kept.values() for each in documents if OWNER in str(each)]


@pytest.fixture
async def arguments(desk: Desk) -> Arguments:
    return await belongings(desk)


def _each(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


async def call(tab: Tab, handler: Handler, arguments: Arguments) -> None:
    """Call a handler with all it could be sent. What is new to it needs a value there."""
    values = [arguments[name] for name in handler.parameters]
    variants = product(*(_each(value) for value in values))
    for variant in variants:
        payload = dict(zip(handler.parameters, variant, strict=True))
        await tab.call_of(handler.state.get_full_name(), handler.name, **payload)


def shown(tab: Tab) -> set[str]:
    return {name for _, delta in tab.by_state for name in delta}


def expect_nobody(tab: Tab, handler: Handler) -> None:
    if handler.label == "ChatState.expire":
        assert shown(tab) == {"app_state", "busy"}
    elif handler.guard == "staff":
        assert shown(tab) == {"need_sign_in"}, handler.label
    else:
        assert shown(tab) == {"need_session"}, handler.label
    assert tab.errors == [], handler.label


async def an_ended_session(desk: Desk) -> tuple[str, str]:
    secret, staff = await sessions_of(desk, OWNER, DEMO_STAFF["supervisor-1"])
    await desk.sign_in.revoke_session(await desk.again(secret))
    await desk.staff_sign_in.revoke_session(await desk.staff_sign_in.access_session(staff))
    return secret, staff


async def the_others_cookie(desk: Desk) -> tuple[str, str]:
    """A customer's secret as that of staff, and the other way round."""
    secret, staff = await sessions_of(desk, OWNER, DEMO_STAFF["supervisor-1"])
    return staff, secret


async def what_the_database_holds(desk: Desk) -> tuple[str, str]:
    secret, staff = await sessions_of(desk, OWNER, DEMO_STAFF["supervisor-1"])
    session = await desk.staff_sign_in.access_session(staff)
    return (await desk.again(secret)).id, session.id


async def sessions_of(desk: Desk, sub: str, staff: Staff) -> tuple[str, str]:
    session = await desk.session(sub)
    secret = await desk.sign_in.open_session(session.customer)
    return secret, await desk.staff_sign_in.open_session(staff)


async def nothing(_desk: Desk) -> tuple[str, str]:
    return "", ""


async def something_invented(_desk: Desk) -> tuple[str, str]:
    return "not-a-session", "0" * 64


NOBODY = [
    nothing,
    something_invented,
    an_ended_session,
    the_others_cookie,
    what_the_database_holds,
]


@pytest.mark.parametrize("cookies", NOBODY)
async def test_nobody_gets_anywhere(
    desk: Desk, arguments: Arguments, cookies: Callable[[Desk], Awaitable[tuple[str, str]]]
) -> None:
    secret, staff = await cookies(desk)
    before = await contents(desk.store)
    for handler in ours():
        if handler.guard == IN_DEV:
            continue
        async with tab_of(desk, secret, staff) as tab:
            await call(tab, handler, arguments)
            expect_nobody(tab, handler)
    assert await contents(desk.store) == before


async def test_a_customer_is_nobody_to_staffs_handlers_and_the_other_way_round(
    desk: Desk, arguments: Arguments
):
    secret, staff = await sessions_of(desk, OWNER, DEMO_STAFF["supervisor-1"])
    before = await contents(desk.store)
    for handler in ours():
        if handler.label in PUBLIC or handler.guard == IN_DEV:
            continue
        held = (secret, "") if handler.guard == "staff" else ("", staff)
        async with tab_of(desk, *held) as tab:
            await call(tab, handler, arguments)
            expect_nobody(tab, handler)
    assert await contents(desk.store) == before


@pytest.mark.parametrize("name", list(DEMO_STAFF))
async def test_the_wrong_role_is_refused(desk: Desk, arguments: Arguments, name: str):
    staff = DEMO_STAFF[name]
    secret = await desk.staff_sign_in.open_session(staff)
    before = await contents(desk.store)
    for handler in ours():
        if handler.guard != "staff" or staff.has(*handler.roles):
            continue
        async with tab_of(desk, staff=secret) as tab:
            await call(tab, handler, arguments)
            assert shown(tab) <= TOLD, handler.label
            assert shown(tab), handler.label
            assert tab.errors == [], handler.label
            expect_no_words(tab, handler)
    assert await contents(desk.store) == before


async def test_the_right_role_is_not_taken_for_the_wrong_one(desk: Desk, arguments: Arguments):
    """Otherwise the tests above would say nothing."""
    for staff in DEMO_STAFF.values():
        secret = await desk.staff_sign_in.open_session(staff)
        for handler in ours():
            if handler.guard != "staff" or not staff.has(*handler.roles):
                continue
            async with tab_of(desk, staff=secret) as tab:
                await call(tab, handler, arguments)
                assert "need_sign_in" not in shown(tab), handler.label
                assert "role" not in str(said(tab)).lower(), handler.label
                assert tab.errors == [], handler.label


async def test_another_customer_neither_sees_nor_changes_anything(desk: Desk, arguments: Arguments):
    secret = await desk.sign_in.open_session((await desk.session(STRANGER)).customer)
    before = await of_owner(desk.store)
    assert before
    for handler in ours():
        if handler.guard != "customer":
            continue
        async with tab_of(desk, secret) as tab:
            await call(tab, handler, arguments)
            assert "need_session" not in shown(tab), handler.label
            assert tab.errors == [], handler.label
            expect_no_words(tab, handler)
    assert await of_owner(desk.store) == before


@pytest.mark.parametrize(
    "name",
    [
        "form_field",
        "form_discard",
        "form_evidence",
        "confirm_accept",
        "confirm_decline",
        "ticket_add",
        "open_conversation",
        "leave_queue",
        "retry",
        "chip",
    ],
)
async def test_the_owner_is_not_taken_for_another(desk: Desk, arguments: Arguments, name: str):
    """The very same calls do something for whom they are meant."""
    secret = await desk.sign_in.open_session((await desk.session(OWNER)).customer)
    handler = next(each for each in ours() if each.label == f"ChatState.{name}")
    async with tab_of(desk, secret) as tab:
        await tab.call("open_conversation", conversation_id=arguments["conversation_id"])
        assert WORDS in str(tab.by_state)
        before = await of_owner(desk.store)
        tab.forget()
        await call(tab, handler, arguments)
        assert await of_owner(desk.store) != before or WORDS in str(tab.by_state)


def said(tab: Tab) -> list[Delta]:
    return [{k: v for k, v in delta.items() if k in TOLD} for _, delta in tab.by_state]


def expect_no_words(tab: Tab, handler: Handler) -> None:
    for word in (WORDS, NAME, "0772100145", "+263772100145"):
        assert word not in str(tab.by_state), handler.label
