"""What can be done to a ticket with its customer's consent, and in which words it fails."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from ecocash_copilot.actions.consents import ask_consent, confirm
from ecocash_copilot.actions.tickets import access_ticket, list_events, merge
from ecocash_copilot.gateways.wallet_mcp import InProcessWallet
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.ticket_keys import NUMBERS
from ecocash_copilot.store.wallet import replace_wallet
from schemas.consent import ConsentState
from schemas.ticket import TicketCategory
from schemas.wallet import TransactionKind
from tests.mcp_server.consent_desk import ASKED, CREATE, NOMVULA, SHOWN, TENDAI, Desk
from tests.mcp_server.parts import TOKENS, demo, server_over
from tests.support.tickets import AGENT


@pytest.fixture
async def wallet_rows(store: Store) -> None:
    for customer in (TENDAI, NOMVULA):
        rows = demo(customer.id)
        await replace_wallet(store, customer.id, rows.balances, rows.transactions)


@pytest.fixture
async def in_process(store: Store) -> AsyncGenerator[Desk]:
    wallet = InProcessWallet(server_over(store))
    yield Desk(store, wallet)
    await wallet.aclose()


@pytest.mark.usefixtures("wallet_rows")
async def test_a_ticket_holds_what_was_agreed_to(in_process: Desk):
    transaction = next(
        each for each in demo("c-1001").transactions if each.kind is TransactionKind.SEND
    )
    made = await in_process.do(
        CREATE,
        category="wrong_number",
        description="I typed it wrong.",
        transaction_reference=transaction.reference.lower(),
        answers={
            "number_meant": "0771 234 567",
            "number_sent_to": "0772000111",
            "knows_recipient": True,
        },
    )
    assert made["transaction_reference"] == transaction.reference
    ticket = await access_ticket(in_process.store, TENDAI, made["id"])
    # Where the money went is not the caller's to say.
    assert ticket.answers["number_sent_to"] == transaction.counterparty.msisdn != "+263772000111"
    said = await in_process.fails(
        CREATE,
        category="double_debit",
        description="Twice!",
        transaction_reference=transaction.reference,
    )
    assert made["id"] in said


@pytest.mark.usefixtures("wallet_rows")
@pytest.mark.parametrize(
    "arguments",
    [
        {"evidence": ["ev_" + "0" * 26]},
        {"transaction_reference": demo("c-1002").transactions[0].reference},
    ],
)
async def test_what_is_not_the_customers_can_not_be_sent(
    in_process: Desk, arguments: dict[str, Any]
):
    said = await in_process.fails(CREATE, **ASKED, **arguments)
    assert "can't be done, and nothing was changed" in said
    assert await in_process.tickets() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"category": "theft"}, "category: "),
        ({"description": "  "}, "description: "),
        ({"category": "wrong_number"}, "answers: number_meant is required"),
        (
            {"category": "airtime_not_received", "answers": {"number_bought_for": "12"}},
            "number_bought_for is not_a_number",
        ),
        ({"answers": {"pin": "1234"}}, "answers: pin is unknown"),
        ({"evidence": ["../etc/passwd"]}, "evidence: "),
        ({"transaction_reference": "42"}, "such as MP210304.1412.L06729"),
        ({"customer_id": "c-1002"}, "customer_id: no such argument; allowed are: category"),
    ],
)
async def test_bad_arguments_are_explained(in_process: Desk, arguments: dict[str, Any], said: str):
    message = await in_process.refused(None, CREATE, {**ASKED, **arguments})
    assert message.startswith("Bad arguments. ")
    assert said in message


async def test_a_number_that_is_taken_is_tried_again_and_no_reason_to_fail(in_process: Desk):
    made = await in_process.do(CREATE, **ASKED)
    counters, numbers = in_process.store.kept("counters"), {"_id": NUMBERS}
    await counters.update_one(numbers, {"$inc": {"value": -1}})
    arguments = {**ASKED, "description": "Another thing."}
    consent = await in_process.agree(CREATE, arguments)
    said = await in_process.refused(consent.id, CREATE, arguments)
    assert "open ticket" not in said
    assert await in_process.state(consent) is ConsentState.CONFIRMED
    await counters.update_one(numbers, {"$inc": {"value": 1}})
    result = await in_process.call(consent.id, CREATE, arguments)
    assert result.data is not None
    assert result.data["id"] != made["id"]
    assert await in_process.state(consent) is ConsentState.EXECUTED


@pytest.mark.usefixtures("wallet_rows")
async def test_a_transaction_that_got_a_ticket_in_this_moment_is_said_to_have_one(
    in_process: Desk, monkeypatch: pytest.MonkeyPatch
):
    reference = demo("c-1001").transactions[0].reference
    await in_process.do(CREATE, **ASKED, transaction_reference=reference)

    async def nothing_yet(*_: Any) -> None:
        """Look before the other ticket was kept."""

    monkeypatch.setattr("ecocash_copilot.actions.tickets.find_open_ticket_for", nothing_yet)
    said = await in_process.fails(
        CREATE, category="other", description="Again.", transaction_reference=reference
    )
    assert "There is an open ticket about this already." in said


@pytest.mark.usefixtures("wallet_rows")
async def test_a_reversal_of_what_was_merged_names_the_transaction(in_process: Desk):
    first, second = demo("c-1001").transactions[:2]
    target = await in_process.do(CREATE, **ASKED, transaction_reference=first.reference)
    other = await in_process.do(CREATE, **ASKED, transaction_reference=second.reference)
    await merge(in_process.store, AGENT, other["id"], 1, target["id"])
    made = await in_process.do(
        "eco_request_reversal", transaction_reference=second.reference, reason="Wrong number."
    )
    assert made["id"] == target["id"]
    event = (await list_events(in_process.store, target["id"]))[-1]
    assert event.text == f"{second.reference}: Wrong number."


async def test_a_reversal_of_what_was_merged_needs_no_transaction_of_the_tickets_own(
    in_process: Desk, wallet_rows: None
):
    item = demo("c-1001").transactions[0]
    target = await in_process.do(CREATE, **ASKED)
    other = await in_process.do(CREATE, **ASKED, transaction_reference=item.reference)
    await merge(in_process.store, AGENT, other["id"], 1, target["id"])
    tool = "eco_request_reversal"
    made = await in_process.do(tool, transaction_reference=item.reference, reason="Please.")
    assert made["id"] == target["id"]


async def test_every_change_of_a_ticket_is_made_under_its_own_consent(in_process: Desk):
    ticket_id = (await in_process.do(CREATE, **ASKED))["id"]
    added = await in_process.do("eco_add_to_ticket", ticket_id=ticket_id, text="Since Monday.")
    assert added["id"] == ticket_id
    await in_process.do("eco_escalate_ticket", ticket_id=ticket_id, reason="Urgent.")
    assert "senior" in await in_process.fails(
        "eco_escalate_ticket", ticket_id=ticket_id, reason="More urgent."
    )
    await in_process.do(
        "eco_share_statement", ticket_id=ticket_id, date_from="2026-02-01", date_to="2026-02-28"
    )
    assert "not about a transaction" in await in_process.fails(
        "eco_request_reversal", ticket_id=ticket_id, reason="Please."
    )
    closed = await in_process.do("eco_close_ticket", ticket_id=ticket_id, reason="It works again.")
    assert closed["status"] == "closed"
    events = await in_process.store.kept("ticket_events").find({}).to_list()
    assert len(events) == 5
    assert {each["actor"]["via"] for each in events} == {"chat"}


@pytest.mark.usefixtures("wallet_rows")
async def test_a_reversal_is_asked_for_in_a_ticket(in_process: Desk):
    transaction = next(
        each for each in demo("c-1001").transactions if each.kind is TransactionKind.SEND
    )
    tool, reference = "eco_request_reversal", transaction.reference
    made = await in_process.do(tool, transaction_reference=reference, reason="Wrong number.")
    assert made["category"] == TicketCategory.WRONG_NUMBER.value
    assert made["transaction_reference"] == reference
    again = await in_process.fails(tool, transaction_reference=reference, reason="Again.")
    assert "requested already" in again
    assert await in_process.tickets() == 1


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("eco_add_to_ticket", {"text": "Me too."}),
        ("eco_escalate_ticket", {"reason": "Me too."}),
        ("eco_close_ticket", {"reason": "Me too."}),
        ("eco_request_reversal", {"reason": "Me too."}),
        ("eco_share_statement", {"date_from": "2026-02-01", "date_to": "2026-02-01"}),
    ],
)
async def test_another_customers_ticket_looks_like_none(
    in_process: Desk, tool: str, arguments: dict[str, Any]
):
    consent = await ask_consent(in_process.store, NOMVULA, None, CREATE, ASKED, SHOWN)
    await confirm(in_process.store, NOMVULA, consent.id)
    made = await in_process.call(consent.id, CREATE, ASKED, NOMVULA)
    assert made.data is not None
    said = {
        await in_process.fails(tool, ticket_id=each, **arguments)
        for each in (made.data["id"], "TCK-999999")
    }
    assert len(said) == 1
    events = await in_process.store.kept("ticket_events").count_documents({})
    assert events == 1


@pytest.mark.usefixtures("wallet_rows")
async def test_a_report_is_prepared_without_a_consent(in_process: Desk):
    async def prepare(**arguments: Any) -> dict[str, Any]:
        result = await in_process.wallet.call("eco_prepare_report", arguments, TOKENS.mint(TENDAI))
        assert result.data is not None, result.text
        return result.data

    nothing = await prepare()
    assert nothing["reasons"] == [each.value for each in TicketCategory]
    assert "category" not in nothing
    assert nothing["fields"] == []
    transaction = next(
        each for each in demo("c-1001").transactions if each.kind is TransactionKind.SEND
    )
    found = await prepare(
        transaction_reference=transaction.reference, category="OTHER", description=" Help "
    )
    assert found["transaction"]["reference"] == transaction.reference
    assert found["reasons"] == ["other", "wrong_number", "double_debit"]
    assert found["description"] == "Help"
    fields = (await prepare(category="wrong_number"))["fields"]
    assert [each["name"] for each in fields] == [
        "number_meant",
        "number_sent_to",
        "knows_recipient",
    ]
    made = await in_process.do(CREATE, **ASKED, transaction_reference=transaction.reference)
    again = await prepare(transaction_reference=transaction.reference)
    assert again["open_ticket"]["id"] == made["id"]
    theirs = {"transaction_reference": demo("c-1002").transactions[0].reference}
    other = await in_process.wallet.call("eco_prepare_report", theirs, TOKENS.mint(TENDAI))
    assert "There is no transaction" in other.text
