"""Tokens for the built-in demo customers, in dev mode only: settings never trust them in prod."""

import json
import time
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from ecocash_copilot.auth.jwks import PublicKey
from ecocash_copilot.auth.key_files import read_or_create
from ecocash_copilot.core.errors import NotFound
from schemas.identity import Customer, Locale

DEMO_CUSTOMERS = {
    each.id: each
    for each in (
        Customer(id="c-1001", msisdn="+263772100145", name="Tendai Moyo", locale=Locale.EN),
        Customer(id="c-1002", msisdn="+263773200268", name="Nomvula Ncube", locale=Locale.ND),
        Customer(id="c-1003", msisdn="+263774300391", name="Rudo Chikomo", locale=Locale.SN),
    )
}
LIFETIME = 600
"""Seconds."""


def demo_customer(sub: str) -> Customer:
    """Return the demo customer of this id.

    Raises:
        NotFound: there is none.
    """
    customer = DEMO_CUSTOMERS.get(sub)
    if customer is None:
        raise NotFound(f"The demo customers are {', '.join(DEMO_CUSTOMERS)}.")
    return customer


class DevTokens:
    """Makes tokens as the EcoCash app would, with a key of its own, and is that key's source."""

    issuer = "https://dev.ecocash-copilot.invalid"

    def __init__(self, data_dir: Path, audience: str) -> None:
        """Read the key in ``data_dir``, made on the first start."""
        text = read_or_create(data_dir / "keys" / "dev-customers.json", _new_key)
        self._key = ECKey.import_key(json.loads(text))
        self._audience = audience

    async def find_key(self, kid: str) -> PublicKey | None:
        """Return the public key if this is its id."""
        return self._key if kid == self._key.kid else None

    def mint(self, sub: str, lifetime: int = LIFETIME) -> str:
        """Return a token of a demo customer.

        Args:
            sub: such as ``c-1001``.
            lifetime: seconds; more than 900 are made, and refused when verified.

        Raises:
            NotFound: there is no such demo customer.
        """
        customer = demo_customer(sub)
        issued = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": customer.id,
            "iat": issued,
            "exp": issued + lifetime,
            "msisdn": customer.msisdn,
            "name": customer.name,
            "locale": customer.locale.value,
        }
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key)


def _new_key() -> str:
    key = ECKey.generate_key("P-256", auto_kid=True)
    return json.dumps(key.as_dict(private=True))
