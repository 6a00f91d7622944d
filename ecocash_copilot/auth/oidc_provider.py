"""What an OpenID provider says of itself, read once in a while, and its keys."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, Field, ValidationError

from ecocash_copilot.auth.jwks import CachedKeys, PublicKey, fetch
from ecocash_copilot.core.errors import Unavailable
from ecocash_copilot.core.logging import get_logger

MAX_AGE = 3600.0
"""Seconds after which the provider's description is read again."""

_PATH = "/.well-known/openid-configuration"
_log = get_logger(__name__)


class Discovery(BaseModel):
    """The part of a provider's description that a sign-in needs."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = Field(default=["client_secret_basic"])
    authorization_response_iss_parameter_supported: bool = False

    def endpoints(self) -> tuple[str, ...]:
        """Return every address that is asked."""
        return self.authorization_endpoint, self.token_endpoint, self.jwks_uri


class OidcProvider:
    """One provider. While it is down, what it said last serves."""

    def __init__(
        self, issuer: str, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``seconds``: how long it may take to answer; ``clock`` counts seconds."""
        self._issuer = issuer
        self._seconds = seconds
        self._clock = clock
        self._known: Discovery | None = None
        self._read_at = float("-inf")
        self._keys = CachedKeys(self._read_keys, clock)

    async def discovery(self) -> Discovery:
        """Return what the provider says of itself.

        Raises:
            Unavailable: it says nothing usable, and never did.
        """
        if self._known is None or self._clock() - self._read_at >= MAX_AGE:
            try:
                self._known = self._checked(await fetch(self._address(), self._seconds))
                self._read_at = self._clock()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                _log.warning("oidc_discovery_not_read", error=type(error).__name__)
        if self._known is None:
            raise Unavailable("The sign-in service does not answer. Please try again.")
        return self._known

    async def find_key(self, kid: str) -> PublicKey | None:
        """Return the key with this id; None if the provider has none.

        Raises:
            Unavailable: its keys could not be read so far.
        """
        return await self._keys.find_key(kid)

    def _address(self) -> str:
        return f"{self._issuer.rstrip('/')}{_PATH}"

    def _checked(self, text: bytes) -> Discovery:
        try:
            found = Discovery.model_validate_json(text)
        except ValidationError:
            raise ValueError("no provider's description") from None
        # Providers disagree on a slash at the end. Tokens are held to what this one says.
        if found.issuer.rstrip("/") != self._issuer.rstrip("/"):
            raise ValueError("the description is another issuer's")
        scheme = urlsplit(self._issuer).scheme
        if any(urlsplit(each).scheme not in ("https", scheme) for each in found.endpoints()):
            raise ValueError("an endpoint is not https")
        return found

    async def _read_keys(self) -> bytes:
        return await fetch((await self.discovery()).jwks_uri, self._seconds)
