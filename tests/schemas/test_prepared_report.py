"""Answers of a report: kept in one form, or refused with a code that the form has words for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mcp_server.demo.generate import anchor_day_at, generate
from schemas.base import HARARE
from schemas.mutations import CreateTicket
from schemas.prepared_report import answers_in, check_answers, settled_answers
from schemas.report import REPORT_FIELDS
from schemas.ticket import TicketCategory
from schemas.wallet import Transaction, TransactionKind
from schemas.widgets import TicketForm


def test_answers_are_kept_in_one_form():
    kept, errors = check_answers(
        TicketCategory.WRONG_NUMBER,
        {
            "number_meant": " 077 1234567 ",
            "number_sent_to": "263782000111",
            "knows_recipient": "YES",
        },
    )
    assert not errors
    assert kept == {
        "number_meant": "+263771234567",
        "number_sent_to": "+263782000111",
        "knows_recipient": "yes",
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12", "12"), ("1,234.50", "1234.50"), ("US$ 5.5", "5.5"), ("ZiG 1 000", "1000"), ("$7", "7")],
)
def test_amounts_are_kept_plain(typed: str, kept: str):
    answers, errors = check_answers(TicketCategory.AGENT_OVERCHARGED, {"amount_charged": typed})
    assert (answers, errors) == ({"amount_charged": kept}, {})


@pytest.mark.parametrize("typed", ["12,50", "about 5", "-3", "1e9", "5.123", "٣", "$"])
def test_what_is_no_amount_is_said(typed: str):
    _, errors = check_answers(TicketCategory.AGENT_OVERCHARGED, {"amount_charged": typed})
    assert errors == {"amount_charged": "not_an_amount"}


@pytest.mark.parametrize(
    ("category", "answers", "errors"),
    [
        (TicketCategory.AIRTIME_NOT_RECEIVED, {}, {"number_bought_for": "required"}),
        (
            TicketCategory.AIRTIME_NOT_RECEIVED,
            {"number_bought_for": "  "},
            {"number_bought_for": "required"},
        ),
        (
            TicketCategory.AIRTIME_NOT_RECEIVED,
            {"number_bought_for": "0241234"},
            {"number_bought_for": "not_a_number"},
        ),
        (TicketCategory.MERCHANT_NOT_PAID, {"bought": "x" * 121}, {"bought": "too_long"}),
        (
            TicketCategory.PIN_OR_ACCOUNT_BLOCKED,
            {"since": "last week"},
            {"since": "not_a_date"},
        ),
        (TicketCategory.OTHER, {"pin": "1234"}, {"pin": "unknown"}),
        (TicketCategory.OTHER, {"bank": " "}, {}),
        (
            TicketCategory.WRONG_NUMBER,
            {"number_meant": "0771234567", "number_sent_to": "1", "knows_recipient": "maybe"},
            {"number_sent_to": "not_a_number", "knows_recipient": "not_a_choice"},
        ),
    ],
)
def test_each_wrong_answer_has_its_code(
    category: TicketCategory, answers: dict[str, str], errors: dict[str, str]
):
    assert check_answers(category, answers)[1] == errors


TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("category", "name", "typed", "kept"),
    [
        (TicketCategory.ELECTRICITY_TOKEN_MISSING, "meter_number", "37124408815", "37124408815"),
        (
            TicketCategory.ELECTRICITY_TOKEN_MISSING,
            "meter_number",
            " 371 244 088-15",
            "37124408815",
        ),
        (TicketCategory.ELECTRICITY_TOKEN_MISSING, "meter_number", "x", "not_a_meter"),
        (TicketCategory.ELECTRICITY_TOKEN_MISSING, "meter_number", "3712440881", "not_a_meter"),
        (TicketCategory.ELECTRICITY_TOKEN_MISSING, "meter_number", "371244088155", "not_a_meter"),
        (TicketCategory.ELECTRICITY_TOKEN_MISSING, "meter_number", "3712440881٣", "not_a_meter"),
        (TicketCategory.BANK_NOT_RECEIVED, "account_ending", "4471", "4471"),
        (TicketCategory.BANK_NOT_RECEIVED, "account_ending", " 4 71 ", "471"),
        (TicketCategory.BANK_NOT_RECEIVED, "account_ending", "71", "not_an_ending"),
        (TicketCategory.BANK_NOT_RECEIVED, "account_ending", "01234567894471", "not_an_ending"),
        (TicketCategory.BANK_NOT_RECEIVED, "account_ending", "my savings", "not_an_ending"),
        (TicketCategory.PIN_OR_ACCOUNT_BLOCKED, "since", "2026-03-04", "2026-03-04"),
        (TicketCategory.PIN_OR_ACCOUNT_BLOCKED, "since", "2026-03-05", "in_future"),
        (TicketCategory.PIN_OR_ACCOUNT_BLOCKED, "since", "2099-01-01", "in_future"),
        (TicketCategory.PIN_OR_ACCOUNT_BLOCKED, "since", "2011-09-30", "2011-09-30"),
        (TicketCategory.PIN_OR_ACCOUNT_BLOCKED, "since", "2011-09-29", "too_old"),
        (TicketCategory.PIN_OR_ACCOUNT_BLOCKED, "since", "0026-03-04", "too_old"),
    ],
)
def test_meters_account_endings_and_days_are_what_they_can_be(
    category: TicketCategory, name: str, typed: str, kept: str
):
    given = {"bank": "CBZ", name: typed} if name == "account_ending" else {name: typed}
    answers, errors = check_answers(category, given, TODAY)
    assert (answers.get(name) or errors.get(name)) == kept
    assert (name in errors) == kept.islower()


def test_a_day_is_counted_in_harare():
    evening = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    there = evening.astimezone(HARARE).date()
    given = {"since": "2026-03-05"}
    assert check_answers(TicketCategory.PIN_OR_ACCOUNT_BLOCKED, given, there) == (given, {})


def test_a_ticket_is_refused_a_day_to_come():
    tomorrow = datetime.now(HARARE).date() + timedelta(days=1)
    answers = {"since": tomorrow.isoformat()}
    with pytest.raises(ValueError, match="since is in_future"):
        CreateTicket(
            category=TicketCategory.PIN_OR_ACCOUNT_BLOCKED, description="x", answers=answers
        )


def test_the_number_that_was_meant_is_another_than_the_one_it_went_to():
    numbers = {"number_meant": "0771234567", "number_sent_to": "+263 77 123 4567"}
    answers = {**numbers, "knows_recipient": "no"}
    kept, errors = check_answers(TicketCategory.WRONG_NUMBER, answers)
    assert errors == {"number_meant": "same_number"}
    assert "number_meant" not in kept


def test_where_the_money_went_is_the_transactions_to_say():
    wallet = generate(anchor_day_at(datetime.now(UTC)))[0]

    def newest(kind: TransactionKind) -> Transaction:
        return next(each for each in reversed(wallet.transactions) if each.kind is kind)

    sent = newest(TransactionKind.SEND)
    number = sent.counterparty.msisdn
    assert settled_answers(sent) == {"number_sent_to": number}
    assert settled_answers(newest(TransactionKind.MERCHANT)) == {}
    assert settled_answers(None) == {}
    typed = {"number_sent_to": "0772000999", "number_meant": "0772"}
    form = TicketForm(id="w-1", transaction=sent, answers=typed)
    assert answers_in(form) == {"number_sent_to": number, "number_meant": "0772"}


def test_every_category_can_be_reported_with_what_it_requires():
    good = {
        "phone": "0771234567",
        "amount": "5",
        "date": "2026-03-01",
        "text": "words",
        "meter": "37124408815",
        "ending": "4471",
        "number_sent_to": "0772000111",
    }
    for category, fields in REPORT_FIELDS.items():
        answers = {
            each.name: each.choices[0]
            if each.choices
            else good.get(each.name, good[each.kind.value])
            for each in fields
            if each.required
        }
        assert check_answers(category, answers)[1] == {}
