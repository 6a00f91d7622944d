"""The tables of a conversation: filtered and paged in place, without a model."""

from pydantic import ValidationError

from ecocash_copilot.actions.messages import access_message
from ecocash_copilot.actions.widgets import message_id_of_widget, replace_widget
from ecocash_copilot.agent import tables
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.store.client import Store
from schemas.message import Message
from schemas.session import Session
from schemas.wallet import TransactionFilter, TransactionPage
from schemas.widgets import TransactionTable

_log = get_logger(__name__)


class TableCards:
    """Changes the tables that a customer's own answers hold."""

    def __init__(self, store: Store, wallet: WalletTools, tokens: McpTokens) -> None:
        """Keep the parts; nothing is started."""
        self._store = store
        self._wallet = wallet
        self._tokens = tokens

    async def refilter(self, session: Session, widget_id: str, chip: str) -> Message:
        """Filter a table in place, by a tap on a chip."""
        message, table = await self._table(session, widget_id)
        page = await self._page(session, tables.toggled(table.filter, chip))
        return await self._keep_table(session, message, tables.first_page(page, table))

    async def next_page(self, session: Session, widget_id: str) -> Message:
        """Add a table's next page to it."""
        message, table = await self._table(session, widget_id)
        if table.next_cursor is None:
            return message
        page = await self._page(session, table.filter, table.next_cursor)
        return await self._keep_table(session, message, tables.with_page(page, table))

    async def _table(self, session: Session, widget_id: str) -> tuple[Message, TransactionTable]:
        message = await access_message(
            self._store, session.customer, message_id_of_widget(widget_id)
        )
        return message, tables.find_table(message, widget_id)

    async def _page(
        self, session: Session, chosen: TransactionFilter, cursor: str | None = None
    ) -> TransactionPage:
        token = self._tokens.mint(session.customer)
        arguments = tables.arguments(chosen, cursor)
        result = await self._wallet.call("eco_get_transactions", arguments, token)
        try:
            if result.ok:
                return TransactionPage.model_validate_json(result.text)
        except ValidationError:
            _log.warning("page_rejected", tool="eco_get_transactions")
        raise Unavailable("The list could not be loaded. Please try again.")

    async def _keep_table(
        self, session: Session, message: Message, table: TransactionTable
    ) -> Message:
        return await replace_widget(self._store, session.customer, message.id, table)
