"""Tools that change the caller's tickets. None runs without the customer's consent."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastmcp import FastMCP

from ecocash_copilot.actions import tickets
from ecocash_copilot.actions.evidence import access_all_evidence, attach_evidence
from ecocash_copilot.core.errors import Conflict, NotFound
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.wallet import find_transaction
from mcp_server.consent import Agreed
from mcp_server.tools.registration import add_mutating_tool
from schemas.identity import CustomerId
from schemas.mutations import (
    AddToTicket,
    CloseTicket,
    CreateTicket,
    EscalateTicket,
    RequestReversal,
    ShareStatement,
)
from schemas.prepared_report import help_reasons, settled_answers
from schemas.ticket import TicketCategory, TicketSummary
from schemas.ticket_record import NewTicket, Ticket
from schemas.wallet import Transaction, TransactionReference


class TicketChanges:
    """The changing ticket tools over one database. Each runs in its consent's transaction."""

    def __init__(self, store: Store) -> None:
        """``store`` holds the tickets, consents and evidence."""
        self._store = store

    def register(self, server: FastMCP) -> None:
        """Add the tools to ``server``."""
        add = partial(add_mutating_tool, server, self._store, result=TicketSummary)
        add(CreateTicket, self.create, title="Open a ticket")
        add(AddToTicket, self.add, title="Add to a ticket")
        add(EscalateTicket, self.escalate, title="Escalate a ticket")
        add(CloseTicket, self.close, title="Close a ticket")
        add(RequestReversal, self.request_reversal, title="Ask for a reversal")
        add(ShareStatement, self.share_statement, title="Share a statement")

    async def create(self, tx: Tx, agreed: Agreed[CreateTicket]) -> TicketSummary:
        """Open a support ticket with what the customer filled in.

        Use eco_prepare_report first: it tells what the category asks for, and whether there is an
        open ticket about the transaction already.
        """
        asked, caller = agreed.arguments, agreed.caller
        reference = asked.transaction_reference
        transaction = await self._unreported(caller.id, reference) if reference else None
        new = _new_ticket(agreed, asked.category, asked.description, transaction).model_copy(
            update={
                "answers": asked.answers | _settled(asked.answers, transaction),
                "evidence": await access_all_evidence(self._store, caller.id, asked.evidence),
            }
        )
        ticket = await tickets.open_ticket(self._store, tx, new, via=agreed.via)
        await attach_evidence(self._store, tx, caller.id, asked.evidence, ticket.id)
        return ticket.summary()

    async def add(self, tx: Tx, agreed: Agreed[AddToTicket]) -> TicketSummary:
        """Add words or files of the customer to one of their tickets."""
        asked, caller = agreed.arguments, agreed.caller
        evidence = await attach_evidence(
            self._store, tx, caller.id, asked.evidence, asked.ticket_id
        )
        ticket = await tickets.add_information(
            self._store, tx, caller.id, asked.ticket_id, asked.text, evidence, via=agreed.via
        )
        return ticket.summary()

    async def escalate(self, tx: Tx, agreed: Agreed[EscalateTicket]) -> TicketSummary:
        """Ask for a senior agent to look at one of the customer's tickets."""
        asked = agreed.arguments
        ticket = await tickets.escalate(
            self._store, tx, agreed.caller.id, asked.ticket_id, asked.reason, via=agreed.via
        )
        return ticket.summary()

    async def close(self, tx: Tx, agreed: Agreed[CloseTicket]) -> TicketSummary:
        """Close one of the customer's tickets, because they no longer need it."""
        asked = agreed.arguments
        ticket = await tickets.close_by_customer(
            self._store, tx, agreed.caller.id, asked.ticket_id, asked.reason, via=agreed.via
        )
        return ticket.summary()

    async def request_reversal(self, tx: Tx, agreed: Agreed[RequestReversal]) -> TicketSummary:
        """Ask support to try to reverse a transaction of the customer.

        Name the ticket about it, or the transaction: where there is no open ticket about the
        transaction, one is opened. It is a request. Never promise that money comes back.
        """
        asked, caller = agreed.arguments, agreed.caller
        ticket_id, reason, reference = asked.ticket_id, asked.reason, asked.transaction_reference
        if reference is not None:
            about = await self._ticket_about(tx, agreed, reference)
            ticket_id = about.id
            if about.transaction is None or about.transaction.reference != reference:
                # Of a ticket that was merged into this one: support must see which is meant.
                reason = f"{reference}: {reason}"
        if ticket_id is None:
            raise NotFound("There is no such ticket.")
        ticket = await tickets.request_reversal(
            self._store, tx, caller.id, ticket_id, reason, via=agreed.via
        )
        return ticket.summary()

    async def share_statement(self, tx: Tx, agreed: Agreed[ShareStatement]) -> TicketSummary:
        """Let support see the customer's transactions of some days, for one of their tickets."""
        asked = agreed.arguments
        ticket = await tickets.share_statement(
            self._store,
            tx,
            agreed.caller.id,
            asked.ticket_id,
            asked.date_from,
            asked.date_to,
            via=agreed.via,
        )
        return ticket.summary()

    async def _ticket_about(
        self, tx: Tx, agreed: Agreed[RequestReversal], reference: TransactionReference
    ) -> Ticket:
        """Return the open ticket about a transaction, opened now where there is none."""
        caller = agreed.caller
        found = await tickets.find_open_ticket_for(self._store, caller.id, reference)
        if found is not None:
            return found
        transaction = await self._transaction(caller.id, reference)
        category = help_reasons(transaction)[0]
        new = _new_ticket(agreed, category, agreed.arguments.reason, transaction)
        return await tickets.open_ticket(self._store, tx, new, via=agreed.via)

    async def _unreported(
        self, customer_id: CustomerId, reference: TransactionReference
    ) -> Transaction:
        """Return a transaction that no open ticket is about.

        That no two are opened at once is the database's to see to; this says which one there is.
        """
        found = await tickets.find_open_ticket_for(self._store, customer_id, reference)
        if found is not None:
            raise Conflict(f"There is a ticket about this transaction already: {found.id}.")
        return await self._transaction(customer_id, reference)

    async def _transaction(
        self, customer_id: CustomerId, reference: TransactionReference
    ) -> Transaction:
        transaction = await find_transaction(self._store, customer_id, reference)
        if transaction is None:
            raise NotFound("There is no such transaction in this wallet.")
        return transaction


def _new_ticket(
    agreed: Agreed[Any],
    category: TicketCategory,
    description: str,
    transaction: Transaction | None,
) -> NewTicket:
    """Return what a ticket of the caller starts with. The chat it comes from is the consent's."""
    return NewTicket(
        customer_id=agreed.caller.id,
        customer_name=agreed.caller.name,
        msisdn=agreed.caller.msisdn,
        locale=agreed.caller.locale,
        conversation_id=agreed.consent.conversation_id,
        category=category,
        description=description,
        transaction=transaction,
        consent_id=agreed.consent.id,
    )


def _settled(answers: Mapping[str, str], transaction: Transaction | None) -> dict[str, str]:
    """Return what the transaction itself says of the details that were answered."""
    settled = settled_answers(transaction)
    return {name: settled[name] for name in answers.keys() & settled.keys()}
