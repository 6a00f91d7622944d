"""What a model is given, read back: who asks, what, and what tools have told before."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast

from agno.models.message import Message
from pydantic import ValidationError

from ecocash_copilot.core.clock import HARARE
from schemas.base import Schema
from schemas.identity import Locale
from schemas.mutations import (
    MUTATIONS,
    AddToTicket,
    CloseTicket,
    EscalateTicket,
    RequestReversal,
    ShareStatement,
)
from schemas.ticket import Tickets
from schemas.wallet import Transaction, TransactionPage

S = TypeVar("S", bound=Schema)

BALANCES = "eco_get_balances"
TRANSACTIONS = "eco_get_transactions"
TRANSACTION = "eco_get_transaction"
TICKETS = "eco_get_ticket_status"
HELP = "eco_search_help"
PREPARE = "eco_prepare_report"
ADD, ESCALATE, CLOSE = AddToTicket.tool, EscalateTicket.tool, CloseTicket.tool
SHARE, REVERSE = ShareStatement.tool, RequestReversal.tool

MAX_MESSAGES = 60
"""Newest messages that are read, so that the cost of a turn stays the same in a long chat."""

_PROFILE = re.compile(r"^(Today|Language|Name): (.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the system message says about the customer."""

    today: date
    language: Locale
    name: str


@dataclass(frozen=True, slots=True)
class ToolStep:
    """One tool call and its result."""

    name: str
    arguments: dict[str, Any]
    result: str
    failed: bool

    @property
    def shown(self) -> bool:
        """Whether the customer saw the result as a card."""
        return not self.failed and self.arguments.get("show_card", True) is not False

    def read(self, schema: type[S]) -> S | None:
        """Return the result as ``schema``, or ``None`` where it is an error or something else."""
        if self.failed:
            return None
        try:
            return schema.model_validate_json(self.result)
        except ValidationError:
            return None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One turn with what came before it."""

    profile: Profile
    message: str
    """What the customer asks now."""
    earlier: tuple[ToolStep, ...]
    """Tool calls of earlier turns, oldest first."""
    steps: tuple[ToolStep, ...]
    """Tool calls of this turn, oldest first."""
    before: str = ""
    """What the customer asked last time."""
    before_steps: tuple[ToolStep, ...] = ()
    """Tool calls of the turn that answered it."""

    def last_listing(self) -> tuple[ToolStep, TransactionPage] | None:
        """Return the list of transactions shown last, with the call that made it."""
        for step in reversed(self.earlier):
            if step.name == TRANSACTIONS and step.shown:
                page = step.read(TransactionPage)
                return (step, page) if page else None
        return None

    def offered_tickets(self) -> Tickets | None:
        """Return the tickets that the last turn showed, if it ended with them."""
        step = self.before_steps[-1] if self.before_steps else None
        return step.read(Tickets) if step and step.name == TICKETS and step.shown else None

    def offered_transactions(self) -> TransactionPage | None:
        """Return the transactions that the last turn showed, if it ended with them."""
        step = self.before_steps[-1] if self.before_steps else None
        listed = step is not None and step.name == TRANSACTIONS and step.shown
        return step.read(TransactionPage) if step and listed else None

    def last_transaction(self) -> Transaction | None:
        """Return the one transaction the customer looked at last, if a card shows just one."""
        for step in reversed(self.earlier):
            if not step.shown:
                continue
            if step.name == TRANSACTION:
                return step.read(Transaction)
            if step.name == TRANSACTIONS:
                page = step.read(TransactionPage)
                return page.transactions[0] if page and len(page.transactions) == 1 else None
        return None

    def awaits_tap(self) -> bool:
        """Return whether the last thing asked for waits for the customer's tap on its dialog."""
        asked = [step for step in self.earlier if step.name in MUTATIONS]
        return bool(asked) and not asked[-1].failed and '"waiting ' in asked[-1].result

    def last_tool(self) -> str | None:
        """Return the name of the tool whose card was shown last."""
        return next((step.name for step in reversed(self.earlier) if step.shown), None)


def read_conversation(messages: Sequence[Message]) -> Conversation:
    """Read a model's messages: system first, the customer's newest question, this turn's tools."""
    system = next((m.get_content_string() for m in messages if m.role == "system"), "")
    recent = messages[-MAX_MESSAGES:]
    turns = [i for i, m in enumerate(recent) if m.role == "user"]
    asked = turns[-1] if turns else -1
    before = turns[-2] if len(turns) > 1 else -1
    return Conversation(
        profile=_profile(system),
        message=recent[asked].get_content_string() if asked >= 0 else "",
        earlier=_steps(recent[: max(asked, 0)]),
        steps=_steps(recent[asked + 1 :]),
        before=recent[before].get_content_string() if before >= 0 else "",
        before_steps=_steps(recent[before + 1 : asked]) if before >= 0 else (),
    )


def _profile(system: str) -> Profile:
    lines = {match[1]: match[2] for match in _PROFILE.finditer(system)}
    try:
        today = date.fromisoformat(lines.get("Today", ""))
    except ValueError:
        today = datetime.now(HARARE).date()
    language = next((loc for loc in Locale if loc.value == lines.get("Language")), Locale.EN)
    return Profile(today, language, lines.get("Name", ""))


def _steps(messages: Sequence[Message]) -> tuple[ToolStep, ...]:
    calls: dict[str, dict[str, Any]] = {}
    steps: list[ToolStep] = []
    for message in messages:
        for call in message.tool_calls or []:
            if call_id := call.get("id"):
                calls[call_id] = call.get("function") or {}
        if message.role == "tool":
            steps.append(_step(message, calls.get(message.tool_call_id or "", {})))
    return tuple(steps)


def _step(message: Message, call: dict[str, Any]) -> ToolStep:
    result = message.get_content_string()
    failed = bool(message.tool_call_error) or result.startswith("Error") or not result
    return ToolStep(
        name=message.tool_name or call.get("name", ""),
        arguments=_arguments(call.get("arguments", message.tool_args)),
        result=result,
        failed=failed,
    )


def _arguments(written: Any) -> dict[str, Any]:
    if isinstance(written, str):
        try:
            written = json.loads(written or "{}")
        except json.JSONDecodeError:
            return {}
    return cast("dict[str, Any]", written) if isinstance(written, dict) else {}
