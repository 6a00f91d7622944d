from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecocash_copilot.agent.cards import table_of
from ecocash_copilot.agent.tables import (
    MOST_ROWS,
    PAGE_SIZE,
    arguments,
    find_table,
    first_page,
    toggled,
    with_page,
)
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Invalid, NotFound
from ecocash_copilot.core.ids import new_id
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.message import Message, Role
from schemas.wallet import TransactionFilter, TransactionPage, TransactionStatus
from schemas.widgets import Notice, NoticeTone, TransactionTable, widget_adapter

ROWS = list(generate(anchor_day_at(now()))[0].transactions)
CHIPS = ["all", "in", "out", "failed", "pending", "USD", "ZWG"]
FILTER = TransactionFilter(
    date_from=date(2026, 3, 1),
    text="shop",
    min_amount=Decimal("5.50"),
    status=TransactionStatus.COMPLETED,
)


def page(first: int, last: int, cursor: str | None = None) -> TransactionPage:
    return TransactionPage(
        transactions=ROWS[first:last], filter=TransactionFilter(), total=60, next_cursor=cursor
    )


def references(table: TransactionTable) -> list[str]:
    return [row.reference for row in table.transactions]


def test_pages_add_up_and_overlap_is_left_out():
    table = table_of(page(0, 10, "a"), "w-1")
    table = with_page(page(8, 18, "b"), table)
    assert references(table) == [row.reference for row in ROWS[:18]]
    assert (table.id, table.next_cursor) == ("w-1", "b")
    table = with_page(page(18, 20), table)
    assert table.next_cursor is None
    assert len(table.transactions) == 20


def test_a_table_ends_somewhere_and_can_always_be_kept():
    many = [
        ROWS[0].model_copy(update={"reference": f"MP210304.1412.L{n:05}"})
        for n in range(MOST_ROWS + 20)
    ]
    wide = page(0, 0, "more").model_copy(update={"transactions": many})
    empty = table_of(page(0, 0), "w-1")
    for table in (with_page(wide, empty), first_page(wide, empty)):
        assert len(table.transactions) == MOST_ROWS
        assert widget_adapter.validate_json(widget_adapter.dump_json(table)) == table


def test_another_filter_begins_anew_in_the_same_card():
    table = table_of(page(0, 10, "a"), "w-1")
    filtered = first_page(page(20, 22).model_copy(update={"filter": FILTER}), table)
    assert references(filtered) == [row.reference for row in ROWS[20:22]]
    assert (filtered.id, filtered.filter, filtered.next_cursor) == ("w-1", FILTER, None)


@given(st.lists(st.sampled_from(CHIPS), max_size=12))
def test_taps_change_only_what_their_chip_is_about(taps: list[str]):
    chosen = FILTER
    for chip in taps:
        before = chosen
        chosen = toggled(chosen, chip)
        assert chosen.text == "shop"
        assert chosen.date_from == FILTER.date_from
        if chip == "all":
            assert (chosen.direction, chosen.status, chosen.currency) == (None, None, None)
        else:
            again = toggled(chosen, chip)
            assert toggled(again, chip) == chosen
            changed = {
                n for n in type(chosen).model_fields if getattr(chosen, n) != getattr(before, n)
            }
            assert len(changed) == 1
    assert toggled(chosen, "all").model_dump(exclude_none=True).keys() == {
        "date_from",
        "text",
        "min_amount",
    }


@pytest.mark.parametrize("chip", ["", "ALL", "completed", "reversed", "ZWL", "__class__"])
def test_no_other_chip_is_known(chip: str):
    with pytest.raises(Invalid):
        toggled(FILTER, chip)


def test_a_filter_is_sent_whole_as_plain_values():
    assert arguments(FILTER) == {
        "limit": PAGE_SIZE,
        "status": "completed",
        "date_from": "2026-03-01",
        "text": "shop",
        "min_amount": "5.50",
    }
    assert arguments(TransactionFilter(), "next") == {"limit": PAGE_SIZE, "cursor": "next"}


def test_only_a_table_of_the_message_is_found():
    table = table_of(page(0, 1), "w-1")
    notice = Notice(id="w-2", tone=NoticeTone.INFO, text="hello")
    message = Message(
        id=new_id("ms"),
        conversation_id=new_id("cv"),
        customer_id="c-1",
        seq=1,
        role=Role.ASSISTANT,
        widgets=[notice, table],
        created_at=now(),
    )
    assert find_table(message, "w-1") is table
    for identity in ("w-2", "w-3", ""):
        with pytest.raises(NotFound):
            find_table(message, identity)
