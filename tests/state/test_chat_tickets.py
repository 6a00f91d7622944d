"""Forms, questions and tickets on the page: what each tap does, and what the page is sent."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from ecocash_copilot.actions import tickets
from ecocash_copilot.actions.consents import access_consent, expire_due
from ecocash_copilot.actions.tickets import list_tickets
from ecocash_copilot.agent.talking import FORM_TAPS_PER_MINUTE
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAuthenticated, RateLimited
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketStatus
from schemas.views import MessageView, WidgetView
from tests.agent.reporting import LosesAnswers
from tests.feed.reading import reading
from tests.state.live_chat import chat_of, say_as
from tests.state.tab import Tab, tab_of
from tests.support.assistant import TOKENS, Desk, demo_wallet, open_desk

CUSTOMER = Customer(id="c-1001")
WRONG = "I sent money to the wrong number"
DETAILS = {"number_meant": "077 200 0111", "knows_recipient": "no"}
AGENT = Staff(id="agent-1", name="Tariro Moyo", roles=frozenset({StaffRole.AGENT}))


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with open_desk(settings, store) as desk:
        yield desk


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tap tries twice without a pause; upkeep takes up at once what it left."""
    monkeypatch.setattr("ecocash_copilot.agent.confirmations._PAUSES", (0.0,))
    monkeypatch.setattr("ecocash_copilot.agent.confirmations._LEFT_SECONDS", -1.0)


@pytest.mark.usefixtures("one_moment")
async def test_taps_on_tickets_and_forms_are_limited(settings: Settings, store: Store):
    async with open_desk(settings, store, messages_per_minute=2) as desk:
        secret = await desk.sign_in.open_session(CUSTOMER)
        (row, *_) = await list_tickets(desk.store, CUSTOMER.id)
        async with tab_of(desk, secret) as tab:
            await tab.call("open_chat")
            for _ in range(3):
                assert tab.vars["alert"] == ""
                await tab.call("ticket_add", ticket_id=row.id, text="One more thing")
            assert tab.vars["alert"] != ""
            added = await tickets.list_events(desk.store, row.id, row.version)
            assert len(added) == 2
            for _ in range(FORM_TAPS_PER_MINUTE):
                await desk.assistant.admit_form_tap(CUSTOMER)
            tab.forget()
            await tab.call("form_discard", widget_id="wd_none")
            assert tab.deltas == [] or "alert" in tab.deltas[-1]
            with pytest.raises(RateLimited):
                await desk.assistant.admit_form_tap(CUSTOMER)
            await desk.assistant.admit_form_tap(Customer(id="c-1002"))


@pytest.fixture
async def secret(desk: Desk) -> str:
    return await desk.sign_in.open_session(CUSTOMER)


@pytest.fixture
async def tab(desk: Desk, secret: str) -> AsyncGenerator[Tab]:
    async with tab_of(desk, secret) as tab:
        await tab.call("open_chat")
        yield tab
        assert tab.errors == []


_keys = iter(range(10_000_000, 99_999_999))


async def send(tab: Tab, text: str) -> None:
    await tab.call("send", outgoing=json.dumps({"text": text, "key": f"key-{next(_keys)}"}))


def cards(tab: Tab, kind: str) -> list[WidgetView]:
    return [w for view in tab.shown for w in view.widgets if w.type == kind]


def form(tab: Tab) -> WidgetView:
    return cards(tab, "ticket_form")[-1]


def dialog(tab: Tab) -> WidgetView:
    return cards(tab, "confirmation_dialog")[-1]


def fields(tab: Tab, **more: Any) -> str:
    shown = form(tab).form
    return json.dumps({"step": shown.step, "revision": shown.revision, **more})


def text_of(view: MessageView) -> str:
    return " ".join(span.text for b in view.blocks for line in b.lines for span in line.spans)


async def to_review(tab: Tab) -> str:
    await send(tab, WRONG)
    card = form(tab)
    await tab.call("form_next", widget_id=card.id, fields=fields(tab, answers=DETAILS))
    await tab.call("form_next", widget_id=card.id, fields=fields(tab, description="A stranger."))
    assert form(tab).form.step == "review"
    return card.id


async def test_a_report_goes_from_words_to_a_ticket(tab: Tab, desk: Desk):
    before = await list_tickets(desk.store, CUSTOMER.id)
    widget_id = await to_review(tab)
    await tab.call("form_submit", widget_id=widget_id)
    asked = dialog(tab)
    assert (asked.dialog.state, form(tab).form.state) == ("pending", "submitted")
    assert tab.vars["busy"] is False

    await tab.call("confirm_accept", widget_id=asked.id)
    after = await list_tickets(desk.store, CUSTOMER.id)
    assert len(after) == len(before) + 1
    assert (dialog(tab).dialog.state, dialog(tab).dialog.ticket_id) == ("executed", after[0].id)
    assert (form(tab).form.state, form(tab).form.ticket_id) == ("sent", after[0].id)
    assert after[0].id in text_of(tab.shown[-1])
    assert [row.id for row in tab.shown[-1].widgets[0].tickets] == [after[0].id]
    assert tab.vars["alert"] == ""


async def test_errors_are_shown_where_they_are_and_back_keeps_what_was_typed(tab: Tab):
    await send(tab, WRONG)
    widget_id = form(tab).id
    typed = {"number_meant": "123", "knows_recipient": ""}
    await tab.call("form_next", widget_id=widget_id, fields=fields(tab, answers=typed))
    shown = {field.name: field for field in form(tab).form.fields}
    assert shown["number_meant"].error
    assert shown["number_meant"].value == "123"
    assert not shown["number_sent_to"].error

    await tab.call("form_back", widget_id=widget_id, fields=fields(tab, answers=typed))
    assert form(tab).form.step == "reason"
    await tab.call("form_next", widget_id=widget_id, fields=fields(tab, category="wrong_number"))
    shown = {field.name: field for field in form(tab).form.fields}
    assert (shown["number_meant"].value, shown["number_meant"].error) == ("123", "")


async def test_typing_is_kept_and_the_page_is_not_sent_what_it_has(tab: Tab, desk: Desk):
    await send(tab, WRONG)
    widget_id, at_first = form(tab).id, fields(tab, answers={"number_meant": "077"})
    tab.forget()
    await tab.call("form_field", widget_id=widget_id, fields=at_first)
    kept = await desk.assistant.reports.as_it_is(CUSTOMER, widget_id)
    assert kept[1].answers["number_meant"] == "077"
    # The page still knows the revision before its own typing; that is no conflict.
    older = json.loads(at_first) | {"answers": DETAILS}
    await tab.call("form_next", widget_id=widget_id, fields=json.dumps(older))
    assert (form(tab).form.step, tab.vars["alert"]) == ("words", "")


async def test_what_one_page_sends_at_once_is_taken_in_order(tab: Tab, desk: Desk):
    await send(tab, WRONG)
    widget_id = form(tab).id
    typing = [fields(tab, answers={"number_meant": "07720001"[:n]}) for n in range(1, 9)]
    await asyncio.gather(
        *(tab.call("form_field", widget_id=widget_id, fields=each) for each in typing)
    )
    kept = (await desk.assistant.reports.as_it_is(CUSTOMER, widget_id))[1]
    assert (kept.answers["number_meant"], kept.revision) == ("07720001", 9)
    assert tab.vars["alert"] == ""


async def test_a_second_tab_that_is_behind_is_shown_how_things_are(
    tab: Tab, desk: Desk, secret: str
):
    await send(tab, WRONG)
    widget_id, stale = form(tab).id, fields(tab, answers={"number_meant": "0"})
    async with tab_of(desk, secret) as other:
        await other.call("open_chat")
        new = fields(other, answers=DETAILS)
        await other.call("form_next", widget_id=widget_id, fields=new)
        # What a page reads as it opens may be older, and is followed by what has changed since.
        await other.until_holds(lambda: form(other).form.step == "words")
        await tab.call("form_next", widget_id=widget_id, fields=stale)
        await tab.until_holds(lambda: form(tab).form.revision == 2)
        assert form(tab).form.step == "words"
        assert "another page" in tab.vars["alert"]
        kept = (await desk.assistant.reports.as_it_is(CUSTOMER, widget_id))[1]
        assert kept.answers["number_meant"] == DETAILS["number_meant"]
        assert other.errors == []


async def test_two_taps_at_once_submit_and_confirm_once(tab: Tab, desk: Desk):
    before = await list_tickets(desk.store, CUSTOMER.id)
    widget_id = await to_review(tab)
    await asyncio.gather(*(tab.call("form_submit", widget_id=widget_id) for _ in range(4)))
    assert len(cards(tab, "confirmation_dialog")) == 1
    asked = dialog(tab)
    await asyncio.gather(*(tab.call("confirm_accept", widget_id=asked.id) for _ in range(6)))
    assert len(await list_tickets(desk.store, CUSTOMER.id)) == len(before) + 1
    said = [view for view in tab.shown if view.widgets and view.widgets[0].tickets]
    assert len(said) == 1
    assert tab.vars["alert"] == ""


async def test_no_says_that_nothing_happened_and_what_else_there_is(tab: Tab, desk: Desk):
    before = await list_tickets(desk.store, CUSTOMER.id)
    await tab.call("form_submit", widget_id=await to_review(tab))
    await tab.call("confirm_decline", widget_id=dialog(tab).id)
    assert dialog(tab).dialog.state == "declined"
    assert form(tab).form.state == "open"
    actions = tab.shown[-1].widgets[0].actions
    assert [action.name for action in actions] == [
        "change_report",
        "help_reason",
        "talk_to_person",
    ]
    await tab.call(
        "postback",
        widget_id=tab.shown[-1].widgets[0].id,
        name=actions[0].name,
        value=actions[0].value,
    )
    assert (form(tab).form.step, form(tab).form.state) == ("review", "open")
    assert len(await list_tickets(desk.store, CUSTOMER.id)) == len(before)


async def test_a_reload_in_the_middle_shows_the_same(tab: Tab, desk: Desk, secret: str):
    await tab.call("form_submit", widget_id=await to_review(tab))
    async with tab_of(desk, secret) as again:
        await again.call("open_chat")
        assert [view.id for view in again.shown] == [view.id for view in tab.shown]
        assert dialog(again) == dialog(tab)
        await again.call("confirm_accept", widget_id=dialog(again).id)
        assert dialog(again).dialog.state == "executed"
        await tab.call("confirm_accept", widget_id=dialog(tab).id)
        assert dialog(tab).dialog.ticket_id == dialog(again).dialog.ticket_id
        assert [view.id for view in again.shown] == [view.id for view in tab.shown]


async def test_a_question_that_ran_out_is_said_to_be_over(tab: Tab, desk: Desk, secret: str):
    await tab.call("form_submit", widget_id=await to_review(tab))
    past = now() - timedelta(seconds=1)
    await desk.store.database["consents"].update_one(
        {"_id": dialog(tab).dialog.consent_id},
        {"$set": {"expires_at": past, "open_until": past}},
    )
    await tab.call("confirm_accept", widget_id=dialog(tab).id)
    assert (dialog(tab).dialog.state, form(tab).form.state) == ("expired", "open")
    async with tab_of(desk, secret) as again:
        await again.call("open_chat")
        assert dialog(again).dialog.state == "expired"


async def test_a_discarded_report_stays_so(tab: Tab):
    await send(tab, WRONG)
    widget_id, old = form(tab).id, fields(tab, answers=DETAILS)
    await tab.call("form_discard", widget_id=widget_id)
    assert form(tab).form.state == "discarded"
    await tab.call("form_next", widget_id=widget_id, fields=old)
    assert form(tab).form.state == "discarded"
    assert tab.vars["alert"]


async def test_a_ticket_is_added_to_reopened_and_rated_by_taps(tab: Tab, desk: Desk):
    await send(tab, "status of my tickets")
    (row,) = cards(tab, "ticket_status_board")[-1].tickets
    added = {"ticket_id": row.id, "text": "The bank says it was sent back.", "key": "key-0-added"}
    await tab.call("ticket_add", **added)
    assert row.id in text_of(tab.shown[-1])
    assert tab.vars["said"] == "key-0-added"
    shown, history = len(tab.shown), await tickets.list_events(desk.store, row.id)
    await tab.call("ticket_add", **added)
    assert await tickets.list_events(desk.store, row.id) == history
    assert len(tab.shown) == shown
    ticket = await tickets.access_ticket(desk.store, CUSTOMER, row.id)
    events = await tickets.list_events(desk.store, row.id)
    assert events[-1].text == "The bank says it was sent back."

    await tickets.move(desk.store, AGENT, row.id, ticket.version, TicketStatus.RESOLVED)
    await tab.call("ticket_rate", ticket_id=row.id, stars="4")
    for _ in range(2):
        await tab.call(
            "ticket_reopen", ticket_id=row.id, text="It is still missing", key="key-1-reopened"
        )
    ticket = await tickets.access_ticket(desk.store, CUSTOMER, row.id)
    assert (ticket.rating, ticket.status) == (4, TicketStatus.IN_PROGRESS)
    assert tab.vars["alert"] == ""


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        ("form_next", {"widget_id": "x", "fields": "no json"}),
        ("form_next", {"widget_id": "ms_" + "0" * 26 + "-1", "fields": "{}"}),
        ("form_field", {"widget_id": "$gt", "fields": '{"step": "review", "revision": 1}'}),
        ("form_submit", {"widget_id": "\x00"}),
        ("form_discard", {"widget_id": ""}),
        ("form_edit", {"widget_id": "x", "step": "review"}),
        ("form_evidence", {"widget_id": "x", "evidence_id": "y"}),
        ("form_upload", {"widget_id": "ms_" + "0" * 26 + "-1"}),
        ("form_remove_evidence", {"widget_id": "x", "evidence_id": "y"}),
        ("confirm_accept", {"widget_id": "x"}),
        ("confirm_decline", {"widget_id": ""}),
        ("ticket_add", {"ticket_id": "TCK-1", "text": "x"}),
        ("ticket_add", {"ticket_id": "TCK-100042", "text": ""}),
        ("ticket_rate", {"ticket_id": "TCK-100042", "stars": "6"}),
        ("ticket_rate", {"ticket_id": "TCK-100042", "stars": "5"}),
        ("ticket_reopen", {"ticket_id": "TCK-100042", "text": ""}),
    ],
)
async def test_a_senseless_tap_is_refused_in_a_line(
    tab: Tab, handler: str, payload: dict[str, str]
):
    await tab.call(handler, **payload)
    assert tab.vars["alert"]
    assert tab.vars["app_state"] == "ready"


async def test_where_cookies_are_blocked_a_file_gets_a_ticket_of_its_own(
    settings: Settings, store: Store
):
    async with open_desk(settings, store) as desk:
        session = await desk.session()
        async with tab_of(desk) as tab:
            await tab.call("resume", ticket=await desk.sign_in.issue_ticket(session))
            assert tab.vars["uploads"] == "ticket"
            await send(tab, WRONG)
            form_id = form(tab).id
            await tab.call("form_upload", widget_id=form_id)
            first = tab.vars["upload_ticket"]
            # It signs nobody in; it is for this form, and used up by its file.
            with pytest.raises(NotAuthenticated):
                await desk.sign_in.redeem_ticket(first)
            again = await desk.sign_in.redeem_upload_ticket(first, form_id)
            assert again.customer == session.customer

            stranger = await desk.sign_in.open_session(Customer(id="c-1002"))
            async with tab_of(desk, stranger) as other:
                await other.call("open_chat")
                await other.call("form_upload", widget_id=form_id)
                assert other.vars["alert"]
                assert not other.vars.get("upload_ticket")

            await tab.call("form_evidence", widget_id=form_id, evidence_id="ev_none")
            assert tab.vars["upload_ticket"] == ""
            await tab.call("form_discard", widget_id=form_id)
            await tab.call("form_upload", widget_id=form_id)
            assert tab.vars["alert"]
            assert tab.vars["upload_ticket"] == ""


async def test_where_the_cookie_is_there_no_ticket_is_asked_for(settings: Settings, store: Store):
    async with open_desk(settings, store) as desk:
        secret = await desk.sign_in.open_session(CUSTOMER)
        session = await desk.again(secret)
        async with tab_of(desk, secret) as tab:
            await tab.call("resume", ticket=await desk.sign_in.issue_ticket(session))
            assert not tab.vars.get("uploads")


async def test_a_question_that_runs_out_while_it_is_looked_at_says_so_by_itself(
    settings: Settings, store: Store
):
    async with (
        open_desk(settings, store) as desk,
        reading(store, desk.pages.hub),
        tab_of(desk, await desk.sign_in.open_session(CUSTOMER)) as tab,
    ):
        await tab.call("open_chat")
        await tab.call("form_submit", widget_id=await to_review(tab))
        past = now() - timedelta(seconds=1)
        await store.database["consents"].update_one(
            {"_id": dialog(tab).dialog.consent_id},
            {"$set": {"expires_at": past, "open_until": past}},
        )
        assert await expire_due(store) == 1
        await tab.until_holds(
            lambda: (dialog(tab).dialog.state, form(tab).form.state) == ("expired", "open")
        )
        assert tab.errors == []


# -- carried out later, by whoever it is ---------------------------------------------------------


@asynccontextmanager
async def two_tabs(
    settings: Settings, store: Store, wallet: LosesAnswers
) -> AsyncGenerator[tuple[Desk, Tab, Tab]]:
    """Two pages of one customer, the second opened while the question waits to be carried out."""
    async with (
        open_desk(settings, store, wallet=wallet) as desk,
        reading(store, desk.pages.hub),
    ):
        secret = await desk.sign_in.open_session(CUSTOMER)
        async with tab_of(desk, secret) as tab, tab_of(desk, secret) as other:
            await tab.call("open_chat")
            await tab.call("form_submit", widget_id=await to_review(tab))
            wallet.lose = "calls"
            await tab.call("confirm_accept", widget_id=dialog(tab).id)
            await other.call("open_chat")
            for page in (tab, other):
                assert (dialog(page).dialog.state, form(page).form.state) == (
                    "confirmed",
                    "submitted",
                )
            # What a page reads as it opens carries out as well; the line comes after that.
            line = await say_as(desk, await chat_of(desk, tab), "Good day")
            for page in (tab, other):
                await page.until_holds(lambda page=page: page.shown[-1].id == line.id)
            wallet.lose = ""
            yield desk, tab, other
            assert (tab.errors, other.errors) == ([], [])
    await wallet.aclose()


async def all_settled(desk: Desk, pages: Sequence[Tab], state: str, form_state: str) -> None:
    """Wait until each page shows the outcome; it is said once, and a fresh page shows the same."""
    for page in pages:
        await page.until_holds(
            lambda page=page: (
                (dialog(page).dialog.state, form(page).form.state) == (state, form_state)
            )
        )
        await page.until_holds(lambda page=page: page.shown[-1].role == "assistant")
    secret = await desk.sign_in.open_session(CUSTOMER)
    async with tab_of(desk, secret) as fresh:
        await fresh.call("open_chat")
        await fresh.call("open_conversation", conversation_id=pages[0].vars["conversation_id"])
        for page in pages:
            assert [view.id for view in page.shown] == [view.id for view in fresh.shown]
            assert page.vars["quick"] == fresh.vars["quick"]
    asked = next(at for at, view in enumerate(fresh.shown) if view.id in dialog(fresh).id)
    assert [view.role for view in fresh.shown[asked + 1 :]].count("assistant") == 1


@pytest.mark.usefixtures("at_once")
async def test_what_upkeep_carries_out_is_told_to_every_open_page(settings: Settings, store: Store):
    wallet = LosesAnswers(demo_wallet(store))
    async with two_tabs(settings, store, wallet) as (desk, tab, other):
        assert await desk.assistant.confirmations.resume() == 1
        await all_settled(desk, (tab, other), "executed", "sent")
        (row, *_) = await list_tickets(store, CUSTOMER.id)
        assert row.id in text_of(tab.shown[-1])


@pytest.mark.usefixtures("at_once")
async def test_what_upkeep_can_not_carry_out_is_told_as_well(settings: Settings, store: Store):
    wallet = LosesAnswers(demo_wallet(store))
    async with two_tabs(settings, store, wallet) as (desk, tab, other):
        consent = await access_consent(store, CUSTOMER, dialog(tab).dialog.consent_id)
        reference = consent.arguments["transaction_reference"]
        await store.kept("transactions").delete_many({"transaction.reference": reference})
        assert await desk.assistant.confirmations.resume() == 1
        await all_settled(desk, (tab, other), "failed", "open")


@pytest.mark.usefixtures("at_once")
async def test_what_a_process_carried_out_before_it_died_is_told(settings: Settings, store: Store):
    wallet = LosesAnswers(demo_wallet(store))
    async with two_tabs(settings, store, wallet) as (desk, tab, other):
        consent = await access_consent(store, CUSTOMER, dialog(tab).dialog.consent_id)
        given = {**consent.arguments, "consent_id": consent.id}
        token = TOKENS.mint(CUSTOMER, consent.conversation_id)
        assert (await wallet.call(consent.tool, given, token)).ok
        await all_settled(desk, (tab, other), "executed", "sent")


async def test_a_tap_is_told_once_on_its_own_page_and_on_another(settings: Settings, store: Store):
    async with open_desk(settings, store) as desk, reading(store, desk.pages.hub):
        secret = await desk.sign_in.open_session(CUSTOMER)
        async with tab_of(desk, secret) as tab, tab_of(desk, secret) as other:
            await tab.call("open_chat")
            await tab.call("form_submit", widget_id=await to_review(tab))
            await other.call("open_chat")
            await tab.call("confirm_accept", widget_id=dialog(tab).id)
            await all_settled(desk, (tab, other), "executed", "sent")
            assert (tab.errors, other.errors) == ([], [])
