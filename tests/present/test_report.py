"""Every step of a report, in three languages."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.messages import widget_view
from ecocash_copilot.present.report import (
    CHOICE_LABELS,
    FIELD_HINTS,
    FIELD_LABELS,
    STEP_TITLES,
    file_size,
)
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.identity import Locale
from schemas.prepared_report import check_answers
from schemas.report import REPORT_FIELDS, report_steps
from schemas.ticket import Evidence, TicketCategory
from schemas.views import FormView
from schemas.wallet import Party, Transaction
from schemas.widgets import ReportStep, TicketForm

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TRANSACTION: Transaction = generate(anchor_day_at(NOW))[0].transactions[0]
EVIDENCE = Evidence(
    id="ev_" + "0" * 26, name="slip.pdf", media_type="application/pdf", size=1_240_000
)
ANSWERS = {"number_meant": "077 1", "number_sent_to": "+263771234568", "knows_recipient": "no"}


def form(step: ReportStep = ReportStep.DETAILS, **fields: object) -> TicketForm:
    given: dict[str, Any] = {
        "id": "w-1",
        "step": step,
        "category": TicketCategory.WRONG_NUMBER,
        "reasons": [TicketCategory.WRONG_NUMBER, TicketCategory.OTHER],
        "transaction": TRANSACTION,
        "revision": 3,
        **fields,
    }
    return TicketForm(**given)


def drawn(given: TicketForm, locale: Locale = Locale.EN) -> FormView:
    return widget_view(given, locale, NOW).form


def test_every_field_choice_and_step_has_its_words() -> None:
    fields = {field.name: field for fields in REPORT_FIELDS.values() for field in fields}
    assert set(FIELD_LABELS) == set(fields)
    assert set(FIELD_HINTS) <= set(fields)
    assert set(CHOICE_LABELS) == {choice for field in fields.values() for choice in field.choices}
    assert set(STEP_TITLES) == set(ReportStep)


def test_the_transaction_stands_above_every_step() -> None:
    for step in ReportStep:
        view = widget_view(form(step), Locale.EN, NOW)
        assert view.transaction.reference == TRANSACTION.reference
    assert widget_view(form(transaction=None), Locale.EN, NOW).transaction.reference == ""


@pytest.mark.parametrize(
    ("category", "step", "progress", "back"),
    [
        (None, ReportStep.REASON, "Step 1 of 4", False),
        (TicketCategory.WRONG_NUMBER, ReportStep.DETAILS, "Step 2 of 4", True),
        (TicketCategory.WRONG_NUMBER, ReportStep.REVIEW, "Step 4 of 4", True),
        (TicketCategory.OTHER, ReportStep.REASON, "Step 1 of 3", False),
        (TicketCategory.OTHER, ReportStep.WORDS, "Step 2 of 3", True),
    ],
)
def test_a_step_says_how_far_it_is(
    category: TicketCategory | None, step: ReportStep, progress: str, back: bool
) -> None:
    view = drawn(form(step, category=category))
    assert (view.progress, view.can_go_back) == (progress, back)
    assert view.steps == len(report_steps(category))


def test_a_step_is_sent_without_the_others() -> None:
    filled = {"answers": ANSWERS, "description": "Help", "evidence": [EVIDENCE]}
    shown = {
        ReportStep.REASON: {"reasons"},
        ReportStep.DETAILS: {"fields"},
        ReportStep.WORDS: {"description", "evidence"},
        ReportStep.REVIEW: {"review"},
    }
    for step, names in shown.items():
        sent = drawn(form(step, **filled)).model_dump(exclude_defaults=True)
        assert sent.keys() & set[str]().union(*shown.values()) == names


def test_reasons_are_those_that_fit_and_the_chosen_one_is_marked() -> None:
    view = drawn(form(ReportStep.REASON, errors={"category": "required"}))
    assert [(each.value, each.selected) for each in view.reasons] == [
        ("wrong_number", True),
        ("other", False),
    ]
    assert view.reasons_error == "Please choose one."
    assert len(drawn(form(ReportStep.REASON, reasons=[])).reasons) == len(TicketCategory)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("category", [each for each in TicketCategory if REPORT_FIELDS[each]])
def test_every_error_is_said_where_it_is(locale: Locale, category: TicketCategory) -> None:
    typed = {field.name: "?" * 121 for field in REPORT_FIELDS[category]}
    days = ({"since": "2099-01-01"}, {"since": "1999-01-01"})
    same = dict.fromkeys(("number_meant", "number_sent_to"), "0771234567")
    for answers in ({}, typed, same, *days):
        answers = {name: answer for name, answer in answers.items() if name in typed}
        errors = check_answers(category, answers)[1]
        view = drawn(form(category=category, answers=answers, errors=errors), locale)
        assert {field.name for field in view.fields if field.error} == set(errors)
        assert translator(locale)("Please check this.") not in {each.error for each in view.fields}
        assert all(field.label for field in view.fields)


def test_what_was_typed_stays_and_a_kept_number_is_written_as_people_write_it() -> None:
    fields = {field.name: field for field in drawn(form(answers=ANSWERS)).fields}
    assert fields["number_meant"].value == "077 1"
    assert fields["number_sent_to"].value == "077 123 4568"
    assert [each.selected for each in fields["knows_recipient"].choices] == [False, True]


@pytest.mark.parametrize("locale", Locale)
def test_the_number_that_the_payment_went_to_is_shown_and_locked(locale: Locale) -> None:
    payment = TRANSACTION.model_copy(
        update={"counterparty": Party(name="Privilege Sibanda", msisdn="+263772418950")}
    )
    given = form(transaction=payment, answers=ANSWERS)
    fields = {field.name: field for field in drawn(given, locale).fields}
    sent_to = fields["number_sent_to"]
    assert (sent_to.value, sent_to.locked) == ("077 241 8950", True)
    assert sent_to.hint == translator(locale)("Taken from your payment")
    assert not fields["number_meant"].locked
    review = drawn(given.model_copy(update={"step": ReportStep.REVIEW})).review
    assert "077 241 8950" in [row.value for row in review]
    asked = drawn(form(transaction=None)).fields[1]
    assert (asked.name, asked.locked) == ("number_sent_to", False)


def test_a_day_can_be_chosen_up_to_today_in_harare() -> None:
    blocked = form(category=TicketCategory.PIN_OR_ACCOUNT_BLOCKED)
    late = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    (since,) = widget_view(blocked, Locale.EN, late).form.fields
    assert (since.first_day, since.last_day) == ("2011-09-30", "2026-03-05")


def test_words_are_asked_for_only_where_nothing_else_tells_the_story() -> None:
    assert not drawn(form(ReportStep.WORDS)).description.required
    other = drawn(
        form(
            ReportStep.WORDS,
            category=TicketCategory.OTHER,
            errors={"description": "required", "evidence": "too_many"},
        )
    )
    assert other.description.required
    assert other.description.error == "Please fill this in."
    assert other.evidence_error == "This report has all the files it can take."


def test_a_file_shows_its_size_and_how_many_more_fit() -> None:
    view = drawn(form(ReportStep.WORDS, evidence=[EVIDENCE]))
    assert view.evidence_left == 2
    assert [(each.name, each.size, each.remove_label) for each in view.evidence] == [
        ("slip.pdf", "1.2 MB", "Remove slip.pdf")
    ]
    assert [file_size(size) for size in (1, 999, 240_400, 999_999)] == [
        "1 KB", "1 KB", "240 KB", "1000 KB",
    ]  # fmt: skip


def test_the_review_has_one_button_for_each_step() -> None:
    given = form(ReportStep.REVIEW, answers=ANSWERS, description="Wrong digit", evidence=[EVIDENCE])
    rows = drawn(given).review
    assert [(row.step, row.label, row.value) for row in rows] == [
        ("reason", "Reason", "I sent it to the wrong number"),
        ("details", "The number you meant", "077 1"),
        ("", "The number it went to", "077 123 4568"),
        ("", "Do you know who got it?", "No"),
        ("words", "What happened?", "Wrong digit"),
        ("", "Photos or documents", "slip.pdf"),
    ]
    assert rows[1].edit_label == "Change: A few details"


def test_the_review_leaves_out_what_was_not_asked_or_not_said() -> None:
    given = form(ReportStep.REVIEW, category=TicketCategory.PIN_OR_ACCOUNT_BLOCKED, answers={})
    assert [row.label for row in drawn(given).review] == ["Reason", "What happened?"]
    dated = given.model_copy(update={"answers": {"since": "2026-03-01"}})
    assert drawn(dated).review[1].value == "1 Mar 2026"


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("state", ["submitted", "sent", "discarded"])
def test_a_report_that_is_over_says_what_became_of_it(locale: Locale, state: str) -> None:
    view = drawn(form(state=state, ticket_id="TCK-100043" if state == "sent" else None), locale)
    assert view.outcome
    assert ("TCK-100043" in view.outcome) == (state == "sent")
    assert (view.fields, view.heading) == ([], "")
