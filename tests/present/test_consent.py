"""What is said before anything is changed, and what came of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.consent import (
    ACCEPT_LABELS,
    DONE_TEXTS,
    SEVERITY_LABELS,
    Background,
    shown,
)
from ecocash_copilot.present.messages import widget_view
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.consent import ConsentState
from schemas.identity import Locale
from schemas.mutations import (
    MUTATIONS,
    AddToTicket,
    CloseTicket,
    CreateTicket,
    EscalateTicket,
    Mutation,
    RequestReversal,
    ShareStatement,
)
from schemas.ticket import TicketCategory
from schemas.views import DialogView
from schemas.widgets import ConfirmationDialog, Severity

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TRANSACTION = generate(anchor_day_at(NOW))[0].transactions[0]
BACKGROUND = Background(
    now=NOW,
    transaction=TRANSACTION,
    answer_by=NOW + timedelta(hours=2),
    solved_by=NOW + timedelta(days=2),
)
LONG = "I typed the last digit wrong and " * 10
CALLS: list[Mutation] = [
    CreateTicket(
        category=TicketCategory.OTHER,
        description=LONG,
        transaction_reference=TRANSACTION.reference,
        evidence=["ev_" + "0" * 26],
    ),
    AddToTicket(ticket_id="TCK-100042", text=LONG, evidence=["ev_" + "0" * 26]),
    EscalateTicket(ticket_id="TCK-100042", reason=LONG),
    CloseTicket(ticket_id="TCK-100042", reason="It is done."),
    RequestReversal(transaction_reference=TRANSACTION.reference, reason=LONG),
    ShareStatement(ticket_id="TCK-100042", date_from=date(2026, 1, 1), date_to=date(2026, 3, 1)),
]


def dialog(state: str = "pending", **fields: object) -> ConfirmationDialog:
    given: dict[str, Any] = {
        "id": "w-1",
        "consent_id": "w-2",
        "tool": "eco_create_ticket",
        "severity": Severity.LOW,
        "title": "Sure?",
        "consequences": ["It happens."],
        "expires_at": NOW + timedelta(minutes=10),
        "state": state,
        **fields,
    }
    return ConfirmationDialog(**given)


def drawn(given: ConfirmationDialog, locale: Locale = Locale.EN) -> DialogView:
    return widget_view(given, locale, NOW).dialog


def test_every_tool_that_changes_something_has_words_of_its_own() -> None:
    assert {call.tool for call in CALLS} == set(MUTATIONS)
    assert set(ACCEPT_LABELS) == set(DONE_TEXTS) == set(MUTATIONS)
    assert set(SEVERITY_LABELS) == set(Severity)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.tool)
def test_a_question_says_what_happens_to_whom_and_how_long_it_takes(
    call: Mutation, locale: Locale
) -> None:
    said = shown(call, locale, BACKGROUND)
    assert (said.severity, said.locale) == (call.risk, locale)
    assert said.title.endswith("?")
    assert len(said.consequences) >= 2
    at_once = translator(locale)("This happens at once.")
    if isinstance(call, CloseTicket | ShareStatement):
        assert said.consequences[-1] == at_once
    else:
        assert "14:00" in said.consequences[-1]
        assert at_once not in said.consequences
    # What it says is what the dialog may hold.
    dialog(title=said.title, consequences=said.consequences)


def test_what_the_transaction_says_itself_is_shown_whatever_a_model_filled_in() -> None:
    party = TRANSACTION.counterparty.model_copy(update={"msisdn": "+263772418950"})
    sent = TRANSACTION.model_copy(update={"counterparty": party})
    call = CreateTicket(
        category=TicketCategory.WRONG_NUMBER,
        description="I sent it to the wrong number",
        transaction_reference=sent.reference,
        answers={
            "number_meant": "+263772418905",
            "number_sent_to": "+263771111111",
            "knows_recipient": "no",
        },
    )
    said = " ".join(shown(call, Locale.EN, Background(now=NOW, transaction=sent)).consequences)
    assert "077 241 8950" in said
    assert "077 111 1111" not in said


def test_what_is_sent_is_named() -> None:
    said = " ".join(shown(CALLS[0], Locale.EN, BACKGROUND).consequences)
    assert TRANSACTION.reference in said
    assert str(TRANSACTION.amount) in said
    assert "Something else" in said
    assert "1 photo or document goes with it." in said
    assert "your name, your number and this chat" in said


def test_words_and_answers_are_shown_whole_because_a_model_may_have_written_them() -> None:
    words = "They said it went through. " * 60
    report = CreateTicket(
        category=TicketCategory.WRONG_NUMBER,
        description=words,
        answers={
            "number_meant": "0771234567",
            "number_sent_to": "0772345678",
            "knows_recipient": "no",
        },
    )
    said = shown(report, Locale.EN, Background(now=NOW)).consequences
    assert f"Your words: “{words.strip()}”" in said
    assert "The number you meant: 077 123 4567" in said
    assert "Do you know who got it: No" in said
    close = CloseTicket(ticket_id="TCK-100042", reason="It came in the end.")
    assert (
        "Your words: “It came in the end.”"
        in shown(close, Locale.EN, Background(now=NOW)).consequences
    )
    dialog(title="Sure?", consequences=said)


def test_days_of_a_statement_are_dates() -> None:
    said = shown(CALLS[5], Locale.EN, Background(now=NOW))
    assert said.consequences[0] == "Support sees your transactions from 1 Jan 2026 to 1 Mar 2026."
    assert len(said.consequences) == 3


def test_without_a_promise_no_time_is_named() -> None:
    said = shown(CALLS[2], Locale.EN, Background(now=NOW))
    assert said.consequences[-1] == "No time is set for an answer."
    assert not any("usually" in line for line in said.consequences)
    early = shown(CALLS[2], Locale.EN, Background(now=NOW, answer_by=NOW + timedelta(hours=1)))
    assert early.consequences[-1] == "Answer, usually by: Today, 13:00."
    later = shown(CALLS[2], Locale.EN, Background(now=NOW, solved_by=NOW + timedelta(hours=1)))
    assert later.consequences[-1] == "Solution, usually by: Today, 13:00."


def test_a_reversal_without_its_transaction_is_asked_for_as_well() -> None:
    call = RequestReversal(ticket_id="TCK-100042", reason="Wrong number.")
    said = shown(call, Locale.EN, Background(now=NOW))
    assert said.consequences[0] == "Support tries to get your money back."


def test_a_pending_question_counts_down_and_can_be_answered() -> None:
    view = drawn(dialog())
    assert view.expires_at == int((NOW + timedelta(minutes=10)).timestamp() * 1000)
    assert (view.accept, view.outcome) == ("Yes, send it", "")
    assert drawn(dialog(tool="")).accept == "Yes, go ahead"


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("state", [each for each in ConsentState if each != "pending"])
def test_a_question_that_is_over_says_what_came_of_it(state: ConsentState, locale: Locale) -> None:
    view = drawn(dialog(state), locale)
    assert view.outcome
    assert (view.accept, view.expires_at, view.severity_label) == ("", 0, "")
    assert view.consequences == ["It happens."]


def test_an_outcome_names_the_ticket() -> None:
    done = drawn(dialog("executed", ticket_id="TCK-100043"))
    assert (done.outcome, done.tone) == ("Done. Your ticket is TCK-100043.", "success")
    failed = drawn(dialog("failed"))
    assert (failed.outcome, failed.tone) == ("This did not work. Nothing was changed.", "error")


def test_a_sum_stands_out_only_where_the_money_itself_is_at_stake() -> None:
    told: dict[str, Any] = {"amount": TRANSACTION.amount}
    assert drawn(dialog(**told)).amount == ""
    high = dialog(**told, severity=Severity.HIGH, tool="eco_request_reversal")
    assert drawn(high).amount == str(TRANSACTION.amount)
