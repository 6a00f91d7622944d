"""The components compile, carry the contract's hooks, and stay light."""

# pyright: reportPrivateUsage=false

import gzip
import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest
import reflex as rx
from reflex_base.components.memo import MEMOS, MemoComponentDefinition
from reflex_base.vars import FunctionStringVar

from components.chat_shell import chat_shell
from components.handlers import ChatHandlers, register
from components.styles import CHAT_STYLES
from schemas.ticket import TicketStatus
from schemas.views import (
    BlockView,
    ChatLabels,
    HistoryItemView,
    MessageView,
    QuickActionView,
    WidgetView,
)
from schemas.wallet import TransactionKind, TransactionStatus
from schemas.widgets import NoticeTone
from tests.support.styles import css_of

ASSETS = Path(__file__).parents[2] / "assets"
CSS = css_of(CHAT_STYLES)
JS = (ASSETS / "chat.js").read_text()


def var(name: str, kind: Any) -> Any:
    """A value of the browser; no state, which would be one more endpoint."""
    return rx.Var(f"given_{name}", _var_type=kind).guess_type()


HANDLERS = ChatHandlers(
    **{field.name: FunctionStringVar.create(f"on_{field.name}") for field in fields(ChatHandlers)}
)


def shell() -> rx.Component:
    return chat_shell(
        handlers=HANDLERS,
        app_state=var("app_state", str),
        lang=var("lang", str),
        labels=var("labels", ChatLabels),
        title=var("title", str),
        messages=var("messages", list[MessageView]),
        live_blocks=var("blocks", list[BlockView]),
        live_tail=var("tail", str),
        busy=var("busy", bool),
        has_earlier=var("has_earlier", bool),
        quick=var("quick", list[QuickActionView]),
        history=var("history", list[HistoryItemView]),
        history_open=var("history_open", bool),
        history_known=var("history_known", bool),
        live_widgets=var("widgets", list[WidgetView]),
        alert=var("alert", str),
        speaker=var("speaker", str),
        speaker_note=var("speaker_note", str),
        agent_typing=var("agent_typing", bool),
    )


def memo(name: str) -> rx.Component:
    """Body of one of our memo components."""
    found = [
        definition
        for definition in MEMOS.values()
        if isinstance(definition, MemoComponentDefinition)
        and definition.python_name == name
        and definition.fn.__module__.startswith("components.")
    ]
    assert len(found) == 1
    return found[0].component


@pytest.fixture(scope="module")
def parts() -> dict[str, rx.Component]:
    return {"shell": shell()} | {
        name: memo(name) for name in ("message", "widget", "rich_text", "rich_line")
    }


@pytest.fixture(scope="module")
def markup(parts: dict[str, rx.Component]) -> dict[str, str]:
    return {name: str(part) for name, part in parts.items()}


@pytest.mark.parametrize(
    ("part", "hook"),
    [
        *[("shell", name) for name in (
            "composer-input", "composer-send", "composer-stop", "quick-action", "new-chat",
            "history-open", "history-item", "load-earlier", "talk-to-person",
        )],
        ("message", "message"),
        *[("widget", name) for name in (
            "get-help", "form-next", "form-back", "form-submit", "confirm-accept",
            "confirm-decline",
        )],
    ],
)  # fmt: skip
def test_a_hook_of_the_contract_is_there(markup: dict[str, str], part: str, hook: str) -> None:
    assert f'"data-testid":"{hook}"' in markup[part]


@pytest.mark.parametrize(
    ("part", "attribute"),
    [
        *[("shell", name) for name in ("data-app-state", "aria-busy", "data-speaker")],
        *[("message", name) for name in ("data-role", "data-message-id", "data-client-key")],
        *[("widget", name) for name in (
            "data-widget", "data-widget-id", "data-transaction-id", "data-ticket-id", "data-status",
        )],
    ],
)  # fmt: skip
def test_an_attribute_of_the_contract_is_there(
    markup: dict[str, str], part: str, attribute: str
) -> None:
    assert f'"{attribute}":' in markup[part]


def test_help_is_offered_on_a_row_and_on_a_detail(markup: dict[str, str]) -> None:
    assert markup["widget"].count('"data-testid":"get-help"') == 2


@pytest.mark.parametrize(
    "kind",
    [
        "balance_card", "transaction_table", "transaction_detail", "ticket_status_board",
        "help_article", "ticket_form", "confirmation_dialog",
    ],
)  # fmt: skip
def test_a_widget_has_its_own_body(markup: dict[str, str], kind: str) -> None:
    assert f'case JSON.stringify("{kind}")' in markup["widget"]


def test_what_is_left_out_on_the_wire_has_its_default(markup: dict[str, str]) -> None:
    for text, part in (
        ("assistant", "message"),
        ("notice", "widget"),
        ("completed", "widget"),
        ("open", "widget"),
        ("pending", "widget"),
    ):
        assert re.search(rf'pyOr\([^()]+, \(\) => \("{text}"\)\)', markup[part])


def test_a_message_holds_no_function_and_no_state(markup: dict[str, str]) -> None:
    for name in ("message", "widget", "rich_text", "rich_line"):
        assert "=>addEvents" not in markup[name]
        assert not re.search(r"\b(on_|given_|onClick)", markup[name])


def test_a_message_is_drawn_again_only_when_it_changes() -> None:
    wrappers = {
        str(cast("Any", definition).wrapper)
        for definition in MEMOS.values()
        if isinstance(definition, MemoComponentDefinition)
        and definition.fn.__module__.startswith("components.")
    }
    assert wrappers == {"memo"}


def test_nothing_heavy_is_imported(parts: dict[str, rx.Component]) -> None:
    allowed = ("react", "@emotion/react", "$/utils/", "$/app_components/", "$/env", "")
    for part in parts.values():
        for library in part._get_all_imports():
            assert library in allowed or library.startswith(("$/utils/", "$/app_components/"))
        assert "css:" not in str(part)


def test_every_button_has_a_handler(markup: dict[str, str]) -> None:
    everything = "".join(markup.values())
    done = set(re.findall(r'"data-do":"(\w+)"', everything))
    handlers = {field.name for field in fields(ChatHandlers)}
    assert done - handlers == {"copy", "latest"}
    # These come from elsewhere: the forms themselves, a list, and the kind of an action.
    assert handlers - done == {
        "choose_language", "send", "postback", "form_field", "form_upload", "form_evidence",
        "typing",
    }  # fmt: skip


def test_every_handler_is_registered() -> None:
    table = str(register(HANDLERS))
    for field in fields(ChatHandlers):
        assert (f'["{field.name}"]' in table) == (field.name != "send")


def test_a_handler_gets_what_its_button_names() -> None:
    table = str(register(HANDLERS))
    for call in (
        "on_get_help(_ev_0, ...args)",
        "on_pick_reason(_ev_0, _ev_1, ...args)",
        "on_postback(_ev_0, _ev_1, _ev_2, ...args)",
    ):
        assert call in table


def test_the_page_script_knows_which_handlers_take_the_widget() -> None:
    pattern = re.search(r"/\^\(([\w|\\+]+)\)\$/\.test\(name\)\)\s+args\.unshift", JS)
    assert pattern
    assert set(pattern[1].split("|")) == {
        "pick_reason", "chip", "next_page", "postback", r"form_\w+", r"confirm_\w+",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        *TransactionKind,
        *TransactionStatus,
        *TicketStatus,
        *(tone for tone in NoticeTone),
    ],
)
def test_what_the_server_names_has_an_icon(name: str) -> None:
    assert re.search(rf"\.i-{name}\b", CSS)


def test_every_icon_in_use_has_a_shape(markup: dict[str, str]) -> None:
    used = set(re.findall(r'"i i-(\w+)"', "".join(markup.values())))
    assert used
    assert used <= set(re.findall(r"\.i-(\w+)", CSS))


def test_a_field_is_tied_to_its_label_and_to_what_is_wrong_with_it(
    markup: dict[str, str],
) -> None:
    given = markup["widget"]
    labels = re.findall(r'"label",\{htmlFor:(\([^{}]+?\))\}', given)
    fields = re.findall(r'\bid["\]]*:(\([^{}]+?\)),', given)
    assert len(labels) == 2
    assert set(labels) <= set(fields)
    notes = set(re.findall(r'"aria-describedby":(\([^{}]+?-note"\))', given))
    assert len(notes) == 4
    assert notes <= set(fields) | set(re.findall(r'\bid["\]]*:(\([^{}]+?-note"\))', given))


def test_lists_in_lists_name_their_items_apart(markup: dict[str, str]) -> None:
    radios = re.findall(r'"input",\{([^{}]*type:"radio"[^{}]*)\}', markup["widget"])
    names = {re.findall(r"name:([^,]+)", radio)[0] for radio in radios}
    assert names == {'form_field_item_rx_state_?.["name"]', '"category"'}


@pytest.mark.parametrize(
    ("names", "most"), [(CHAT_STYLES, 9_300), (["chat.js"], 4_450), (["forms.js"], 4_450)]
)
def test_the_assets_stay_light(names: Sequence[str], most: int) -> None:
    assert len(gzip.compress(css_of(names).encode(), 9)) <= most
