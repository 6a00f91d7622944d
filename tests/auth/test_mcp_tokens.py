import stat
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr

from ecocash_copilot.auth.dev_tokens import DevTokens
from ecocash_copilot.auth.mcp_tokens import LIFETIME, McpTokens, mcp_tokens
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.core.ids import new_id, new_secret
from ecocash_copilot.core.settings import Settings
from schemas.identity import Customer

KEY = new_secret()


class Clock:
    def __init__(self) -> None:
        self.time = time.time()

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> McpTokens:
    return McpTokens(KEY, clock)


def test_a_token_names_its_caller(tokens: McpTokens, customer: Customer) -> None:
    conversation_id = new_id("cv")
    caller = tokens.verify(tokens.mint(customer, conversation_id))
    assert caller.customer == customer
    assert caller.conversation_id == conversation_id
    bare = Customer(id="c-9")
    assert tokens.verify(tokens.mint(bare)).customer == bare


def test_tokens_are_reused_but_never_handed_out_short_of_life(
    tokens: McpTokens, clock: Clock, customer: Customer
) -> None:
    first = tokens.mint(customer)
    clock.time += LIFETIME - 46
    assert tokens.mint(customer) == first
    clock.time += 1
    second = tokens.mint(customer)
    assert second != first
    assert tokens.verify(second).expires_at - clock.time >= LIFETIME - 1


def test_a_token_belongs_to_one_customer_and_conversation(
    tokens: McpTokens, customer: Customer
) -> None:
    other = customer.model_copy(update={"id": "c-2"})
    minted = {
        tokens.mint(customer),
        tokens.mint(other),
        tokens.mint(customer, new_id("cv")),
        tokens.mint(customer, new_id("cv")),
    }
    assert len(minted) == 4


def test_a_token_is_over_when_it_expires_also_if_it_was_verified_before(
    tokens: McpTokens, clock: Clock, customer: Customer
) -> None:
    token = tokens.mint(customer)
    tokens.verify(token)
    clock.time += LIFETIME + 6
    with pytest.raises(NotAuthenticated):
        tokens.verify(token)


def signed(key: str = KEY, typ: str = "ecocash-mcp+jwt", **changes: Any) -> str:
    issued = int(time.time())
    payload = {
        "iss": "ecocash-copilot",
        "aud": "ecocash-mcp",
        "sub": "c-1",
        "iat": issued,
        "exp": issued + 60,
        **changes,
    }
    given = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode({"alg": "HS256", "typ": typ}, given, OctKey.import_key(key))


def test_the_tokens_of_this_test_are_good(tokens: McpTokens) -> None:
    assert tokens.verify(signed()).customer.id == "c-1"


@pytest.mark.parametrize(
    "token",
    [
        signed(key=new_secret()),
        signed(typ="JWT"),
        signed(aud="ecocash-copilot"),
        signed(iss="somebody"),
        signed(exp=None),
        signed(sub=None),
        signed(sub=""),
        signed(conversation_id="cv_short"),
        signed(msisdn="12"),
        signed(nbf=int(time.time()) + 120),
        "",
        "a.b.c",
        "x" * 5000,
        "\udcff",
    ],
)
def test_other_tokens_are_refused(tokens: McpTokens, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.verify(token)


def test_a_customers_token_is_no_mcp_token(settings: Settings, tokens: McpTokens) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.verify(DevTokens(settings.data_dir, "ecocash-mcp").mint("c-1001"))


def test_in_dev_the_key_is_made_once_and_is_the_owners_alone(
    settings: Settings, customer: Customer
) -> None:
    token = mcp_tokens(settings).mint(customer)
    assert mcp_tokens(settings).verify(token).customer == customer
    path: Path = settings.data_dir / "keys" / "mcp"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_replicas_share_the_key_of_the_settings(
    settings: Settings, customer: Customer, tmp_path: Path
) -> None:
    one = settings.model_copy(update={"mcp_signing_key": SecretStr(KEY)})
    other = one.model_copy(update={"data_dir": tmp_path / "other"})
    assert mcp_tokens(other).verify(mcp_tokens(one).mint(customer)).customer == customer
