"""A small wallet as plain function tools, with the real ones' names, arguments and results."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from agno.agent import Agent
from agno.models.message import Message
from agno.run.agent import RunOutput
from agno.tools.function import Function

from ecocash_copilot.agent.offline.conversation import ToolStep
from ecocash_copilot.agent.offline.model import OfflineModel
from ecocash_copilot.core.clock import HARARE
from schemas.help import HelpArticle, HelpCategory, HelpResults
from schemas.identity import Locale
from schemas.money import Currency, Money
from schemas.mutations import MUTATIONS
from schemas.ticket import TicketCategory, Tickets, TicketStatus, TicketSummary
from schemas.wallet import (
    Balance,
    Balances,
    Direction,
    Party,
    Transaction,
    TransactionFilter,
    TransactionKind,
    TransactionPage,
    TransactionStatus,
)

TODAY = date(2026, 11, 22)
"""A Sunday."""
NOW = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)

SYSTEM = """You help.

Today: 2026-11-22
Weekday: Sunday
Time: 14:05
Language: {language}
Name: Tendai Moyo"""

_ROWS = (
    # days ago, kind, in or out, status, amount, currency, counterparty
    (0, "send", "out", "completed", "20.00", "USD", "Rudo Chikwanha"),
    (1, "merchant", "out", "completed", "12.50", "USD", "OK Mazowe"),
    (1, "airtime", "out", "failed", "2.00", "USD", "Econet"),
    (2, "receive", "in", "completed", "150.00", "ZWG", "Farai Ncube"),
    (3, "electricity", "out", "pending", "10.00", "USD", "ZESA"),
    (8, "merchant", "out", "failed", "31.20", "USD", "OK Mazowe"),
    (9, "send", "out", "reversed", "55.00", "USD", "Chipo Dube"),
    (12, "bank_out", "out", "completed", "80.00", "USD", "CABS"),
    (25, "cash_out", "out", "completed", "400.00", "ZWG", "Agent Sakubva"),
    (40, "bill", "out", "completed", "28.00", "USD", "DSTV"),
)


def _transaction(serial: int, row: tuple[int, str, str, str, str, str, str]) -> Transaction:
    days, kind, direction, status, amount, currency, name = row
    moment = NOW - timedelta(days=days, minutes=serial)
    local = moment.astimezone(HARARE)
    return Transaction(
        reference=f"MP{local:%y%m%d.%H%M}.A{serial:05}",
        kind=TransactionKind(kind),
        direction=Direction(direction),
        status=TransactionStatus(status),
        amount=Money(amount=Decimal(amount), currency=Currency(currency)),
        counterparty=Party(name=name),
        occurred_at=moment,
    )


TRANSACTIONS = [_transaction(serial, row) for serial, row in enumerate(_ROWS)]


def _matches(line: Transaction, wanted: TransactionFilter) -> bool:
    day = line.occurred_at.astimezone(HARARE).date()
    return (
        wanted.currency in (None, line.amount.currency)
        and wanted.direction in (None, line.direction)
        and wanted.status in (None, line.status)
        and wanted.kind in (None, line.kind)
        and (wanted.date_from or day) <= day <= (wanted.date_to or day)
        and (wanted.text or "").lower() in line.counterparty.name.lower()
        and (wanted.min_amount or 0) <= line.amount.amount <= (wanted.max_amount or 10**9)
    )


def get_transactions(arguments: dict[str, Any]) -> str:
    """List transactions; the cursor is a position."""
    limit, start = arguments.pop("limit", 10), int(arguments.pop("cursor", "0"))
    wanted = TransactionFilter.model_validate(arguments)
    found = [line for line in TRANSACTIONS if _matches(line, wanted)]
    end = start + limit
    return TransactionPage(
        transactions=found[start:end],
        filter=wanted,
        total=len(found),
        next_cursor=str(end) if end < len(found) else None,
    ).model_dump_json()


def get_transaction(arguments: dict[str, Any]) -> str:
    """Return one transaction."""
    for line in TRANSACTIONS:
        if line.reference == arguments["reference"]:
            return line.model_dump_json()
    return "Error: There is no transaction of that reference in this customer's wallet."


def get_balances(arguments: dict[str, Any]) -> str:
    """Return both wallets, or the one asked for."""
    held = {Currency.USD: "12.50", Currency.ZWG: "1250.00"}
    chosen = [c for c in held if arguments.get("currency") in (None, c.value)]
    return Balances(
        balances=[
            Balance(currency=c, available=Money(amount=Decimal(held[c]), currency=c))
            for c in chosen
        ],
        as_of=NOW,
    ).model_dump_json()


def get_ticket_status(arguments: dict[str, Any]) -> str:
    """Return the one open ticket."""
    ticket = TicketSummary(
        id="TCK-1042",
        category=TicketCategory.WRONG_NUMBER,
        status=TicketStatus.IN_PROGRESS,
        subject="Sent to the wrong number",
        created_at=NOW,
        updated_at=NOW,
    )
    if arguments.get("ticket_id") not in (None, ticket.id):
        return "Error: This customer has no ticket of that number."
    return Tickets(tickets=[ticket]).model_dump_json()


def search_help(arguments: dict[str, Any]) -> str:
    """Return one article in the language asked for."""
    article = HelpArticle(
        id="reset-pin",
        category=HelpCategory.SECURITY,
        language=Locale(arguments["language"]),
        title="Reset your PIN",
        summary="Dial the menu and choose to reset your PIN.",
        body="Steps.",
    )
    return HelpResults(query=arguments["query"], articles=[article]).model_dump_json()


Tool = Callable[[dict[str, Any]], str]
TOOLS: dict[str, Tool] = {
    "eco_get_balances": get_balances,
    "eco_get_transactions": get_transactions,
    "eco_get_transaction": get_transaction,
    "eco_get_ticket_status": get_ticket_status,
    "eco_search_help": search_help,
}


class Chat:
    """A chat with the offline model through a real Agno agent; keeps what was said and called."""

    def __init__(self, language: str = "en", tools: dict[str, Tool] | None = None) -> None:
        self.system = SYSTEM.format(language=language)
        self.messages: list[Message] = []
        self.calls: list[ToolStep] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        """Calls of the last message that wait for the customer's consent."""
        self.tools = TOOLS if tools is None else tools

    def _function(self, name: str) -> Function:
        async def call(**arguments: Any) -> str:
            sent = {k: v for k, v in arguments.items() if k != "show_card"}
            result = self.tools[name](sent)
            self.calls.append(ToolStep(name, arguments, result, result.startswith("Error")))
            return result

        schema: dict[str, Any] = {"type": "object", "properties": {}}
        return Function(
            name=name,
            parameters=schema,
            entrypoint=call,
            skip_entrypoint_processing=True,
            requires_confirmation=name in MUTATIONS,
        )

    def _agent(self) -> Agent:
        return Agent(
            model=OfflineModel(),
            system_message=self.system,
            tools=[self._function(name) for name in self.tools],
            telemetry=False,
        )

    async def say(self, text: str) -> str:
        """Send a message; return the answer. The calls it made are in ``calls``."""
        self.calls = []
        asked = [*self.messages, Message(role="user", content=text)]
        run: RunOutput = await cast("Any", self._agent()).arun(asked)
        self.messages = [m for m in run.messages or [] if m.role != "system"]
        waiting = [tool for tool in run.tools or [] if tool.requires_confirmation]
        self.asked = [(str(tool.tool_name), tool.tool_args or {}) for tool in waiting]
        return str(run.content or "")

    async def stream(self, text: str) -> list[str]:
        """Send a message; return the pieces in which the answer came."""
        self.calls = []
        asked = [*self.messages, Message(role="user", content=text)]
        return [
            str(event.content)
            async for event in cast("Any", self._agent()).arun(asked, stream=True)
            if event.event == "RunContent" and event.content
        ]

    def called(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the calls of the last message."""
        return [(step.name, step.arguments) for step in self.calls]
