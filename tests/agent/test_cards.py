import json
from datetime import timedelta

import pytest

from ecocash_copilot.agent.cards import build_card, filter_chips, help_reasons
from ecocash_copilot.core.clock import now
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.help import HelpArticle, HelpCategory, HelpResults
from schemas.identity import Locale
from schemas.ticket import TicketCategory, Tickets
from schemas.wallet import Transaction, TransactionFilter, TransactionKind, TransactionPage
from schemas.widgets import (
    HelpArticleCard,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
    widget_adapter,
)

WALLET = generate(anchor_day_at(now()))[0]
ARTICLE = HelpArticle(
    id="fees",
    category=HelpCategory.FEES,
    language=Locale.EN,
    title="Fees",
    summary="What it costs.",
    body="It costs.",
)


def page(count: int, **fields: object) -> str:
    return (
        TransactionPage(
            transactions=list(WALLET.transactions[:count]), filter=TransactionFilter(), total=60
        )
        .model_copy(update=fields)
        .model_dump_json(exclude_none=True)
    )


def test_a_page_becomes_a_table_with_chips():
    card = build_card("eco_get_transactions", page(10, next_cursor="next"), "w-1")
    assert isinstance(card, TransactionTable)
    assert [row.reference for row in card.transactions] == [
        row.reference for row in WALLET.transactions[:10]
    ]
    assert (card.total, card.next_cursor) == (60, "next")
    assert [chip.name for chip in card.chips if chip.selected] == ["all"]


@pytest.mark.parametrize("transaction", WALLET.transactions, ids=lambda item: item.reference)
def test_every_transaction_makes_a_card_that_can_be_kept(transaction: Transaction) -> None:
    card = build_card("eco_get_transaction", transaction.model_dump_json(), "w-1")
    assert isinstance(card, TransactionDetail)
    assert card.transaction == transaction
    assert widget_adapter.validate_json(widget_adapter.dump_json(card)) == card
    reasons = [reason.category for reason in card.reasons]
    assert reasons[-1] is TicketCategory.OTHER
    assert len(reasons) == len(set(reasons))


def test_every_kind_has_reasons():
    for kind in TransactionKind:
        item = WALLET.transactions[0].model_copy(update={"kind": kind})
        assert help_reasons(item)[-1] is TicketCategory.OTHER


def test_many_tickets_are_cut_and_none_are_no_card():
    tickets = [
        WALLET.tickets[0].model_copy(
            update={"id": f"TCK-{1000 + n}", "updated_at": now() - timedelta(days=n)}
        )
        for n in range(30)
    ]
    result = Tickets(tickets=tickets).model_dump_json()
    card = build_card("eco_get_ticket_status", result, "w-1")
    assert isinstance(card, TicketStatusBoard)
    assert [each.id for each in card.tickets] == [each.id for each in tickets[:20]]
    assert build_card("eco_get_ticket_status", '{"tickets": []}', "w-1") is None


def test_the_best_article_is_shown():
    other = ARTICLE.model_copy(update={"id": "limits"})
    results = HelpResults(query="fees", articles=[ARTICLE, other])
    card = build_card("eco_search_help", results.model_dump_json(), "w-1")
    assert isinstance(card, HelpArticleCard)
    assert card.article == ARTICLE
    nothing = HelpResults(query="x", articles=[]).model_dump_json()
    assert build_card("eco_search_help", nothing, "w-1") is None


@pytest.mark.parametrize(
    ("tool", "result"),
    [
        ("eco_get_transactions", "[]"),
        ("eco_get_transactions", '{"transactions": []}'),
        ("eco_get_transactions", page(1).replace("completed", "stolen")),
        ("eco_get_transactions", page(1).replace('"total":60', '"total":-1')),
        ("eco_get_transactions", page(1, next_cursor="x" * 201)),
        ("eco_get_transaction", "null"),
        ("eco_get_transaction", json.dumps({"reference": "MP210304.1412.L06729"})),
        ("eco_search_help", '{"query": "x", "articles": [{"body": "<script>"}]}'),
        ("eco_search_help", '{"query": "x"} trailing'),
        ("eco_get_balances", "{" * 1_000_000),
        ("eco_get_balances", "\ud800"),
    ],
)
def test_what_is_no_result_of_its_tool_is_an_error(tool: str, result: str):
    with pytest.raises(ValueError, match=r"\S"):
        build_card(tool, result, "w-1")


def test_a_link_out_of_an_article_leads_only_where_links_may():
    for url in ("javascript:alert(1)", "http://eco.example", "data:text/html,x", "ecocash:x"):
        article = {**ARTICLE.model_dump(mode="json"), "links": [{"label": "x", "url": url}]}
        with pytest.raises(ValueError, match="url"):
            build_card("eco_search_help", json.dumps({"query": "x", "articles": [article]}), "w-1")


def test_a_tool_without_a_card_is_none_whatever_it_returned():
    assert build_card("create_ticket", "not json", "w-1") is None


@pytest.mark.parametrize(
    ("chosen", "selected"),
    [
        ({}, ["all"]),
        ({"direction": "in"}, ["in"]),
        ({"direction": "out", "status": "failed", "currency": "ZWG"}, ["out", "failed", "ZWG"]),
        ({"status": "reversed"}, ["all"]),
        ({"text": "shop"}, ["all"]),
    ],
)
def test_chips_say_what_is_chosen(chosen: dict[str, str], selected: list[str]):
    chips = filter_chips(TransactionFilter.model_validate(chosen))
    assert [chip.name for chip in chips if chip.selected] == selected
    assert len(chips) == 7
