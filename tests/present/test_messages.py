from datetime import UTC, datetime
from typing import Any

import pytest

from ecocash_copilot.core.ids import new_id
from ecocash_copilot.present.labels import chat_labels, quick_actions, refusal
from ecocash_copilot.present.messages import message_view
from schemas.identity import Locale
from schemas.message import Message, Role
from schemas.views import ChatLabels
from schemas.widgets import Notice, NoticeTone

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def message(role: Role = Role.ASSISTANT, text: str = "hi", **fields: Any) -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id="cv_" + "0" * 26,
        customer_id="c-1",
        seq=1,
        role=role,
        text=text,
        created_at=fields.pop("created_at", NOW),
        **fields,
    )


def test_what_a_customer_typed_is_shown_as_typed() -> None:
    text = "**hello** [x](https://e.example)\n<b>1. *151#"
    view = message_view(message(Role.CUSTOMER, text, client_key="key-1"), Locale.EN, NOW)
    (span,) = view.blocks[0].lines[0].spans
    assert (span.text, span.style, span.url) == (text, "", "")
    assert (view.copy_text, view.client_key, view.role) == ("", "key-1", "customer")


def test_an_answer_is_marked_up_and_copied_without_marks() -> None:
    view = message_view(message(text="**hello**"), Locale.EN, NOW)
    assert [span.style for span in view.blocks[0].lines[0].spans] == ["b"]
    assert (view.copy_text, view.time) == ("hello", "12:00")


@pytest.mark.parametrize(
    ("fields", "note", "retry"),
    [
        ({}, "", False),
        ({"outcome": "cancelled"}, "Stopped", False),
        ({"outcome": "failed"}, "This could not be answered", True),
        ({"outcome": "timed_out"}, "This took too long", True),
        ({"basic_mode": True}, "The assistant is in basic mode just now.", False),
        (
            {"basic_mode": True, "outcome": "failed"},
            "The assistant is in basic mode just now. This could not be answered",
            True,
        ),
    ],
)
def test_how_it_went_stands_below(fields: dict[str, Any], note: str, retry: bool) -> None:
    view = message_view(message(**fields), Locale.EN, NOW)
    assert (view.note, view.retry) == (note, retry)


@pytest.mark.parametrize(
    ("created", "previous", "day"),
    [
        ("2026-03-04T08:00", None, "Today"),
        ("2026-03-04T08:00", "2026-03-04T07:00", ""),
        ("2026-03-04T08:00", "2026-03-03T22:00", ""),
        ("2026-03-04T08:00", "2026-03-03T21:59", "Today"),
        ("2026-03-03T08:00", "2026-03-01T21:59", "Yesterday"),
        ("2025-03-04T08:00", "2024-03-04T08:00", "4 March 2025"),
    ],
)
def test_a_new_day_in_harare_is_headed(created: str, previous: str | None, day: str) -> None:
    before = at(previous) if previous else None
    view = message_view(message(created_at=at(created)), Locale.EN, NOW, previous=before)
    assert view.day == day


def test_cards_come_along() -> None:
    card = Notice(id="w-1", tone=NoticeTone.INFO, text="hello")
    view = message_view(message(widgets=[card, card]), Locale.EN, NOW)
    assert [widget.text for widget in view.widgets] == ["hello", "hello"]


def test_a_view_holds_nothing_the_page_does_not_show() -> None:
    view = message_view(message(), Locale.EN, NOW).model_dump_json()
    assert "c-1" not in view
    assert "cv_" not in view


@pytest.mark.parametrize("locale", [Locale.SN, Locale.ND])
def test_every_label_of_the_page_is_translated(locale: Locale) -> None:
    labels, english = chat_labels(locale).model_dump(), ChatLabels().model_dump()
    same = [name for name, text in labels.items() if text == english[name]]
    assert len(same) <= 3, same
    assert chat_labels(Locale.EN) == ChatLabels()


@pytest.mark.parametrize("locale", list(Locale))
@pytest.mark.parametrize(
    "last",
    [None, "balance_card", "transaction_table", "transaction_detail", "help_article",
     "ticket_status_board", "notice"],
)  # fmt: skip
def test_there_is_always_something_to_tap(locale: Locale, last: str | None) -> None:
    actions = quick_actions(locale, last)
    assert 3 <= len(actions) <= 4
    assert all(action.label and action.text for action in actions)


@pytest.mark.parametrize("locale", list(Locale))
def test_a_refusal_is_one_line(locale: Locale) -> None:
    for code in ("conflict", "invalid", "not_found", "rate_limited", "unavailable", "other"):
        text = refusal(code, locale)
        assert text
        assert "\n" not in text
        assert code not in text


def test_an_agents_message_carries_their_name_and_the_products_own_lines_no_copy_button() -> None:
    said = message_view(message(Role.AGENT, "Hello", author="Tariro Moyo"), Locale.EN, NOW)
    assert (said.role, said.author, said.copy_text) == ("agent", "Tariro Moyo", "Hello")
    line = message_view(message(Role.SYSTEM, "Tariro has joined."), Locale.EN, NOW)
    assert (line.role, line.copy_text) == ("system", "")
