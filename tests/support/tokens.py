"""Customers' tokens, as the mobile app's identity provider would sign them."""

import json
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ISSUER = "https://id.ecocash.example"
AUDIENCE = "ecocash-copilot"


class TokenIssuer:
    """One signing key (ES256), its key set as a file, and tokens for any customer."""

    def __init__(self, directory: Path) -> None:
        """Make a key and write its public half to ``directory``."""
        self._key = ECKey.generate_key("P-256", {"kid": "test-1", "alg": "ES256", "use": "sig"})
        self._path = directory / "jwks.json"
        keys = KeySet([self._key]).as_dict(private=False)
        self._path.write_text(json.dumps(keys), "utf-8")

    @property
    def settings(self) -> dict[str, str]:
        """Settings that make a product trust this issuer."""
        return {"CUSTOMER_JWKS": str(self._path), "CUSTOMER_ISSUER": ISSUER}

    def token(self, sub: str, *, seconds: float = 600, **claims: Any) -> str:
        """Return a token for a customer that is valid for so many seconds."""
        moment = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sub,
            "iat": moment,
            "exp": int(moment + seconds),
            **claims,
        }
        header = {"alg": "ES256", "kid": self._key.kid}
        return jwt.encode(header, payload, self._key)
