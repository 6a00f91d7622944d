"""Every card in three languages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from ecocash_copilot.agent.cards import filter_chips, help_reasons
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.messages import widget_view
from ecocash_copilot.present.support import TICKET_STATUS_LABELS
from ecocash_copilot.present.wallet import (
    CHIP_LABELS,
    KIND_LABELS,
    REASON_LABELS,
    STATUS_LABELS,
    signed_amount,
    transaction_row,
)
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.help import HelpArticle, HelpCategory, HelpLink
from schemas.identity import Locale
from schemas.money import Currency, Money
from schemas.ticket import TicketCategory, TicketStatus, TicketSummary
from schemas.views import TicketRow, WidgetView
from schemas.wallet import (
    Balance,
    Direction,
    Party,
    Transaction,
    TransactionFilter,
    TransactionKind,
    TransactionStatus,
)
from schemas.widgets import (
    AnyWidget,
    BalanceCard,
    DeeplinkAction,
    FilterChip,
    HelpArticleCard,
    HelpReason,
    Notice,
    NoticeTone,
    PostbackAction,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
)

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
WALLET = generate(anchor_day_at(NOW))[0]


def money(amount: str, currency: str = "USD") -> Money:
    return Money(amount=Decimal(amount), currency=Currency(currency))


def transaction(**fields: object) -> Transaction:
    return WALLET.transactions[0].model_copy(
        update={
            "kind": TransactionKind.SEND,
            "direction": Direction.OUT,
            "status": TransactionStatus.COMPLETED,
            "amount": money("12.5"),
            "counterparty": Party(name="Rudo Ncube", msisdn="0771234567"),
            "occurred_at": NOW,
            **fields,
        }
    )


TABLE = TransactionTable(
    id="w-1",
    transactions=list(WALLET.transactions[:3]),
    filter=TransactionFilter(),
    chips=filter_chips(TransactionFilter()),
    total=60,
    next_cursor="next",
)
DETAIL = TransactionDetail(
    id="w-1",
    transaction=transaction(),
    reasons=[HelpReason(category=category) for category in help_reasons(transaction())],
)
BALANCES = BalanceCard(
    id="w-1",
    balances=[
        Balance(currency=Currency.USD, available=money("1234.5"), pending=money("4")),
        Balance(currency=Currency.ZWG, available=money("-0.05", "ZWG")),
    ],
    as_of=NOW,
)
BOARD = TicketStatusBoard(
    id="w-1",
    tickets=[
        TicketSummary(
            id="TCK-100042",
            category=TicketCategory.OTHER,
            status=status,
            subject="Wrong number",
            created_at=NOW - timedelta(days=3),
            updated_at=NOW,
        )
        for status in TicketStatus
    ],
)
ARTICLE = HelpArticleCard(
    id="w-1",
    article=HelpArticle(
        id="fees",
        category=HelpCategory.FEES,
        language=Locale.EN,
        title="Fees",
        summary="What it costs.",
        body="It **costs**.\n\n- little\n- more",
        links=[HelpLink(label="Open", url="ecocash://fees")],
    ),
)
NOTICE = Notice(id="w-1", tone=NoticeTone.WARNING, text="Be careful.")
CARDS = [BALANCES, TABLE, DETAIL, BOARD, ARTICLE, NOTICE]


@pytest.mark.parametrize(
    ("amount", "direction", "text"),
    [
        (money("12.5"), Direction.OUT, "\N{MINUS SIGN}US$12.50"),
        (money("12.5"), Direction.IN, "+US$12.50"),
        (money("1250", "ZWG"), Direction.IN, "+ZiG\N{NO-BREAK SPACE}1,250.00"),
        (money("0.01"), Direction.OUT, "\N{MINUS SIGN}US$0.01"),
        (
            money("999999999999.99", "ZWG"),
            Direction.OUT,
            "\N{MINUS SIGN}ZiG\N{NO-BREAK SPACE}999,999,999,999.99",
        ),
    ],
)
def test_amounts_have_their_sign_and_currency(
    amount: Money, direction: Direction, text: str
) -> None:
    assert signed_amount(amount, direction) == text


def test_balances_and_what_is_not_settled() -> None:
    view = widget_view(BALANCES, Locale.EN, NOW)
    assert view is not None
    assert [(row.amount, row.pending) for row in view.balances] == [
        ("US$1,234.50", "US$4.00 held for unfinished payments"),
        ("\N{MINUS SIGN}ZiG\N{NO-BREAK SPACE}0.05", ""),
    ]
    assert (view.title, view.note) == ("Your balance", "As of 12:00")


def test_nothing_on_its_way_is_not_mentioned() -> None:
    card = BALANCES.model_copy(
        update={
            "balances": [
                Balance(currency=Currency.USD, available=money("1"), pending=money("0.00"))
            ]
        }
    )
    view = widget_view(card, Locale.EN, NOW)
    assert view is not None
    assert view.balances[0].pending == ""


def test_a_table_says_how_many_and_whether_there_are_more() -> None:
    view = widget_view(TABLE, Locale.EN, NOW)
    assert view is not None
    assert (view.note, view.more_label, view.empty) == ("3 of 60", "Show more", "")
    assert [row.reference for row in view.rows] == [row.reference for row in TABLE.transactions]
    last = widget_view(TABLE.model_copy(update={"next_cursor": None}), Locale.EN, NOW)
    assert last is not None
    assert last.more_label == ""
    none = widget_view(
        TABLE.model_copy(update={"transactions": [], "total": 0, "next_cursor": None}),
        Locale.EN,
        NOW,
    )
    assert none is not None
    assert (none.note, none.empty) == ("", "No transactions match this.")


@pytest.mark.parametrize(("shown", "more", "says"), [(10, "Show more", ""), (100, "", "100")])
def test_a_table_that_is_full_says_how_to_find_the_others(shown: int, more: str, says: str) -> None:
    table = TransactionTable(
        id="w1",
        transactions=[transaction()] * shown,
        filter=TransactionFilter(),
        total=240,
        next_cursor="next",
    )
    view = widget_view(table, Locale.EN, NOW)
    assert view.more_label == more
    assert bool(view.text) == bool(says)
    assert says in view.text


@pytest.mark.parametrize(
    "card",
    [BalanceCard(id="w1", balances=[], as_of=NOW), TicketStatusBoard(id="w1", tickets=[])],
    ids=lambda card: card.type,
)
def test_a_card_with_nothing_on_it_says_so(card: AnyWidget) -> None:
    assert widget_view(card, Locale.EN, NOW).empty


def test_one_line_of_a_table() -> None:
    row = transaction_row(transaction(), Locale.EN, NOW)
    assert (row.title, row.subtitle, row.amount) == (
        "Rudo Ncube",
        "Sent · Today, 12:00",
        "\N{MINUS SIGN}US$12.50",
    )
    assert row.help_label == "Get help with Rudo Ncube, US$12.50"


def test_a_name_is_never_read_as_a_template() -> None:
    party = Party(name="{amount.__class__} {0}")
    row = transaction_row(transaction(counterparty=party), Locale.EN, NOW)
    assert row.help_label == "Get help with {amount.__class__} {0}, US$12.50"


def test_the_facts_of_a_transaction_are_those_that_are_known() -> None:
    full = transaction(
        failure_reason="Insufficient balance",
        token="1234 5678 9012 3456 7890",
        fee=money("0.15"),
        tax=money("0"),
        balance_after=money("3"),
        note="Lunch",
        approval_code="386397",
        reversal_of=None,
    )
    view = widget_view(DETAIL.model_copy(update={"transaction": full}), Locale.EN, NOW)
    assert view is not None
    facts = {fact.label: (fact.value, fact.copyable) for fact in view.facts}
    assert facts["Why it failed"] == ("Insufficient balance", False)
    assert facts["Electricity token"] == ("1234 5678 9012 3456 7890", True)
    assert facts["Number"] == ("077 123 4567", False)
    assert facts["Tax (IMTT)"] == ("US$0.00", False)
    assert facts["Date"] == ("4 March 2026, 12:00", False)
    assert "Reverses" not in facts
    assert "Account" not in facts
    assert [reason.category for reason in view.reasons] == [
        reason.category.value for reason in DETAIL.reasons
    ]


def texts(view: WidgetView) -> list[str]:
    return [
        view.title,
        *(row.label for row in view.balances),
        *(chip.label for chip in view.chips),
        *(reason.label for reason in view.reasons),
        *(ticket.status_label for ticket in view.tickets),
    ]


@pytest.mark.parametrize("locale", list(Locale))
@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.type)
def test_every_card_is_drawn_in_every_language(card: AnyWidget, locale: Locale) -> None:
    view = widget_view(card, locale, NOW)
    assert view is not None
    assert (view.id, view.type) == (card.id, card.type)
    assert all(texts(view)) or card.type == "notice"
    for row in [*view.rows, view.transaction]:
        assert row.status_label or not row.reference
    english = widget_view(card, Locale.EN, NOW)
    assert english is not None
    if card in (BALANCES, TABLE, DETAIL, BOARD):
        assert (texts(view) == texts(english)) == (locale is Locale.EN)


@pytest.mark.parametrize("locale", [Locale.SN, Locale.ND])
def test_every_label_has_its_translation(locale: Locale) -> None:
    t = translator(locale)
    same = {"US$", "ZiG", "Airtime", "Data"}
    for labels in (KIND_LABELS, STATUS_LABELS, CHIP_LABELS, REASON_LABELS, TICKET_STATUS_LABELS):
        for text in labels.values():
            assert t(text) != text or text in same, text


def test_no_value_of_a_schema_is_without_its_label() -> None:
    assert set(KIND_LABELS) == set(TransactionKind)
    assert set(STATUS_LABELS) == set(TransactionStatus)
    assert set(REASON_LABELS) == set(TicketCategory)
    assert set(TICKET_STATUS_LABELS) == set(TicketStatus)
    names = get_args(FilterChip.model_fields["name"].annotation)
    assert set(CHIP_LABELS) == set(names)


def test_a_cards_own_buttons_are_drawn() -> None:
    notice = NOTICE.model_copy(
        update={
            "actions": [
                PostbackAction(label="Wait", name="wait", value="x"),
                DeeplinkAction(label="Call", url="tel:114"),
            ]
        }
    )
    view = widget_view(notice, Locale.EN, NOW)
    assert [(a.kind, a.label, a.name, a.value, a.url) for a in view.actions] == [
        ("postback", "Wait", "wait", "x", ""),
        ("deeplink", "Call", "", "", "tel:114"),
    ]


def ticket(status: TicketStatus, **fields: object) -> TicketRow:
    board = BOARD.model_copy(
        update={"tickets": [BOARD.tickets[0].model_copy(update={"status": status, **fields})]}
    )
    return widget_view(board, Locale.EN, NOW).tickets[0]


@pytest.mark.parametrize(
    ("status", "labels", "reached", "current"),
    [
        ("new", ["Received", "Being worked on", "Solved"], 1, 0),
        ("in_progress", ["Received", "Being worked on", "Solved"], 2, 1),
        ("pending_customer", ["Received", "Waiting for you", "Solved"], 2, 1),
        ("resolved", ["Received", "Being worked on", "Solved"], 3, 2),
        ("closed", ["Received", "Being worked on", "Closed"], 3, 2),
    ],
)
def test_a_ticket_shows_where_it_stands(
    status: str, labels: list[str], reached: int, current: int
) -> None:
    stages = ticket(TicketStatus(status)).stages
    assert [stage.label for stage in stages] == labels
    assert [stage.reached for stage in stages] == [True] * reached + [False] * (3 - reached)
    assert [stage.current for stage in stages].index(True) == current
    assert stages[0].time


@pytest.mark.parametrize(
    ("status", "due", "text"),
    [
        ("new", timedelta(hours=3), "Next news: Today, 15:00"),
        ("in_progress", timedelta(hours=-3), "This takes longer than usual. We are on it."),
        ("in_progress", None, ""),
        ("pending_customer", None, "Support waits for your answer."),
        ("resolved", timedelta(hours=3), ""),
    ],
)
def test_a_ticket_says_what_happens_next(status: str, due: timedelta | None, text: str) -> None:
    row = ticket(TicketStatus(status), due_at=None if due is None else NOW + due)
    assert row.promise == text


def test_what_can_be_done_follows_from_where_a_ticket_stands() -> None:
    day = timedelta(days=1)
    solved = {"resolved_at": NOW - 7 * day}
    late = {"resolved_at": NOW - 7 * day - timedelta(seconds=1)}
    assert ticket(TicketStatus.NEW).can_add
    assert not ticket(TicketStatus.NEW).can_reopen
    assert ticket(TicketStatus.RESOLVED, **solved).can_reopen
    assert ticket(TicketStatus.CLOSED, **solved).can_reopen
    assert not ticket(TicketStatus.CLOSED, **solved).can_add
    assert not ticket(TicketStatus.CLOSED, **late).can_reopen
    assert ticket(TicketStatus.NEW).stars == []


def test_stars_are_those_that_were_given() -> None:
    fresh = ticket(TicketStatus.RESOLVED, resolved_at=NOW)
    assert fresh.stars_title == "How did we do?"
    assert [star.filled for star in fresh.stars] == [False] * 5
    rated = ticket(TicketStatus.RESOLVED, resolved_at=NOW, rating=4)
    assert rated.stars_title == "Your rating"
    assert [star.filled for star in rated.stars] == [True] * 4 + [False]
    assert [star.chosen for star in rated.stars].index(True) == 3
    assert rated.stars[3].label == "4 of 5 stars"


def test_an_article_keeps_its_markup_and_links() -> None:
    view = widget_view(ARTICLE, Locale.SN, NOW)
    assert view is not None
    assert [block.kind for block in view.blocks] == ["p", "ul"]
    assert [(a.kind, a.label, a.url) for a in view.actions] == [
        ("deeplink", "Open", "ecocash://fees")
    ]
    notice = widget_view(NOTICE, Locale.SN, NOW)
    assert notice is not None
    assert (notice.tone, notice.text) == ("warning", "Be careful.")
