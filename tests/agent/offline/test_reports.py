"""Complaints with the reporting tool at hand: found, prepared, and asked back where unclear."""

import json
from typing import Any

import pytest

from schemas.prepared_report import PreparedReport, help_reasons
from schemas.ticket import TicketCategory
from schemas.wallet import (
    Party,
    TransactionFilter,
    TransactionKind,
    TransactionPage,
    TransactionStatus,
)
from tests.agent.offline.wallet_tools import TOOLS, TRANSACTIONS, Chat

LIST, ONE, PREPARE, HELP = (
    "eco_get_transactions",
    "eco_get_transaction",
    "eco_prepare_report",
    "eco_search_help",
)


def prepare(arguments: dict[str, Any]) -> str:
    reference = arguments.get("transaction_reference")
    about = next((each for each in TRANSACTIONS if each.reference == reference), None)
    category = arguments.get("category")
    prepared = PreparedReport(
        transaction=about,
        reasons=list(help_reasons(about)) if about else list(TicketCategory),
        category=TicketCategory(category) if category else None,
        description=arguments.get("description", ""),
    )
    return prepared.model_dump_json(exclude_none=True)


def chat(language: str = "en") -> Chat:
    return Chat(language, {**TOOLS, PREPARE: prepare})


def newest(kind: TransactionKind) -> str:
    return next(each.reference for each in TRANSACTIONS if each.kind is kind)


@pytest.mark.parametrize(
    ("language", "text", "category", "kind"),
    [
        ("en", "I sent money to the wrong number", "wrong_number", TransactionKind.SEND),
        ("sn", "ndatumira mari kunumber isiri iyo", "wrong_number", TransactionKind.SEND),
        ("nd", "Ngithumele imali enombolweni engayisiyo", "wrong_number", TransactionKind.SEND),
        ("en", "my zesa token did not come", "electricity_token_missing", "electricity"),
        ("sn", "token remagetsi harina kuuya", "electricity_token_missing", "electricity"),
    ],
)
async def test_a_complaint_that_can_mean_one_transaction_opens_its_form(
    language: str, text: str, category: str, kind: str
):
    talk = chat(language)
    answer = await talk.say(text)
    (looked, first), (prepared, second) = talk.called()
    assert (looked, first["show_card"], prepared) == (LIST, False, PREPARE)
    reference = newest(TransactionKind(kind))
    assert second == {
        "category": category,
        "transaction_reference": reference,
        "description": text,
    }
    assert answer


async def test_a_complaint_that_can_mean_several_shows_them():
    talk = chat()
    await talk.say("I was charged twice")
    assert [name for name, _ in talk.called()] == [LIST, LIST]
    assert talk.called()[1][1].get("show_card") is None


async def test_a_complaint_after_a_transaction_was_looked_at_is_about_that():
    talk = chat()
    await talk.say("my transactions")
    await talk.say("the second one")
    await talk.say("the shop says they did not get my money")
    (call,) = talk.called()
    assert call[0] == PREPARE
    assert call[1]["transaction_reference"] == TRANSACTIONS[1].reference
    assert call[1]["category"] == "merchant_not_paid"


async def test_a_complaint_that_does_not_fit_what_was_looked_at_is_about_something_else():
    talk = chat()
    await talk.say("my transactions")
    await talk.say("the second one")
    await talk.say("my zesa token did not come")
    assert talk.called()[-1][1]["transaction_reference"] == newest(TransactionKind.ELECTRICITY)


async def test_a_blocked_pin_gets_the_article_and_the_form():
    talk = chat()
    answer = await talk.say("my PIN is blocked")
    assert [name for name, _ in talk.called()] == [HELP, PREPARE]
    assert "transaction_reference" not in talk.called()[1][1]
    assert "PIN" in answer


async def test_a_payment_that_went_wrong_in_some_way_is_asked_about():
    talk = chat()
    answer = await talk.say("A payment went wrong")
    assert [name for name, _ in talk.called()] == [LIST]
    assert "Get help" in answer


async def test_an_open_ticket_is_named():
    ticket = json.loads(TOOLS["eco_get_ticket_status"]({}))["tickets"][0]

    def exists(_: dict[str, Any]) -> str:
        return json.dumps({"open_ticket": ticket, "reasons": ["other"]})

    talk = Chat("en", {**TOOLS, PREPARE: exists})
    answer = await talk.say("I sent money to the wrong number")
    assert ticket["id"] in answer


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my transfer to Stanbic bank did not arrive"),
        ("en", "I sent money to my bank account at Nedbank and it is not there"),
        ("sn", "ndakatumira mari kubhanga re Stanbic asi haina kusvika"),
        ("sn", "ndakatumira mari kubhanga reZimbank asi haina kusvika"),
        ("nd", "ngithumele imali ebhanga le Stanbic kodwa ayifikanga"),
        ("nd", "ngithumele imali ku Ecobank kodwa ayifikanga ebhanga"),
    ],
)
async def test_a_transaction_with_another_bank_than_the_one_named_is_not_taken(
    language: str, text: str
):
    talk = chat(language)
    await talk.say(text)
    prepared = [arguments for name, arguments in talk.called() if name == PREPARE]
    assert [each for each in prepared if "transaction_reference" in each] == []
    assert talk.called()[-1][0] in (LIST, PREPARE)


@pytest.mark.parametrize("bank", ["re CABS", "reCABS"])
async def test_the_bank_that_is_named_is_found(bank: str):
    talk = chat("sn")
    await talk.say(f"ndakatumira mari kubhanga {bank} asi haina kusvika")
    name, arguments = talk.called()[-1]
    assert name == PREPARE
    assert arguments["transaction_reference"] == newest(TransactionKind.BANK_OUT)


@pytest.mark.parametrize(
    ("number", "account", "opened"),
    [
        ("", "0771234567", True),
        (" re 0771 234 567", "0771234567", True),
        (" re 0773 000 111", "0771234567", False),
        (" re 0773 000 111", "Till 4711", True),
        (" re 0773 000 111", None, True),
    ],
)
async def test_airtime_for_another_number_than_the_one_named_is_not_taken(
    number: str, account: str | None, opened: bool
):
    bought = next(each for each in TRANSACTIONS if each.kind is TransactionKind.AIRTIME)
    bought = bought.model_copy(
        update={
            "status": TransactionStatus.COMPLETED,
            "counterparty": Party(name="Econet Wireless", account=account),
        }
    )

    def listed(arguments: dict[str, Any]) -> str:
        wanted = {key: arguments[key] for key in arguments if key in TransactionFilter.model_fields}
        page = TransactionPage(
            transactions=[bought], total=1, filter=TransactionFilter.model_validate(wanted)
        )
        return page.model_dump_json(exclude_none=True)

    talk = Chat("sn", {**TOOLS, PREPARE: prepare, LIST: listed})
    await talk.say(f"ndakatenga airtime{number} asi haina kusvika")
    assert [name for name, _ in talk.called()] == [LIST, PREPARE if opened else LIST]
