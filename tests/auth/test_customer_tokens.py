import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from ecocash_copilot.auth.customer_tokens import CustomerTokens, customer_tokens
from ecocash_copilot.auth.dev_tokens import DEMO_CUSTOMERS, DevTokens
from ecocash_copilot.auth.jwks import CachedKeys
from ecocash_copilot.core.errors import NotAuthenticated, NotFound
from ecocash_copilot.core.settings import Settings
from schemas.identity import Locale

ISSUER, AUDIENCE = "https://id.example", "ecocash-copilot"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa-1"})
JWKS = json.dumps({"keys": [key.as_dict(private=False) for key in (RSA, EC)]}).encode()


async def read_jwks() -> bytes:
    return JWKS


@pytest.fixture
def tokens() -> CustomerTokens:
    return CustomerTokens(CachedKeys(read_jwks), ISSUER, AUDIENCE)


def claims(**changes: Any) -> dict[str, Any]:
    issued = int(time.time())
    given = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "c-77",
        "iat": issued,
        "exp": issued + 600,
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def sign(payload: dict[str, Any], key: Any = RSA, **header: Any) -> str:
    algorithm = {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}[key.key_type]
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, payload, key)


def ago(seconds: int) -> int:
    return int(time.time()) - seconds


@pytest.mark.parametrize("key", [RSA, EC], ids=["RS256", "ES256"])
async def test_a_good_token_names_its_customer(tokens: CustomerTokens, key: RSAKey | ECKey) -> None:
    payload = claims(msisdn="0771234567", name=" Rudo ", locale="sn-ZW", nbf=ago(5))
    customer = await tokens.verify(sign(payload, key))
    assert customer.id == "c-77"
    assert customer.msisdn == "+263771234567"
    assert customer.name == "Rudo"
    assert customer.locale is Locale.SN


async def test_what_is_optional_may_be_missing_or_of_no_use(tokens: CustomerTokens) -> None:
    payload = claims(aud=["other", AUDIENCE], msisdn="+1 202 555 0100", locale="fr", name=7)
    customer = await tokens.verify(sign(payload))
    assert (customer.msisdn, customer.name, customer.locale) == (None, None, Locale.EN)


async def test_clocks_may_differ_by_half_a_minute(tokens: CustomerTokens) -> None:
    assert await tokens.verify(sign(claims(iat=ago(300), exp=ago(20))))
    assert await tokens.verify(sign(claims(iat=ago(-20), nbf=ago(-20))))


def bad_claims() -> dict[str, dict[str, Any]]:
    # Made anew for each test: a moment ahead is soon past.
    return {
        "expired": {"iat": ago(900), "exp": ago(60)},
        "not yet valid": {"nbf": ago(-120)},
        "issued in the future": {"iat": ago(-120)},
        "lives too long": {"iat": ago(10), "exp": ago(10) + 901},
        "ends before it begins": {"iat": ago(-10), "exp": ago(-10)},
        "other audience": {"aud": "another-app"},
        "other issuer": {"iss": "https://evil.example"},
        "no exp": {"exp": None},
        "no iat": {"iat": None},
        "no aud": {"aud": None},
        "no iss": {"iss": None},
        "no sub": {"sub": None},
        "empty sub": {"sub": ""},
        "sub that is no id": {"sub": "c 1; drop"},
        "sub that is a number": {"sub": 7},
        "exp that is a text": {"exp": "tomorrow"},
        "exp that is true": {"exp": True},
    }


@pytest.mark.parametrize("name", bad_claims())
async def test_bad_claims_are_refused(tokens: CustomerTokens, name: str) -> None:
    with pytest.raises(NotAuthenticated, match=r"^The token is not valid\.$"):
        await tokens.verify(sign(claims(**bad_claims()[name])))


def unsigned() -> str:
    signed = sign(claims())
    header = "eyJhbGciOiJub25lIiwia2lkIjoicnNhLTEifQ"  # {"alg":"none","kid":"rsa-1"}
    return f"{header}.{signed.split('.')[1]}."


def signed_with_public_key() -> str:
    pem = RSA.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    # Made by hand: the library rightly refuses a public key as a shared secret.
    import hashlib
    import hmac
    from base64 import urlsafe_b64encode

    def part(value: bytes) -> str:
        return urlsafe_b64encode(value).rstrip(b"=").decode()

    header = part(json.dumps({"alg": "HS256", "kid": "rsa-1"}).encode())
    text = f"{header}.{part(json.dumps(claims()).encode())}"
    return f"{text}.{part(hmac.digest(pem, text.encode(), hashlib.sha256))}"


def tampered() -> str:
    head, _, signature = sign(claims()).split(".")
    return f"{head}.{sign(claims(sub='c-1001')).split('.')[1]}.{signature}"


FORGED: dict[str, Callable[[], str]] = {
    "alg none": unsigned,
    "HS256 with the public key": signed_with_public_key,
    "HS256": lambda: sign(claims(), OctKey.generate_key(256, {"kid": "rsa-1"})),
    "other alg of the same key": lambda: jwt.encode(
        {"alg": "PS256", "kid": "rsa-1"}, claims(), RSA, algorithms=["PS256"]
    ),
    "somebody else's key": lambda: sign(claims(), STRANGER),
    "key of the other kind": lambda: sign(claims(), EC, kid="rsa-1"),
    "unknown kid": lambda: sign(claims(), RSA, kid="rsa-2"),
    "no kid": lambda: jwt.encode({"alg": "RS256"}, claims(), RSA),
    "other typ": lambda: sign(claims(), RSA, typ="secevent+jwt"),
    "tampered": tampered,
    "empty": lambda: "",
    "no token": lambda: "hello",
    "not ASCII": lambda: "é.é.é",
    "too long": lambda: "a" * 9000,
}


@pytest.mark.parametrize("make", FORGED.values(), ids=list(FORGED))
async def test_forged_tokens_are_refused(tokens: CustomerTokens, make: Callable[[], str]) -> None:
    with pytest.raises(NotAuthenticated, match=r"^The token is not valid\.$"):
        await tokens.verify(make())


@pytest.mark.parametrize("sub", DEMO_CUSTOMERS)
async def test_demo_customers_sign_in_in_dev(settings: Settings, sub: str) -> None:
    token = DevTokens(settings.data_dir, settings.customer_audience).mint(sub)
    assert await customer_tokens(settings).verify(token) == DEMO_CUSTOMERS[sub]


async def test_demo_tokens_are_worth_nothing_where_real_keys_are_set(
    settings: Settings, tmp_path: Any
) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(JWKS)
    real = settings.model_copy(update={"customer_jwks": str(path), "customer_issuer": ISSUER})
    token = DevTokens(settings.data_dir, settings.customer_audience).mint("c-1001")
    with pytest.raises(NotAuthenticated):
        await customer_tokens(real).verify(token)
    assert await customer_tokens(real).verify(sign(claims()))


def test_only_demo_customers_get_demo_tokens(settings: Settings) -> None:
    with pytest.raises(NotFound):
        DevTokens(settings.data_dir, "x").mint("c-9999")
