"""Every handler is a public endpoint: each is guarded, on the list for anybody, or Reflex's own."""

# pyright: reportPrivateUsage=false

from typing import Any, cast

import pytest

from ecocash_copilot.state.guard import (
    CustomerState,
    DesignerState,
    GuardedState,
    StaffState,
    cookie_value,
    customer_event,
    staff_event,
)
from schemas.staff import StaffRole
from tests.state.handlers import is_reflex_own, ours, states

REFLEX_OWN = {
    # Sets only what has a setter; none of our vars has one.
    "setvar",
    "hydrate",
    "hydrate_and_load",
    "set_is_hydrated",
    "on_load_internal",
    # Sets only vars that live in the browser's storage; there are none.
    "update_vars_internal",
    "handle_frontend_exception",
}
PUBLIC = {"ChatState.open_chat", "ChatState.resume", "ChatState.expire"}
"""Ours for anybody. Each decides by itself, and gives nothing away."""

IDENTITIES = {
    "session",
    "customer",
    "customer_id",
    "staff",
    "staff_id",
    "actor",
    "author",
    "role",
    "roles",
    "sub",
    "user",
    "msisdn",
    "owner",
    "token",
    "secret",
    "identity",
}


def test_reflex_brings_no_handler_that_nobody_looked_at():
    reflex_own = {
        name
        for state in states()
        for name, handler in state.event_handlers.items()
        if is_reflex_own(handler.fn)
    }
    assert reflex_own <= REFLEX_OWN


def test_every_handler_of_ours_is_guarded():
    handlers = ours()
    assert len(handlers) >= 18
    for each in handlers:
        expected = {"anybody"} if each.label in PUBLIC else {"customer", "staff", "designer"}
        assert each.guard in expected, each.label
    assert {each.label for each in handlers} >= PUBLIC


def test_staffs_handlers_name_their_roles_and_a_page_is_for_one_kind_of_people():
    for each in ours():
        assert bool(each.roles) == (each.guard in ("staff", "designer")), each.label
        assert issubclass(each.state, DesignerState) == (each.guard == "designer"), each.label
        if each.guard in ("staff", "designer"):
            assert issubclass(each.state, StaffState), each.label
        else:
            assert issubclass(each.state, CustomerState), each.label
        assert not issubclass(each.state, StaffState) or not issubclass(each.state, CustomerState)


def test_no_handler_takes_an_identity():
    for each in ours():
        assert not set(each.parameters) & IDENTITIES, each.label
        hints = {parameter.annotation for parameter in each.parameters.values()}
        assert hints <= {str, int, bool}, f"{each.label} takes more than plain values"


def test_no_var_can_be_set_from_a_browser():
    for state in states():
        if state.__module__.startswith("reflex"):
            continue
        names: set[str] = set(cast("Any", state).__fields__) - {"is_hydrated"}
        assert not [n for n in names if state._is_client_storage(n)]
        assert not [n for n in names if f"set_{n}" in state.event_handlers]


def test_a_session_is_no_part_of_what_a_page_is_sent():
    for state in states():
        names: list[str] = list(cast("Any", state).base_vars)
        words = ("session_ref", "secret", "token", "cookie")
        assert not [n for n in names if any(word in n for word in words)], state


def test_every_page_answers_refusals():
    abstract = {state for state in states() if "_refused" in state.__abstractmethods__}
    assert {GuardedState, CustomerState, StaffState, DesignerState} <= abstract
    assert all(state._mixin for state in abstract)


def test_a_guard_is_told_whom_it_lets_in():
    async def no_caller(self: object, ticket_id: str) -> None: ...

    with pytest.raises(TypeError, match="staff"):
        staff_event(StaffRole.AGENT)(no_caller)
    with pytest.raises(TypeError, match="session"):
        customer_event(no_caller)
    with pytest.raises(TypeError, match="roles"):
        staff_event()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("eco_session=abc", "abc"),
        ("theme=dark; eco_session=abc; x=y", "abc"),
        ('prefs={"a": "b"}; eco_session=abc', "abc"),
        ("foo:bar=1; eco[x]=2; eco_session=abc", "abc"),
        ("Ünï=1; eco_session=abc", "abc"),
        ("flag; eco_session=abc", "abc"),
        ("eco_session=a-_B9", "a-_B9"),
        ("not_eco_session=abc", ""),
        ("", ""),
        (";;;=;", ""),
    ],
)
def test_the_session_is_found_among_other_cookies(header: str, value: str):
    assert cookie_value(header, "eco_session") == value
