"""Takes secrets and phone numbers out of whatever is about to be logged."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import cast

from schemas.identity import mask_msisdn, parse_msisdn

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(
    r"(?:^|_|-)(?:authorization|cookie|set-cookie|pin|otp|passw\w*|secret|token|jwt|code|api_?key)$",
    re.IGNORECASE,
)
_HARMLESS_NAMES = frozenset({"status_code", "error_code", "exit_code", "close_code"})

_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?")
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]+", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")
_QUERY = re.compile(r"(?<=\w|/)\?[\w%][^\s\"'<>]*")
_CODE = re.compile(r"\b(code|token|secret|pin|otp)=[^\s\"'&]+", re.IGNORECASE)
_OPAQUE = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")
_PIN = re.compile(r"\b(pin|otp|passcode)\b(\D{0,24}?)\b\d{4,6}\b", re.IGNORECASE)
_INPUT = re.compile(r"input_value=.*?(?=, input_type=)|(?<=Event data: ).*", re.DOTALL)
"""What a validation error, or Reflex, repeats of what came in: a customer's words."""

_PHONE = re.compile(r"(?<![\w.])(?:(?:\+|00)?263[\s.-]?|0)?7[1378](?:[\s.-]?\d){7}(?!\w)")


def redact(value: object, name: str = "") -> object:
    """Return a value fit for a log; containers are copied, their secrets replaced.

    Args:
        name: the field's name; a name such as ``token`` hides any text under it.
    """
    if isinstance(value, str):
        return HIDDEN if value and _is_secret_name(name) else redact_text(value)
    if isinstance(value, Mapping):
        fields = cast("Mapping[object, object]", value)
        return {key: redact(each, str(key)) for key, each in fields.items()}
    if isinstance(value, bytes):
        return HIDDEN
    if isinstance(value, Sequence):
        return [redact(each, name) for each in cast("Sequence[object]", value)]
    if isinstance(value, int) and not isinstance(value, bool) and _is_secret_name(name):
        return HIDDEN
    return value if isinstance(value, bool | int | float | None) else redact_text(str(value))


def redact_text(text: str) -> str:
    """Return a text without tokens, codes, PINs, query strings and full phone numbers."""
    text = _INPUT.sub(HIDDEN, text)
    text = _JWT.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _CREDENTIALS.sub(f"{HIDDEN}@", text)
    text = _QUERY.sub("?" + HIDDEN, text)
    text = _CODE.sub(rf"\1={HIDDEN}", text)
    text = _OPAQUE.sub(HIDDEN, text)
    text = _PIN.sub(rf"\1\2{HIDDEN}", text)
    return _PHONE.sub(_masked, text)


def short_hash(secret: str) -> str:
    """Return twelve hex digits that tell secrets apart in a log and lead back to none."""
    return hashlib.sha256(secret.encode()).hexdigest()[:12]


def _is_secret_name(name: str) -> bool:
    return bool(_SECRET_NAMES.search(name)) and name not in _HARMLESS_NAMES


def _masked(match: re.Match[str]) -> str:
    try:
        return mask_msisdn(parse_msisdn(match[0]))
    except ValueError:
        return HIDDEN
