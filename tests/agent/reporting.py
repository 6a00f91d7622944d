"""A report as a customer fills it in and sends it, for tests."""

from collections.abc import Mapping
from typing import Any, TypeVar

from ecocash_copilot.actions.tickets import list_tickets
from ecocash_copilot.agent.assistant import Asked
from ecocash_copilot.agent.postbacks import Postback
from ecocash_copilot.agent.reports import Reports
from ecocash_copilot.gateways.wallet_mcp import InProcessWallet, ToolResult
from schemas.message import Message
from schemas.report import Typed
from schemas.session import Session
from schemas.widgets import ConfirmationDialog, ReportStep, TicketForm, Widget
from tests.support.assistant import Desk, answer_of

W = TypeVar("W", bound=Widget)
WRONG = "I sent money to the wrong number"


def only(message: Message, kind: type[W]) -> W:
    (found,) = [widget for widget in message.widgets if isinstance(widget, kind)]
    return found


async def tap(
    desk: Desk, session: Session, asked: Asked | None, name: str, value: str, widget_id: str = ""
) -> tuple[Asked, Message]:
    tapped = Postback(name=name, value=value, widget_id=widget_id)
    conversation = asked.conversation if asked else None
    again = await desk.assistant.postback(await desk.now(session), conversation, tapped)
    return again, await answer_of(again)


def typed(form: TicketForm, **more: Any) -> Typed:
    return Typed(step=form.step, revision=form.revision, **more)


class Report:
    """A form and the customer who fills it in."""

    def __init__(self, desk: Desk, session: Session, asked: Asked, form: TicketForm) -> None:
        self.desk, self.session, self.asked, self.form = desk, session, asked, form

    @property
    def reports(self) -> Reports:
        return self.desk.assistant.reports

    async def next(self, **more: Any) -> TicketForm:
        message = await self.reports.go_on(
            self.session.customer, self.form.id, typed(self.form, **more)
        )
        self.form = only(message, TicketForm)
        return self.form

    async def back(self, **more: Any) -> TicketForm:
        message = await self.reports.go_back(
            self.session.customer, self.form.id, typed(self.form, **more)
        )
        self.form = only(message, TicketForm)
        return self.form

    async def to_review(self) -> TicketForm:
        await self.next(answers={"number_meant": "077 200 0111", "knows_recipient": "no"})
        await self.next(description="It went to a stranger.")
        assert self.form.step is ReportStep.REVIEW
        return self.form

    async def submit(self) -> ConfirmationDialog:
        asked = await self.desk.assistant.submit_report(
            await self.desk.now(self.session),
            self.asked.conversation,
            self.form.id,
            self.form.revision,
        )
        return only(await answer_of(asked), ConfirmationDialog)

    async def now(self) -> TicketForm:
        return (await self.reports.as_it_is(self.session.customer, self.form.id))[1]

    async def answer(self, dialog: ConfirmationDialog, *, yes: bool) -> list[Message]:
        return await self.desk.assistant.confirmations.answer(
            self.session.customer, dialog.id, yes=yes
        )


class LosesAnswers(InProcessWallet):
    """Loses the responses to changes, or never passes the calls on."""

    lose: str = ""

    async def call(self, name: str, arguments: Mapping[str, Any], token: str) -> ToolResult:
        if name == "eco_create_ticket" and self.lose == "calls":
            return ToolResult("down", None, ok=False)
        result = await super().call(name, arguments, token)
        if name == "eco_create_ticket" and self.lose == "responses":
            return ToolResult("The wallet did not answer in time.", None, ok=False)
        return result


async def begun(desk: Desk, session: Session, text: str = WRONG) -> Report:
    asked, answer = await desk.ask(session, text)
    return Report(desk, session, asked, only(answer, TicketForm))


async def own_tickets(desk: Desk, session: Session) -> list[str]:
    return [ticket.id for ticket in await list_tickets(desk.store, session.customer.id)]
