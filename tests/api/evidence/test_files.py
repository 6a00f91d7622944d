"""Files that are sent as evidence: real ones, and those of attackers."""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from io import BytesIO
from typing import cast

import httpx
import pytest
from PIL import Image

from ecocash_copilot.actions.sign_in import SESSION_COOKIE, SignIn
from ecocash_copilot.api import evidence as routes
from ecocash_copilot.core.files import LONGEST_SIDE, MAX_SCANS
from ecocash_copilot.core.ids import new_id
from schemas.identity import Customer, Locale
from schemas.ticket import MAX_EVIDENCE_BYTES
from tests.api.conftest import MakeApp, client_of
from tests.api.evidence.conftest import FORM, send
from tests.support.files import GPS, PLACE, packed_object, pdf, photo, png_of

HIDDEN = b"4 0 << /S /JavaScript /JS (app.alert(1)) >>"
OTHER_FORM = f"{new_id('ms')}-1"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


# -- photos ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "media_type", "extension"),
    [("JPEG", "image/jpeg", "jpg"), ("PNG", "image/png", "png"), ("WEBP", "image/webp", "webp")],
)
async def test_a_photo_is_kept_without_its_metadata(
    browser: httpx.AsyncClient, form: str, media_type: str, extension: str
) -> None:
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


async def test_a_photo_stands_upright(browser: httpx.AsyncClient) -> None:
    answer = await send(browser, photo(size=(400, 300), orientation=6))
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    image = opened(got.content)
    assert image.size == (300, 400)
    red, green, _ = cast("tuple[int, ...]", image.getpixel((280, 20)))
    assert red > 200 > 60 > green


async def test_a_large_photo_is_scaled_down(browser: httpx.AsyncClient) -> None:
    answer = await send(browser, photo(size=(6000, 4000)))
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert opened(got.content).size == (LONGEST_SIDE, LONGEST_SIDE * 4000 // 6000)


async def test_comments_and_profiles_are_not_written_along(browser: httpx.AsyncClient) -> None:
    sent = photo(comment=PLACE.encode(), icc_profile=b"profile " + PLACE.encode())
    answer = await send(browser, sent)
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert PLACE.encode() not in got.content


async def test_what_is_hidden_behind_a_photo_is_gone(browser: httpx.AsyncClient) -> None:
    html = b"<html><script>alert(1)</script></html>"
    answer = await send(browser, photo("PNG") + html + pdf(), "page.html")
    assert answer.status_code == 201
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert b"script" not in got.content
    assert b"%PDF" not in got.content


async def test_see_through_pixels_stay(browser: httpx.AsyncClient) -> None:
    out = BytesIO()
    Image.new("LA", (50, 50), (0, 0)).save(out, "PNG")
    answer = await send(browser, out.getvalue())
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert opened(got.content).mode == "RGBA"


async def test_printers_colours_are_shown(browser: httpx.AsyncClient) -> None:
    out = BytesIO()
    Image.new("CMYK", (50, 50)).save(out, "JPEG")
    answer = await send(browser, out.getvalue())
    got = await browser.get(f"/api/evidence/{answer.json()['id']}")
    assert opened(got.content).mode == "RGB"


# -- PDF ------------------------------------------------------------------------------------------


async def test_a_plain_pdf_is_kept_as_it_is_and_never_shown_in_a_page(
    browser: httpx.AsyncClient,
) -> None:
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
async def test_a_pdf_that_acts_is_refused(
    browser: httpx.AsyncClient, content: bytes, reason: str
) -> None:
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
) -> None:
    await refused(browser, content, reason)


@pytest.mark.parametrize("size", [(5000, 5000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
async def test_a_bomb_is_refused_before_it_is_decoded(
    browser: httpx.AsyncClient, size: tuple[int, int]
) -> None:
    width, height = size
    content = png_of(min(width, 60_000), height)
    if width > 60_000:
        content = content.replace(content[16:24], b"\x7f\xff\xff\xff" * 2)
    answer = await send(browser, content)
    assert answer.status_code == 422
    assert answer.json()["reason"] in ("too_many_pixels", "broken")


async def test_refusals_are_in_the_customers_language(make_app: MakeApp, sign_in: SignIn) -> None:
    async with client_of(make_app()) as client:
        shona = Customer(id="c-9", locale=Locale.SN)
        client.cookies.set(SESSION_COOKIE, await sign_in.open_session(shona))
        answer = await send(client, b"words")
        assert answer.json()["detail"] != "Only photos (JPG, PNG, WebP) and PDF files can be added."


async def test_a_file_of_more_than_5_mb_is_refused(browser: httpx.AsyncClient) -> None:
    exact = photo() + b"\0" * (MAX_EVIDENCE_BYTES - len(photo()))
    assert (await send(browser, exact)).status_code == 201
    answer = await send(browser, exact + b"\0")
    assert answer.status_code == 413
    assert "5 MB" in answer.json()["detail"]


async def test_a_body_without_end_is_left_as_soon_as_it_is_too_long(
    browser: httpx.AsyncClient,
) -> None:
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
) -> None:
    answer = await browser.post(
        f"/api/evidence?widget={FORM}", content=body, headers={"Content-Type": media_type}
    )
    assert answer.status_code == status


async def test_a_form_takes_three_files_also_of_many_at_once(browser: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(send(browser, photo()) for _ in range(6)))
    codes = sorted(each.status_code for each in answers)
    assert codes == [201] * 3 + [409] * 3
    full = await send(browser, photo())
    assert (full.status_code, full.json()["code"]) == (409, "conflict")
    assert (await send(browser, photo(), form=OTHER_FORM)).status_code == 201


@pytest.mark.usefixtures("one_moment")
async def test_uploads_are_limited(browser: httpx.AsyncClient) -> None:
    codes = [
        (await send(browser, b"words")).status_code for _ in range(routes.PER_MINUTE.amount + 1)
    ]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {422}
