"""Names of files that strangers send."""

import pytest

from ecocash_copilot.core.files import MAX_NAME, clean_name


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
def test_names_lose_their_path_and_what_lies(given: str, media_type: str, kept: str):
    assert clean_name(given, media_type) == kept


def test_long_names_are_cut():
    assert len(clean_name("n" * 500 + ".png", "image/png")) == MAX_NAME
