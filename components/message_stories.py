"""Stories of the message."""

from typing import Any

from components.markup import el
from components.message import message
from components.story import Group, Props, Story, presented_set
from components.story_data import PAID, SENT, ago, said, usd, zig
from schemas.message import Message, Role
from schemas.money import Currency
from schemas.prepared_report import help_reasons
from schemas.views import BlockView, ChatLabels, LineView, MessageView, SpanView
from schemas.wallet import Balance, TransactionFilter
from schemas.widgets import (
    AnyWidget,
    BalanceCard,
    HelpReason,
    Notice,
    NoticeTone,
    TransactionDetail,
    TransactionTable,
)


class MessageProps(Props):
    """A message as it is kept, or, where only the page knows more, as it is drawn."""

    message: Message | MessageView


class MessageDrawn(Props):
    """What the message is given."""

    message: MessageView
    labels: ChatLabels = ChatLabels()


def _story(
    name: str, role: Role, text: str, *widgets: AnyWidget, notes: str = "", **more: Any
) -> Story[MessageProps]:
    return Story(
        name=name, props=MessageProps(message=said(role, text, *widgets, **more)), notes=notes
    )


_BALANCES = BalanceCard(
    id="w-1",
    balances=[
        Balance(currency=Currency.USD, available=usd("482.15")),
        Balance(currency=Currency.ZWG, available=zig("6120.40")),
    ],
    as_of=ago(minutes=3),
)
_TABLE = TransactionTable(id="w-1", transactions=[SENT, PAID], filter=TransactionFilter(), total=2)
_DETAIL = TransactionDetail(
    id="w-2",
    transaction=SENT,
    reasons=[HelpReason(category=category) for category in help_reasons(SENT)],
)
_PIN = Notice(id="w-3", tone=NoticeTone.WARNING, text="Never write your PIN in this chat.")
_MARKDOWN = """You can get it back **only if** Privilege Sibanda agrees.

1. Tap *Get help* on the payment.
2. Say which number you meant.

- It costs nothing.
- You can follow it here, or dial `*151#`.

[Open my payments](ecocash://transactions)"""

STORIES = presented_set(
    component="message",
    group=Group.CHAT,
    notes="What was said, its cards, and the small print under it. Who speaks shows in the side, "
    "the shape and, for people, the name; screen readers hear it before the words. A settled "
    "message is never drawn again unless it changes.",
    props=MessageProps,
    drawn=MessageDrawn,
    draw=lambda drawn: el.ol(
        message(message=drawn.message, labels=drawn.labels), class_name="messages"
    ),
    stories=[
        _story("customer", Role.CUSTOMER, "Ndatumira mari kunhamba isiriyo, help please"),
        _story("assistant", Role.ASSISTANT, "Sorry to hear that. Which payment was it?"),
        _story(
            "agent",
            Role.AGENT,
            "Good afternoon. I have your report and I am calling the receiver now.",
            author="Rudo",
            notes="A person: a name, and whom they answer for.",
        ),
        _story(
            "agent-without-name",
            Role.AGENT,
            "We are looking into it.",
            notes="Where the name is not known it says what they are.",
        ),
        _story("system", Role.SYSTEM, "Rudo from EcoCash has joined the chat."),
        _story("markdown", Role.ASSISTANT, _MARKDOWN),
        _story(
            "literal",
            Role.CUSTOMER,
            "it said **FAILED** <b>why</b>?\n\nhttps://www.example.com",
            notes="What a customer types is shown as typed.",
        ),
        _story("card", Role.ASSISTANT, "This is what you have:", _BALANCES),
        _story(
            "cards",
            Role.ASSISTANT,
            "I found two payments today. This may be the one:",
            _TABLE,
            _DETAIL,
            _PIN,
        ),
        _story("card-alone", Role.ASSISTANT, "", _BALANCES, notes="No words, so no empty bubble."),
        _story(
            "stopped",
            Role.ASSISTANT,
            "A reversal begins with a report. Then the receiver is asked whether",
            outcome="cancelled",
            notes="What had come stays.",
        ),
        _story("failed", Role.ASSISTANT, "", outcome="failed"),
        _story(
            "partial",
            Role.ASSISTANT,
            "Your payments of this week are",
            outcome="timed_out",
            notes="It broke off; what had come stays, and it can be tried again.",
        ),
        _story("basic-mode", Role.ASSISTANT, "You have US$482.15.", basic_mode=True),
        Story(
            name="unanswered",
            props=MessageProps(
                message=MessageView(
                    id="ms-1",
                    role="customer",
                    blocks=[BlockView(lines=[LineView(spans=[SpanView(text="Show my balance")])])],
                    time="14:02",
                    note="This was not answered yet",
                    retry=True,
                )
            ),
            notes="Found on opening the chat again.",
        ),
        _story(
            "too-long",
            Role.CUSTOMER,
            "I called twice and nobody picked up the phone. " * 30 + "Mukanyandiradzidzwa" * 6,
        ),
        _story(
            "too-long-answer",
            Role.ASSISTANT,
            f"{_MARKDOWN}\n\n" * 3 + "Chitungwiza" * 10 + f"\n\n`{'0123456789' * 8}`",
        ),
    ],
)
