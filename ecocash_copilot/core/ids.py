"""Ids and secrets."""

import hashlib
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o or u."""

_RANDOM_BITS = 80
_LENGTH = 26
_SECRET_BYTES = 32


def new_id(prefix: str) -> str:
    """Return ``prefix_`` and a ULID: 48 bits of milliseconds, then 80 random bits.

    Ids made later sort later, to the millisecond. They are no secrets.
    """
    value = time.time_ns() // 1_000_000 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    digits = [_ALPHABET[value >> 5 * place & 31] for place in range(_LENGTH - 1, -1, -1)]
    return f"{prefix}_{''.join(digits)}"


def new_secret() -> str:
    """Return 256 random bits as 43 characters that are safe in a URL or a cookie."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def secret_id(secret: str) -> str:
    """Return the id under which is kept what a secret opens: its SHA-256, which opens nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
