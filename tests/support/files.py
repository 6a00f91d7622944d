"""Photos and PDFs as phones, scanners and attackers make them."""

import struct
import zlib
from io import BytesIO

from PIL import Image

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
PLACE = "Secret Street 12"


def photo(
    form: str = "JPEG", size: tuple[int, int] = (400, 300), orientation: int = 1, **save: object
) -> bytes:
    """Return a photo whose top left corner is red, with a place and a camera in its EXIF."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = image.getexif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = PLACE
    place = exif.get_ifd(GPS)
    place[1], place[2] = "S", (17.0, 49.0, 40.0)
    place[3], place[4] = "E", (31.0, 3.0, 12.0)
    out = BytesIO()
    image.save(out, form, exif=exif.tobytes(), **save)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it has this size, and is black; a few kilobytes whatever it says."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(min(height, 2000))) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of one empty page, with more objects."""
    own = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    )
    body, places = b"%PDF-1.7\n", list[int]()
    for number, each in enumerate(own, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(own) + 1, table, len(own) + 1, len(body))
    )


def packed_object(content: bytes) -> bytes:
    """Return a PDF object that holds others, packed."""
    packed = zlib.compress(content)
    return (
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed)
    )
