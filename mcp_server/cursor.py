"""Page cursors: opaque to clients, bound to the caller and the filter, checked on return."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import blake2b
from hmac import compare_digest

from mcp_server.errors import BadArguments
from schemas.identity import CustomerId
from schemas.wallet import TransactionFilter

_DIGEST_BYTES = 12


def encode_cursor(position: str, customer_id: CustomerId, conditions: TransactionFilter) -> str:
    """Return the cursor of the page that starts after ``position``, a sort key."""
    plain = position.encode()
    return urlsafe_b64encode(_digest(plain, customer_id, conditions) + plain).decode().rstrip("=")


def decode_cursor(cursor: str, customer_id: CustomerId, conditions: TransactionFilter) -> str:
    """Return the position in a cursor.

    The digest guards against mistakes, not against attack: a forged position could only skip
    within the caller's own history.

    Raises:
        BadArguments: damaged, or made for another filter or caller.
    """
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = raw[_DIGEST_BYTES:].decode()
    except (Base64Error, ValueError):
        raise _wrong() from None
    expected = _digest(raw[_DIGEST_BYTES:], customer_id, conditions)
    if not compare_digest(raw[:_DIGEST_BYTES], expected):
        raise _wrong()
    return position


def _digest(position: bytes, customer_id: CustomerId, conditions: TransactionFilter) -> bytes:
    bound = f"{customer_id}\n{conditions.model_dump_json(exclude_none=True)}\n".encode()
    return blake2b(bound + position, digest_size=_DIGEST_BYTES).digest()


def _wrong() -> BadArguments:
    return BadArguments(
        "Bad arguments. cursor: not a cursor of this list. Use next_cursor of the page before "
        "with exactly the same filter, or leave cursor out to start at the newest."
    )
