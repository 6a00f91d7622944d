"""Verifies the tokens that the EcoCash app gives its customers."""

from collections.abc import Mapping
from typing import Any, NoReturn

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry
from pydantic import ValidationError

from ecocash_copilot.auth.dev_tokens import DevTokens
from ecocash_copilot.auth.jwks import ALGORITHMS, KeySource, open_jwks
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.settings import Settings
from schemas.identity import Customer, Locale, parse_msisdn

MAX_LIFETIME = 15 * 60
"""Seconds from ``iat`` to ``exp``, at most."""

LEEWAY = 30
"""Seconds by which clocks may differ."""

_MAX_LENGTH = 8192
_MAX_NAME = 120
_TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})
_log = get_logger(__name__)


class CustomerTokens:
    """Verifies customers' tokens of one issuer for one audience."""

    def __init__(self, keys: KeySource, issuer: str, audience: str) -> None:
        """Trust the tokens that ``issuer`` signs with ``keys`` for ``audience``."""
        self._keys = keys
        self._claims = JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    async def verify(self, token: str) -> Customer:
        """Return whom a token names.

        Raises:
            NotAuthenticated: the token is not valid; the reason is logged, not told.
            Unavailable: the keys cannot be read.
        """
        try:
            header = _read_header(token)
            key = await self._keys.find_key(header["kid"])
            if key is None:
                _refuse("unknown key")
            # The key decides the algorithm. A header that wants another one is refused.
            verified = jwt.decode(token, key, algorithms=[ALGORITHMS[key.key_type]])
            self._claims.validate(verified.claims)
            _check_lifetime(verified.claims)
            return _customer(verified.claims)
        except ValidationError:
            _refuse("sub is not a customer id")
        except (JoseError, ValueError, TypeError) as error:
            _refuse(type(error).__name__)


def customer_tokens(settings: Settings) -> CustomerTokens:
    """Return the verifier that the settings ask for; in dev, our own demo customers' by default."""
    if settings.trusts_dev_tokens:
        dev = DevTokens(settings.data_dir, settings.customer_audience)
        return CustomerTokens(dev, dev.issuer, settings.customer_audience)
    keys = open_jwks(settings.customer_jwks)
    return CustomerTokens(keys, settings.customer_issuer, settings.customer_audience)


def _read_header(token: str) -> dict[str, Any]:
    if len(token) > _MAX_LENGTH:
        _refuse("too long")
    header = jws.extract_compact(token.encode("ascii")).headers()
    if not isinstance(header.get("kid"), str):
        _refuse("no kid")
    if str(header.get("typ", "jwt")).lower() not in _TYPES:
        _refuse("other typ")
    return header


def _check_lifetime(claims: Mapping[str, Any]) -> None:
    lifetime = claims["exp"] - claims["iat"]
    if not 0 < lifetime <= MAX_LIFETIME:
        _refuse("lifetime")


def _customer(claims: Mapping[str, Any]) -> Customer:
    name = claims.get("name")
    return Customer(
        id=claims["sub"],
        msisdn=_msisdn(claims.get("msisdn")),
        name=name.strip()[:_MAX_NAME] or None if isinstance(name, str) else None,
        locale=_locale(claims.get("locale")),
    )


def _msisdn(value: Any) -> str | None:
    """A number of another country is no reason to turn a customer away."""
    try:
        return parse_msisdn(str(value)) if value else None
    except ValueError:
        return None


def _locale(value: Any) -> Locale:
    """``sn-ZW`` is Shona too; a language we do not speak is English."""
    try:
        return Locale(str(value or "en").replace("_", "-").partition("-")[0].lower())
    except ValueError:
        return Locale.EN


def _refuse(reason: str) -> NoReturn:
    _log.info("customer_token_refused", reason=reason)
    raise NotAuthenticated("The token is not valid.")
