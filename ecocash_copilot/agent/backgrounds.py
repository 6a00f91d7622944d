"""What a question for consent tells beside the call: what it is about, and how long it takes."""

from datetime import datetime

from pydantic import ValidationError

from ecocash_copilot.actions.tickets import access_ticket, find_open_ticket_for
from ecocash_copilot.actions.tickets.effects import foreseen
from ecocash_copilot.actions.tickets.opening import begin_ticket
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.present.consent import Background
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.message import ConversationId
from schemas.mutations import (
    AddToTicket,
    CloseTicket,
    CreateTicket,
    EscalateTicket,
    Mutation,
    RequestReversal,
    ShareStatement,
)
from schemas.prepared_report import help_reasons
from schemas.ticket import TicketCategory
from schemas.ticket_record import NewTicket, Ticket
from schemas.wallet import Transaction, TransactionReference
from schemas.widgets import TicketForm

_IN_TICKET = AddToTicket | EscalateTicket | CloseTicket | RequestReversal | ShareStatement
_TO_BE = "TCK-000000"
"""The number of a ticket that is not opened yet; nobody sees it."""


class Backgrounds:
    """Reads what calls are about, as their own customer may."""

    def __init__(self, store: Store, wallet: WalletTools, tokens: McpTokens) -> None:
        """Keep the parts; nothing is started."""
        self._store = store
        self._wallet = wallet
        self._tokens = tokens

    async def of(
        self,
        customer: Customer,
        conversation_id: ConversationId,
        call: Mutation,
        form: TicketForm | None,
    ) -> Background:
        """Return what the question whether a call may be made tells beside it.

        What is not there, or somebody else's, is left out; the call itself will be refused.
        """
        moment = now()
        ticket = await self._ticket(customer, call)
        transaction = form.transaction if form is not None else None
        if transaction is None and (reference := _reference(call)):
            transaction = await self._transaction(customer, conversation_id, reference)
        elif transaction is None and ticket is not None:
            transaction = ticket.transaction
        later = _later(customer, call, ticket, transaction, moment)
        return Background(
            now=moment,
            ticket=ticket,
            transaction=transaction,
            answer_by=later.first_reply.due_at if later else None,
            solved_by=later.resolution.due_at if later else None,
        )

    async def _ticket(self, customer: Customer, call: Mutation) -> Ticket | None:
        """Return the ticket that a call goes into, where there is one."""
        if isinstance(call, _IN_TICKET) and call.ticket_id is not None:
            try:
                return await access_ticket(self._store, customer, call.ticket_id)
            except NotFound:
                return None
        if not isinstance(call, RequestReversal) or call.transaction_reference is None:
            return None
        return await find_open_ticket_for(self._store, customer.id, call.transaction_reference)

    async def _transaction(
        self, customer: Customer, conversation_id: ConversationId, reference: TransactionReference
    ) -> Transaction | None:
        """Return a transaction as the wallet has it."""
        token = self._tokens.mint(customer, conversation_id)
        result = await self._wallet.call("eco_get_transaction", {"reference": reference}, token)
        try:
            return Transaction.model_validate_json(result.text) if result.ok else None
        except ValidationError:
            return None


def _reference(call: Mutation) -> TransactionReference | None:
    return call.transaction_reference if isinstance(call, CreateTicket | RequestReversal) else None


def _later(
    customer: Customer,
    call: Mutation,
    ticket: Ticket | None,
    transaction: Transaction | None,
    moment: datetime,
) -> Ticket | None:
    """Return the ticket as the call leaves it; None where nobody's time runs by it."""
    if isinstance(call, CloseTicket | ShareStatement):
        return None
    if isinstance(call, CreateTicket):
        return _begun(customer, call.category, moment)
    if ticket is None and isinstance(call, RequestReversal) and transaction is not None:
        ticket = _begun(customer, help_reasons(transaction)[0], moment)
    return foreseen(ticket, call, max(moment, ticket.updated_at)) if ticket is not None else None


def _begun(customer: Customer, category: TicketCategory, moment: datetime) -> Ticket:
    """Return a ticket as it would be opened, for its clocks."""
    new = NewTicket(customer_id=customer.id, category=category, description="-", consent_id="-")
    return begin_ticket(new, _TO_BE, moment)[0]
