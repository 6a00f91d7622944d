from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ecocash_copilot.agent.offline.extract import LAST, extract
from tests.agent.offline.wallet_tools import TODAY

FIELDS = (
    *("currency", "direction", "status", "kind", "name", "min_amount", "max_amount"),
    *("limit", "ordinal", "reference", "ticket_id", "msisdn"),
)


def read(text: str) -> dict[str, Any]:
    found = extract(text, TODAY)
    return {name: value for name in FIELDS if (value := getattr(found, name)) is not None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("payments over $50", {"direction": "out", "min_amount": Decimal(50)}),
        ("above 100 dollars", {"min_amount": Decimal(100), "currency": "USD"}),
        ("more than 1,250.50 zig", {"min_amount": Decimal("1250.50"), "currency": "ZWG"}),
        ("under US$5", {"max_amount": Decimal(5), "currency": "USD"}),
        ("less than 20", {"max_amount": Decimal(20)}),
        (
            "between 10 and 20 dollars",
            {"min_amount": Decimal(10), "max_amount": Decimal(20), "currency": "USD"},
        ),
        ("the $20 one", {"min_amount": Decimal(20), "max_amount": Decimal(20)}),
        ("over ZiG\u00a0300", {"min_amount": Decimal(300), "currency": "ZWG"}),
        ("ZiG 300", {"min_amount": Decimal(300), "max_amount": Decimal(300), "currency": "ZWG"}),
        ("dzinopfuura 50 dollars", {"min_amount": Decimal(50), "currency": "USD"}),
        (
            "pakati pe $10 na $20",
            {"min_amount": Decimal(10), "max_amount": Decimal(20)},
        ),
        ("ezedlula 50 dollars", {"min_amount": Decimal(50), "currency": "USD"}),
        (
            "phakathi kuka $10 lo $20",
            {"min_amount": Decimal(10), "max_amount": Decimal(20)},
        ),
        ("what about ZiG?", {"currency": "ZWG"}),
        ("bond yangu", {"currency": "ZWG"}),
        ("my usd wallet", {"currency": "USD"}),
        ("usd and zig", {}),
    ],
)
def test_amounts_and_currencies(text: str, expected: dict[str, Any]):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "0771234567",
        "077 123 4567",
        "+263 77 123 4567",
        "263771234567",
        "771234567",
        "00263771234567",
    ],
)
def test_phone_numbers(text: str):
    assert extract(f"money to {text} please", TODAY).msisdn == "+263771234567"


@pytest.mark.parametrize("text", ["12345", "0241234567", "07712345678", "MP210304.1412.L06729"])
def test_no_phone_numbers(text: str):
    assert extract(text, TODAY).msisdn is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is mp210304.1412.l06729?", {"reference": "MP210304.1412.L06729"}),
        ("status of TCK-1042", {"ticket_id": "TCK-1042"}),
        ("tck 104277", {"ticket_id": "TCK-104277"}),
        ("MP210304.1412", {}),
    ],
)
def test_references_and_tickets(text: str, expected: dict[str, Any]):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [
        ("the first one", 1),
        ("the second one", 2),
        ("2nd", 2),
        ("number 3", 3),
        ("number three", 3),
        ("#4", 4),
        ("3", 3),
        ("the last one", LAST),
        ("yekutanga", 1),
        ("yechipiri", 2),
        ("ndiratidze yechitatu", 3),
        ("yechina", 4),
        ("ndibatsirei neyechipiri", 2),
        ("neyekutanga", 1),
        ("namba 5", 5),
        ("yekupedzisira", LAST),
        ("eyokuqala", 1),
        ("owesibili", 2),
        ("ngeyesithathu", 3),
        ("eyesine", 4),
        ("inombolo 5", 5),
        ("eyokucina", LAST),
        ("on tuesday", None),
        ("nechipiri", None),
        ("ngolwesibili", None),
    ],
)
def test_ordinals(text: str, ordinal: int | None):
    assert extract(text, TODAY).ordinal == ordinal


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("last 5 transactions", 5),
        ("my last ten transactions", 10),
        ("3 latest payments", 3),
        ("ma transaction mashanu ekupedzisira", 5),
        ("gumi dzekupedzisira", 10),
        ("ama transaction amahlanu okucina", 5),
        ("last 500 transactions", 50),
        ("last 5 days", None),
    ],
)
def test_limits(text: str, limit: int | None):
    assert extract(text, TODAY).limit == limit


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("only the failed ones", "failed"),
        ("dzakafoira chete", "failed"),
        ("dzakaramba", "failed"),
        ("ezalileyo zodwa", "failed"),
        ("ezehlulekileyo", "failed"),
        ("pending payments", "pending"),
        ("dzakamirira", "pending"),
        ("dzisati dzapera", "pending"),
        ("ezilindileyo", "pending"),
        ("completed ones", "completed"),
        ("dzakabudirira", "completed"),
        ("eziphumelele", "completed"),
        ("reversed ones", "reversed"),
        ("dzakadzoserwa", "reversed"),
        ("ezibuyiselweyo", "reversed"),
        ("haina kubudirira", "failed"),
        ("not successful", "failed"),
    ],
)
def test_statuses(text: str, status: str):
    assert extract(text, TODAY).status == status


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("money I received", "in"),
        ("who sent me money", "in"),
        ("what I paid", "out"),
        ("money I sent", "out"),
        ("what did I spend", "out"),
        ("mari yakapinda", "in"),
        ("ndiani akanditumira mari", "in"),
        ("mari yandakatumirwa", "in"),
        ("mari yandakatumira", "out"),
        ("zvandakabhadhara", "out"),
        ("zvandakatenga", "out"),
        ("mari yakabuda", "out"),
        ("imali engeneyo", "in"),
        ("ngubani ongithumele imali", "in"),
        ("imali engithunyelelweyo", "in"),
        ("imali engiyithumeleyo", "out"),
        ("engikubhadeleyo", "out"),
        ("engikuthengileyo", "out"),
        ("imali ephumileyo", "out"),
    ],
)
def test_directions(text: str, direction: str):
    assert extract(text, TODAY).direction == direction


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("airtime I bought", "airtime"),
        ("ma bundles", "data"),
        ("data yandakatenga", "data"),
        ("zesa tokens", "electricity"),
        ("magetsi andakatenga", "electricity"),
        ("amagetsi engiwathengileyo", "electricity"),
        ("my cash outs", "cash_out"),
        ("mari yandakabuditsa", "cash_out"),
        ("imali engiyikhuphileyo", "cash_out"),
        ("deposits", "cash_in"),
        ("paid in shops", "merchant"),
        ("kuzvitoro", "merchant"),
        ("ezitolo", "merchant"),
        ("bills I paid", "bill"),
        ("mabhiri", "bill"),
        ("ama bill", "bill"),
        ("wallet to bank", "bank_out"),
        ("mari yandakatumira ku bank", "bank_out"),
        ("imali engiyithumele ebhanga", "bank_out"),
        ("from my bank", "bank_in"),
        ("mari yakabva ku bank", "bank_in"),
        ("imali evele ebhanga", "bank_in"),
    ],
)
def test_kinds(text: str, kind: str):
    assert extract(text, TODAY).kind == kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("money I sent to Tendai", "tendai"),
        ("payments at OK Mazowe yesterday", "ok mazowe"),
        ("did I get money from rudo moyo last week", "rudo moyo"),
        ("DSTV payments", "dstv"),
        ("mari yandakatumira kuna Tendai nezuro", "tendai"),
        ("zvandakabhadhara ku Chicken Inn", "chicken inn"),
        ("ndakatumira Tendai marii", "tendai"),
        ("imali engiyithumele ku Tendai izolo", "tendai"),
        ("payment yaku Spar", "spar"),
        ("how to send money to a bank", None),
        ("money sent to the wrong number", None),
        ("payments to my mother", None),
        ("I want to see my balance", None),
    ],
)
def test_names(text: str, name: str | None):
    assert extract(text, TODAY).name == name


def test_everything_at_once():
    found = extract("failed payments over $5 to Tendai Moyo between 1 and 10 Nov in usd", TODAY)
    assert found.filter().model_dump(exclude_none=True) == {
        "currency": "USD",
        "direction": "out",
        "status": "failed",
        "date_from": date(2026, 11, 1),
        "date_to": date(2026, 11, 10),
        "text": "tendai moyo",
        "min_amount": Decimal(5),
    }


@pytest.mark.parametrize("text", ["more", "Show me more", "next page", "dzimwe", "amanye futhi"])
def test_the_next_page(text: str):
    assert extract(text, TODAY).more


@pytest.mark.parametrize(
    "text", ["help with it", "that one", "ndibatsirei nayo", "ngincede ngayo", "leyo"]
)
def test_pointing(text: str):
    assert extract(text, TODAY).pointer
