"""A report that was not sent, taken up again: one copy goes on, with files that are there."""

from datetime import timedelta

import pytest

from ecocash_copilot.actions.evidence import (
    LOOSE_LIFE,
    keep_evidence,
    read_evidence,
    remove_loose_evidence,
)
from ecocash_copilot.core.clock import now
from schemas.message import Message
from schemas.session import Session
from schemas.ticket import Evidence
from schemas.widgets import ConfirmationDialog, ReportStep, TicketForm, TicketStatusBoard
from tests.agent.reporting import Report, begun, only, own_tickets, tap, typed
from tests.agent.threads import thread
from tests.support.assistant import Desk
from tests.support.files import photo


@pytest.fixture
async def report(desk: Desk, session: Session) -> Report:
    """A report with a photo, up to its review."""
    report = await begun(desk, session)
    await report.to_review()
    await add_photo(report)
    return report


async def add_photo(report: Report) -> Evidence:
    customer = report.session.customer
    kept = await keep_evidence(report.desk.store, customer.id, report.form.id, "a.jpg", photo())
    message = await report.reports.add_file(customer, report.form.id, kept.id)
    report.form = only(message, TicketForm)
    return kept


async def change(report: Report, form_id: str) -> Message:
    _, answer = await tap(report.desk, report.session, report.asked, "change_report", form_id)
    return answer


async def open_forms(report: Report) -> list[TicketForm]:
    messages = await thread(report.desk, report.asked.conversation)
    forms = [widget for each in messages for widget in each.widgets]
    return [each for each in forms if isinstance(each, TicketForm) and each.state == "open"]


async def test_a_second_tap_leads_to_the_copy_with_what_was_changed_in_it(report: Report):
    original = report.form
    customer = report.session.customer
    copy = only(await change(report, original.id), TicketForm)
    assert copy.evidence == original.evidence
    back = only(await report.reports.edit(customer, copy.id, "words"), TicketForm)
    await report.reports.keep(customer, copy.id, typed(back, description="To my landlord."))

    for form_id in (original.id, original.id, copy.id):
        again = only(await change(report, form_id), TicketForm)
        assert (again.description, again.state) == ("To my landlord.", "open")
        assert again.evidence == original.evidence
        assert await open_forms(report) == [again]


async def test_what_was_sent_as_a_copy_is_not_copied_again(report: Report):
    original = report.form.id
    report.form = only(await change(report, original), TicketForm)
    dialog = await report.submit()
    answer = await change(report, original)
    assert (answer.widgets, "waits for your answer" in answer.text) == ([], True)
    told = await report.answer(dialog, yes=True)
    assert only(told[-1], TicketStatusBoard)
    before = await own_tickets(report.desk, report.session)
    answer = await change(report, original)
    assert (answer.widgets, "was sent" in answer.text) == ([], True)
    assert await open_forms(report) == []
    assert await own_tickets(report.desk, report.session) == before


async def test_a_copy_holds_its_files_and_none_that_is_gone(report: Report):
    customer, store = report.session.customer, report.desk.store
    first = report.form.evidence[0]
    second = await add_photo(report)
    long_ago = now() - LOOSE_LIFE - timedelta(minutes=1)
    evidence = store.database["evidence"]
    await evidence.update_one({"_id": first.id}, {"$set": {"loose_since": long_ago}})
    assert await remove_loose_evidence(store) == 1
    await evidence.update_one({"_id": second.id}, {"$set": {"loose_since": long_ago}})

    answer = await change(report, report.form.id)
    copy = only(answer, TicketForm)
    assert copy.evidence == [second]
    assert (copy.step, copy.errors) == (ReportStep.WORDS, {"evidence": "lost"})
    assert await remove_loose_evidence(store) == 0
    assert await read_evidence(store, second)
    report.form = copy
    await report.next(description=copy.description)
    told = await report.answer(await report.submit(), yes=True)
    assert only(told[1], ConfirmationDialog).state == "executed"
    assert (await report.reports.as_it_is(customer, copy.id))[1].state == "sent"


async def test_a_file_that_is_part_of_a_ticket_goes_into_no_other_report(report: Report):
    customer = report.session.customer
    sent, other = report.form, await begun(report.desk, report.session)
    await report.answer(await report.submit(), yes=True)
    message = await report.reports.add_file(customer, other.form.id, sent.evidence[0].id)
    other.form = only(message, TicketForm)
    copy = only(await change(other, other.form.id), TicketForm)
    assert (copy.evidence, copy.errors) == ([], {"evidence": "lost"})


async def test_a_discarded_copy_can_be_taken_up_again(report: Report):
    original = report.form.id
    copy = only(await change(report, original), TicketForm)
    await report.reports.discard(report.session.customer, copy.id)
    again = only(await change(report, original), TicketForm)
    assert await open_forms(report) == [again]


async def test_a_copy_that_a_crash_left_out_is_made(report: Report):
    original = report.form.id
    answer = await change(report, original)
    await report.desk.store.database["messages"].delete_one({"_id": answer.id})
    again = only(await change(report, original), TicketForm)
    assert again.evidence == report.form.evidence
    assert await open_forms(report) == [again]


async def test_a_copy_that_is_made_anew_in_its_own_answer_stays_open(report: Report):
    answer = await change(report, report.form.id)
    copy = only(answer, TicketForm)
    customer = report.session.customer
    for _ in range(2):
        _, (again,) = await report.reports.change(customer, report.form.id, copy.id)
        assert isinstance(again, TicketForm)
        assert (again.id, again.state) == (copy.id, "open")
    assert await open_forms(report) == [copy]
