"""Tools about the caller's tickets."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastmcp import FastMCP
from fastmcp.tools.base import ToolResult
from mcp_types import ToolAnnotations
from pydantic import Field

from ecocash_copilot.store.client import Store
from ecocash_copilot.store.tickets import find_ticket, find_tickets
from mcp_server.answers import answer
from mcp_server.consent import ConsentGate
from mcp_server.errors import Refusal
from mcp_server.identity import CALLER
from mcp_server.tools.arguments import CategoryArgument, OptionalReference, OptionalTicketId
from mcp_server.tools.registration import add_tool
from schemas.identity import Customer
from schemas.ticket import Tickets, TicketSummary

CREATE_TICKET = "eco_create_ticket"


class TicketToolset:
    """The ticket tools over one database; every read is the caller's own."""

    def __init__(self, store: Store, consents: ConsentGate, now: Callable[[], datetime]) -> None:
        """``consents`` decides whether a ticket may be opened; ``now`` gives the moment."""
        self._store = store
        self._consents = consents
        self._now = now

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
            self.create_ticket,
            name=CREATE_TICKET,
            title="Open a ticket",
            annotations=ToolAnnotations(
                read_only_hint=False,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
            result=TicketSummary,
        )

    async def get_ticket_status(
        self, ticket_id: OptionalTicketId = None, *, caller: Customer = CALLER
    ) -> ToolResult:
        """Get the customer's support tickets, newest first, or one of them.

        `status` is where the ticket stands; `last_update` is the newest word from support.
        """
        if ticket_id is None:
            return answer(Tickets(tickets=await find_tickets(self._store, caller.id)))
        ticket = await find_ticket(self._store, caller.id, ticket_id)
        if ticket is None:
            raise Refusal(
                f"This customer has no ticket {ticket_id}. Call without ticket_id to see all."
            )
        return answer(Tickets(tickets=[ticket]))

    async def create_ticket(
        self,
        category: CategoryArgument,
        description: Annotated[
            str,
            Field(
                min_length=1,
                max_length=2000,
                description="The problem in the customer's own words.",
            ),
        ],
        transaction_reference: OptionalReference = None,
        consent_id: Annotated[
            Annotated[str, Field(max_length=64)] | None,
            Field(
                description="Id of the customer's consent, given after they confirmed in the app. "
                "It cannot be invented.",
            ),
        ] = None,
        *,
        caller: Customer = CALLER,
    ) -> ToolResult:
        """Open a support ticket, which needs the customer's consent given in the app.

        Without a consent for exactly these arguments the call is refused.
        """
        arguments = {
            "category": category.value,
            "description": description,
            "transaction_reference": transaction_reference,
        }
        await self._consents.require(caller.id, consent_id, CREATE_TICKET, arguments, self._now())
        raise Refusal("Refused: tickets are opened in the app, where the customer confirmed.")
