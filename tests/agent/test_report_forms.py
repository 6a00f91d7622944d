"""From a bad transaction to a form that is filled in: questions and taps, no model."""

import asyncio
from datetime import timedelta

import pytest

from ecocash_copilot.actions.consents import access_consent
from ecocash_copilot.actions.tickets import list_tickets
from ecocash_copilot.actions.widgets import Outdated
from ecocash_copilot.agent.carry_in import MAX_SPOKEN
from ecocash_copilot.core.clock import HARARE, now
from ecocash_copilot.core.errors import NotFound
from schemas.consent import ConsentState
from schemas.identity import Locale
from schemas.session import Session
from schemas.ticket import TicketCategory
from schemas.widgets import (
    HelpArticleCard,
    ReportStep,
    TicketForm,
    TicketStatusBoard,
    TransactionDetail,
    TransactionTable,
)
from tests.agent.reporting import begun, only, tap, typed
from tests.support.assistant import Desk

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


@pytest.mark.parametrize(("between", "known"), [(30, True), (MAX_SPOKEN, False)])
async def test_what_was_said_is_carried_in_from_a_bounded_way_back(
    desk: Desk, session: Session, between: int, known: bool
):
    asked, _ = await desk.ask(session, "my account was locked yesterday, PIN blocked")
    await desk.ask(session, "my meter number is 07012345678")
    for _ in range(between // 2):
        await desk.ask(session, "thanks")

    _, answer = await desk.ask(session, "my PIN is blocked")
    yesterday = now().astimezone(HARARE).date() - timedelta(days=1)
    form = only(answer, TicketForm)
    assert form.answers.get("since") == (yesterday.isoformat() if known else None)
    assert form.description.count("\n") == int(known)

    _, answer = await tap(desk, session, asked, "pick_reason", "electricity_token_missing")
    form = only(answer, TicketForm)
    assert form.answers.get("meter_number") == ("07012345678" if known else None)


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


async def test_where_the_money_went_cannot_be_changed(desk: Desk, session: Session):
    report = await begun(desk, session)
    payment = report.form.transaction
    assert payment is not None
    other = {"number_sent_to": "0772000999"}

    form = await report.reports.keep(
        session.customer, report.form.id, typed(report.form, answers=other)
    )
    assert form.answers["number_sent_to"] == "077 241 8950"
    answers = {**other, "number_meant": "077 241 8950", "knows_recipient": "no"}
    report.form = form
    assert (await report.next(answers=answers)).errors == {"number_meant": "same_number"}

    await report.next(answers={**answers, "number_meant": "0772000111"})
    await report.next()
    dialog = await report.submit()
    await report.answer(dialog, yes=True)
    ticket = next(
        each
        for each in await list_tickets(desk.store, session.customer.id)
        if each.category is TicketCategory.WRONG_NUMBER
    )
    assert ticket.answers["number_sent_to"] == payment.counterparty.msisdn


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
