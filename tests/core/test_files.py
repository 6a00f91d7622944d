"""Files that strangers send: their names, and PDFs that are made to keep a process busy."""

import time

import pytest

from ecocash_copilot.core.files import MAX_NAME, FileRefused, clean_file, clean_name
from tests.support.files import pdf


@pytest.mark.parametrize(
    ("given", "media_type", "kept"),
    [
        ("receipt.PNG", "image/png", "receipt.png"),
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("C:\\photos\\me.exe", "image/jpeg", "me.jpg"),
        ("invoice\u202egpj.exe", "image/jpeg", "invoicegpj.jpg"),
        ("a\x00b\n.pdf", "application/pdf", "ab.pdf"),
        ("", "image/webp", "photo.webp"),
        (".pdf", "application/pdf", "pdf.pdf"),
        ("...", "application/pdf", "document.pdf"),
        ("mufananidzo wangu.jpeg", "image/jpeg", "mufananidzo wangu.jpg"),
    ],
)
def test_names_lose_their_path_and_what_lies(given: str, media_type: str, kept: str) -> None:
    assert clean_name(given, media_type) == kept


def test_long_names_are_cut() -> None:
    assert len(clean_name("n" * 500 + ".png", "image/png")) == MAX_NAME


@pytest.mark.parametrize(
    "filling",
    [b"stream\n", b"stream\nx\x9c", b"endstream\n", b"stream ", b"/#4", b"/Launc", b"obj "],
)
@pytest.mark.parametrize("end", [b"", b"\nendstream"])
async def test_a_pdf_of_5_mb_is_judged_in_time(filling: bytes, end: bytes) -> None:
    content = pdf(filling * (5_000_000 // len(filling)) + end)
    begun = time.perf_counter()
    reason = ""
    try:
        await clean_file(content)
    except FileRefused as refused:
        reason = refused.reason
    assert time.perf_counter() - begun < 2
    if filling == b"stream\n" and not end:
        assert reason == "broken"
