"""Files from strangers: what they are is told from their bytes, and nothing unasked for is kept.

Photos are decoded and written anew without their metadata, so no place, camera or hidden part
survives. PDFs are kept as they are, unless they hold something that acts.
"""

import asyncio
import re
import unicodedata
import zlib
from collections.abc import Iterator
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

_ACTS = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE)\b"
)
_PROTECTED = re.compile(rb"/Encrypt\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_HEAD = 600
"""Bytes before a stream in which its dictionary is looked for."""
_TAIL = 1024
_MAX_INFLATED = 20 * 2**20
"""Bytes that all packed objects of a PDF may come to."""


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-_TAIL:] or b"startxref" not in content[-_TAIL:]:
        raise FileRefused("broken")
    for part in _pdf_parts(content):
        plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)
        if _PROTECTED.search(plain):
            raise FileRefused("protected")
        if _ACTS.search(plain):
            raise FileRefused("active")


def _pdf_parts(content: bytes) -> Iterator[bytes]:
    """Yield what may name an action: all but the streams, then the objects packed in streams."""
    yield _STREAM.sub(b"stream\nendstream", content)
    left = _MAX_INFLATED
    for stream in _STREAM.finditer(content):
        head = content[max(0, stream.start() - _HEAD) : stream.start()]
        if b"/ObjStm" not in head[head.rfind(b"obj") :]:
            continue
        packed = zlib.decompressobj()
        try:
            part = packed.decompress(stream[1], left + 1)
        except zlib.error:
            raise FileRefused("broken") from None
        left -= len(part)
        if left < 0:
            raise FileRefused("broken")
        yield part
