"""Files of a page whose browser keeps no cookie of ours: each comes with a ticket of its own."""

from datetime import timedelta

import httpx
import pytest

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.api.evidence import UPLOAD_TICKET
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id, secret_id
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.session import Session
from tests.api.conftest import MakeApp, client_of
from tests.api.evidence.conftest import FORM, send
from tests.support.files import photo


@pytest.fixture
async def session(sign_in: SignIn, customer: Customer) -> Session:
    return await sign_in.access_session(secret=await sign_in.open_session(customer))


async def sent(
    client: httpx.AsyncClient, ticket: str, form: str = FORM, **headers: str
) -> httpx.Response:
    return await send(client, photo(), form=form, headers={UPLOAD_TICKET: ticket, **headers})


async def test_a_ticket_sends_one_file_without_a_cookie(
    make_app: MakeApp, sign_in: SignIn, session: Session, store: Store
) -> None:
    ticket = await sign_in.issue_upload_ticket(session, FORM)
    async with client_of(make_app()) as client:
        assert (await send(client, photo())).status_code == 401
        first = await sent(client, ticket)
        assert first.status_code == 201
        assert (await sent(client, ticket)).status_code == 401
    kept = await store.database["evidence"].find_one({"_id": first.json()["id"]})
    assert kept is not None
    assert kept["customer_id"] == session.customer.id


async def test_a_ticket_is_for_one_form_and_is_used_up_by_another(
    make_app: MakeApp, sign_in: SignIn, session: Session
) -> None:
    ticket = await sign_in.issue_upload_ticket(session, FORM)
    async with client_of(make_app()) as client:
        assert (await sent(client, ticket, form=f"{new_id('ms')}-1")).status_code == 401
        assert (await sent(client, ticket)).status_code == 401


async def test_a_ticket_is_good_for_a_minute_and_while_its_session_lives(
    make_app: MakeApp, sign_in: SignIn, session: Session, store: Store
) -> None:
    late, orphan = [await sign_in.issue_upload_ticket(session, FORM) for _ in range(2)]
    past = now() - timedelta(seconds=1)
    await store.database["codes"].update_one(
        {"_id": secret_id(late)}, {"$set": {"expires_at": past}}
    )
    async with client_of(make_app()) as client:
        assert (await sent(client, late)).status_code == 401
        await sign_in.revoke_session(session)
        assert (await sent(client, orphan)).status_code == 401


async def test_a_ticket_is_no_way_round_what_guards_uploads(
    make_app: MakeApp, browser: httpx.AsyncClient, sign_in: SignIn, session: Session
) -> None:
    ticket = await sign_in.issue_upload_ticket(session, FORM)
    crossing = {"Sec-Fetch-Site": "cross-site"}
    async with client_of(make_app()) as client:
        assert (await sent(client, ticket, **crossing)).status_code == 403
        in_address = {"widget": FORM, "ticket": ticket, UPLOAD_TICKET: ticket}
        answer = await client.post("/api/evidence", params=in_address, files={"file": photo()})
        assert answer.status_code == 401
        # It signs nobody in, and another kind of ticket sends no file.
        joining = await sign_in.issue_ticket(session)
        assert (await sent(client, joining)).status_code == 401
    # A ticket that is wrong is not made good by the cookie beside it.
    assert (await sent(browser, "made up")).status_code == 401
    assert (await send(browser, photo())).status_code == 201
