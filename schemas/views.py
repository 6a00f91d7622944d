"""What the browser is sent: widgets and messages with every text ready to draw.

Amounts, dates and names are formatted on the server in the customer's language, so the page ships
no formatting library. Views carry no identity and nothing the page does not show.
"""

from pydantic import BaseModel, ConfigDict, Field


class View(BaseModel):
    """Base of every view; defaults let the first render happen before any data."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class SpanView(View):
    """A run of text in one style."""

    text: str = ""
    style: str = ""
    """``""``, ``b``, ``i``, ``code`` or ``a``."""
    url: str = ""


class LineView(View):
    """A paragraph or a list item."""

    spans: list[SpanView] = Field(default_factory=list[SpanView])


class BlockView(View):
    """A paragraph (one line) or a list (its items)."""

    kind: str = "p"
    """``p``, ``ul`` or ``ol``."""
    lines: list[LineView] = Field(default_factory=list[LineView])


class ActionView(View):
    """A button."""

    kind: str = "postback"
    """``postback`` or ``deeplink``."""
    label: str = ""
    name: str = ""
    value: str = ""
    url: str = ""


class BalanceRow(View):
    """One wallet."""

    currency: str = ""
    label: str = ""
    """Such as ``US dollar wallet``."""
    amount: str = ""
    pending: str = ""
    """Such as ``US$4.00 on its way``; empty when nothing is pending."""


class ChipView(View):
    """A filter chip."""

    name: str = ""
    label: str = ""
    selected: bool = False


class TransactionRow(View):
    """One line of a transaction table."""

    reference: str = ""
    title: str = ""
    subtitle: str = ""
    """Kind and time, such as ``Sent · 12 Nov, 14:05``."""
    amount: str = ""
    """Signed, such as ``-US$12.50``."""
    direction: str = "out"
    """``in`` or ``out``."""
    kind: str = "send"
    status: str = "completed"
    status_label: str = ""
    help_label: str = ""
    """Accessible name of its help button."""


class FactView(View):
    """A label and a value of a detail card."""

    label: str = ""
    value: str = ""
    copyable: bool = False


class ReasonView(View):
    """A reason to ask for help, ready to tap."""

    category: str = ""
    label: str = ""


class TicketRow(View):
    """One ticket of the customer."""

    id: str = ""
    subject: str = ""
    status: str = "new"
    status_label: str = ""
    updated: str = ""
    last_update: str = ""


class WidgetView(View):
    """Any card: ``type`` says which, and which of the fields are filled.

    One flat class, because the page picks the component by ``type`` and a var of one class is
    typed all the way down. Fields at their default are left out on the wire.
    """

    id: str
    type: str
    title: str = ""
    note: str = ""
    """Small print, such as ``As of 14:05`` or ``10 of 60``."""
    empty: str = ""
    """What to say when there is nothing to list."""
    tone: str = "info"
    """Of a notice: ``info``, ``success``, ``warning`` or ``error``."""
    text: str = ""
    balances: list[BalanceRow] = Field(default_factory=list[BalanceRow])
    chips: list[ChipView] = Field(default_factory=list[ChipView])
    rows: list[TransactionRow] = Field(default_factory=list[TransactionRow])
    more_label: str = ""
    """Label of the button for the next page; empty on the last."""
    next_cursor: str = ""
    transaction: TransactionRow = Field(default_factory=TransactionRow)
    facts: list[FactView] = Field(default_factory=list[FactView])
    reasons_title: str = ""
    reasons: list[ReasonView] = Field(default_factory=list[ReasonView])
    tickets: list[TicketRow] = Field(default_factory=list[TicketRow])
    blocks: list[BlockView] = Field(default_factory=list[BlockView])
    actions: list[ActionView] = Field(default_factory=list[ActionView])


class MessageView(View):
    """One message, ready to draw."""

    id: str = ""
    seq: int = 0
    role: str = "assistant"
    """``customer``, ``assistant``, ``agent`` or ``system``."""
    blocks: list[BlockView] = Field(default_factory=list[BlockView])
    widgets: list[WidgetView] = Field(default_factory=list[WidgetView])
    time: str = ""
    """Clock time in Harare, such as ``14:05``."""
    day: str = ""
    """Set on the first message of a day, such as ``Today`` or ``12 November``."""
    note: str = ""
    """Small print under the message, such as ``Stopped`` or ``Basic mode``."""
    retry: bool = False
    """The message was not answered and may be tried again."""
    copy_text: str = ""
    """Plain text for the copy button; empty hides the button."""
    client_key: str = ""
    """On a customer's message: the page's own key for it, so that the page knows it arrived."""


class HistoryItemView(View):
    """One conversation in the list of earlier ones."""

    id: str = ""
    title: str = ""
    updated: str = ""
    current: bool = False


class QuickActionView(View):
    """A suggestion above the composer."""

    label: str = ""
    """What the button says."""
    text: str = ""
    """What is sent as the customer's message."""


class ChatLabels(View):
    """Every fixed text of the chat page, in the customer's language."""

    title: str = "EcoCash Help"
    subtitle: str = "Assistant"
    composer_placeholder: str = "Type your question"
    send: str = "Send"
    stop: str = "Stop"
    typing: str = "Typing"
    new_chat: str = "New chat"
    history: str = "Earlier chats"
    history_empty: str = "No earlier chats yet"
    close: str = "Close"
    load_earlier: str = "Show earlier messages"
    copy_label: str = "Copy"
    copied: str = "Copied"
    retry: str = "Try again"
    get_help: str = "Get help"
    talk_to_person: str = "Talk to a person"
    welcome_title: str = "How can we help?"
    welcome_text: str = "Ask about your balance, a payment or a problem."
    offline: str = "You are offline. Your message is kept and sent when you are back."
    loading: str = "Opening your chat"
    expired_title: str = "Please sign in again"
    expired_text: str = "For your safety the chat was locked. What you typed is kept."
    expired_action: str = "Sign in"
    error_title: str = "Something went wrong"
    error_text: str = "Your messages are safe. Try again in a moment."
    messages: str = "Messages"
    you: str = "You"
    assistant: str = "Assistant"
    agent: str = "Support agent"
    skip_to_composer: str = "Skip to typing"
