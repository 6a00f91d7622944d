"""Evidence over HTTP: real files, sent by browsers and by attackers."""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import httpx
import pytest
from PIL import Image

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
from ecocash_copilot.api import evidence as routes
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotFound
from ecocash_copilot.core.files import LONGEST_SIDE, MAX_SCANS
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import insert_message
from schemas.identity import Customer, Locale
from schemas.staff import Staff, StaffRole
from schemas.ticket import MAX_EVIDENCE_BYTES
from schemas.widgets import TicketForm
from tests.api.conftest import MakeApp, client_of
from tests.store.make import answer, new_conversation, question
from tests.support.files import GPS, PLACE, packed_object, pdf, photo, png_of

HIDDEN = b"4 0 << /S /JavaScript /JS (app.alert(1)) >>"
FORM = f"{new_id('ms')}-1"
OTHER_FORM = f"{new_id('ms')}-1"


@pytest.fixture
async def browser(
    make_app: MakeApp, sign_in: SignIn, customer: Customer
) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in customer's browser."""
    async with client_of(make_app()) as client:
        client.cookies.set(SESSION_COOKIE, await sign_in.open_session(customer))
        yield client


async def send(
    client: httpx.AsyncClient,
    content: bytes,
    name: str = "IMG_1.jpg",
    form: str = FORM,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    return await client.post(
        "/api/evidence",
        params={"widget": form},
        files={"file": (name, content, "application/octet-stream")},
        headers=headers,
    )


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


# -- photos ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "media_type", "extension"),
    [("JPEG", "image/jpeg", "jpg"), ("PNG", "image/png", "png"), ("WEBP", "image/webp", "webp")],
)
async def test_a_photo_is_kept_without_its_metadata(
    browser: httpx.AsyncClient, form: str, media_type: str, extension: str
):
    sent = photo(form)
    assert opened(sent).getexif().get_ifd(GPS)
    answer = await send(browser, sent, "C:\\Users\\me\\receipt.exe")
    assert answer.status_code == 201
    body = answer.json()
    assert re.fullmatch(r"ev_[0-9a-z]{26}", body["id"])
    assert (body["media_type"], body["name"]) == (media_type, f"receipt.{extension}")

    got = await browser.get(f"/api/evidence/{body['id']}")
    assert got.status_code == 200
    assert len(got.content) == body["size"]
    image = opened(got.content)
    assert (image.format, image.size) == (form, (400, 300))
    assert not dict(image.getexif())
    assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
    assert PLACE.encode() not in got.content


async def test_a_photo_stands_upright(browser: httpx.AsyncClient):
    answer = await send(browser, photo(size=(400, 300), orientation=6))
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    image = opened(got.content)
    assert image.size == (300, 400)
    red, green, _ = image.getpixel((280, 20))  # type: ignore[misc]
    assert red > 200 > 60 > green


async def test_a_large_photo_is_scaled_down(browser: httpx.AsyncClient):
    answer = await send(browser, photo(size=(6000, 4000)))
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert opened(got.content).size == (LONGEST_SIDE, LONGEST_SIDE * 4000 // 6000)


async def test_comments_and_profiles_are_not_written_along(browser: httpx.AsyncClient):
    sent = photo(comment=PLACE.encode(), icc_profile=b"profile " + PLACE.encode())
    answer = await send(browser, sent)
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert PLACE.encode() not in got.content


async def test_what_is_hidden_behind_a_photo_is_gone(browser: httpx.AsyncClient):
    html = b"<html><script>alert(1)</script></html>"
    answer = await send(browser, photo("PNG") + html + pdf(), "page.html")
    assert answer.status_code == 201
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert b"script" not in got.content
    assert b"%PDF" not in got.content


async def test_see_through_pixels_stay(browser: httpx.AsyncClient):
    out = BytesIO()
    Image.new("LA", (50, 50), (0, 0)).save(out, "PNG")
    answer = await send(browser, out.getvalue())
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert opened(got.content).mode == "RGBA"


async def test_printers_colours_are_shown(browser: httpx.AsyncClient):
    out = BytesIO()
    Image.new("CMYK", (50, 50)).save(out, "JPEG")
    answer = await send(browser, out.getvalue())
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert opened(got.content).mode == "RGB"


# -- PDF ------------------------------------------------------------------------------------------


async def test_a_plain_pdf_is_kept_as_it_is_and_never_shown_in_a_page(browser: httpx.AsyncClient):
    sent = pdf(packed_object(b"4 0 << /Title (Receipt) >>"))
    answer = await send(browser, sent, "rece\u202eipt.pdf")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["media_type"], body["name"]) == ("application/pdf", "receipt.pdf")
    got = await browser.get(f"/api/evidence/{body['id']}")
    assert got.content == sent
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''receipt.pdf"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "active"),
        (pdf(b"<< /S /Java#53cript /J#53 (app.alert(1)) >>"), "active"),
        (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "active"),
        (pdf(b"<< /Type /Filespec /EF << /F 9 0 R >> >>", b"<< /EmbeddedFiles 4 0 R >>"), "active"),
        (pdf(packed_object(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>")), "active"),
        (pdf(packed_object(HIDDEN).replace(b"/ObjStm", b"/Obj#53tm")), "active"),
        (pdf(packed_object(HIDDEN).replace(b"/N 1", b"/N 1" + b" " * 900)), "active"),
        (pdf(packed_object(HIDDEN).replace(b"/N 1", b"/N 1 /A (obj)")), "active"),
        (pdf(packed_object(HIDDEN).replace(b"/ObjStm", b"9 0 R")), "active"),
        (pdf(packed_object(HIDDEN)[:-14] + b"\0" * 20 + b"\nendstream"), "active"),
        (pdf(b"(\nstream\n)", packed_object(HIDDEN)), "active"),
        (pdf(packed_object(zlib.compress(HIDDEN))), "broken"),
        (pdf(packed_object(b"\0" * 30_000_000)), "broken"),
        (pdf(*[packed_object(b"4 0 " + b" " * 30_000_000)] * 3), "broken"),
        (pdf(b"<< /Length 9 >>\nstream\nwords"), "broken"),
        (pdf(b"<< /Encrypt 9 0 R >>"), "protected"),
        (pdf()[:-60], "broken"),
    ],
)
async def test_a_pdf_that_acts_is_refused(browser: httpx.AsyncClient, content: bytes, reason: str):
    await refused(browser, content, reason)


# -- refusals -------------------------------------------------------------------------------------


async def refused(browser: httpx.AsyncClient, content: bytes, reason: str) -> None:
    answer = await send(browser, content)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["reason"]) == ("file_refused", reason)
    assert body["detail"] != "This file can't be added."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"just words", "type"),
        (b"GIF89a" + b"\0" * 100, "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "type"),
        (b"PK\x03\x04" + b"\0" * 100, "type"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "heic"),
        (b"\xff\xd8\xff" + b"nothing", "broken"),
        (photo()[: len(photo()) // 2], "broken"),
        (photo("PNG")[:300], "broken"),
        (photo("WEBP")[:60], "broken"),
        (b"\xff\xd8\xff" + pdf(), "broken"),
        (photo() + b"\xff\xda" * (MAX_SCANS + 1), "broken"),
        (b" " + pdf(), "type"),
    ],
)
async def test_what_is_no_whole_photo_or_pdf_is_refused(
    browser: httpx.AsyncClient, content: bytes, reason: str
):
    await refused(browser, content, reason)


@pytest.mark.parametrize("size", [(5000, 5000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
async def test_a_bomb_is_refused_before_it_is_decoded(
    browser: httpx.AsyncClient, size: tuple[int, int]
):
    width, height = size
    content = png_of(min(width, 60_000), height)
    if width > 60_000:
        content = content.replace(content[16:24], b"\x7f\xff\xff\xff" * 2)
    answer = await send(browser, content)
    assert answer.status_code == 422
    assert answer.json()["reason"] in ("too_many_pixels", "broken")


async def test_refusals_are_in_the_customers_language(make_app: MakeApp, sign_in: SignIn):
    async with client_of(make_app()) as client:
        shona = Customer(id="c-9", locale=Locale.SN)
        client.cookies.set(SESSION_COOKIE, await sign_in.open_session(shona))
        answer = await send(client, b"words")
        assert answer.json()["detail"] != "Only photos (JPG, PNG, WebP) and PDF files can be added."


async def test_a_file_of_more_than_5_mb_is_refused(browser: httpx.AsyncClient):
    exact = photo() + b"\0" * (MAX_EVIDENCE_BYTES - len(photo()))
    assert (await send(browser, exact)).status_code == 201
    answer = await send(browser, exact + b"\0")
    assert answer.status_code == 413
    assert "5 MB" in answer.json()["detail"]


async def test_a_body_without_end_is_left_as_soon_as_it_is_too_long(browser: httpx.AsyncClient):
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(1000):
            sent += 2**20
            yield b"\0" * 2**20

    answer = await browser.post(
        f"/api/evidence?widget={FORM}",
        content=body(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    assert sent <= 8 * 2**20


def part(disposition: str, content: bytes) -> bytes:
    head = f"--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


FILE = part('name="file"; filename="a.jpg"', photo())
NAMED = part("name=\"file\"; filename*=utf-8''caf%C3%A9.jpg", photo())


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", FILE + b"--x--\r\n", 415),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data; boundary=x", FILE[:-100], 400),
        ("multipart/form-data; boundary=x", FILE, 400),
        ("multipart/form-data; boundary=x", FILE + FILE + b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", part('name="a"', b"1") * 9 + b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", part('name="a"', b"1" * 900) + b"--x--\r\n", 413),
        ("multipart/form-data; boundary=x", part('name="a"', b"1") + b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", part('name="a"', b"1") + FILE + b"--x--\r\n", 201),
        ("multipart/form-data; boundary=x", NAMED + b"--x--\r\n", 201),
    ],
)
async def test_broken_and_cut_off_bodies_are_refused(
    browser: httpx.AsyncClient, media_type: str, body: bytes, status: int
):
    answer = await browser.post(
        f"/api/evidence?widget={FORM}", content=body, headers={"Content-Type": media_type}
    )
    assert answer.status_code == status


async def test_a_form_takes_three_files_also_of_many_at_once(browser: httpx.AsyncClient):
    answers = await asyncio.gather(*(send(browser, photo()) for _ in range(6)))
    codes = sorted(each.status_code for each in answers)
    assert codes == [201] * 3 + [409] * 3
    full = await send(browser, photo())
    assert (full.status_code, full.json()["code"]) == (409, "conflict")
    assert (await send(browser, photo(), form=OTHER_FORM)).status_code == 201


@pytest.mark.usefixtures("one_moment")
async def test_uploads_are_limited(browser: httpx.AsyncClient):
    codes = [
        (await send(browser, b"words")).status_code for _ in range(routes.PER_MINUTE.amount + 1)
    ]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {422}


# -- who ------------------------------------------------------------------------------------------


async def test_nobody_and_other_sites_send_nothing(make_app: MakeApp, browser: httpx.AsyncClient):
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
    settings,
    customer: Customer,
    roles: set[StaffRole],
    status: int,
):
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


async def test_a_file_is_told_to_stay_what_it_is(browser: httpx.AsyncClient):
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
):
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
):
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
):
    evidence_id = (await send(browser, photo())).json()["id"]
    assert await remove_loose_evidence(store) == 0
    await age(store)
    assert await remove_loose_evidence(store) == 1
    assert await remove_loose_evidence(store) == 0
    assert (await browser.get(f"/api/evidence/{evidence_id}")).status_code == 404
    assert await stored(store) == (0, 0, 0)


async def test_files_of_a_report_that_is_being_sent_are_held(
    browser: httpx.AsyncClient, store: Store, customer: Customer
):
    ids = [(await send(browser, photo())).json()["id"] for _ in range(2)]
    await age(store)
    held = await hold_evidence(store, customer.id, [*ids, new_id("ev")])
    assert [each.id for each in held] == ids
    assert await hold_evidence(store, "c-2", ids) == []
    assert await remove_loose_evidence(store) == 0


async def test_files_whose_answer_was_lost_make_room(
    browser: httpx.AsyncClient, store: Store, customer: Customer
):
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
