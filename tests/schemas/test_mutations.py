"""Calls that need a consent: equal calls are equal, however they are written."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecocash_copilot.actions.consents import hash_arguments, read_call
from ecocash_copilot.core.errors import Invalid
from schemas.mutations import MUTATIONS
from schemas.report import REPORT_FIELDS
from schemas.ticket import TicketCategory

CREATE = "eco_create_ticket"
PLAIN = {"category": "other", "description": "It broke"}
EVIDENCE = "ev_" + "0" * 26


@pytest.mark.parametrize(
    "written",
    [
        {"category": " Other ", "description": "It broke\n"},
        {**PLAIN, "transaction_reference": None, "answers": {}, "evidence": []},
        {**PLAIN, "transaction_reference": "", "evidence": None},
        {**PLAIN, "consent_id": "cs_1"},
        dict(reversed(PLAIN.items())),
        {**PLAIN, "answers": {"bank": "  "}},
    ],
)
def test_the_same_call_in_another_form_has_the_same_hash(written: dict[str, Any]):
    assert hash_arguments(CREATE, written) == hash_arguments(CREATE, PLAIN)


@pytest.mark.parametrize(
    "written",
    [
        {**PLAIN, "description": "It broke."},
        {**PLAIN, "category": "double_debit"},
        {**PLAIN, "transaction_reference": "MP210304.1412.L06729"},
        {**PLAIN, "evidence": [EVIDENCE]},
    ],
)
def test_another_call_has_another_hash(written: dict[str, Any]):
    assert hash_arguments(CREATE, written) != hash_arguments(CREATE, PLAIN)


def test_answers_are_hashed_as_they_are_kept():
    def written(**answers: Any) -> str:
        asked = {"category": "wrong_number", "description": "x", "answers": answers}
        return hash_arguments(CREATE, asked)

    plain = written(
        number_meant="+263771234567", number_sent_to="+263772000111", knows_recipient="yes"
    )
    spoken = written(
        knows_recipient=True, number_meant="077 123 4567", number_sent_to="0772-000-111"
    )
    assert plain == spoken


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(category=st.sampled_from(TicketCategory), description=_TEXT, data=st.data())
def test_reading_a_call_again_changes_nothing(
    category: TicketCategory, description: str, data: st.DataObject
):
    kinds: dict[str, st.SearchStrategy[str]] = {
        "phone": st.sampled_from(["0771234567", "+263 78 200 0111", "71 200 0111"]),
        "amount": st.sampled_from(["1,234.50", "US$ 5", "0.7", "12", "ZiG 1 000"]),
        "date": st.dates(date(2012, 1, 1), date(2026, 1, 1)).map(str),
        "meter": st.sampled_from(["37124408815", "3712 4408 815", "371-244-088-15"]),
        "ending": st.sampled_from(["4471", "47 1"]),
    }
    answers = {
        field.name: data.draw(
            st.sampled_from(field.choices) if field.choices else kinds.get(field.kind.value, _TEXT)
        )
        for field in REPORT_FIELDS[category]
    }
    if "number_sent_to" in answers:
        answers["number_sent_to"] = "0782 000 222"
    written = {"category": category.value, "description": description, "answers": answers}
    try:
        call = read_call(CREATE, written)
    except Invalid:
        # Nothing but space was drawn where words are needed.
        texts = [description, *answers.values()]
        assert any(not each.strip() for each in texts)
        return
    assert read_call(CREATE, call.arguments) == call
    assert read_call(CREATE, call.arguments).hash == call.hash


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("eco_request_reversal", {"reason": "x"}, "either"),
        (
            "eco_request_reversal",
            {
                "reason": "x",
                "ticket_id": "TCK-100042",
                "transaction_reference": "MP210304.1412.L06729",
            },
            "either",
        ),
        (
            "eco_share_statement",
            {"ticket_id": "TCK-100042", "date_from": "2026-03-02", "date_to": "2026-03-01"},
            "date_from",
        ),
        (
            "eco_share_statement",
            {"ticket_id": "TCK-100042", "date_from": "2024-03-02", "date_to": "2026-03-01"},
            "year",
        ),
        ("eco_add_to_ticket", {"ticket_id": "TCK-100042", "text": " "}, "text"),
        ("eco_close_ticket", {"ticket_id": "TCK-100042"}, "reason"),
        (CREATE, {**PLAIN, "evidence": [f"ev_{n:026}" for n in range(4)]}, "evidence"),
        ("eco_get_balances", {}, "asked for"),
    ],
)
def test_what_is_not_right_is_explained(tool: str, arguments: dict[str, Any], said: str):
    with pytest.raises(Invalid) as invalid:
        read_call(tool, arguments)
    assert said in invalid.value.detail


def test_a_file_counts_once():
    twice = read_call(CREATE, {**PLAIN, "evidence": [EVIDENCE, EVIDENCE]})
    assert twice.arguments["evidence"] == [EVIDENCE]


def test_every_declared_tool_is_closed_to_other_arguments():
    for tool, schema in MUTATIONS.items():
        assert schema.tool == tool
        assert "consent_id" not in schema.model_fields
        with pytest.raises(ValidationError, match="extra_forbidden"):
            schema.model_validate({"customer_id": "c-1"})
