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


class StageView(View):
    """One station on a ticket's way."""

    label: str = ""
    time: str = ""
    """When it was reached; empty while it lies ahead."""
    reached: bool = False
    current: bool = False


class StarView(View):
    """One star of a rating."""

    value: str = ""
    """``1`` to ``5``."""
    label: str = ""
    """Accessible name, such as ``3 of 5 stars``."""
    filled: bool = False
    chosen: bool = False
    """The very star that was given."""


class TicketRow(View):
    """One ticket of the customer."""

    id: str = ""
    subject: str = ""
    status: str = "new"
    status_label: str = ""
    updated: str = ""
    last_update: str = ""
    stages: list[StageView] = Field(default_factory=list[StageView])
    promise: str = ""
    """What happens next and by when; empty once it is solved."""
    can_add: bool = False
    """It is open, so the customer may add to it."""
    can_reopen: bool = False
    stars: list[StarView] = Field(default_factory=list[StarView])
    """Filled where the ticket may be rated, or was."""
    stars_title: str = ""


class ChoiceView(View):
    """One answer to choose."""

    value: str = ""
    label: str = ""
    selected: bool = False


class FieldView(View):
    """One question of a form."""

    name: str = ""
    """Key in the report's answers; ``description`` for the customer's own words."""
    kind: str = "text"
    """``text``, ``phone``, ``amount``, ``date``, ``choice``, ``meter`` or ``ending``."""
    label: str = ""
    hint: str = ""
    value: str = ""
    error: str = ""
    """What to correct, in words; empty while there is nothing."""
    required: bool = False
    locked: bool = False
    """The payment says so; it is shown and can't be changed."""
    max_length: int = 120
    first_day: str = ""
    """The earliest day that can be chosen, as ``YYYY-MM-DD``; so is ``last_day`` the latest."""
    last_day: str = ""
    choices: list[ChoiceView] = Field(default_factory=list[ChoiceView])


class EvidenceView(View):
    """One file of a report."""

    id: str = ""
    name: str = ""
    size: str = ""
    """Such as ``240 KB``."""
    media_type: str = ""
    remove_label: str = ""
    """Accessible name of its remove button; empty where it can't be removed any more."""


class SendingView(View):
    """A file on its way. The page's script fills it in as the file goes."""

    label: str = ""
    """Such as ``Sending receipt.jpg``."""
    share: float = 0
    """How much of it has gone, 0 to 1."""
    stop_label: str = ""
    """Accessible name of the button that stops it."""


class ReviewRow(View):
    """One line of a form's review."""

    step: str = ""
    """The step its edit link goes to; empty on a further line of the same step."""
    edit_label: str = ""
    label: str = ""
    value: str = ""


class FormView(View):
    """A problem report: the step it stands at, ready to fill in. Empty on other cards."""

    revision: int = 0
    state: str = "open"
    """``open``, ``submitted`` (its dialog waits), ``sent`` or ``discarded``."""
    step: str = "reason"
    """``reason``, ``details``, ``words`` or ``review``."""
    heading: str = ""
    progress: str = ""
    """Such as ``Step 2 of 4``."""
    number: int = 1
    steps: int = 4
    can_go_back: bool = False
    reasons: list[ChoiceView] = Field(default_factory=list[ChoiceView])
    reasons_error: str = ""
    fields: list[FieldView] = Field(default_factory=list[FieldView])
    description: FieldView = Field(default_factory=FieldView)
    evidence: list[EvidenceView] = Field(default_factory=list[EvidenceView])
    evidence_left: int = 0
    """How many more files it takes."""
    evidence_error: str = ""
    review: list[ReviewRow] = Field(default_factory=list[ReviewRow])
    outcome: str = ""
    """What became of it, once it is no longer open."""
    ticket_id: str = ""


class DialogView(View):
    """A question for consent and what came of it. Empty on other cards."""

    consent_id: str = ""
    state: str = "pending"
    """``pending``, ``confirmed``, ``executed``, ``failed``, ``declined`` or ``expired``."""
    severity: str = "low"
    """``low``, ``medium`` or ``high``."""
    severity_label: str = ""
    amount: str = ""
    consequences: list[str] = Field(default_factory=list[str])
    expires_at: int = 0
    """Milliseconds since 1970, for the countdown; 0 once it is decided."""
    accept: str = ""
    """Label of the button that agrees."""
    outcome: str = ""
    """What came of it, in words; empty while it is pending."""
    tone: str = "info"
    """Of the outcome: ``info``, ``success``, ``warning`` or ``error``."""
    ticket_id: str = ""


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
    form: FormView = Field(default_factory=FormView)
    dialog: DialogView = Field(default_factory=DialogView)


class MessageView(View):
    """One message, ready to draw."""

    id: str = ""
    seq: int = 0
    role: str = "assistant"
    """``customer``, ``assistant``, ``agent`` or ``system``."""
    author: str = ""
    """On an agent's message: their name."""
    lang: str = ""
    """Code of the text's language where it is known and is not the page's."""
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
    composer_placeholder_person: str = "Write a message"
    """While a person answers, or is waited for."""
    send: str = "Send"
    stop: str = "Stop"
    typing: str = "Typing"
    new_chat: str = "New chat"
    language: str = "Language"
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
    wait: str = "One moment, please"
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
    support: str = "EcoCash support"
    agent_typing: str = "Support is typing"
    leave_queue: str = "Stop waiting"
    form_back: str = "Back"
    form_next: str = "Next"
    form_submit: str = "Send report"
    form_discard: str = "Discard this report"
    form_edit: str = "Change"
    optional: str = "optional"
    reported: str = "What you report"
    evidence: str = "Photos or documents"
    evidence_hint: str = "Up to 3 photos or PDF files, 5 MB each. Hide your PIN."
    evidence_add: str = "Add a photo or PDF"
    evidence_remove: str = "Remove"
    evidence_sending: str = "Sending {name}"
    evidence_too_large: str = "{name} is larger than 5 MB."
    evidence_wrong_type: str = "{name} is not a photo or a PDF."
    evidence_too_many: str = "A report takes 3 files. {name} was left out."
    evidence_failed: str = "{name} was not sent. Please try again."
    confirm_decline: str = "No"
    confirm_working: str = "One moment, please. Do not close the chat."
    confirm_shown: str = "What you were asked"
    confirm_time: str = "Time left to answer: {time}"
    confirm_over: str = "The time to answer is over. Nothing was changed."
    ticket_add: str = "Add information"
    ticket_add_hint: str = "What should we know?"
    ticket_reopen: str = "It is not solved"
    ticket_reopen_hint: str = "What is still wrong?"
    ticket_reopen_send: str = "Open it again"
    ticket_news: str = "From support"
