"""Files from strangers: what they are is told from their bytes, and nothing unasked for is kept.

Photos are decoded and written anew without their metadata, so no place, camera or hidden part
survives. PDFs are kept as they are, unless they hold something that acts.
"""

import asyncio
import re
import unicodedata
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image, ImageOps

from ecocash_copilot.core.errors import Invalid

LONGEST_SIDE = 2000
"""Pixels of a photo's longer side; larger ones are scaled down."""

MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
"""By format, what is decoded at all. A JPEG is decoded at a fraction of its size."""

MAX_SCANS = 100
"""Passes over its pixels that a JPEG may have: cameras make one, progressive ones some ten. Each
costs the time of the whole picture, and thousands fit into a small file."""

MAX_NAME = 120

_SCAN = b"\xff\xda"
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
}
_AT_ONCE = 2
_decoding = asyncio.Semaphore(_AT_ONCE)
"""A large photo takes some 200 MB while it is decoded."""

Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())

Reason = Literal["empty", "type", "heic", "broken", "too_many_pixels", "protected", "active"]


class FileRefused(Invalid):
    """The file can't be kept."""

    code = "file_refused"
    default_detail = "This file can't be added."

    def __init__(self, reason: Reason) -> None:
        """``reason``: what is wrong with it; ``present.evidence`` has the words."""
        super().__init__()
        self.reason: Reason = reason


@dataclass(frozen=True)
class CleanFile:
    """A file that may be kept."""

    media_type: str
    content: bytes


async def clean_file(content: bytes) -> CleanFile:
    """Check a file, and write it anew where it is a photo. Takes a thread for up to a second.

    Raises:
        FileRefused: it is no photo or PDF that can be kept.
    """
    if not content:
        raise FileRefused("empty")
    async with _decoding:
        return await asyncio.to_thread(_clean, content)


def clean_name(name: str, media_type: str) -> str:
    """Return a file's name without path, invisible characters, or an extension that lies."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip(" .")
    extension = _EXTENSIONS[media_type]
    stem = shown.rpartition(".")[0] or shown
    if not stem:
        stem = "document" if media_type == "application/pdf" else "photo"
    return f"{stem[: MAX_NAME - len(extension)].rstrip()}{extension}"


def _clean(content: bytes) -> CleanFile:
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return CleanFile("application/pdf", content)
    form = _image_format(content)
    return CleanFile(_TYPES[form], _clean_image(content, form))


# -- photos ---------------------------------------------------------------------------------------


def _image_format(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"hevc"):
        raise FileRefused("heic")
    raise FileRefused("type")


def _clean_image(content: bytes, form: str) -> bytes:
    if form == "JPEG" and content.count(_SCAN) > MAX_SCANS:
        raise FileRefused("broken")
    # The decoders raise whatever they meet: OSError, SyntaxError, struct.error, EOFError, ...
    try:
        with Image.open(BytesIO(content), formats=[form]) as opened:
            if opened.width * opened.height > MAX_PIXELS[form]:
                raise FileRefused("too_many_pixels")
            if form == "JPEG":
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            return _encode(upright, form)
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused("too_many_pixels") from None
    except Exception:
        raise FileRefused("broken") from None


def _encode(image: Image.Image, form: str) -> bytes:
    """Write pixels alone: a new image, so that nothing the old one carried is written along."""
    keeps_alpha = form != "JPEG" and image.has_transparency_data
    plain = image.convert("RGBA" if keeps_alpha else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    plain.info.clear()
    out = BytesIO()
    if form == "PNG":
        plain.save(out, "PNG")
    else:
        plain.save(out, form, quality=85)
    return out.getvalue()


# -- PDF ------------------------------------------------------------------------------------------


def _names(*names: str) -> str:
    """Match any of these PDF names, also where some of their letters are written as ``#53``."""

    def letter(each: str) -> str:
        code = "".join(f"[{digit}{digit.upper()}]" for digit in f"{ord(each):02x}")
        return f"(?:{each}|#{code})"

    return "|".join("".join(map(letter, name)) for name in names)


# Of four letters at least: shorter ones, such as /JS, also occur in pixels. An action with a /JS
# is a /JavaScript or a /Rendition.
_ACTS = _names(
    *("JavaScript", "Rendition", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA"),
    *("SubmitForm", "ImportData", "GoToR", "GoToE"),
)
# One pattern for both: it runs over all that comes out of a file.
_REFUSED = re.compile(rf"/(?:(?P<protected>{_names('Encrypt')})|{_ACTS})\b".encode())
_HOLDS_OBJECTS = re.compile(rf"/(?:{_names('ObjStm')})\b".encode())
_OBJECTS = re.compile(rb"[ \t\r\n\f]*\d+[ \t\r\n\f]+\d+\s")
"""How unpacked objects begin. Whatever else comes out was packed in a further way."""

_KEYWORD = re.compile(rb"(end)?stream(?:[ \t]*\r?\n|[ \t]*\r)?")
_TAIL = 1024
_STRIDE, _OVERLAP = 2**20, 64
"""Bytes searched at once, so that others get their turn, and those of the next searched along."""

_MAX_WORK = 64 * 2**20
"""Bytes that may be unpacked from a PDF, counting those read for it."""

_ATTEMPT = 1024
"""What a stream counts for in any case: no file of 5 MB holds tens of thousands of them."""

_SIP = 8
"""Packed bytes taken at once: what comes out of those before a broken one is still seen."""


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-_TAIL:] or b"startxref" not in content[-_TAIL:]:
        raise FileRefused("broken")
    _search(content)
    left, before = _MAX_WORK, 0
    opened = False
    for keyword in _KEYWORD.finditer(content):
        head, before = slice(before, keyword.start()), keyword.end()
        left -= _ATTEMPT
        if left < 0:
            raise FileRefused("broken")
        if keyword[1]:
            opened = False
            continue
        if not content[before - 1 : before].isspace():
            continue
        opened = True
        unpacked, cost = _inflate(content, before, left)
        left -= cost
        # Whatever the dictionary says: it may be written in ways that only a whole reader knows.
        _search(unpacked)
        holds_objects = _HOLDS_OBJECTS.search(content, head.start, head.stop)
        if holds_objects and not _OBJECTS.match(unpacked or content[before : before + _TAIL]):
            raise FileRefused("broken")
    if opened:
        raise FileRefused("broken")


def _search(part: bytes) -> None:
    for start in range(0, len(part), _STRIDE):
        end = start + _STRIDE + _OVERLAP
        if found := _REFUSED.search(part, start, end):
            raise FileRefused("protected" if found["protected"] else "active")


def _inflate(content: bytes, start: int, most: int) -> tuple[bytes, int]:
    """Unpack what begins at ``start`` up to its own end, or to where it is broken.

    Returns:
        What came out, nothing where it is not packed; and what it counts for.
    """
    head = content[start : start + 2]
    if len(head) < 2 or head[0] & 15 != 8 or int.from_bytes(head) % 31:
        return b"", 0
    packed, out, cost = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    with suppress(zlib.error):
        for place in range(start + 2, len(content), _SIP):
            piece = packed.decompress(content[place : place + _SIP])
            out += piece
            cost += _SIP + len(piece)
            if cost > most:
                raise FileRefused("broken")
            if packed.eof:
                break
    return bytes(out), cost
