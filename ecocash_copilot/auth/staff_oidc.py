"""Staff's sign-in by OpenID Connect: authorization code with PKCE, and a verified ID token."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry
from pydantic import ValidationError

from ecocash_copilot.auth.jwks import ALGORITHMS, tls_context
from ecocash_copilot.auth.oidc_provider import Discovery, OidcProvider
from ecocash_copilot.core.errors import NotAuthenticated, Unavailable
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.settings import Settings
from schemas.staff import Staff, StaffRole

CALLBACK_PATH = "/api/staff/callback"
"""Where the provider sends the browser back to; register it there below ``PUBLIC_URL``."""

LEEWAY = 30
"""Seconds by which clocks may differ."""

_ANSWER_SECONDS = 5.0
_MAX_LENGTH = 16_384
_MAX_NAME = 120
_SCOPE = "openid profile email"
_NAMES = ("name", "preferred_username", "email", "sub")
_log = get_logger(__name__)


class StaffOidc:
    """Our side of the sign-in at one provider."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = _ANSWER_SECONDS,
    ) -> None:
        """``clock`` counts seconds; ``seconds``: how long the provider may take to answer."""
        self._client_id = settings.staff_oidc_client_id
        self._client_secret = settings.staff_oidc_client_secret.get_secret_value() or None
        self._redirect_uri = f"{settings.public_url}{CALLBACK_PATH}"
        self._roles_claim = settings.staff_oidc_roles_claim
        self._seconds = seconds
        self._provider = OidcProvider(settings.staff_oidc_issuer, seconds, clock)

    async def authorization_url(
        self, *, state: str, nonce: str, verifier: str, again: bool = False
    ) -> str:
        """Return the provider's address where a browser signs in.

        Args:
            state: what the provider hands back with the code.
            nonce: what the ID token must hold.
            verifier: of PKCE; only its hash is in the address.
            again: have the provider ask who it is, also where it knows.

        Raises:
            Unavailable: the provider does not answer.
        """
        found = await self._provider.discovery()
        more = {"prompt": "login"} if again else {}
        async with self._client(found) as client:
            url, _ = client.create_authorization_url(
                found.authorization_endpoint,
                state=state,
                code_verifier=verifier,
                nonce=nonce,
                **more,
            )
        return str(url)

    async def redeem(self, *, code: str, issuer: str | None, nonce: str, verifier: str) -> Staff:
        """Return whom the provider names for a code.

        Args:
            code: as it came back with the browser.
            issuer: who sent it, as it says (RFC 9207); None if it does not say.
            nonce: as it went out.
            verifier: as its hash went out.

        Raises:
            NotAuthenticated: the code or the ID token is not valid; the reason is logged, not told.
            Unavailable: the provider does not answer.
        """
        found = await self._provider.discovery()
        if issuer != found.issuer and (
            issuer is not None or found.authorization_response_iss_parameter_supported
        ):
            _refuse("other issuer")
        token = await self._id_token(found, code, verifier)
        claims = await self._verified(found, token, nonce)
        try:
            return Staff(
                id=claims["sub"], name=_name(claims), roles=_roles(claims, self._roles_claim)
            )
        except ValidationError:
            _refuse("sub is not an id we take")

    def _client(self, found: Discovery) -> Any:
        # Authlib's own types are unknown to the checker.
        offered = found.token_endpoint_auth_methods_supported
        post = "client_secret_post" in offered and "client_secret_basic" not in offered
        method = "client_secret_post" if post else "client_secret_basic"
        return cast("Any", AsyncOAuth2Client)(
            client_id=self._client_id,
            client_secret=self._client_secret,
            token_endpoint_auth_method=method if self._client_secret else "none",
            redirect_uri=self._redirect_uri,
            scope=_SCOPE,
            code_challenge_method="S256",
            timeout=self._seconds,
            verify=tls_context(),
        )

    async def _id_token(self, found: Discovery, code: str, verifier: str) -> str:
        try:
            async with asyncio.timeout(2 * self._seconds), self._client(found) as client:
                answer = await client.fetch_token(
                    found.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
        except OAuthError as error:
            _refuse(f"token endpoint: {str(error.error)[:60]}")
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            _log.warning("oidc_token_not_read", error=type(error).__name__)
            raise Unavailable("The sign-in service does not answer. Please try again.") from error
        token = answer.get("id_token")
        if not isinstance(token, str) or len(token) > _MAX_LENGTH:
            _refuse("no ID token")
        return token

    async def _verified(self, found: Discovery, token: str, nonce: str) -> Mapping[str, Any]:
        rules = JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": found.issuer},
            aud={"essential": True, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            kid = jws.extract_compact(token.encode("ascii")).headers().get("kid")
            key = await self._provider.find_key(kid) if isinstance(kid, str) else None
            if key is None:
                _refuse("unknown key")
            # The key decides the algorithm. A header that wants another one is refused.
            claims = jwt.decode(token, key, algorithms=[ALGORITHMS[key.key_type]]).claims
            rules.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            _refuse(type(error).__name__)
        # Made for others too, it must name us as the one that it was given to.
        sole = None if len(_texts(claims["aud"])) > 1 else self._client_id
        if claims.get("azp", sole) != self._client_id:
            _refuse("azp")
        return claims


def _name(claims: Mapping[str, Any]) -> str:
    values = (str(claims.get(each) or "").strip() for each in _NAMES)
    return next(filter(None, values), "")[:_MAX_NAME]


def _roles(claims: Mapping[str, Any], path: str) -> frozenset[StaffRole]:
    """Return the roles we know. Who supervises agents may do what they may."""
    value = claims[path] if path in claims else _nested(claims, path)
    named = {value} if isinstance(value, str) else set(_texts(value))
    roles = {role for role in StaffRole if role.value in named}
    if StaffRole.SUPERVISOR in roles:
        roles.add(StaffRole.AGENT)
    return frozenset(roles)


def _nested(claims: Mapping[str, Any], path: str) -> object:
    value: object = claims
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = cast("Mapping[str, object]", value).get(part)
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [each for each in cast("list[object]", value) if isinstance(each, str)]


def _refuse(reason: str) -> NoReturn:
    _log.info("staff_sign_in_refused", reason=reason)
    raise NotAuthenticated("The sign-in was not accepted. Please try again.")
