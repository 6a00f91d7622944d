"""Answers of a report: kept in one form, or refused with a code that the form has words for."""

import pytest

from schemas.prepared_report import check_answers
from schemas.report import REPORT_FIELDS
from schemas.ticket import TicketCategory


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


def test_every_category_can_be_reported_with_what_it_requires():
    good = {"phone": "0771234567", "amount": "5", "date": "2026-03-01", "text": "words"}
    for category, fields in REPORT_FIELDS.items():
        answers = {
            each.name: each.choices[0] if each.choices else good[each.kind.value]
            for each in fields
            if each.required
        }
        assert check_answers(category, answers)[1] == {}
