"""No ticket is changed without its customer's consent to exactly that, in process or over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import pytest
from fastmcp import FastMCP

from ecocash_copilot.actions.audit import list_audit, verify_audit
from ecocash_copilot.actions.consents import access_consent, ask_consent, confirm, decline
from ecocash_copilot.actions.tickets import access_ticket
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.gateways.wallet_mcp import HttpWallet, InProcessWallet, ToolResult, WalletTools
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.wallet import replace_wallet
from mcp_server.server import create_mcp_app
from schemas.consent import Consent, ConsentState, Shown
from schemas.identity import Customer, Locale
from schemas.mutations import MUTATIONS
from schemas.ticket import TicketCategory
from schemas.wallet import TransactionKind
from schemas.widgets import Severity
from tests.mcp_server.parts import TOKENS, demo, server_over, serving

CREATE = "eco_create_ticket"
ASKED: dict[str, Any] = {"category": "other", "description": "My line was cut off."}
SHOWN = Shown(severity=Severity.LOW, title="Send this report?", consequences=["Support reads it."])
TENDAI = Customer(id="c-1001", name="Tendai Moyo", msisdn="+263771234567", locale=Locale.SN)
NOMVULA = Customer(id="c-1002")
CONVERSATION = "cv_" + "0" * 26
_T = TypeVar("_T")


@dataclass
class Desk:
    """The ticket service with the consents that stand behind it."""

    store: Store
    wallet: WalletTools

    async def ask(
        self, tool: str = CREATE, arguments: dict[str, Any] = ASKED, customer: Customer = TENDAI
    ) -> Consent:
        return await ask_consent(self.store, customer, CONVERSATION, tool, arguments, SHOWN)

    async def agree(self, *about: Any) -> Consent:
        consent = await self.ask(*about)
        return await confirm(self.store, TENDAI, consent.id)

    async def call(
        self,
        consent_id: Any,
        tool: str = CREATE,
        arguments: dict[str, Any] = ASKED,
        customer: Customer = TENDAI,
    ) -> ToolResult:
        given = {**arguments, "consent_id": consent_id}
        return await self.wallet.call(tool, given, TOKENS.mint(customer))

    async def refused(self, *call: Any) -> str:
        result = await self.call(*call)
        assert not result.ok
        assert result.data is None
        return result.text

    async def do(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Ask, agree and carry out."""
        consent = await self.agree(tool, arguments)
        result = await self.call(consent.id, tool, arguments)
        assert result.ok, result.text
        assert result.data is not None
        kinds = [each.kind for each in await list_audit(self.store, consent.id)]
        assert kinds == ["consent.asked", "consent.confirmed", "consent.executed"]
        return result.data

    async def fails(self, tool: str, **arguments: Any) -> str:
        """Ask, agree, and see that it can't be done."""
        consent = await self.agree(tool, arguments)
        said = await self.refused(consent.id, tool, arguments)
        assert await self.state(consent) is ConsentState.FAILED
        return said

    async def state(self, consent: Consent) -> ConsentState:
        return (await access_consent(self.store, TENDAI, consent.id)).state

    async def tickets(self) -> int:
        return await self.store.kept("tickets").count_documents({})


@pytest.fixture
def server(store: Store) -> FastMCP:
    return server_over(store)


@pytest.fixture
async def wallet_rows(store: Store) -> None:
    for customer in (TENDAI, NOMVULA):
        rows = demo(customer.id)
        await replace_wallet(store, customer.id, rows.balances, rows.transactions)


@pytest.fixture
async def in_process(store: Store, server: FastMCP) -> AsyncGenerator[Desk]:
    wallet = InProcessWallet(server)
    yield Desk(store, wallet)
    await wallet.aclose()


@pytest.fixture
async def over_http(store: Store, server: FastMCP) -> AsyncIterator[Desk]:
    async with serving(create_mcp_app(server, "http://localhost")) as base:
        wallet = HttpWallet(f"{base}/mcp")
        yield Desk(store, wallet)
        await wallet.aclose()


@pytest.fixture(params=["in_process", "over_http"])
def desk(request: pytest.FixtureRequest) -> Desk:
    return request.getfixturevalue(request.param)


async def test_what_changes_something_says_so(desk: Desk):
    specs = {each.name: each for each in await desk.wallet.list_tools(TOKENS.mint(TENDAI))}
    assert {name for name, spec in specs.items() if spec.mutating} == set(MUTATIONS)
    for name, declared in MUTATIONS.items():
        assert specs[name].risk is declared.risk
        assert "consent" in specs[name].description
        properties = specs[name].parameters["properties"]
        assert set(properties) == {*declared.model_fields, "consent_id"}
        assert "consent_id" not in specs[name].parameters["required"]
        assert "$ref" not in str(specs[name].parameters)
    assert "consent_id" not in specs["eco_prepare_report"].parameters["properties"]


async def test_hints_tell_clients_too(server: FastMCP):
    for tool in await server.list_tools():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (tool.name not in MUTATIONS)


async def test_a_confirmed_report_becomes_a_ticket(desk: Desk):
    consent = await desk.agree()
    result = await desk.call(consent.id)
    assert result.ok, result.text
    assert result.data is not None
    kept = await access_consent(desk.store, TENDAI, consent.id)
    assert (kept.state, kept.result) == (ConsentState.EXECUTED, result.data)
    assert await desk.tickets() == 1
    status = await desk.wallet.call("eco_get_ticket_status", {}, TOKENS.mint(TENDAI))
    assert status.data == {"tickets": [result.data]}
    others = await desk.wallet.call("eco_get_ticket_status", {}, TOKENS.mint(NOMVULA))
    assert others.data == {"tickets": []}


@pytest.mark.parametrize("consent_id", [None, "", "made-up", "cs_" + "0" * 26, 7, {"$gt": ""}])
async def test_without_a_consent_it_is_refused(desk: Desk, consent_id: Any):
    await desk.agree()
    said = await desk.refused(consent_id)
    assert said.startswith("Refused: the customer has not confirmed this.")
    assert await desk.tickets() == 0


async def test_a_consent_serves_its_customer_its_tool_and_its_arguments(desk: Desk):
    consent = await desk.agree()
    close = {"ticket_id": "TCK-100042", "reason": "Solved"}
    said = {
        await desk.refused(consent.id, CREATE, ASKED, NOMVULA),
        await desk.refused(consent.id, CREATE, {**ASKED, "description": "Pay me."}),
        await desk.refused(consent.id, CREATE, {**ASKED, "category": "double_debit"}),
        await desk.refused(consent.id, "eco_close_ticket", close),
        await desk.refused(new_id("cs")),
    }
    # One text for all: a stranger does not learn that there is such a consent.
    assert len(said) == 1
    assert await desk.tickets() == 0
    assert (await desk.call(consent.id)).ok


async def test_pending_declined_and_late_are_refused(desk: Desk):
    consent = await desk.ask()
    assert "has not answered yet" in await desk.refused(consent.id)
    await decline(desk.store, TENDAI, consent.id)
    assert "declined" in await desk.refused(consent.id)
    late = await desk.agree()
    over = now() - timedelta(seconds=1)
    changes = {"expires_at": over, "open_until": over}
    await desk.store.kept("consents").update_one({"_id": late.id}, {"$set": changes})
    assert "time to confirm is over" in await desk.refused(late.id)
    assert await desk.state(late) is ConsentState.EXPIRED
    assert await desk.tickets() == 0


async def test_a_token_that_says_little_gives_the_same_ticket(in_process: Desk):
    consent = await in_process.agree()
    made = await in_process.call(consent.id, CREATE, ASKED, Customer(id=TENDAI.id))
    assert made.data is not None
    ticket = await access_ticket(in_process.store, TENDAI, made.data["id"])
    assert (ticket.customer_name, ticket.msisdn) == (TENDAI.name, TENDAI.msisdn)
    assert ticket.conversation_id == CONVERSATION
    assert ticket.consent_id == consent.id


async def test_twice_is_refused_with_what_came_of_it(desk: Desk):
    consent = await desk.agree()
    first = await desk.call(consent.id)
    said = await desk.refused(consent.id)
    assert first.data is not None
    assert "not done again" in said
    assert first.data["id"] in said
    assert await desk.tickets() == 1


async def test_fifty_taps_at_once_make_one_ticket(desk: Desk):
    consent = await desk.ask()

    async def tap() -> ToolResult:
        await confirm(desk.store, TENDAI, consent.id)
        return await desk.call(consent.id)

    results = await asyncio.gather(*(tap() for _ in range(50)))
    (made,) = [each.data for each in results if each.ok]
    assert made is not None
    assert all(made["id"] in each.text for each in results)
    assert await desk.tickets() == 1
    assert await desk.store.kept("ticket_events").count_documents({}) == 1
    assert (await verify_audit(desk.store)).intact
    kinds = [each.kind for each in await list_audit(desk.store, consent.id)]
    assert kinds == ["consent.asked", "consent.confirmed", "consent.executed"]


class DyingStore(Store):
    """Loses its process once, at the end of a transaction, before or after it is kept."""

    dies: ClassVar[str] = ""

    async def transact(self, work: Callable[[Tx], Awaitable[_T]]) -> _T:
        async def last_words(tx: Tx) -> _T:
            result = await work(tx)
            DyingStore.die("before")
            return result

        result = await super().transact(last_words)
        DyingStore.die("after")
        return result

    @classmethod
    def die(cls, moment: str) -> None:
        if cls.dies == moment:
            cls.dies = ""
            raise RuntimeError("killed")


@pytest.mark.parametrize(
    ("moment", "state", "kept"),
    [("before", ConsentState.CONFIRMED, 0), ("after", ConsentState.EXECUTED, 1)],
)
async def test_a_process_that_dies_leaves_one_ticket_or_none(
    store: Store, monkeypatch: pytest.MonkeyPatch, moment: str, state: ConsentState, kept: int
):
    dying = DyingStore(store.client, store.database, store.embedded)
    wallet = InProcessWallet(server_over(dying))
    desk = Desk(store, wallet)
    consent = await desk.agree()
    monkeypatch.setattr(DyingStore, "dies", moment)
    assert "not known whether this was done" in await desk.refused(consent.id)
    for name in ("tickets", "ticket_events"):
        assert await store.kept(name).count_documents({}) == kept
    assert await desk.state(consent) is state
    again = await desk.call(consent.id)
    assert again.ok is (kept == 0)
    assert "TCK-" in again.text
    assert await desk.tickets() == 1
    assert (await verify_audit(store)).intact
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
