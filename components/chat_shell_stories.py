"""Stories of the chat shell: the whole page in each of its states, and on each journey."""

from datetime import timedelta

from components.chat_shell import chat_shell
from components.confirmation_dialog_stories import REPORT
from components.states_stories import AppState
from components.story import Group, Props, Story, chat_handlers, presented_set
from components.story_data import (
    NOW,
    PAID,
    RECEIVED,
    SENT,
    ago,
    said,
    thread,
    ticket,
    usd,
    zig,
)
from schemas.identity import Locale
from schemas.message import Message, Role, Speaker
from schemas.money import Currency
from schemas.prepared_report import help_reasons
from schemas.ticket import TicketCategory, TicketStatus
from schemas.views import (
    BlockView,
    ChatLabels,
    HistoryItemView,
    LineView,
    MessageView,
    QuickActionView,
    SpanView,
    WidgetView,
)
from schemas.wallet import Balance, TransactionFilter
from schemas.widgets import (
    AnyWidget,
    BalanceCard,
    FilterChip,
    HelpReason,
    ReportStep,
    TicketForm,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
)


class _Page(Props):
    """What the whole page is given, but for messages and cards."""

    app_state: AppState = AppState.READY
    lang: Locale = Locale.EN
    title: str = ""
    live_blocks: list[BlockView]
    live_tail: str = ""
    busy: bool = False
    has_earlier: bool = False
    quick: list[QuickActionView]
    history: list[HistoryItemView]
    history_open: bool = False
    history_known: bool = True
    alert: str = ""
    speaker: Speaker = Speaker.ASSISTANT
    speaker_note: str = ""
    agent_typing: bool = False


class ChatShellProps(_Page):
    """A whole chat as it is kept."""

    messages: list[Message]
    live_widgets: list[AnyWidget]


class ChatShellDrawn(_Page):
    """What the chat shell is given."""

    messages: list[MessageView]
    live_widgets: list[WidgetView]
    labels: ChatLabels = ChatLabels()


def _chat(
    *messages: Message, suggest: tuple[str, ...] = (), answer: str = "", **more: object
) -> ChatShellProps:
    return ChatShellProps.model_validate(
        {
            "messages": thread(*messages),
            "live_widgets": [],
            "live_blocks": [BlockView(lines=[LineView(spans=[SpanView(text=answer)])])]
            if answer
            else [],
            "quick": [QuickActionView(label=text, text=text) for text in suggest],
            "history": [
                HistoryItemView(id="cv-1", title="Airtime haina kuuya", updated="12 Nov, 09:10"),
                HistoryItemView(id="cv-2", title="What are the fees?", updated="3 Nov, 17:44"),
            ],
            **more,
        }
    )


def _asked(text: str, minutes: int = 2) -> Message:
    return said(Role.CUSTOMER, text, minutes=minutes)


def _answered(text: str, *cards: AnyWidget, minutes: int = 2) -> Message:
    return said(Role.ASSISTANT, text, *cards, minutes=minutes)


_FIRST = (
    "Show my balance",
    "My transactions this week",
    "A payment went wrong",
    "What are the fees?",
)
_BALANCE = (
    _asked("Show my balance", 6),
    _answered(
        "This is what you have:",
        BalanceCard(
            id="w-1",
            balances=[
                Balance(currency=Currency.USD, available=usd("482.15"), pending=usd("150.00")),
                Balance(currency=Currency.ZWG, available=zig("6120.40")),
            ],
            as_of=ago(minutes=6),
        ),
        minutes=6,
    ),
)
_TABLE = TransactionTable(
    id="w-2",
    transactions=[SENT, RECEIVED, PAID],
    filter=TransactionFilter(),
    chips=[FilterChip(name="all", selected=True), FilterChip(name="in"), FilterChip(name="out")],
    total=3,
)
_DETAIL = TransactionDetail(
    id="w-3",
    transaction=SENT,
    reasons=[HelpReason(category=category) for category in help_reasons(SENT)],
)
_FORM = TicketForm(
    id="w-4",
    step=ReportStep.DETAILS,
    reasons=list(help_reasons(SENT)),
    category=TicketCategory.WRONG_NUMBER,
    transaction=SENT,
    answers={"number_sent_to": "+263772418950"},
)
_SENT_FORM = _FORM.model_copy(update={"state": "sent", "ticket_id": "TCK-100042"})
_NEW_TICKET = ticket(
    TicketStatus.NEW,
    created_at=ago(minutes=1),
    updated_at=ago(minutes=1),
    due_at=NOW + timedelta(hours=2),
)
_WRONG = _asked("Ndatumira mari kunhamba isiriyo", 4)
_WITH_A_PERSON = (
    _asked("Talk to a person", 9),
    _answered("I am passing you on to a person. They can read this chat.", minutes=9),
    said(Role.SYSTEM, "Rudo from EcoCash has joined the chat.", minutes=7),
    said(Role.AGENT, "Good afternoon. How can I help?", minutes=7, author="Rudo"),
    _asked("The receiver does not pick up", 5),
)

STORIES = presented_set(
    component="chat_shell",
    group=Group.PAGES,
    notes="The whole chat, from the header to the composer: in each state of the page, and in the "
    "middle of each journey. The composer keeps its place through all of them.",
    props=ChatShellProps,
    drawn=ChatShellDrawn,
    draw=lambda drawn: chat_shell(
        handlers=chat_handlers(),
        app_state=drawn.app_state,
        lang=drawn.lang,
        labels=drawn.labels,
        title=drawn.title,
        messages=drawn.messages,
        live_blocks=drawn.live_blocks,
        live_tail=drawn.live_tail,
        live_widgets=drawn.live_widgets,
        busy=drawn.busy,
        has_earlier=drawn.has_earlier,
        quick=drawn.quick,
        history=drawn.history,
        history_open=drawn.history_open,
        history_known=drawn.history_known,
        alert=drawn.alert,
        speaker=drawn.speaker,
        speaker_note=drawn.speaker_note,
        agent_typing=drawn.agent_typing,
    ),
    whole_page=True,
    stories=[
        Story(name="first-use", props=_chat(suggest=_FIRST)),
        Story(name="loading", props=_chat(app_state="loading")),
        Story(name="expired", props=_chat(*_BALANCE, app_state="expired")),
        Story(name="error", props=_chat(app_state="error")),
        Story(
            name="offline",
            props=_chat(*_BALANCE, app_state="offline"),
            notes="Everything stays readable, and what is sent waits.",
        ),
        Story(name="offline-first-use", props=_chat(app_state="offline")),
        Story(
            name="denied",
            props=_chat(*_BALANCE, alert="You are sending very fast. Please wait a moment."),
        ),
        Story(
            name="balance",
            props=_chat(
                *_BALANCE,
                title="Show my balance",
                suggest=("My transactions this week", "Only the failed ones", "What are the fees?"),
            ),
        ),
        Story(
            name="streaming",
            props=_chat(
                *_BALANCE,
                _asked("Why is some of it pending?", 0),
                title="Show my balance",
                busy=True,
                answer="You sent US$150.00 to your account at CBZ Bank.",
                live_tail="Banks can take up to two",
            ),
        ),
        Story(
            name="transactions",
            props=_chat(
                _asked("My transactions this week"),
                _answered("Here they are:", _TABLE),
                has_earlier=True,
                suggest=("Only the failed ones", "And last week?", "Show my balance"),
            ),
        ),
        Story(name="transaction", props=_chat(_WRONG, _answered("Is it this one?", _DETAIL))),
        Story(
            name="report",
            props=_chat(
                _WRONG,
                _answered("I have filled in what I know.", _FORM),
                title="Sent to the wrong number",
            ),
        ),
        Story(
            name="consent",
            props=_chat(
                _answered("Please check it before it is sent.", REPORT),
                title="Sent to the wrong number",
            ),
        ),
        Story(
            name="ticket",
            props=_chat(
                _answered("", _SENT_FORM, minutes=1),
                _answered(
                    "Your report is with EcoCash support.",
                    TicketStatusBoard(id="w-6", tickets=[_NEW_TICKET]),
                    minutes=1,
                ),
                title="Sent to the wrong number",
                suggest=("How long does a ticket take?", "Talk to a person", "Show my balance"),
            ),
        ),
        Story(
            name="queue",
            props=_chat(
                *_WITH_A_PERSON[:2], speaker=Speaker.QUEUE, speaker_note="Waiting for a person"
            ),
        ),
        Story(
            name="agent",
            props=_chat(
                *_WITH_A_PERSON,
                speaker=Speaker.AGENT,
                speaker_note="You are talking to Rudo",
                agent_typing=True,
            ),
        ),
        Story(name="history", props=_chat(*_BALANCE, history_open=True)),
        Story(
            name="too-many",
            props=_chat(*(_BALANCE * 8), has_earlier=True, suggest=("What are the fees?", *_FIRST)),
            notes="It opens at the newest; the arrow leads back to it.",
        ),
    ],
)
