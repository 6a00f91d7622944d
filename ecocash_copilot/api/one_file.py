"""Reads one file out of a multipart body while it arrives, and stops as soon as it is too much."""

from dataclasses import dataclass, field
from email.message import Message as Headers
from email.utils import collapse_rfc2231_value

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser
from starlette.requests import Request

from ecocash_copilot.api.problems import Malformed, TooLarge, UnsupportedMedia

MAX_FIELD_BYTES = 200
"""Longest field beside the file."""

_MOST_PARTS = 4
_FRAME_BYTES = 4096
"""What the parts' headers and boundaries may take."""


@dataclass
class _Part:
    headers: dict[str, str] = field(default_factory=dict[str, str])
    content: bytearray = field(default_factory=bytearray)

    def disposition(self) -> dict[str, str]:
        """Return the parameters of the part's ``Content-Disposition``."""
        parsed = Headers()
        parsed["Content-Disposition"] = self.headers.get("content-disposition", "")
        found = parsed.get_params(header="content-disposition", unquote=True) or []
        return {name.lower(): collapse_rfc2231_value(value) for name, value in found}


@dataclass(frozen=True)
class OneFile:
    """What was sent."""

    name: str
    """As the browser gave it."""
    content: bytes
    fields: dict[str, str]


async def read_one_file(request: Request, limit: int) -> OneFile:
    """Return the one file of a ``multipart/form-data`` body and the fields beside it.

    Args:
        limit: the file's bytes at most. More of the body than that is never held.

    Raises:
        UnsupportedMedia: it is another kind of body.
        TooLarge: the file, or all of it together, is too long.
        Malformed: it is broken or cut off, or does not hold exactly one file.
    """
    media, boundary = _media(request)
    if media != "multipart/form-data" or not boundary:
        raise UnsupportedMedia("Send multipart/form-data.")
    most = limit + _FRAME_BYTES + _MOST_PARTS * MAX_FIELD_BYTES
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > most:
        raise TooLarge
    collector = _Collector(limit)
    try:
        parser = collector.parser(boundary)
        received = 0
        async for chunk in request.stream():
            received += len(chunk)
            if received > most:
                raise TooLarge
            parser.write(chunk)
        parser.finalize()
    except FormParserError:
        raise Malformed("The form could not be read.") from None
    return collector.result()


def _media(request: Request) -> tuple[str, str]:
    parsed = Headers()
    parsed["Content-Type"] = request.headers.get("content-type", "")
    boundary = parsed.get_param("boundary", failobj="")
    return parsed.get_content_type(), boundary if isinstance(boundary, str) else ""


class _Collector:
    """Keeps the parts of a body as the parser finds them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[_Part] = []
        self._name = bytearray()
        self._value = bytearray()
        self._room = limit
        self._whole = False

    def parser(self, boundary: str) -> MultipartParser:
        """Return a parser that tells this collector what it finds."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def _begin(self) -> None:
        if len(self._parts) == _MOST_PARTS:
            raise Malformed("Send one file.")
        self._parts.append(_Part())

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        name = self._name.decode("latin-1").lower()
        self._parts[-1].headers[name] = self._value.decode("utf-8", "replace")
        self._name.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        is_file = "filename" in self._parts[-1].disposition()
        self._room = self._limit if is_file else MAX_FIELD_BYTES

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._room -= end - start
        if self._room < 0:
            raise TooLarge
        self._parts[-1].content += data[start:end]

    def _end(self) -> None:
        self._whole = True

    def result(self) -> OneFile:
        named = [(part.disposition(), part) for part in self._parts]
        files = [(given["filename"], part) for given, part in named if "filename" in given]
        if not self._whole or len(files) != 1:
            raise Malformed("Send one file, whole.")
        fields = {
            given["name"]: part.content.decode("utf-8", "replace")
            for given, part in named
            if "filename" not in given and "name" in given
        }
        name, part = files[0]
        return OneFile(name, bytes(part.content), fields)
