"""No ticket is changed without its customer's consent to exactly that, in process or over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import pytest
from fastmcp import FastMCP

from ecocash_copilot.actions.audit import list_audit, verify_audit
from ecocash_copilot.actions.consents import access_consent, confirm, decline
from ecocash_copilot.actions.tickets import access_ticket
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.gateways.wallet_mcp import HttpWallet, InProcessWallet, ToolResult
from ecocash_copilot.store.client import Store, Tx
from mcp_server.server import create_mcp_app
from schemas.consent import ConsentState
from schemas.identity import Customer
from schemas.mutations import MUTATIONS
from tests.mcp_server.consent_desk import ASKED, CONVERSATION, CREATE, NOMVULA, TENDAI, Desk
from tests.mcp_server.parts import TOKENS, server_over, serving

_T = TypeVar("_T")


@pytest.fixture
def server(store: Store) -> FastMCP:
    return server_over(store)


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
