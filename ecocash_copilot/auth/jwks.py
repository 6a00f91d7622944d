"""Key sets that sign customers' tokens: read from a URL or a file, kept, and renewed."""

import asyncio
import json
import ssl
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

import httpx
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, RSAKey, import_key

from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.logging import get_logger

PublicKey = RSAKey | ECKey

ALGORITHMS: Mapping[str, str] = {"RSA": "RS256", "EC": "ES256"}
"""For each type of key the one algorithm it may verify."""

MAX_AGE = 600.0
"""Seconds after which a key set is read again, so that a withdrawn key loses its trust."""

MIN_GAP = 30.0
"""Seconds between two reads, whatever unknown key ids strangers come up with."""

_FETCH_SECONDS = 5.0
_MAX_BYTES = 262_144
_LEAST_RSA_BITS = 2048
_log = get_logger(__name__)


class KeySource(Protocol):
    """Where public keys come from."""

    async def find_key(self, kid: str) -> PublicKey | None:
        """Return the key with this id; None if there is none.

        Raises:
            Unavailable: no key set could be read so far.
        """
        ...


class CachedKeys:
    """A key set, kept in memory. While its source is down, the last good one serves."""

    def __init__(
        self,
        read: Callable[[], Awaitable[bytes]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``read`` returns a JWK set as JSON, or raises ``OSError`` or ``httpx.HTTPError``."""
        self._read = read
        self._clock = clock
        self._keys: dict[str, PublicKey] | None = None
        self._read_at = float("-inf")
        self._tried_at = float("-inf")
        self._reading = asyncio.Lock()

    async def find_key(self, kid: str) -> PublicKey | None:
        """Return the key with this id, reading the set again if it is old or lacks the id."""
        if not self._fresh(kid):
            async with self._reading:
                if not self._fresh(kid):
                    await self._renew()
        if self._keys is None:
            raise Unavailable("Signing in is not possible right now. Please try again.")
        return self._keys.get(kid)

    def _fresh(self, kid: str) -> bool:
        moment = self._clock()
        if moment - self._tried_at < MIN_GAP:
            return True
        return self._keys is not None and kid in self._keys and moment - self._read_at < MAX_AGE

    async def _renew(self) -> None:
        try:
            self._keys = parse_jwks(await self._read())
            self._read_at = self._clock()
        except (OSError, httpx.HTTPError, ValueError) as error:
            _log.warning("jwks_not_read", error=type(error).__name__)
        finally:
            # Only now: until then other callers wait for this read instead of going without.
            self._tried_at = self._clock()


def open_jwks(source: str) -> CachedKeys:
    """Return the keys at a URL or in a file; nothing is read before a key is asked for."""
    if "://" in source:
        return CachedKeys(lambda: fetch(source))
    return CachedKeys(lambda: asyncio.to_thread(Path(source).read_bytes))


def parse_jwks(text: bytes) -> dict[str, PublicKey]:
    """Return the usable keys of a JWK set by their ids.

    Left out: keys without an id, for encryption, of other kinds than RSA (2048 bits or more) and
    EC P-256, and any that cannot be read.

    Raises:
        ValueError: the text is no JWK set.
    """
    parsed = json.loads(text)
    entries = cast("Any", parsed).get("keys") if isinstance(parsed, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a JWK set")
    keys: dict[str, PublicKey] = {}
    for entry in cast("list[Any]", entries):
        key = _parse_key(entry)
        if key is not None and key.kid:
            keys[key.kid] = key
    return keys


def _parse_key(entry: Any) -> PublicKey | None:
    if not isinstance(entry, dict):
        return None
    fields = cast("dict[str, Any]", entry)
    algorithm = ALGORITHMS.get(str(fields.get("kty")))
    if algorithm is None or not isinstance(fields.get("kid"), str):
        return None
    if fields.get("use", "sig") != "sig" or fields.get("alg", algorithm) != algorithm:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # weak keys are left out below
            key = import_key(fields)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= _LEAST_RSA_BITS else None
    return key if isinstance(key, ECKey) and fields.get("crv") == "P-256" else None


@cache
def tls_context() -> ssl.SSLContext:
    """Return the authorities that are trusted. Reading them for each request would take longer."""
    return httpx.create_ssl_context()


async def fetch(url: str, seconds: float = _FETCH_SECONDS) -> bytes:
    """Return the JSON document at a URL.

    Raises:
        httpx.HTTPError: there is none, or not within so many seconds.
        ValueError: it is longer than any that makes sense.
    """
    async with httpx.AsyncClient(timeout=seconds, verify=tls_context()) as client:
        response = await client.get(url, headers={"accept": "application/json"})
        response.raise_for_status()
    if len(response.content) > _MAX_BYTES:
        raise ValueError("the document is too large")
    return response.content
