"""Reading tickets, and help."""

from fastmcp import Client

from ecocash_copilot.store.client import Store
from mcp_server.help import load_help_centre
from schemas.help import HelpResults
from schemas.identity import Locale
from schemas.ticket import Tickets
from tests.mcp_server.parts import Caller, demo, server_over, token_of


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
