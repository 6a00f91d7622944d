"""Whose evidence is, who may see it, and how long it is kept."""

from datetime import timedelta

import httpx
import pytest

from ecocash_copilot.actions.evidence import (
    LOOSE_LIFE,
    access_evidence,
    attach_evidence,
    hold_evidence,
    remove_evidence,
    remove_loose_evidence,
)
from ecocash_copilot.actions.sign_in import SESSION_COOKIE, SignIn
from ecocash_copilot.actions.staff_sign_in import STAFF_COOKIE, StaffSignIn
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import insert_message
from schemas.identity import Customer
from schemas.staff import Staff, StaffRole
from schemas.widgets import TicketForm
from tests.api.conftest import MakeApp, client_of
from tests.api.evidence.conftest import send
from tests.store.make import answer, new_conversation, question
from tests.support.files import photo

# -- who ------------------------------------------------------------------------------------------


async def test_nobody_and_other_sites_send_nothing(
    make_app: MakeApp, browser: httpx.AsyncClient
) -> None:
    async with client_of(make_app()) as stranger:
        assert (await send(stranger, photo())).status_code == 401
    crossing = await send(browser, photo(), headers={"Sec-Fetch-Site": "cross-site"})
    assert crossing.status_code == 403
    foreign = await send(browser, photo(), headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert (await send(browser, photo(), form="../../x")).status_code == 422


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ({StaffRole.AGENT}, 200),
        ({StaffRole.SUPERVISOR}, 200),
        ({StaffRole.OPERATOR, StaffRole.DESIGNER}, 404),
        (set[StaffRole](), 404),
    ],
)
async def test_its_customer_sees_a_file_and_support_once_it_is_part_of_a_ticket(
    make_app: MakeApp,
    browser: httpx.AsyncClient,
    sign_in: SignIn,
    store: Store,
    settings: Settings,
    customer: Customer,
    roles: set[StaffRole],
    status: int,
) -> None:
    evidence_id = (await send(browser, photo())).json()["id"]
    path = f"/api/evidence/{evidence_id}"
    async with client_of(make_app()) as other:
        assert (await other.get(path)).status_code == 401
        other.cookies.set(SESSION_COOKIE, await sign_in.open_session(Customer(id="c-2")))
        assert (await other.get(path)).status_code == 404
        if roles:
            staff = Staff(id="s-1", name="Rudo", roles=frozenset(roles))
            secret = await StaffSignIn(store, settings).open_session(staff)
            other.cookies.set(STAFF_COOKIE, secret)
        assert (await other.get(path)).status_code == 404
        assert await attach(store, customer, [evidence_id], "TCK-100042") == 1
        assert (await other.get(path)).status_code == status


async def test_a_file_is_told_to_stay_what_it_is(browser: httpx.AsyncClient) -> None:
    path = f"/api/evidence/{(await send(browser, photo())).json()['id']}"
    got = await browser.get(path)
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["cache-control"].startswith("private")
    assert got.headers["cross-origin-resource-policy"] == "same-origin"
    assert got.headers["content-disposition"].startswith("inline")
    again = await browser.get(path, headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await browser.get("/api/evidence/ev_no")).status_code == 404
    assert (await browser.get(f"/api/evidence/{new_id('ev')}")).status_code == 404


# -- tickets --------------------------------------------------------------------------------------


async def attach(store: Store, customer: Customer, ids: list[str], ticket_id: str) -> int:
    return len(
        await store.transact(lambda tx: attach_evidence(store, tx, customer.id, ids, ticket_id))
    )


async def test_a_file_belongs_to_one_ticket_and_stays(
    browser: httpx.AsyncClient, store: Store, customer: Customer
) -> None:
    ids = [(await send(browser, photo())).json()["id"] for _ in range(2)]
    assert await attach(store, customer, [], "TCK-1001") == 0
    assert await attach(store, customer, ids, "TCK-1001") == 2
    assert await attach(store, customer, ids, "TCK-1001") == 2
    with pytest.raises(Invalid):
        await attach(store, customer, ids[:1], "TCK-1002")
    with pytest.raises(Invalid):
        await attach(store, Customer(id="c-2"), ids[:1], "TCK-1003")
    with pytest.raises(Conflict):
        await remove_evidence(store, customer.id, ids[0])
    # Its place in the form is free again, for what the customer adds to the ticket later.
    assert (await send(browser, photo())).status_code == 201
    await age(store)
    assert await remove_loose_evidence(store) == 1
    assert (await browser.get(f"/api/evidence/{ids[0]}")).status_code == 200


async def test_a_file_can_be_taken_back_by_its_customer(
    browser: httpx.AsyncClient, store: Store, customer: Customer
) -> None:
    evidence_id = (await send(browser, photo())).json()["id"]
    with pytest.raises(NotFound):
        await remove_evidence(store, "c-2", evidence_id)
    await remove_evidence(store, customer.id, evidence_id)
    with pytest.raises(NotFound):
        await access_evidence(store, customer.id, evidence_id)
    with pytest.raises(Invalid):
        await attach(store, customer, [evidence_id], "TCK-1001")
    assert await stored(store) == (0, 0, 0)


async def test_files_that_never_became_part_of_a_ticket_are_removed(
    browser: httpx.AsyncClient, store: Store
) -> None:
    evidence_id = (await send(browser, photo())).json()["id"]
    assert await remove_loose_evidence(store) == 0
    await age(store)
    assert await remove_loose_evidence(store) == 1
    assert await remove_loose_evidence(store) == 0
    assert (await browser.get(f"/api/evidence/{evidence_id}")).status_code == 404
    assert await stored(store) == (0, 0, 0)


async def test_files_of_a_report_that_is_being_sent_are_held(
    browser: httpx.AsyncClient, store: Store, customer: Customer
) -> None:
    ids = [(await send(browser, photo())).json()["id"] for _ in range(2)]
    await age(store)
    held = await hold_evidence(store, customer.id, [*ids, new_id("ev")])
    assert [each.id for each in held] == ids
    assert await hold_evidence(store, "c-2", ids) == []
    assert await remove_loose_evidence(store) == 0


async def test_files_whose_answer_was_lost_make_room(
    browser: httpx.AsyncClient, store: Store, customer: Customer
) -> None:
    conversation = await new_conversation(store, customer.id)
    asked = question(conversation)
    form = TicketForm(id=f"{asked.id}-1")
    ids = [(await send(browser, photo(), form=form.id)).json()["id"] for _ in range(3)]
    held = await hold_evidence(store, customer.id, ids[:1])
    form = form.model_copy(update={"evidence": held})
    await insert_message(
        store, answer(asked).model_copy(update={"id": asked.id, "widgets": [form]})
    )
    assert (await send(browser, photo(), form=form.id)).status_code == 409
    await age(store)
    codes = [(await send(browser, photo(), form=form.id)).status_code for _ in range(3)]
    assert codes == [201, 201, 409]
    assert (await browser.get(f"/api/evidence/{ids[0]}")).status_code == 200
    assert (await browser.get(f"/api/evidence/{ids[1]}")).status_code == 404


async def age(store: Store) -> None:
    """Let all files that are part of no ticket be old."""
    old = now() - LOOSE_LIFE - timedelta(minutes=1)
    await store.database["evidence"].update_many(
        {"loose_since": {"$exists": True}}, {"$set": {"loose_since": old}}
    )


async def stored(store: Store) -> tuple[int, ...]:
    names = ("evidence", "evidence_files.files", "evidence_files.chunks")
    return tuple([await store.database[name].count_documents({}) for name in names])
