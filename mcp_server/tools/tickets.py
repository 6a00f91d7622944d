"""Tools that read the caller's tickets, and what a report of a problem needs."""

from typing import Annotated

from fastmcp import FastMCP
from fastmcp.tools.base import ToolResult
from pydantic import Field

from ecocash_copilot.actions.tickets import access_ticket, find_open_ticket_for, list_tickets
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.wallet import find_transaction
from mcp_server.answers import answer
from mcp_server.errors import Refusal
from mcp_server.identity import CALLER
from mcp_server.tools.arguments import OptionalCategory, OptionalTicketId
from mcp_server.tools.registration import add_tool
from schemas.identity import Customer
from schemas.mutations import OptionalReference
from schemas.prepared_report import PreparedReport, help_reasons
from schemas.report import REPORT_FIELDS
from schemas.ticket import TicketCategory, Tickets
from schemas.wallet import Transaction


class TicketToolset:
    """The reading ticket tools over one database; every read is the caller's own."""

    def __init__(self, store: Store) -> None:
        """``store`` holds the tickets and the wallets."""
        self._store = store

    def register(self, server: FastMCP) -> None:
        """Add the tools to ``server``."""
        add_tool(
            server,
            self.get_ticket_status,
            name="eco_get_ticket_status",
            title="Ticket status",
            result=Tickets,
        )
        add_tool(
            server,
            self.prepare_report,
            name="eco_prepare_report",
            title="Report a problem",
            result=PreparedReport,
        )

    async def get_ticket_status(
        self, ticket_id: OptionalTicketId = None, *, caller: Customer = CALLER
    ) -> ToolResult:
        """Get the customer's support tickets, newest first, or one of them.

        `status` is where the ticket stands; `last_update` is the newest word from support.
        """
        if ticket_id is None:
            found = await list_tickets(self._store, caller.id)
            return answer(Tickets(tickets=[each.summary() for each in found]))
        try:
            ticket = await access_ticket(self._store, caller, ticket_id)
        except NotFound:
            raise Refusal(
                f"This customer has no ticket {ticket_id}. Call without ticket_id to see all."
            ) from None
        return answer(Tickets(tickets=[ticket.summary()]))

    async def prepare_report(
        self,
        category: OptionalCategory = None,
        transaction_reference: OptionalReference = None,
        description: Annotated[
            str,
            Field(max_length=2000, description="What the customer said about it, in their words."),
        ] = "",
        *,
        caller: Customer = CALLER,
    ) -> ToolResult:
        """Open a form in which the customer reports a problem, with what is known filled in.

        Use it when the customer wants to complain or to get help with a transaction. Nothing is
        sent: the customer fills the form in and confirms it. Where `open_ticket` is given, there
        is a ticket about the transaction already: offer to add to it instead.
        """
        transaction = await self._transaction(caller, transaction_reference)
        reference = transaction.reference if transaction else None
        ticket = reference and await find_open_ticket_for(self._store, caller.id, reference)
        return answer(
            PreparedReport(
                open_ticket=ticket.summary() if ticket else None,
                transaction=transaction,
                reasons=_reasons(category, transaction),
                category=category,
                fields=list(REPORT_FIELDS[category]) if category else [],
                description=description.strip(),
            )
        )

    async def _transaction(self, caller: Customer, reference: str | None) -> Transaction | None:
        if reference is None:
            return None
        transaction = await find_transaction(self._store, caller.id, reference)
        if transaction is None:
            raise Refusal(
                f"There is no transaction {reference} in this customer's wallet. Check the "
                "reference, or find it with eco_get_transactions."
            )
        return transaction


def _reasons(
    category: TicketCategory | None, transaction: Transaction | None
) -> list[TicketCategory]:
    """Return the categories that fit, the one that was named first."""
    fitting = help_reasons(transaction) if transaction else tuple(TicketCategory)
    named = [] if category is None else [category]
    return list(dict.fromkeys([*named, *fitting]))
