"""Every handler is a public endpoint: each is guarded, or one of Reflex's own."""

import inspect
from collections.abc import AsyncGenerator, Iterator

import pytest
import reflex as rx
from reflex.state import BaseState, State

import ecocash_copilot.ecocash_copilot
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.state.chat import ChatState
from ecocash_copilot.state.guard import GUARD, cookie_value
from ecocash_copilot.store.client import Store
from tests.state.tab import Tab, tab_of
from tests.support.assistant import Desk, open_desk

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
PUBLIC = {"open_chat", "resume", "expire"}
"""Ours for anybody. Each decides by itself, and gives nothing away."""
IDENTITIES = (
    "session",
    "customer",
    "sub",
    "user",
    "msisdn",
    "owner",
    "token",
    "secret",
    "identity",
)


def states(root: type[BaseState] = State) -> Iterator[type[BaseState]]:
    yield root
    for each in root.__subclasses__():
        yield from states(each)


def ours() -> dict[str, object]:
    """Handlers that are not Reflex's own, by their full name."""
    assert ecocash_copilot.ecocash_copilot.app
    return {
        f"{state.__name__}.{name}": handler.fn
        for state in states()
        for name, handler in state.event_handlers.items()
        if not handler.fn.__module__.startswith(("reflex.", "reflex_base."))
    }


def test_reflex_brings_no_handler_that_nobody_looked_at():
    reflex_own = {
        name
        for state in states()
        for name, handler in state.event_handlers.items()
        if handler.fn.__module__.startswith(("reflex.", "reflex_base."))
    }
    assert reflex_own <= REFLEX_OWN


def test_every_handler_of_ours_is_guarded():
    handlers = ours()
    assert len(handlers) >= 18
    for name, function in handlers.items():
        allowed = ("anybody",) if name.split(".")[1] in PUBLIC else ("customer",)
        assert getattr(function, GUARD, None) in allowed, name


def test_no_handler_takes_an_identity():
    for name, function in ours().items():
        parameters = inspect.signature(function).parameters
        assert not set(parameters) & set(IDENTITIES), name
        hints = {p.annotation for p in list(parameters.values())[1:]}
        assert hints <= {str, int, bool}, f"{name} takes more than plain values"


def test_no_var_can_be_set_from_a_browser():
    for state in states():
        if state.__module__.startswith("reflex"):
            continue
        names = set(state.__fields__) - {"is_hydrated"}
        assert not [n for n in names if state._is_client_storage(n)]
        assert not [n for n in names if f"set_{n}" in state.event_handlers]


def test_a_session_is_no_part_of_what_a_page_is_sent():
    names = ChatState.base_vars
    assert not [n for n in names if any(word in n for word in ("session_ref", "secret", "token"))]
    assert isinstance(ChatState, type(rx.State))


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


async def contents(store: Store) -> dict[str, list[object]]:
    names = sorted(await store.database.list_collection_names())
    return {name: [d async for d in store.database[name].find()] for name in names}


@pytest.mark.parametrize("secret", ["", "not-a-session", "0" * 64])
async def test_nobody_gets_anywhere(desk: Desk, secret: str):
    asked, answer = await desk.ask(await desk.session(), "show my transactions")
    arguments = {
        "message_id": asked.question.id,
        "widget_id": answer.widgets[0].id,
        "conversation_id": asked.conversation.id,
        "reference": "MP210304.1412.L06729",
        "outgoing": '{"text": "hello", "key": "12345678"}',
        "category": "other",
        "name": "failed",
        "value": "x",
        "locale": "sn",
        "ticket": asked.conversation.id,
    }
    before = await contents(desk.store)
    called = 0
    for name, function in ours().items():
        handler = name.split(".")[1]
        wanted = list(inspect.signature(function).parameters)[1:]
        async with tab_of(desk, secret) as tab:
            await tab.call(handler, **{each: arguments[each] for each in wanted})
            expect_nothing(tab, handler)
            called += 1
    assert called >= 18
    assert await contents(desk.store) == before


def expect_nothing(tab: Tab, handler: str) -> None:
    shown = {key for delta in tab.deltas for key in delta}
    if handler == "expire":
        assert shown == {"app_state", "busy"}
    else:
        assert shown == {"need_session"}, handler
    assert tab.errors == []
    assert tab.shown == []


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
