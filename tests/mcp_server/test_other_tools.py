"""Tickets, help, and the refusal to open a ticket without consent."""

from datetime import timedelta

import pytest
from fastmcp import Client

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store
from mcp_server.consent import ConsentMissing, StoredConsents, hash_arguments
from mcp_server.help import load_help_centre
from schemas.help import HelpResults
from schemas.identity import Locale
from schemas.ticket import TicketCategory, Tickets
from tests.mcp_server.parts import Caller, demo, server_over, token_of

TOOL = "eco_create_ticket"
ASKED = {"category": "other", "description": "It does not work", "transaction_reference": None}


async def test_tickets_of_the_caller(tendai: Caller, nomvula: Caller):
    answer = Tickets.model_validate(await tendai.ask("eco_get_ticket_status"))
    assert tuple(answer.tickets) == demo("c-1001").tickets
    one = await tendai.ask("eco_get_ticket_status", ticket_id=" tck-100042 ")
    assert Tickets.model_validate(one) == answer
    assert await nomvula.ask("eco_get_ticket_status") == {"tickets": []}


async def test_another_customers_ticket_looks_like_none_at_all(nomvula: Caller):
    said = [
        (await nomvula.refused("eco_get_ticket_status", ticket_id=each)).replace(each, "?")
        for each in ("TCK-100042", "TCK-999999")
    ]
    assert said[0] == said[1]
    assert "has no ticket ?" in said[0]


async def test_a_malformed_ticket_id_is_explained(tendai: Caller):
    message = await tendai.refused("eco_get_ticket_status", ticket_id="42")
    assert "ticket_id: " in message
    assert "such as TCK-100042" in message


@pytest.mark.parametrize("consent", [{}, {"consent_id": "made-up"}, {"consent_id": ""}])
async def test_no_ticket_without_consent(tendai: Caller, consent: dict[str, str]):
    message = await tendai.refused(TOOL, category="other", description="x", **consent)
    assert message.startswith("Refused: the customer has not confirmed this.")


async def test_arguments_of_a_ticket_are_checked_first(tendai: Caller):
    message = await tendai.refused(TOOL, category="theft", description="")
    assert "category: " in message
    assert all(each.value in message for each in TicketCategory)
    assert "description: " in message


async def confirmed(store: Store, **changes: object) -> None:
    record = {
        "_id": "cs_1",
        "customer_id": "c-1",
        "tool": TOOL,
        "arguments_hash": hash_arguments(ASKED),
        "state": "confirmed",
        "expires_at": now() + timedelta(minutes=5),
    }
    await store.kept("consents").insert_one({**record, **changes})


async def test_a_consent_is_good_for_exactly_what_was_confirmed(store: Store):
    await confirmed(store)
    gate = StoredConsents(store)
    await gate.require("c-1", "cs_1", TOOL, ASKED, now())
    others = [
        ("c-2", "cs_1", TOOL, ASKED),
        ("c-1", "cs_2", TOOL, ASKED),
        ("c-1", None, TOOL, ASKED),
        ("c-1", "cs_1", "eco_other", ASKED),
        ("c-1", "cs_1", TOOL, {**ASKED, "description": "Something else"}),
    ]
    for customer_id, consent_id, tool, arguments in others:
        with pytest.raises(ConsentMissing):
            await gate.require(customer_id, consent_id, tool, arguments, now())
    with pytest.raises(ConsentMissing):
        await gate.require("c-1", "cs_1", TOOL, ASKED, now() + timedelta(minutes=6))


@pytest.mark.parametrize("state", ["pending", "executed", "declined"])
async def test_only_a_confirmed_consent_counts(store: Store, state: str):
    await confirmed(store, state=state)
    with pytest.raises(ConsentMissing):
        await StoredConsents(store).require("c-1", "cs_1", TOOL, ASKED, now())


async def test_help_is_found_in_the_customers_language(demo_store: Store):
    server = server_over(demo_store, help_centre=load_help_centre())
    async with Client(server) as client:
        caller = Caller(client, "c-1001")
        found = await caller.ask("eco_search_help", query="I sent money to the wrong number")
        results = HelpResults.model_validate(found)
        assert results.articles[0].id == "wrong-number"
        assert results.articles[0].language is Locale.EN
        shona = await caller.ask("eco_search_help", query="wrong number", language="SN", limit=1)
        assert [each["language"] for each in shona["articles"]] == ["sn"]
        meta = {"ecocash/token": token_of("c-1002", Locale.ND)}
        own = await client.call_tool_mcp("eco_search_help", {"query": "wrong number"}, meta=meta)
        assert own.structured_content is not None
        assert {each["language"] for each in own.structured_content["articles"]} == {"nd"}
        assert "limit: " in await caller.refused("eco_search_help", query="fees", limit=6)
        assert "query: " in await caller.refused("eco_search_help", query="")
