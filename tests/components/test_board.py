"""The board's markup carries the contract's hooks, and its script and style sheet fit it."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import reflex as rx
from reflex_base.components.memo import MEMOS, MemoComponentDefinition
from reflex_base.vars import FunctionStringVar

from components.board.handlers import BoardHandlers, register
from components.board.shell import board_shell
from components.styles import BOARD_STYLES, CHAT_STYLES
from schemas.board_views import (
    CannedView,
    CardView,
    DeliveryView,
    EventView,
    FlashView,
    LanesView,
    MeView,
    PanelView,
    QueryView,
    StaffView,
    TeamView,
    WaitingView,
)
from schemas.board_words import CATEGORIES, EMPTY, LANGUAGES, PRIORITIES, STATUSES, accepts
from schemas.identity import Locale
from schemas.ticket import LEGAL_MOVES, TicketCategory, TicketStatus
from schemas.ticket_record import TicketPriority
from schemas.views import ChatLabels, MessageView
from tests.support.styles import css_of

ASSETS = Path(__file__).parents[2] / "assets"
CSS = css_of([*CHAT_STYLES, *BOARD_STYLES])
JS = "".join(path.read_text() for path in sorted(ASSETS.glob("board*.js")))


def var(name: str, kind: Any) -> Any:
    """A value of the browser; no state, which would be one more endpoint."""
    return rx.Var(f"given_{name}", _var_type=kind).guess_type()


HANDLERS = BoardHandlers(
    **{field.name: FunctionStringVar.create(f"on_{field.name}") for field in fields(BoardHandlers)}
)


@pytest.fixture(scope="module")
def markup() -> str:
    shell = board_shell(
        handlers=HANDLERS,
        board_state=var("board_state", str),
        need_sign_in=var("need", int),
        opened=var("opened", int),
        me=var("me", MeView),
        query=var("query", QueryView),
        lanes=var("lanes", LanesView),
        cards=lambda status: var(f"cards_{status.value}", list[CardView]),
        staff=var("staff", list[StaffView]),
        waiting=var("waiting", list[WaitingView]),
        team=var("team", TeamView),
        deliveries=var("deliveries", list[DeliveryView]),
        late=var("late", int),
        flashes=tuple(var(f"flash_{number}", FlashView) for number in range(3)),
        ticket=var("ticket", PanelView),
        events=var("events", list[EventView]),
        labels=var("labels", ChatLabels),
        messages=var("messages", list[MessageView]),
        has_earlier=var("has_earlier", bool),
        typing=var("typing", str),
        typing_tick=var("typing_tick", int),
        viewers=var("viewers", list[str]),
        canned=var("canned", list[CannedView]),
    )
    memos = [
        str(definition.component)
        for definition in MEMOS.values()
        if isinstance(definition, MemoComponentDefinition)
        and definition.fn.__module__.startswith("components.board")
    ]
    assert len(memos) == 3
    return "\n".join([str(shell), *memos])


@pytest.mark.parametrize(
    "hook",
    [
        "ticket-card",
        "board-column",
        "ticket-reply",
        "ticket-note",
        "ticket-assign",
        "ticket-status",
        "handover-card",
        "board-search",
        "dead-delivery",
    ],
)
def test_hooks(markup: str, hook: str) -> None:
    assert f'"data-testid":"{hook}"' in markup


@pytest.mark.parametrize("attribute", ["data-ticket-id", "data-status", "data-version"])
def test_cards_say_which_ticket_and_in_which_state(markup: str, attribute: str) -> None:
    assert f'"{attribute}"' in markup


def test_every_state_has_its_column_and_the_states_it_takes_tickets_from(markup: str) -> None:
    for status in TicketStatus:
        assert f'"data-status":"{status.value}"' in markup
        origins = {each.value for each in TicketStatus if status in LEGAL_MOVES[each]}
        assert set(accepts(status).split()) == origins
        assert f'"data-accepts":"{accepts(status)}"' in markup


def test_every_button_is_one_the_script_knows(markup: str) -> None:
    named = set(re.findall(r'"data-do":"(\w+)"', markup))
    known = set(re.findall(r"^    (\w+)(?::|\()", JS, re.MULTILINE)) | {"close", "deeplink"}
    assert named - known == set()


def test_every_list_that_changes_a_ticket_names_a_handler(markup: str) -> None:
    named = set(re.findall(r'"data-change":"(\w+)"', markup))
    named |= set(re.findall(r'"data-form":"(\w+)"', markup))
    named |= set(re.findall(r'"data-entry":"(\w+)"', markup))
    assert named <= {field.name for field in fields(BoardHandlers)}


def test_every_handler_is_registered_and_used(markup: str) -> None:
    source = str(register(HANDLERS))
    for field in fields(BoardHandlers):
        assert f"on_{field.name}" in source
        assert re.search(rf'"{field.name}"', JS + markup), field.name


def test_every_icon_is_drawn(markup: str) -> None:
    for name in set(re.findall(r'"i i-([\w-]+)"', markup)):
        assert name == "p-" or re.search(rf"\.i-{name}[,{{]", CSS), name
    for priority in TicketPriority:
        if priority is not TicketPriority.NORMAL:
            assert f".i-p-{priority.value}{{" in CSS


def test_the_words_are_complete() -> None:
    assert set(STATUSES) == set(EMPTY) == set(TicketStatus)
    assert set(CATEGORIES) == set(TicketCategory)
    assert set(PRIORITIES) == set(TicketPriority)
    assert set(LANGUAGES) == set(Locale)


def test_nothing_is_evaluated_from_text() -> None:
    assert not re.search(r"\beval\b|new Function|innerHTML|insertAdjacentHTML", JS)
