"""From a bad transaction to a ticket, as a customer goes: forms, questions, taps, no model."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from agno.models.message import Message as ModelMessage
from agno.models.openai import OpenAIChat, OpenAIResponses
from agno.models.response import ModelResponse

from ecocash_copilot.actions.consents import access_consent, confirm
from ecocash_copilot.actions.messages import list_messages
from ecocash_copilot.actions.tickets import access_ticket, list_tickets, move
from ecocash_copilot.actions.widgets import Outdated
from ecocash_copilot.agent.assistant import Asked
from ecocash_copilot.agent.postbacks import Postback
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.wallet_mcp import InProcessWallet, ToolResult
from ecocash_copilot.present.consent import confirmation_dialog
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import release_turns
from schemas.consent import ConsentState
from schemas.identity import Locale
from schemas.message import Conversation, Message, Role
from schemas.report import Typed
from schemas.session import Session
from schemas.ticket import TicketCategory, TicketStatus
from schemas.widgets import (
    ConfirmationDialog,
    HelpArticleCard,
    Notice,
    ReportStep,
    TicketForm,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
    Widget,
)
from tests.support.assistant import (
    Desk,
    ScriptedModel,
    answer_of,
    call,
    demo_wallet,
    open_desk,
    say,
)
from tests.support.openai_scripts import Reply, ToolCall
from tests.support.openai_server import OpenAIServer
from tests.support.tickets import AGENT

W = TypeVar("W", bound=Widget)

WRONG = "I sent money to the wrong number"


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def session(desk: Desk) -> Session:
    return await desk.session()


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
    def reports(self) -> Any:
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


async def begun(desk: Desk, session: Session, text: str = WRONG) -> Report:
    asked, answer = await desk.ask(session, text)
    return Report(desk, session, asked, only(answer, TicketForm))


async def own_tickets(desk: Desk, session: Session) -> list[str]:
    return [ticket.id for ticket in await list_tickets(desk.store, session.customer.id)]


async def thread(desk: Desk, conversation: Conversation) -> list[Message]:
    return await list_messages(desk.store, conversation, 100)


# -- to the form -------------------------------------------------------------------------------


async def test_a_reason_on_a_transaction_opens_its_form(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "show my transactions")
    row = next(r for r in only(answer, TransactionTable).transactions if r.kind == "merchant")
    asked, answer = await tap(desk, session, asked, "get_help", row.reference)
    detail = only(answer, TransactionDetail)

    asked, answer = await tap(desk, session, asked, "pick_reason", "merchant_not_paid", detail.id)
    form = only(answer, TicketForm)
    assert (form.category, form.transaction) == (TicketCategory.MERCHANT_NOT_PAID, row)
    assert (form.step, form.state, form.revision) == (ReportStep.DETAILS, "open", 1)
    assert asked.question.text == "I was charged, they were not paid"

    (action,) = form.actions
    assert action.type == "postback"
    _, answer = await tap(desk, session, asked, action.name, action.value)
    assert only(answer, HelpArticleCard)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (Locale.EN, "I sent money to a wrong number"),
        (Locale.SN, "ndatumira mari kunumber isiri iyo"),
        (Locale.ND, "Ngithumele imali enombolweni engayisiyo"),
    ],
)
async def test_saying_it_opens_the_form_with_what_is_known(desk: Desk, locale: Locale, text: str):
    session = await desk.session(locale=locale)
    _, answer = await desk.ask(session, text)
    form = only(answer, TicketForm)
    assert form.category is TicketCategory.WRONG_NUMBER
    assert form.transaction is not None
    assert form.transaction.counterparty.name == "Privilege Sibanda"
    assert form.description == text
    assert form.answers["number_sent_to"] == "077 241 8950"


async def test_numbers_and_words_said_before_are_not_asked_again(desk: Desk, session: Session):
    text = "I sent $45 to the wrong number, I meant 0772 000 111. I do not know him."
    _, answer = await desk.ask(session, text)
    form = only(answer, TicketForm)
    assert form.transaction is not None
    assert str(form.transaction.amount) == "US$45.00"
    answers = {k: form.answers[k] for k in ("number_meant", "number_sent_to", "knows_recipient")}
    assert answers == {
        "number_meant": "077 200 0111",
        "number_sent_to": "077 241 8950",
        "knows_recipient": "no",
    }
    assert (form.step, form.description) == (ReportStep.WORDS, text)


async def test_get_help_after_the_complaint_opens_the_form_at_once(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "I was charged twice at TM")
    row = only(answer, TransactionTable).transactions[0]
    asked, answer = await tap(desk, session, asked, "get_help", row.reference)
    form = only(answer, TicketForm)
    assert (form.category, form.transaction) == (TicketCategory.DOUBLE_DEBIT, row)
    assert form.description == "I was charged twice at TM"


async def test_a_complaint_that_does_not_fit_the_transaction_shows_its_reasons(
    desk: Desk, session: Session
):
    asked, _ = await desk.ask(session, "my airtime did not arrive")
    _, answer = await desk.ask(session, "show money I received", asked.conversation)
    row = only(answer, TransactionTable).transactions[0]
    _, answer = await tap(desk, session, asked, "get_help", row.reference)
    assert [reason.category for reason in only(answer, TransactionDetail).reasons] == ["other"]


async def test_where_a_ticket_is_open_it_is_shown_instead(desk: Desk, session: Session):
    (ticket,) = await list_tickets(desk.store, "c-1001")
    assert ticket.transaction is not None
    asked, answer = await tap(desk, session, None, "get_help", ticket.transaction.reference)
    detail = only(answer, TransactionDetail)
    _, answer = await tap(desk, session, asked, "pick_reason", "bank_not_received", detail.id)
    assert [each.id for each in only(answer, TicketStatusBoard).tickets] == [ticket.id]
    assert "already" in answer.text


async def test_a_blocked_pin_gets_its_article_and_a_form_without_a_transaction(
    desk: Desk, session: Session
):
    _, answer = await desk.ask(session, "my PIN is blocked")
    assert only(answer, HelpArticleCard)
    form = only(answer, TicketForm)
    assert (form.category, form.transaction) == (TicketCategory.PIN_OR_ACCOUNT_BLOCKED, None)


# -- filling in ----------------------------------------------------------------------------------


async def test_each_step_blocks_on_its_own_errors_alone_and_back_loses_nothing(
    desk: Desk, session: Session
):
    report = await begun(desk, session)
    assert report.form.step is ReportStep.DETAILS

    form = await report.next(answers={"number_meant": "12", "knows_recipient": ""})
    assert form.step is ReportStep.DETAILS
    assert form.errors == {"number_meant": "not_a_number", "knows_recipient": "required"}

    form = await report.back(answers={"number_meant": "0772", "knows_recipient": "no"})
    assert (form.step, form.errors) == (ReportStep.REASON, {})
    assert form.answers["number_meant"] == "0772"

    form = await report.next(category=TicketCategory.DOUBLE_DEBIT)
    assert form.step is ReportStep.DETAILS
    form = await report.back()
    form = await report.next(category=TicketCategory.WRONG_NUMBER)
    assert form.answers["number_meant"] == "0772"

    form = await report.next(answers={"number_meant": "0772000111"})
    assert (form.step, form.errors) == (ReportStep.WORDS, {})
    form = await report.next(description="x")
    assert form.step is ReportStep.REVIEW


async def test_another_phone_a_day_later_goes_on(desk: Desk, session: Session):
    report = await begun(desk, session)
    await report.reports.keep(
        session.customer,
        report.form.id,
        typed(report.form, answers={"number_meant": "077200"}),
    )
    later = await desk.session()
    opened = await desk.assistant.open(later, 30)
    form = only(opened.messages[-1], TicketForm)
    assert form.answers["number_meant"] == "077200"
    report.form = form
    form = await report.next(answers={"number_meant": "0772000111", "knows_recipient": "yes"})
    assert form.step is ReportStep.WORDS


async def test_of_two_pages_the_second_is_told(desk: Desk, session: Session):
    report = await begun(desk, session)
    stale = report.form
    await report.next(answers={"number_meant": "0772000111", "knows_recipient": "no"})
    with pytest.raises(Outdated):
        await report.reports.keep(
            session.customer, stale.id, typed(stale, answers={"number_meant": "0773"})
        )
    assert (await report.now()).answers["number_meant"] == "0772000111"


async def test_many_changes_at_once_are_each_made_or_refused(desk: Desk, session: Session):
    report = await begun(desk, session)
    form = report.form
    results = await asyncio.gather(
        *(
            report.reports.keep(
                session.customer, form.id, typed(form, answers={"number_meant": f"{n}"})
            )
            for n in range(10)
        ),
        return_exceptions=True,
    )
    kept = [each for each in results if isinstance(each, TicketForm)]
    assert len(kept) == 1
    assert all(isinstance(each, TicketForm | Outdated) for each in results)
    assert (await report.now()) == kept[0]


async def test_nobody_else_reaches_a_form_or_a_dialog(desk: Desk, session: Session):
    report = await begun(desk, session)
    await report.to_review()
    dialog = await report.submit()
    other = (await desk.session("c-1002")).customer
    reports, confirmations = desk.assistant.reports, desk.assistant.confirmations
    with pytest.raises(NotFound):
        await reports.go_on(other, report.form.id, typed(report.form))
    with pytest.raises(NotFound):
        await reports.discard(other, report.form.id)
    for yes in (True, False):
        with pytest.raises(NotFound):
            await confirmations.answer(other, dialog.id, yes=yes)
    consent = await access_consent(desk.store, session.customer, dialog.consent_id)
    assert consent.state is ConsentState.PENDING


# -- sending -------------------------------------------------------------------------------------


async def test_a_confirmed_report_is_a_ticket_and_said_to_be_one(desk: Desk, session: Session):
    report = await begun(desk, session)
    before = await own_tickets(desk, session)
    await report.to_review()
    dialog = await report.submit()
    assert (dialog.state, dialog.tool, dialog.form_id) == (
        "pending",
        "eco_create_ticket",
        report.form.id,
    )
    assert (await report.now()).state == "submitted"
    assert await own_tickets(desk, session) == before

    told = await report.answer(dialog, yes=True)
    (new,) = set(await own_tickets(desk, session)) - set(before)
    ticket = await access_ticket(desk.store, session.customer, new)
    assert ticket.description == "It went to a stranger."
    assert ticket.answers == {
        "number_meant": "+263772000111",
        "number_sent_to": "+263772418950",
        "knows_recipient": "no",
    }
    assert (ticket.category, ticket.status) == (TicketCategory.WRONG_NUMBER, TicketStatus.NEW)
    assert ticket.conversation_id == report.asked.conversation.id

    form, dialog, outcome = only(told[0], TicketForm), only(told[1], ConfirmationDialog), told[2]
    assert (form.state, form.ticket_id) == ("sent", new)
    assert (dialog.state, dialog.ticket_id) == ("executed", new)
    assert [each.id for each in only(outcome, TicketStatusBoard).tickets] == [new]
    assert new in outcome.text
    assert outcome.role is Role.ASSISTANT
    opened = await desk.assistant.open(await desk.now(session), 30)
    assert opened.messages[-1] == outcome
    assert opened.unanswered is None


async def test_twenty_taps_at_once_make_one_ticket_and_one_message(desk: Desk, session: Session):
    report = await begun(desk, session)
    before = await own_tickets(desk, session)
    await report.to_review()
    dialog = await report.submit()
    told = await asyncio.gather(*(report.answer(dialog, yes=True) for _ in range(20)))
    assert len(await own_tickets(desk, session)) == len(before) + 1
    assert len({messages[-1].id for messages in told}) == 1
    shown = [m for m in await thread(desk, report.asked.conversation) if m.role is Role.ASSISTANT]
    assert sum("TCK-" in m.text for m in shown) == 1


async def test_submitting_twice_asks_once(desk: Desk, session: Session):
    report = await begun(desk, session)
    await report.to_review()
    session = await desk.now(session)
    asked = await asyncio.gather(
        *(
            desk.assistant.submit_report(
                session, report.asked.conversation, report.form.id, report.form.revision
            )
            for _ in range(10)
        )
    )
    for each in asked:
        if each.turn is not None:
            await answer_of(each)
    assert len({each.question.id for each in asked}) == 1
    messages = await thread(desk, report.asked.conversation)
    dialogs = [w for m in messages for w in m.widgets if isinstance(w, ConfirmationDialog)]
    assert len(dialogs) == 1


async def test_a_report_with_an_error_goes_to_the_step_that_has_it(desk: Desk, session: Session):
    report = await begun(desk, session)
    await report.to_review()
    message = await report.reports.edit(session.customer, report.form.id, "details")
    form = only(message, TicketForm)
    form = await report.reports.keep(
        session.customer, form.id, typed(form, answers={"number_meant": "7"})
    )
    message = await report.reports.show_wrong(session.customer, form.id, form.revision)
    form = only(message, TicketForm)
    assert (form.step, form.errors) == (ReportStep.DETAILS, {"number_meant": "not_a_number"})


async def test_a_ticket_opened_meanwhile_is_shown_instead_of_a_second_question(
    desk: Desk, session: Session
):
    first, second = await begun(desk, session), await begun(desk, session)
    await first.to_review()
    await second.to_review()
    await first.answer(await first.submit(), yes=True)
    asked = await desk.assistant.submit_report(
        await desk.now(session), second.asked.conversation, second.form.id, second.form.revision
    )
    answer = await answer_of(asked)
    assert only(answer, TicketStatusBoard)
    assert (await second.now()).state == "open"


# -- no ------------------------------------------------------------------------------------------


async def test_no_changes_nothing_and_offers_what_else_there_is(desk: Desk, session: Session):
    report = await begun(desk, session)
    before = await own_tickets(desk, session)
    await report.to_review()
    dialog = await report.submit()
    told = await report.answer(dialog, yes=False)
    assert await own_tickets(desk, session) == before
    assert only(told[1], ConfirmationDialog).state == "declined"
    assert (await report.now()).state == "open"
    notice = only(told[-1], Notice)
    names = [action.name for action in notice.actions if action.type == "postback"]
    assert names == ["change_report", "help_reason", "talk_to_person"]
    # A yes after the no is none.
    again = await report.answer(dialog, yes=True)
    assert only(again[1], ConfirmationDialog).state == "declined"
    assert await own_tickets(desk, session) == before

    change = notice.actions[0]
    assert change.type == "postback"
    _, answer = await tap(desk, session, report.asked, change.name, change.value)
    form = only(answer, TicketForm)
    assert (form.step, form.description) == (ReportStep.REVIEW, "It went to a stranger.")
    assert (await report.now()).state == "discarded"

    report.form = form
    dialog = await report.submit()
    told = await report.answer(dialog, yes=False)
    notice = only(told[-1], Notice)
    assert notice.text == "Would you rather talk to a person?"
    first = notice.actions[0]
    assert first.type == "postback"
    assert first.name == "talk_to_person"

    _, answer = await tap(desk, session, report.asked, "change_report", form.id)
    report.form = only(answer, TicketForm)
    await report.answer(await report.submit(), yes=True)
    assert len(await own_tickets(desk, session)) == len(before) + 1
    opened = await desk.assistant.open(await desk.now(session), 30)
    assert opened.conversation is not None
    assert opened.conversation.declines == 0


async def test_yes_in_words_is_no_tap(desk: Desk, session: Session):
    report = await begun(desk, session)
    before = await own_tickets(desk, session)
    await report.to_review()
    dialog = await report.submit()
    for text in ("yes", "Yes please", "go ahead", "hongu", "yebo", "no"):
        _, answer = await desk.ask(session, text, report.asked.conversation)
        assert answer.widgets == []
        assert answer.tools == []
    consent = await access_consent(desk.store, session.customer, dialog.consent_id)
    assert consent.state is ConsentState.PENDING
    assert await own_tickets(desk, session) == before


# -- time, crashes, and what is lost on the way --------------------------------------------------


async def set_expiry(desk: Desk, consent_id: str) -> None:
    past = now() - timedelta(seconds=1)
    await desk.store.database["consents"].update_one(
        {"_id": consent_id}, {"$set": {"expires_at": past, "open_until": past}}
    )


async def test_a_question_that_ran_out_says_so_when_tapped_or_opened(desk: Desk, session: Session):
    report = await begun(desk, session)
    before = await own_tickets(desk, session)
    await report.to_review()
    dialog = await report.submit()
    await set_expiry(desk, dialog.consent_id)
    opened = await desk.assistant.open(await desk.now(session), 30)
    dialogs = [w for m in opened.messages for w in m.widgets if isinstance(w, ConfirmationDialog)]
    assert [each.state for each in dialogs] == ["expired"]
    assert "over" in opened.messages[-1].text
    assert (await report.now()).state == "open"
    told = await report.answer(dialog, yes=True)
    assert only(told[1], ConfirmationDialog).state == "expired"
    assert told[-1].id == opened.messages[-1].id
    assert await own_tickets(desk, session) == before


async def test_what_was_confirmed_before_a_crash_is_done_when_the_chat_is_opened(
    desk: Desk, session: Session
):
    report = await begun(desk, session)
    before = await own_tickets(desk, session)
    await report.to_review()
    dialog = await report.submit()
    # The process dies between the tap and the change.
    await confirm(desk.store, session.customer, dialog.consent_id)
    assert await own_tickets(desk, session) == before

    opened = await desk.assistant.open(await desk.now(session), 30)
    assert len(await own_tickets(desk, session)) == len(before) + 1
    dialogs = [w for m in opened.messages for w in m.widgets if isinstance(w, ConfirmationDialog)]
    assert [each.state for each in dialogs] == ["executed"]
    assert (await report.now()).state == "sent"
    assert only(opened.messages[-1], TicketStatusBoard)
    again = await desk.assistant.open(await desk.now(session), 30)
    assert again.messages == opened.messages


async def test_a_form_whose_dialog_was_never_shown_asks_again(desk: Desk, session: Session):
    report = await begun(desk, session)
    await report.to_review()
    asked = await desk.assistant.submit_report(
        await desk.now(session),
        report.asked.conversation,
        report.form.id,
        report.form.revision,
    )
    first = only(await answer_of(asked), ConfirmationDialog)
    # The process died after the form was closed, before the answer was kept.
    await desk.store.database["messages"].delete_one({"reply_to": asked.question.id})
    await release_turns(desk.store)

    opened = await desk.assistant.open(await desk.now(session), 30)
    assert opened.unanswered is not None
    again = await desk.assistant.retry(await desk.now(session), opened.unanswered.id)
    dialog = only(await answer_of(again), ConfirmationDialog)
    assert (dialog.consent_id, dialog.state) == (first.consent_id, "pending")


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


async def test_a_lost_response_is_no_lost_ticket(settings: Settings, store: Store):
    wallet = LosesAnswers(demo_wallet(store))
    async with open_desk(settings, store, wallet=wallet) as desk:
        session = await desk.session()
        report = await begun(desk, session)
        before = await own_tickets(desk, session)
        await report.to_review()
        wallet.lose = "responses"
        told = await report.answer(await report.submit(), yes=True)
        assert only(told[1], ConfirmationDialog).state == "executed"
        assert len(await own_tickets(desk, session)) == len(before) + 1
    await wallet.aclose()


async def test_a_wallet_that_is_down_is_caught_up_with_later(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ecocash_copilot.agent.confirmations._PAUSES", (0.0,))
    wallet = LosesAnswers(demo_wallet(store))
    async with open_desk(settings, store, wallet=wallet) as desk:
        session = await desk.session()
        report = await begun(desk, session)
        before = await own_tickets(desk, session)
        await report.to_review()
        dialog = await report.submit()
        wallet.lose = "calls"
        (message,) = await report.answer(dialog, yes=True)
        assert only(message, ConfirmationDialog).state == "confirmed"
        assert await own_tickets(desk, session) == before
        wallet.lose = ""
        opened = await desk.assistant.open(await desk.now(session), 30)
        assert only(opened.messages[-1], TicketStatusBoard)
        assert len(await own_tickets(desk, session)) == len(before) + 1
    await wallet.aclose()


# -- models --------------------------------------------------------------------------------------

Pieces = AsyncIterator[ModelResponse]


async def asked_by_model(
    settings: Settings, store: Store, script: Any, text: str = "please open a ticket"
) -> tuple[Message, list[str], list[str]]:
    """Return the answer, and the customer's tickets before and after."""
    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        before = await own_tickets(desk, session)
        _, answer = await desk.ask(session, text)
        return answer, before, await own_tickets(desk, session)


async def test_a_model_that_calls_for_a_change_only_asks(settings: Settings, store: Store):
    requests = 0

    async def script(_: list[ModelMessage]) -> Pieces:
        nonlocal requests
        requests += 1
        yield say("Let me do that. ")
        yield call("eco_add_to_ticket", ticket_id="TCK-100042", text="It is still missing.")

    answer, before, after = await asked_by_model(settings, store, script)
    dialog = only(answer, ConfirmationDialog)
    assert (dialog.tool, dialog.state) == ("eco_add_to_ticket", "pending")
    assert any("still missing" in line for line in dialog.consequences)
    assert answer.text.startswith("Let me do that.")
    assert "Nothing happens before you answer it." in answer.text
    assert (requests, answer.outcome, before) == (1, "done", after)
    (use,) = answer.tools
    assert (use.name, use.ok) == ("eco_add_to_ticket", True)
    assert "waiting" in use.result


async def test_a_complete_report_of_a_model_is_asked_for_at_once(settings: Settings, store: Store):
    async def script(_: list[ModelMessage]) -> Pieces:
        yield call("eco_create_ticket", category="other", description="My line is odd.", answers={})

    answer, before, after = await asked_by_model(settings, store, script)
    dialog = only(answer, ConfirmationDialog)
    assert (dialog.tool, before) == ("eco_create_ticket", after)


async def test_an_incomplete_report_of_a_model_opens_the_form(settings: Settings, store: Store):
    async def script(_: list[ModelMessage]) -> Pieces:
        yield call(
            "eco_create_ticket",
            category="wrong_number",
            description="The model's words",
            answers={"number_meant": "0772000111", "made_up": "x"},
            consent_id="cs_made_up",
        )

    text = "I sent money to the wrong number"
    answer, before, after = await asked_by_model(settings, store, script, text)
    form = only(answer, TicketForm)
    assert (form.category, form.description) == (TicketCategory.WRONG_NUMBER, text)
    assert form.answers["number_meant"] == "0772000111"
    assert "made_up" not in form.answers
    assert before == after


@pytest.mark.parametrize("locale", Locale)
async def test_what_cannot_be_done_is_said_to_have_failed(
    settings: Settings, store: Store, locale: Locale
):
    async def script(_: list[ModelMessage]) -> Pieces:
        yield call("eco_escalate_ticket", ticket_id="TCK-100042", reason="slow")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session(locale=locale)
        _, answer = await desk.ask(session, "please escalate my ticket")
        dialog = only(answer, ConfirmationDialog)
        ticket = await access_ticket(desk.store, session.customer, "TCK-100042")
        await move(desk.store, AGENT, ticket.id, ticket.version, TicketStatus.RESOLVED)
        told = await desk.assistant.confirmations.answer(session.customer, dialog.id, yes=True)
        failed = only(told[0], ConfirmationDialog)
        assert failed.state == "failed"
        shown = confirmation_dialog(failed, locale).dialog
        assert shown is not None
        assert shown.outcome == translator(locale)("This ticket is not open any more.")
        assert only(told[-1], Notice)


async def test_a_second_ticket_for_a_transaction_is_not_even_asked_for(
    settings: Settings, store: Store
):
    async with open_desk(settings, store) as desk:
        (ticket,) = await list_tickets(desk.store, "c-1001")
    assert ticket.transaction is not None
    reference = ticket.transaction.reference

    async def script(_: list[ModelMessage]) -> Pieces:
        yield call(
            "eco_create_ticket",
            category="other",
            description="again",
            transaction_reference=reference.lower(),
        )

    answer, before, after = await asked_by_model(settings, store, script)
    assert [each.id for each in only(answer, TicketStatusBoard).tickets] == [ticket.id]
    assert before == after


async def test_of_several_changes_one_is_asked_for_and_reading_goes_on(
    settings: Settings, store: Store
):
    async def script(_: list[ModelMessage]) -> Pieces:
        pieces = [
            call("eco_get_balances"),
            call("eco_close_ticket", ticket_id="TCK-100042", reason="done"),
            call("eco_escalate_ticket", ticket_id="TCK-100042", reason="slow"),
        ]
        calls = [tool for piece in pieces for tool in piece.tool_calls]
        yield ModelResponse(role="assistant", tool_calls=calls)

    answer, _, _ = await asked_by_model(settings, store, script)
    assert [widget.type for widget in answer.widgets] == ["balance_card", "confirmation_dialog"]
    assert only(answer, ConfirmationDialog).tool == "eco_close_ticket"


async def test_the_tap_works_while_the_provider_is_down(settings: Settings, store: Store):
    async def script(messages: list[ModelMessage]) -> Pieces:
        if len([m for m in messages if m.role == "user"]) > 1:
            raise ConnectionError
        yield call("eco_close_ticket", ticket_id="TCK-100042", reason="It is solved.")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked, answer = await desk.ask(session, "please close my ticket")
        dialog = only(answer, ConfirmationDialog)
        _, failed = await desk.ask(session, "are you there", asked.conversation)
        assert failed.outcome == "failed"
        told = await desk.assistant.confirmations.answer(session.customer, dialog.id, yes=True)
        assert "TCK-100042" in told[-1].text
        ticket = await access_ticket(desk.store, session.customer, "TCK-100042")
        assert ticket.status is TicketStatus.CLOSED
        assert json.loads(told[-1].tools[0].result)["state"] == "executed"


@pytest.mark.parametrize("model", ["openai:gpt-5-mini", "openai-chat:gpt-5-mini"])
async def test_a_providers_model_that_opens_a_ticket_itself_opens_none(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch, model: str
):
    arguments = {"category": "other", "description": "My line is odd.", "answers": {}}
    with OpenAIServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-key")
        server.play(
            (
                Reply(
                    text="One moment.",
                    calls=(ToolCall(name="eco_create_ticket", arguments=json.dumps(arguments)),),
                ),
                Reply(text="It is done."),
            )
        )
        chosen = settings.model_copy(update={"copilot_model": model})
        async with open_desk(chosen, store) as desk:
            session = await desk.session()
            before = await own_tickets(desk, session)
            asked, answer = await desk.ask(session, "please open a ticket")
            dialog = only(answer, ConfirmationDialog)
            assert "It is done" not in answer.text
            assert not answer.basic_mode
            assert await own_tickets(desk, session) == before
            tools = json.dumps(server.requests[0])
            assert "eco_create_ticket" in tools
            assert "consent_id" not in tools

            server.play("broken")
            told = await desk.assistant.confirmations.answer(session.customer, dialog.id, yes=True)
            assert len(await own_tickets(desk, session)) == len(before) + 1
            assert only(told[-1], TicketStatusBoard)

            server.play((Reply(text="You are welcome."),))
            await desk.ask(session, "thanks", asked.conversation)
            assert "executed" in json.dumps(server.requests[-1])
            used = desk.assistant._parts.agents.primary.model
            assert isinstance(used, OpenAIChat | OpenAIResponses)
            await used.get_async_client().close()
