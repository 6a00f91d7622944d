"""The staff, tickets and conversations that the board's stories tell of.

The present of every story is 20 November 2026, 14:05 in Harare.
"""

from enum import StrEnum
from itertools import cycle, islice

from components.story_data import ago
from schemas.board_views import (
    CannedView,
    CardView,
    EventView,
    FileView,
    FlashView,
    LanesView,
    LaneView,
    MeView,
    OptionView,
    PanelView,
    QueryView,
    StaffView,
    WaitingView,
)
from schemas.board_words import CATEGORIES, STATUSES
from schemas.ticket import LEGAL_MOVES, TicketStatus
from schemas.views import (
    BlockView,
    FactView,
    LineView,
    MessageView,
    SpanView,
    TransactionRow,
    WidgetView,
)


class BoardState(StrEnum):
    """What the board's root says of itself in ``data-board-state``."""

    LOADING = "loading"
    READY = "ready"
    DENIED = "denied"
    ERROR = "error"
    OFFLINE = "offline"


def at(*, days: int = 0, hours: int = 0, minutes: int = 0) -> int:
    """Return a moment before the stories' present, in milliseconds; negative lies ahead."""
    return round(ago(days=days, hours=hours, minutes=minutes).timestamp() * 1000)


TARIRO = StaffView(id="agent-1", name="Tariro Moyo", initials="TM", me=True)
BLESSING = StaffView(id="agent-2", name="Blessing Ndlovu", initials="BN")
FARAI = StaffView(id="supervisor-1", name="Farai Chikwanha", initials="FC")
STAFF = [TARIRO, BLESSING, FARAI]

AGENT = MeView(id="agent-1", name="Tariro Moyo", initials="TM", works=True)
SUPERVISOR = MeView(
    id="supervisor-1", name="Farai Chikwanha", initials="FC", works=True, supervises=True
)
OPERATOR = MeView(id="operator-1", name="Nomsa Dube", initials="ND", operates=True)

EVERYTHING = QueryView(view="all")

LONG_NAME = (
    "Chitungwiza Unit L Burial Society and Savings Cooperative (Ward 14), Mai Tapiwanashe "
    "Mukanyandiradzidzwa"
)

CARD = CardView(
    id="TCK-100042",
    version=3,
    customer="Rudo Moyo",
    category="Wrong number",
    amount="\N{MINUS SIGN}US$40.00",
    created=at(hours=2),
    due=at(minutes=-95),
    due_for="Reply",
    language="sn",
)
"""The ticket most stories are about: to the wrong number."""


def card(number: int = 100042, **changes: object) -> CardView:
    """Return a card like `CARD`, with these differences."""
    return CardView.model_validate(CARD.model_dump() | {"id": f"TCK-{number}"} | changes)


LATE = card(
    100037,
    customer="Thabani Ncube",
    category="Electricity token missing",
    amount="\N{MINUS SIGN}US$10.00",
    created=at(hours=9),
    due=at(minutes=48),
    due_for="Resolve",
    breached=True,
    priority="urgent",
    escalated=True,
    assignee=BLESSING.name,
    initials=BLESSING.initials,
    language="nd",
)
SOON = card(
    100041,
    customer="Kudakwashe Marufu",
    category="Debited, merchant not paid",
    amount="\N{MINUS SIGN}US$18.75",
    created=at(hours=3),
    due=at(minutes=-22),
    priority="high",
    unread=True,
    language="en",
)
PAUSED = card(
    100029,
    status="pending_customer",
    customer="Sibusisiwe Khumalo",
    category="Bank not received",
    amount="\N{MINUS SIGN}US$150.00",
    created=at(days=2),
    due=0,
    due_for="",
    paused=True,
    assignee=TARIRO.name,
    initials=TARIRO.initials,
    language="nd",
)
ASKED = card(
    100035,
    status="in_progress",
    version=9,
    created=at(days=1, hours=2),
    due=at(hours=-5),
    due_for="Resolve",
    assignee=TARIRO.name,
    initials=TARIRO.initials,
    reversal=True,
    tags=["recipient-asked"],
)
AGAIN = card(
    100018,
    status="in_progress",
    customer="Tatenda Gumbo",
    category="Airtime or data missing",
    amount="\N{MINUS SIGN}ZiG 130.00",
    created=at(days=6),
    due=at(hours=-3),
    due_for="Resolve",
    reopened=True,
    unread=True,
    assignee=BLESSING.name,
    initials=BLESSING.initials,
    language="en",
)
DONE = card(
    100012,
    status="resolved",
    customer="Nyasha Zhou",
    category="Double debit",
    amount="\N{MINUS SIGN}US$18.75",
    created=at(days=3),
    due=0,
    due_for="",
    assignee=TARIRO.name,
    initials=TARIRO.initials,
)
CLOSED = card(
    100003,
    status="closed",
    customer="Memory Sithole",
    category="PIN or account blocked",
    amount="",
    created=at(days=12),
    due=0,
    due_for="",
    priority="low",
    assignee=BLESSING.name,
    initials=BLESSING.initials,
    language="en",
)
CARDS = [LATE, SOON, CARD, ASKED, AGAIN, PAUSED, DONE, CLOSED]


def many_cards(count: int, status: TicketStatus) -> list[CardView]:
    """Return so many cards of one column, each with a number and an age of its own."""
    customers = ["Rudo Moyo", "Thabani Ncube", "Sekai Dube", "Tatenda Gumbo", "Nyasha Zhou"]
    words = list(CATEGORIES.values())
    return [
        card(
            100900 - n,
            status=status.value,
            customer=customer,
            category=words[n % len(words)],
            amount=f"\N{MINUS SIGN}US${5 + n}.50",
            created=at(hours=n + 1),
            due=at(minutes=90 - 25 * n),
            initials=("TM", "BN", "")[n % 3],
            assignee=(TARIRO.name, BLESSING.name, "")[n % 3],
        )
        for n, customer in enumerate(islice(cycle(customers), count))
    ]


def _shown(count: str) -> int:
    """Return how many of them a column's window holds."""
    return min(40, int(count.rstrip("+").replace(",", "")))


def lanes_of(*counts: str, more: bool = False, newer: bool = False) -> LanesView:
    """Return heads of columns with these counts, in the order of the board."""
    lanes = {
        status.value: LaneView(count=count, shown=_shown(count), more=more, newer=newer)
        for status, count in zip(TicketStatus, counts, strict=True)
    }
    return LanesView.model_validate(lanes)


WAITING = WaitingView(
    id="ho_01hzy7",
    conversation_id="c_01hzy7",
    customer="Gogo Sithembile Mlilo",
    reason="Asked for a person",
    summary="Says an agent in Bulawayo took US$5 more than the fee for a cash-out, and that she "
    "has the receipt.",
    since=at(minutes=6),
    language="nd",
)
TAKEN = WAITING.model_copy(
    update={
        "id": "ho_01hzy2",
        "customer": "Simbarashe Chikore",
        "reason": "The assistant was unsure",
        "summary": "Paid council rates twice; both payments show as completed.",
        "since": at(minutes=31),
        "language": "sn",
        "agent": BLESSING.name,
    }
)

TRANSACTION = WidgetView(
    id="transaction",
    type="transaction_detail",
    title="Sent to Privilege Sibanda",
    transaction=TransactionRow(
        reference="MP261120.1120.L11873",
        title="Privilege Sibanda",
        amount="\N{MINUS SIGN}US$40.00",
        status="completed",
        status_label="Completed",
    ),
    facts=[
        FactView(label="Reference", value="MP261120.1120.L11873"),
        FactView(label="Number", value="077 241 8950"),
        FactView(label="When", value="20 Nov 2026, 11:20"),
        FactView(label="Fee", value="US$0.60"),
        FactView(label="Tax (IMTT)", value="US$0.80"),
    ],
)
FILES = [
    FileView(id="ev_1", name="receipt.jpg", url="/favicon.svg", image=True, about="JPEG, 240 KB"),
    FileView(id="ev_2", name="statement-november.pdf", url="/favicon.svg", about="PDF, 1.1 MB"),
]


def panel_of(status: TicketStatus = TicketStatus.IN_PROGRESS, **changes: object) -> PanelView:
    """Return the open ticket in one of its states, with these differences."""
    moves = [each for each in TicketStatus if each is status or each in LEGAL_MOVES[status]]
    ticket = PanelView(
        kind="ticket",
        id="TCK-100042",
        version=7,
        title="Sent to the wrong number: US$40.00 to Privilege Sibanda",
        category="Wrong number",
        status=status.value,
        status_label=STATUSES[status],
        moves=[OptionView(value=each.value, label=STATUSES[each]) for each in moves],
        assignee_id=TARIRO.id,
        team="reversals",
        customer="Rudo Moyo",
        customer_id="c-1001",
        number="077 123 4567",
        language="Shona",
        created=at(hours=2),
        due=at(minutes=-95),
        due_for="Resolve",
        answers=[
            FactView(label="Number you meant", value="077 241 8905"),
            FactView(label="Number it went to", value="077 241 8950"),
            FactView(label="Do you know the recipient?", value="No"),
        ],
        transaction=[TRANSACTION],
        evidence=FILES[:1],
        tried=["Prepared a report", "Opened the transaction", "Searched the help centre"],
        conversation_id="c_01hzx1",
    )
    return PanelView.model_validate(ticket.model_dump() | changes)


CONVERSATION = PanelView(
    kind="conversation",
    id=WAITING.id,
    version=1,
    title=WAITING.customer,
    customer=WAITING.customer,
    customer_id="c-2207",
    language="Ndebele",
    created=WAITING.since,
    conversation_id=WAITING.conversation_id,
    handover_id=WAITING.id,
    handover="waiting",
    summary=WAITING.summary,
)


def said(role: str, text: str, number: int, **changes: object) -> MessageView:
    """Return a message of the conversation."""
    block = BlockView(lines=[LineView(spans=[SpanView(text=text)])])
    message = MessageView(
        id=f"m-{number}", seq=number, role=role, blocks=[block], time=f"11:{30 + number}"
    )
    return MessageView.model_validate(message.model_dump() | changes)


MESSAGES = [
    said(
        "customer",
        "Ndatumira $40 kunhamba isiriyo. Ndanga ndichida kutumira hanzvadzi yangu Tinotenda.",
        1,
        day="Today",
    ),
    said("assistant", "Ndine urombo nazvo. Iyi ndiyo mari yamatumira:", 2, widgets=[TRANSACTION]),
    said("system", "Your report TCK-100042 was sent.", 3),
    said(
        "agent",
        "Mhoro Rudo, ndiri kutarisa TCK-100042 izvozvi. Ndichakunyorerai pano kana ndawana "
        "mhinduro.",
        4,
        author=TARIRO.name,
    ),
    said("customer", "Maita basa. Ndakamirira.", 5),
]

EVENTS = [
    EventView(
        version=7,
        kind="noted",
        who=TARIRO.name,
        what="noted",
        text="Recipient has been called twice, no answer. Try again after 16:00.",
        at=at(minutes=12),
        private=True,
    ),
    EventView(
        version=6,
        kind="replied",
        who=TARIRO.name,
        what="replied, and moved it to In progress",
        text="Mhoro Rudo, ndiri kutarisa TCK-100042 izvozvi.",
        at=at(minutes=31),
    ),
    EventView(version=5, kind="assigned", who=TARIRO.name, what="took it", at=at(minutes=33)),
    EventView(
        version=2,
        kind="reversal_requested",
        who="Rudo Moyo",
        what="asked for a reversal",
        where="in the chat",
        at=at(minutes=118),
    ),
    EventView(
        version=1,
        kind="opened",
        who="Rudo Moyo",
        what="opened the ticket",
        where="in the chat",
        at=at(hours=2),
    ),
]

CANNED = [
    CannedView(
        key="received-en",
        title="I am on it",
        language="en",
        text="Hello Rudo, I am looking at TCK-100042 now. I will write to you here as soon as I "
        "know more.",
    ),
    CannedView(
        key="received-sn",
        title="Ndiri kuzvitarisa",
        language="sn",
        text="Mhoro Rudo, ndiri kutarisa TCK-100042 izvozvi. Ndichakunyorerai pano kana ndawana "
        "mhinduro.",
    ),
    CannedView(
        key="asked-sn",
        title="Nhamba isiriyo: akatambira abvunzwa",
        language="sn",
        text="Tabvunza munhu akatambira US$40.00 (MP261120.1120.L11873). Inodzoka chete kana "
        "akabvuma, uye mari yakatoshandiswa haidzoki.",
    ),
    CannedView(
        key="received-nd",
        title="Sengiyayihlola",
        language="nd",
        text="Sawubona Rudo, sengihlola i-TCK-100042 khathesi. Ngizakubhalela khonapha nxa "
        "sengitholile impendulo.",
    ),
]

NO_WORD = FlashView()
CONFLICT = FlashView(
    tick=1,
    tone="error",
    text="The ticket has changed meanwhile. Nothing was written.",
    lines=[
        "Blessing Ndlovu set the priority to High",
        "Blessing Ndlovu noted: The recipient agreed on the phone",
    ],
    ref="TCK-100042",
)
