"""Next steps that a card's button names: one tool call and a sentence, without a model.

A tap must work, and work at once, also when the model's provider is slow or down.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from ecocash_copilot.agent.cards import build_card
from ecocash_copilot.agent.carry_in import HELP_REASON
from ecocash_copilot.agent.report_forms import PREPARE_REPORT, prepared_words
from ecocash_copilot.agent.tools import TurnContext, call_tool
from ecocash_copilot.agent.translate import Outcome
from ecocash_copilot.core.errors import Invalid
from ecocash_copilot.core.i18n import Translate, translator
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.present.handover import REPORT
from ecocash_copilot.present.wallet import REASON_LABELS
from schemas.identity import Locale
from schemas.ticket import TicketCategory
from schemas.turn import (
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEvent,
    TurnFinished,
    TurnStarted,
    WidgetReady,
    WidgetRejected,
)
from schemas.widgets import AnyWidget


class Postback(BaseModel):
    """What was tapped."""

    name: str = Field(pattern=r"^[a-z_]{1,40}$")
    value: str = Field(default="", max_length=200)
    widget_id: str = Field(default="", max_length=64)


@dataclass(frozen=True)
class About:
    """What is known beside the tap itself."""

    reference: str | None = None
    """The transaction of the card that was tapped."""
    category: TicketCategory | None = None
    """The reason that the customer has named in words."""


@dataclass(frozen=True)
class Step:
    """What a tap does."""

    said: str
    """The customer's side of it, as a message."""
    answer: str
    """Empty where the card that comes decides what is said."""
    tool: str
    arguments: dict[str, Any]


Finish = Callable[[AnyWidget], AnyWidget]
"""Completes a card with what its tool does not know."""

_NOTHING = About()


def plan(postback: Postback, locale: Locale, about: About = _NOTHING) -> Step:
    """Return the step for a tap, in the customer's language.

    Raises:
        Invalid: no such step.
    """
    planner = _PLANNERS.get(postback.name)
    if planner is None:
        raise Invalid("This button does not work any more.")
    return planner(postback.value, translator(locale), locale, about)


def _get_help(reference: str, t: Translate, _locale: Locale, about: About) -> Step:
    said = t("I need help with {reference}", reference=reference)
    if about.category is not None:
        arguments = {"transaction_reference": reference, "category": about.category.value}
        return Step(said=said, answer="", tool=PREPARE_REPORT, arguments=arguments)
    return Step(
        said=said,
        answer=t("Here is the transaction. What went wrong?"),
        tool="eco_get_transaction",
        arguments={"reference": reference},
    )


def _open_transaction(reference: str, t: Translate, _locale: Locale, _about: About) -> Step:
    return Step(
        said=t("Show me {reference}", reference=reference),
        answer=t("Here are the details."),
        tool="eco_get_transaction",
        arguments={"reference": reference},
    )


REASON_QUERIES: dict[TicketCategory, str] = {
    TicketCategory.WRONG_NUMBER: "sent to wrong number",
    TicketCategory.MERCHANT_NOT_PAID: "merchant says payment not received",
    TicketCategory.BANK_NOT_RECEIVED: "bank transfer not received",
    TicketCategory.AIRTIME_NOT_RECEIVED: "airtime not received",
    TicketCategory.ELECTRICITY_TOKEN_MISSING: "electricity token missing",
    TicketCategory.DOUBLE_DEBIT: "charged twice",
    TicketCategory.AGENT_OVERCHARGED: "agent overcharged",
    TicketCategory.PIN_OR_ACCOUNT_BLOCKED: "PIN blocked",
    TicketCategory.OTHER: "contact customer care",
}
"""What the help centre is asked for each reason."""


def _reason(category: str) -> TicketCategory:
    try:
        return TicketCategory(category)
    except ValueError:
        raise Invalid("This reason is not known.") from None


def _pick_reason(category: str, t: Translate, _locale: Locale, about: About) -> Step:
    reason = _reason(category)
    arguments = {"category": reason.value}
    if about.reference is not None:
        arguments["transaction_reference"] = about.reference
    return Step(said=t(REASON_LABELS[reason]), answer="", tool=PREPARE_REPORT, arguments=arguments)


def _help_reason(category: str, t: Translate, locale: Locale, _about: About) -> Step:
    reason = _reason(category)
    return Step(
        said=t("Read what helps"),
        answer=t("This is what to do now. If it does not help, tap Talk to a person."),
        tool="eco_search_help",
        arguments={"query": REASON_QUERIES[reason], "language": locale.value, "limit": 1},
    )


def _report_problem(_value: str, t: Translate, _locale: Locale, about: About) -> Step:
    arguments = {"category": about.category.value} if about.category else {}
    return Step(said=t("Report a problem"), answer="", tool=PREPARE_REPORT, arguments=arguments)


def _ticket_details(ticket_id: str, t: Translate, _locale: Locale, _about: About) -> Step:
    return Step(
        said=t("Show me {ticket}", ticket=ticket_id),
        answer=t("Here is your ticket."),
        tool="eco_get_ticket_status",
        arguments={"ticket_id": ticket_id},
    )


_PLANNERS: dict[str, Callable[[str, Translate, Locale, About], Step]] = {
    "get_help": _get_help,
    "open_transaction": _open_transaction,
    "pick_reason": _pick_reason,
    HELP_REASON: _help_reason,
    REPORT: _report_problem,
    "ticket_details": _ticket_details,
}


class PostbackRun:
    """A turn that makes one tool call. It has the shape of ``TurnRun``."""

    withheld: int = 0

    def __init__(
        self,
        answer_id: str,
        step: Step,
        wallet: WalletTools,
        context: TurnContext,
        locale: Locale,
        finish: Finish | None = None,
    ) -> None:
        """Prepare the step; nothing happens before ``events`` is read."""
        self._finish = finish
        self._answer_id = answer_id
        self._step = step
        self._wallet = wallet
        self._context = context
        self._locale = locale
        self._open: Literal["tool", "turn", "nothing"] = "turn"

    async def events(self) -> AsyncGenerator[TurnEvent, None]:
        """Yield the turn's events."""
        call_id, tool = f"{self._answer_id}-1", self._step.tool
        yield TurnStarted(run_id=self._answer_id)
        self._open = "tool"
        yield ToolStarted(call_id=call_id, name=tool)
        result = await call_tool(
            self._wallet, self._context, call_id, tool, dict(self._step.arguments)
        )
        ok = not result.startswith("Error")
        self._open = "turn"
        yield ToolFinished(call_id=call_id, name=tool, ok=ok)
        for event in self._outcome(result, ok=ok):
            yield event
        for event in self.close("done"):
            yield event

    def _outcome(self, result: str, *, ok: bool) -> list[TurnEvent]:
        t = translator(self._locale)
        if not ok:
            return [TextDelta(text=t("I could not get that just now. Please try again."))]
        try:
            card = build_card(self._step.tool, result, f"{self._answer_id}-1")
        except ValueError as error:
            return [WidgetRejected(tool=self._step.tool, reason=type(error).__name__)]
        if card is None:
            return [TextDelta(text=t("I found nothing about that."))]
        if self._finish is not None:
            card = self._finish(card)
        said = self._step.answer or prepared_words(card, self._locale)
        return [TextDelta(text=said), WidgetReady(widget=card)]

    def close(self, reason: Outcome) -> list[TurnEvent]:
        """Return what ends the turn."""
        was_open, self._open = self._open, "nothing"
        if was_open == "nothing":
            return []
        closing: list[TurnEvent] = []
        if was_open == "tool":
            closing.append(
                ToolFinished(call_id=f"{self._answer_id}-1", name=self._step.tool, ok=False)
            )
        return [*closing, TurnFinished(reason=reason)]
