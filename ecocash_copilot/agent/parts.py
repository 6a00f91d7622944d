"""What the assistant is made of, and what it hands to pages."""

from dataclasses import dataclass

from limits.aio.storage import Storage

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.agent.build import Agents
from ecocash_copilot.agent.run_turn import Limits
from ecocash_copilot.agent.turns import LiveTurn, Turns
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.store.client import Store
from schemas.identity import Locale
from schemas.message import Conversation, Message


@dataclass(frozen=True)
class Opened:
    """A conversation as a page shows it first."""

    conversation: Conversation | None
    """None for a customer who has none yet."""
    messages: list[Message]
    """The newest, oldest first."""
    has_earlier: bool
    turn: LiveTurn | None
    """The turn under way in this process."""
    unanswered: Message | None
    """The customer's last message, if its turn died before it was answered."""


@dataclass(frozen=True)
class Asked:
    """A question and the turn that answers it."""

    conversation: Conversation
    question: Message
    turn: LiveTurn | None
    """None when the question was sent before and needs nothing now."""
    locale: Locale | None = None
    """The language from now on, where the question has changed it."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the assistant is made of."""

    store: Store
    sign_in: SignIn
    wallet: WalletTools
    agents: Agents
    turns: Turns
    tokens: McpTokens
    limit_storage: Storage
    messages_per_minute: int
    """For each customer."""
    product_facts: str = ""
    """Figures of the product itself that an answer may hold."""
    limits: Limits | None = None
