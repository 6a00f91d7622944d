"""From a form to a ticket: the question, yes and no, crashes and lost responses."""

import asyncio
from datetime import timedelta

import pytest

from ecocash_copilot.actions.consents import access_consent, confirm
from ecocash_copilot.actions.tickets import access_ticket
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import release_turns
from schemas.consent import ConsentState
from schemas.message import Role
from schemas.session import Session
from schemas.ticket import TicketCategory, TicketStatus
from schemas.widgets import ConfirmationDialog, Notice, ReportStep, TicketForm, TicketStatusBoard
from tests.agent.reporting import LosesAnswers, begun, only, own_tickets, tap, typed
from tests.agent.threads import thread
from tests.support.assistant import Desk, answer_of, demo_wallet, open_desk
from tests.support.known import known

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
    assert known(opened.conversation).title == f"{new}: {ticket.subject}"[:80]
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
    message = known(await report.reports.show_wrong(session.customer, form.id, form.revision))
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
