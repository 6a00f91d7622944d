"""Stories of the message list."""

from components.message_list import message_list
from components.story import Group, Props, Story, presented_set
from components.story_data import SENT, said, thread
from schemas.message import Message, Role
from schemas.views import BlockView, ChatLabels, LineView, MessageView, SpanView, WidgetView
from schemas.widgets import AnyWidget, TransactionDetail


class MessageListProps(Props):
    """A thread and what is coming."""

    messages: list[Message]
    live_blocks: list[BlockView]
    live_tail: str
    live_widgets: list[AnyWidget]
    busy: bool
    has_earlier: bool
    agent_typing: bool
    pending: str


class MessageListDrawn(Props):
    """What the message list is given."""

    messages: list[MessageView]
    live_blocks: list[BlockView]
    live_tail: str
    live_widgets: list[WidgetView]
    busy: bool
    has_earlier: bool
    agent_typing: bool
    pending: str
    labels: ChatLabels = ChatLabels()


def _list(
    *messages: Message,
    answer: str = "",
    tail: str = "",
    card: AnyWidget | None = None,
    busy: bool = False,
    has_earlier: bool = False,
    agent_typing: bool = False,
    pending: str = "",
) -> MessageListProps:
    return MessageListProps(
        messages=thread(*messages),
        live_blocks=[BlockView(lines=[LineView(spans=[SpanView(text=answer)])])] if answer else [],
        live_tail=tail,
        live_widgets=[card] if card else [],
        busy=busy,
        has_earlier=has_earlier,
        agent_typing=agent_typing,
        pending=pending,
    )


_ASKED = said(Role.CUSTOMER, "What did I send this morning?", minutes=1)
_ANSWERED = (
    said(Role.CUSTOMER, "Mhoro", minutes=5),
    said(Role.ASSISTANT, "Mhoro! What can I do for you?", minutes=5),
)
_AGENT = (
    *_ANSWERED,
    said(Role.SYSTEM, "Rudo from EcoCash has joined the chat.", minutes=2),
    said(Role.AGENT, "Good afternoon. How can I help?", minutes=2, author="Rudo"),
)

STORIES = presented_set(
    component="message_list",
    group=Group.CHAT,
    notes="Oldest first, a heading for each day. An answer that is being written grows at the end; "
    "screen readers hear it once, when it has settled. What the customer has sent stands there at "
    "once, with a clock until the server has it.",
    props=MessageListProps,
    drawn=MessageListDrawn,
    draw=lambda drawn: message_list(
        labels=drawn.labels,
        messages=drawn.messages,
        live_blocks=drawn.live_blocks,
        live_tail=drawn.live_tail,
        live_widgets=drawn.live_widgets,
        busy=drawn.busy,
        has_earlier=drawn.has_earlier,
        agent_typing=drawn.agent_typing,
        pending=drawn.pending,
    ),
    stories=[
        Story(name="settled", props=_list(*_ANSWERED)),
        Story(
            name="days",
            props=_list(
                said(Role.CUSTOMER, "Show my balance", minutes=60 * 24 * 8),
                said(Role.ASSISTANT, "You have US$310.00.", minutes=60 * 24 * 8),
                said(Role.CUSTOMER, "And now?", minutes=60 * 24),
                said(Role.ASSISTANT, "You have US$522.75.", minutes=60 * 24),
                *_ANSWERED,
            ),
            notes="A heading where a new day begins.",
        ),
        Story(
            name="load-earlier",
            props=_list(*_ANSWERED, has_earlier=True),
            notes="Earlier messages come above; what is being read stays in its place.",
        ),
        Story(
            name="busy",
            props=_list(*_ANSWERED, _ASKED, busy=True),
            notes="Before the first word.",
        ),
        Story(
            name="streaming",
            props=_list(
                *_ANSWERED,
                _ASKED,
                busy=True,
                answer="You sent US$40.00 to Privilege Sibanda at 11:20.",
                tail="Was that the right",
            ),
            notes="Whole paragraphs first; the one being written ends in a dot.",
        ),
        Story(
            name="streaming-card",
            props=_list(
                *_ANSWERED,
                _ASKED,
                busy=True,
                answer="This is the payment:",
                card=TransactionDetail(id="w-live", transaction=SENT),
            ),
            notes="A card is drawn as soon as its figures are there.",
        ),
        Story(
            name="agent-typing",
            props=_list(*_AGENT, agent_typing=True),
            notes="A person writes; their words come as a whole.",
        ),
        Story(
            name="pending",
            props=_list(*_ANSWERED, pending="Ndatumira mari kunhamba isiriyo"),
            notes="Sent, and not yet with the server: offline it waits here.",
        ),
        Story(
            name="too-many",
            props=_list(
                *(
                    message.model_copy(update={"created_at": message.created_at})
                    for message in _ANSWERED * 30
                ),
                has_earlier=True,
            ),
            notes="The page holds a window of the newest; the button brings the others.",
        ),
        Story(name="empty", props=_list()),
    ],
)
