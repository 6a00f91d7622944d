"""Our side of OpenID Connect, against a provider that speaks it over HTTP, rightly and wrongly."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from ecocash_copilot.auth.jwks import MIN_GAP
from ecocash_copilot.auth.oidc_provider import MAX_AGE
from ecocash_copilot.auth.staff_oidc import CALLBACK_PATH, StaffOidc
from ecocash_copilot.core.errors import NotAuthenticated, Unavailable
from ecocash_copilot.core.ids import new_secret
from ecocash_copilot.core.settings import Settings
from schemas.staff import Staff, StaffRole
from tests.support.oidc_server import CLIENT_ID, CLIENT_SECRET, Fault, OidcServer

PUBLIC = "http://localhost:8000"
SECONDS = 1.0

TOKEN_FAULTS = [
    Fault.OTHER_NONCE,
    Fault.NO_NONCE,
    Fault.OTHER_AUDIENCE,
    Fault.OTHER_ISSUER,
    Fault.OTHER_AZP,
    Fault.NO_AZP_FOR_MANY,
    Fault.EXPIRED,
    Fault.NO_EXPIRY,
    Fault.NOT_YET,
    Fault.BAD_SIGNATURE,
    Fault.OTHER_KEY,
    Fault.UNSIGNED,
    Fault.SECRET_AS_KEY,
    Fault.NO_ID_TOKEN,
]


@pytest.fixture(scope="module")
def server() -> Iterator[OidcServer]:
    with OidcServer() as server:
        yield server


@pytest.fixture
def provider(server: OidcServer) -> OidcServer:
    server.reset()
    server.redirect_uris.add(f"{PUBLIC}{CALLBACK_PATH}")
    return server


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


class Browser:
    """Signs in with one client, as often as a test likes."""

    def __init__(self, provider: OidcServer, **changes: Any) -> None:
        settings = Settings(
            public_url=PUBLIC,
            staff_oidc_issuer=changes.pop("issuer", provider.url),
            staff_oidc_client_id=CLIENT_ID,
            staff_oidc_client_secret=SecretStr(changes.pop("secret", CLIENT_SECRET)),
            **changes,
        )
        self.clock = Clock()
        self.oidc = StaffOidc(settings, self.clock, SECONDS)
        self.state, self.nonce, self.verifier = new_secret(), new_secret(), new_secret()

    async def authorize(self, **more: Any) -> dict[str, str]:
        """Return what comes back from the provider."""
        url = await self.oidc.authorization_url(
            state=self.state, nonce=self.nonce, verifier=self.verifier, **more
        )
        async with httpx.AsyncClient(verify=False) as client:
            answer = await client.get(url)
        assert answer.status_code == 302, answer.text
        assert answer.headers["location"].startswith(f"{PUBLIC}{CALLBACK_PATH}?")
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    async def redeem(self, back: dict[str, str], **changes: Any) -> Staff:
        given = {"nonce": self.nonce, "verifier": self.verifier, **changes}
        return await self.oidc.redeem(code=back["code"], issuer=back.get("iss"), **given)

    async def sign_in(self) -> Staff:
        return await self.redeem(await self.authorize())


async def test_somebody_signs_in(provider: OidcServer) -> None:
    browser = Browser(provider)
    staff = await browser.sign_in()
    assert staff == Staff(id="u-1", name="Rudo Dube", roles=frozenset({StaffRole.AGENT}))
    (asked,) = provider.authorizations
    assert asked["state"] == browser.state
    assert asked["scope"] == "openid profile email"
    assert asked["code_challenge_method"] == "S256"
    # Neither the verifier nor our secret goes through the browser.
    assert browser.verifier not in str(asked)
    assert CLIENT_SECRET not in str(asked)
    assert "prompt" not in asked


async def test_the_provider_is_told_to_ask_again(provider: OidcServer) -> None:
    await Browser(provider).authorize(again=True)
    assert provider.authorizations[0]["prompt"] == "login"


async def test_the_description_and_the_keys_are_read_once(provider: OidcServer) -> None:
    browser = Browser(provider)
    for _ in range(3):
        await browser.sign_in()
    assert provider.requests.count("/.well-known/openid-configuration") == 1
    assert provider.requests.count("/jwks") == 1
    browser.clock.time += MAX_AGE
    await browser.sign_in()
    assert provider.requests.count("/.well-known/openid-configuration") == 2


@pytest.mark.parametrize("ec", [False, True])
async def test_new_keys_are_found(provider: OidcServer, ec: bool) -> None:
    browser = Browser(provider)
    await browser.sign_in()
    provider.rotate_keys(ec=ec)
    browser.clock.time += MIN_GAP
    assert (await browser.sign_in()).id == "u-1"


@pytest.mark.parametrize("fault", TOKEN_FAULTS)
async def test_a_token_that_is_not_right_is_refused(provider: OidcServer, fault: Fault) -> None:
    browser = Browser(provider)
    await browser.sign_in()
    provider.fault = fault
    with pytest.raises(NotAuthenticated):
        await browser.sign_in()


@pytest.mark.parametrize("fault", [Fault.NOT_JSON, Fault.SERVER_ERROR, Fault.SLOW_TOKEN])
async def test_a_provider_that_gives_no_token_is_unavailable(
    provider: OidcServer, fault: Fault
) -> None:
    browser = Browser(provider)
    back = await browser.authorize()
    provider.fault = fault
    with pytest.raises(Unavailable):
        await browser.redeem(back)


@pytest.mark.parametrize(
    "fault", [Fault.SLOW_DISCOVERY, Fault.BROKEN_DISCOVERY, Fault.OTHER_DISCOVERY]
)
async def test_without_a_description_signing_in_is_unavailable(
    provider: OidcServer, fault: Fault
) -> None:
    browser = Browser(provider)
    provider.fault = fault
    with pytest.raises(Unavailable):
        await browser.authorize()
    provider.fault = Fault.NONE
    assert (await browser.sign_in()).id == "u-1"


async def test_what_the_provider_said_last_serves_while_it_says_nothing(
    provider: OidcServer,
) -> None:
    browser = Browser(provider)
    await browser.sign_in()
    browser.clock.time += MAX_AGE
    provider.fault = Fault.BROKEN_DISCOVERY
    assert (await browser.sign_in()).id == "u-1"


async def test_a_dead_provider_is_unavailable() -> None:
    with OidcServer() as dead:
        pass
    with pytest.raises(Unavailable):
        await Browser(dead).authorize()
    with pytest.raises(Unavailable):
        await Browser(dead, issuer="http://[not-an-address").authorize()


async def test_a_provider_that_dies_between_the_steps_is_unavailable() -> None:
    with OidcServer() as server:
        server.redirect_uris.add(f"{PUBLIC}{CALLBACK_PATH}")
        browser = Browser(server)
        back = await browser.authorize()
    with pytest.raises(Unavailable):
        await browser.redeem(back)


async def test_a_code_works_once(provider: OidcServer) -> None:
    browser = Browser(provider)
    back = await browser.authorize()
    await browser.redeem(back)
    with pytest.raises(NotAuthenticated):
        await browser.redeem(back)


async def test_a_stolen_code_is_worth_nothing_without_the_verifier(provider: OidcServer) -> None:
    browser = Browser(provider)
    with pytest.raises(NotAuthenticated):
        await browser.redeem(await browser.authorize(), verifier=new_secret())


async def test_a_code_for_another_sign_in_is_refused(provider: OidcServer) -> None:
    browser = Browser(provider)
    with pytest.raises(NotAuthenticated):
        await browser.redeem(await browser.authorize(), nonce=new_secret())


@pytest.mark.parametrize("issuer", [None, "", "https://evil.example"])
async def test_a_code_that_another_issuer_sent_is_not_taken_to_ours(
    provider: OidcServer, issuer: str | None
) -> None:
    browser = Browser(provider)
    back = await browser.authorize()
    del back["iss"]
    with pytest.raises(NotAuthenticated):
        await browser.redeem(back if issuer is None else {**back, "iss": issuer})
    assert "/token" not in provider.requests


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"]])
async def test_we_name_ourselves_as_the_provider_wants(
    provider: OidcServer, methods: list[str]
) -> None:
    provider.auth_methods = methods
    assert (await Browser(provider).sign_in()).id == "u-1"
    with pytest.raises(NotAuthenticated):
        await Browser(provider, secret="k3Rt8wQz1mXv6bNj").sign_in()


async def test_a_slash_after_the_issuer_makes_no_difference(provider: OidcServer) -> None:
    assert (await Browser(provider, issuer=f"{provider.url}/").sign_in()).id == "u-1"


@pytest.mark.parametrize(
    ("claims", "setting", "roles"),
    [
        ({"roles": ["agent"]}, "roles", {"agent"}),
        ({"roles": "operator"}, "roles", {"operator"}),
        ({"roles": ["supervisor"]}, "roles", {"supervisor", "agent"}),
        ({"roles": ["designer", "operator", "admin", "AGENT"]}, "roles", {"designer", "operator"}),
        ({"groups": ["agent"], "roles": ["designer"]}, "groups", {"agent"}),
        ({"realm_access": {"roles": ["agent"]}}, "realm_access.roles", {"agent"}),
        ({"https://x.example/roles": ["agent"]}, "https://x.example/roles", {"agent"}),
        ({"realm_access": ["agent"]}, "realm_access.roles", set[str]()),
        ({"roles": {"agent": True}}, "roles", set[str]()),
        ({"roles": [1, None, ["agent"]]}, "roles", set[str]()),
        ({"roles": None}, "roles", set[str]()),
        ({}, "roles", set[str]()),
    ],
)
async def test_roles_come_from_the_claim_that_the_setting_names(
    provider: OidcServer, claims: dict[str, Any], setting: str, roles: set[str]
) -> None:
    provider.user = {"sub": "u-2", **claims}
    staff = await Browser(provider, staff_oidc_roles_claim=setting).sign_in()
    assert staff.roles == roles


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": " Rudo Dube "}, "Rudo Dube"),
        ({"name": "", "preferred_username": "rudo"}, "rudo"),
        ({"name": 7, "email": "rudo@example.com"}, "7"),
        ({"name": "   "}, "u-2"),
        ({"name": "R" * 500}, "R" * 120),
    ],
)
async def test_everybody_has_a_name(
    provider: OidcServer, claims: dict[str, Any], name: str
) -> None:
    provider.user = {"sub": "u-2", **claims}
    assert (await Browser(provider).sign_in()).name == name


@pytest.mark.parametrize("sub", ["", "a b", "x" * 129, "<b>", 7, None])
async def test_an_id_that_is_none_is_refused(provider: OidcServer, sub: object) -> None:
    provider.user = {"sub": sub, "roles": ["agent"]}
    with pytest.raises(NotAuthenticated):
        await Browser(provider).sign_in()


async def test_an_azp_that_names_us_is_fine(provider: OidcServer) -> None:
    provider.user |= {"azp": CLIENT_ID, "aud": [CLIENT_ID, "another-product"]}
    assert (await Browser(provider).sign_in()).id == "u-1"
