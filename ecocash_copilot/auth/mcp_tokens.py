"""Our own short-lived tokens for the MCP server: the customer's token does not travel on."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jwt import JWTClaimsRegistry
from pydantic import TypeAdapter, ValidationError

from ecocash_copilot.auth.key_files import read_or_create
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.core.expiring_cache import ExpiringCache
from ecocash_copilot.core.ids import new_secret
from ecocash_copilot.core.settings import Settings
from schemas.identity import Customer
from schemas.message import ConversationId

AUDIENCE = "ecocash-mcp"
ISSUER = "ecocash-copilot"
LIFETIME = 120
"""Seconds."""

_REUSE_SECONDS = LIFETIME - 45
"""A token is handed out so long; the rest of its life is for the run that has it."""

_CACHED = 4096
_LEEWAY = 5
_TYPE = "ecocash-mcp+jwt"
_MAX_LENGTH = 4096
_Subject = tuple[Customer, str | None]
_conversation_id: TypeAdapter[str | None] = TypeAdapter(ConversationId | None)


@dataclass(frozen=True)
class McpCaller:
    """Who calls the MCP server, as a verified token names them."""

    customer: Customer
    conversation_id: ConversationId | None
    """None outside a conversation."""
    expires_at: int
    """Seconds since 1970."""


class McpTokens:
    """Makes and verifies tokens with one key. Both are cached: signatures cost time."""

    def __init__(self, key: str, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives seconds since 1970."""
        self._key = OctKey.import_key(key)
        self._clock = clock
        self._minted: ExpiringCache[_Subject, str] = ExpiringCache(_CACHED, clock)
        self._verified: ExpiringCache[bytes, McpCaller] = ExpiringCache(_CACHED, clock)
        self._claims = JWTClaimsRegistry(
            now=lambda: int(clock()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    def mint(self, customer: Customer, conversation_id: ConversationId | None = None) -> str:
        """Return a token that is good for 45 seconds at least, 120 at most."""
        subject = (customer, conversation_id)
        token = self._minted.get(subject)
        if token is None:
            token = self._sign(customer, conversation_id)
            self._minted.put(subject, token, _REUSE_SECONDS)
        return token

    def verify(self, token: str) -> McpCaller:
        """Return who calls.

        Raises:
            NotAuthenticated: the token is not one of ours, or its time is over.
        """
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        caller = self._verified.get(digest)
        if caller is None:
            caller = self._check(token)
            self._verified.put(digest, caller, caller.expires_at - self._clock())
        return caller

    def _sign(self, customer: Customer, conversation_id: ConversationId | None) -> str:
        issued = int(self._clock())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": customer.id,
            "iat": issued,
            "exp": issued + LIFETIME,
            "locale": customer.locale.value,
            "msisdn": customer.msisdn,
            "name": customer.name,
            "conversation_id": conversation_id,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "HS256", "typ": _TYPE}, given, self._key)

    def _check(self, token: str) -> McpCaller:
        try:
            if len(token) > _MAX_LENGTH:
                raise ValueError("too long")
            verified = jwt.decode(token, self._key, algorithms=["HS256"])
            if verified.header.get("typ") != _TYPE:
                raise ValueError("other typ")
            claims = verified.claims
            self._claims.validate(claims)
            return McpCaller(
                customer=Customer(
                    id=claims["sub"],
                    msisdn=claims.get("msisdn"),
                    name=claims.get("name"),
                    locale=claims.get("locale", "en"),
                ),
                conversation_id=_conversation_id.validate_python(claims.get("conversation_id")),
                expires_at=int(claims["exp"]),
            )
        except (JoseError, ValidationError, ValueError, TypeError) as error:
            raise NotAuthenticated("The token is not valid.") from error


def mcp_tokens(settings: Settings) -> McpTokens:
    """Return the tokens of this installation; in dev the key is made on the first start."""
    key = settings.mcp_signing_key.get_secret_value()
    return McpTokens(key or read_or_create(settings.data_dir / "keys" / "mcp", new_secret))
