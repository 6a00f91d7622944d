"""What customers and agents are told of a handover."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecocash_copilot.core.ids import new_id
from ecocash_copilot.present.dates import coming_moment
from ecocash_copilot.present.handover import Line, asked_notice, nobody_came, speaker_note
from ecocash_copilot.present.handover_summary import LONGEST, summary
from schemas.handover import Handover, HandoverReason, HandoverState
from schemas.identity import Locale
from schemas.message import Message, Role, ToolUse
from schemas.widgets import ConfirmationDialog, Notice, PostbackAction, Severity

SUNDAY = datetime(2026, 11, 22, 20, tzinfo=UTC)
"""22:00 in Harare."""
MONDAY_8 = datetime(2026, 11, 23, 6, tzinfo=UTC)


def handover(state: HandoverState = HandoverState.WAITING, locale: Locale = Locale.EN) -> Handover:
    taken = state is HandoverState.TAKEN
    return Handover(
        id=new_id("ho"),
        conversation_id=new_id("cv"),
        customer_id="c-1",
        locale=locale,
        reason=HandoverReason.ASKED,
        state=state,
        agent_id="agent-1" if taken else None,
        agent_name="Rudo" if taken else None,
        created_at=SUNDAY,
    )


def message(seq: int, text: str, role: Role = Role.CUSTOMER, **more: Any) -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id="cv_" + "0" * 26,
        customer_id="c-1",
        seq=seq,
        role=role,
        text=text,
        created_at=SUNDAY,
        **more,
    )


@pytest.mark.parametrize(
    ("ahead", "locale", "text"),
    [
        (timedelta(hours=1), Locale.EN, "Today, 23:00"),
        (timedelta(hours=10), Locale.EN, "Tomorrow, 08:00"),
        (timedelta(hours=10), Locale.SN, "Mangwana, 08:00"),
        (timedelta(hours=10), Locale.ND, "Kusasa, 08:00"),
        (timedelta(days=1, hours=10), Locale.EN, "Tuesday, 08:00"),
        (timedelta(days=7, hours=10), Locale.EN, "30 Nov, 08:00"),
    ],
)
def test_a_moment_ahead_is_named_as_people_say_it(
    ahead: timedelta, locale: Locale, text: str
) -> None:
    assert coming_moment(SUNDAY + ahead, SUNDAY, locale) == text


def test_the_bar_says_who_speaks_or_is_waited_for() -> None:
    assert speaker_note(None, Locale.EN, None, SUNDAY) == ""
    assert speaker_note(handover(), Locale.EN, None, SUNDAY) == "Waiting for a person"
    night = speaker_note(handover(), Locale.EN, MONDAY_8, SUNDAY)
    assert night == "People answer again: Tomorrow, 08:00"
    taken = handover(HandoverState.TAKEN)
    assert speaker_note(taken, Locale.EN, MONDAY_8, SUNDAY) == "You are talking to Rudo"


def names_of(notice: Notice) -> list[str]:
    return [each.name if isinstance(each, PostbackAction) else each.url for each in notice.actions]


@pytest.mark.parametrize("locale", list(Locale))
def test_what_is_offered_depends_on_the_hour(locale: Locale) -> None:
    by_day = asked_notice("w-1", locale, None, SUNDAY)
    by_night = asked_notice("w-1", locale, MONDAY_8, SUNDAY)
    assert names_of(by_day) == ["continue_with_assistant"]
    assert names_of(by_night) == ["report_problem"]
    assert "08:00" in by_night.text


def test_a_line_with_buttons_is_a_card_and_one_without_is_text() -> None:
    (card,) = nobody_came(handover()).widgets("ms_1")
    assert isinstance(card, Notice)
    assert nobody_came(handover()).text == ""
    plain = Line("Rudo has left.", Locale.EN)
    assert (plain.text, plain.widgets("ms_1")) == ("Rudo has left.", [])


def test_the_summary_holds_the_last_words_and_what_was_tried_and_is_never_too_long() -> None:
    failed = ToolUse(
        call_id="1", name="eco_get_transactions", arguments={}, result="Error", ok=False
    )
    messages = [
        message(1, "first"),
        message(2, "", Role.ASSISTANT, tools=[failed], outcome="timed_out"),
        *(message(number, f"{number} " + "word " * 200) for number in range(3, 8)),
    ]
    said = summary(messages, HandoverReason.LOW_CONFIDENCE)
    assert len(said) <= LONGEST
    assert "get transactions failed; an answer timed out" in said
    assert "“7 word" in said
    assert "first" not in said
    assert len(summary([message(1, "w" * 4000)] * 9, HandoverReason.ABUSE)) <= LONGEST


def test_a_customer_who_said_no_is_no_failure() -> None:
    consent_id = new_id("cs")
    dialog = ConfirmationDialog(
        id="w-1",
        consent_id=consent_id,
        tool="eco_create_ticket",
        severity=Severity.LOW,
        title="Send this report?",
        consequences=["Support gets it."],
        expires_at=SUNDAY,
        state="declined",
    )
    answer = ToolUse(
        call_id=consent_id, name="eco_create_ticket", arguments={}, result="{}", ok=False
    )
    messages = [
        message(1, "", Role.ASSISTANT, widgets=[dialog]),
        message(2, "All right.", Role.ASSISTANT, tools=[answer]),
    ]
    said = summary(messages, HandoverReason.ASKED)
    assert "asked “Send this report?”: the customer said no." in said
    assert "failed" not in said


def test_a_buttons_words_are_not_the_customers() -> None:
    typed = message(1, "They took my rent", client_key="key-00001")
    taps = [
        message(2, "I sent it to the wrong number"),
        message(3, "Send my report", client_key="submit:ms_1-1:4"),
    ]
    assert "Customer: “They took my rent”\n" in f"{summary([typed, *taps], HandoverReason.ASKED)}\n"
    assert "“Send my report”" in summary(taps, HandoverReason.ASKED)
