"""Staff's sign-in at an identity provider, from the page asked for and back to it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from ecocash_copilot.actions.staff_flows import FLOW_SECONDS
from ecocash_copilot.api.staff import PER_ADDRESS
from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store
from tests.api.conftest import OWN, MakeApp, client_of
from tests.support.oidc_server import CLIENT_ID, CLIENT_SECRET, Fault, OidcServer

PAGE = {"Accept": "text/html"}
SECURE = "https://help.ecocash.example"
SIGN_IN = "/api/staff/sign-in?next=/board/TCK-100042"


@pytest.fixture(scope="module")
def server() -> Iterator[OidcServer]:
    with OidcServer() as server:
        yield server


@pytest.fixture
def provider(server: OidcServer) -> OidcServer:
    server.reset()
    server.redirect_uris |= {f"{each}/api/staff/callback" for each in (OWN, SECURE)}
    return server


def trusting(provider: OidcServer, **changes: Any) -> dict[str, Any]:
    return {
        "staff_oidc_issuer": provider.url,
        "staff_oidc_client_id": CLIENT_ID,
        "staff_oidc_client_secret": SecretStr(CLIENT_SECRET),
        **changes,
    }


@pytest.fixture
async def api(make_app: MakeApp, provider: OidcServer) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of staff."""
    async with client_of(make_app(**trusting(provider))) as client:
        client.headers.update(PAGE)
        yield client


async def begin(api: httpx.AsyncClient, address: str = SIGN_IN) -> str:
    """Go to the sign-in; return the provider's address."""
    response = await api.get(address)
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def agree(url: str) -> str:
    """Say yes at the provider; return our address with what it sends back."""
    async with httpx.AsyncClient(verify=False) as client:
        response = await client.get(url)
    assert response.status_code == 302, response.text
    parts = urlsplit(response.headers["location"])
    return f"{parts.path}?{parts.query}"


async def sign_in(api: httpx.AsyncClient, address: str = SIGN_IN) -> httpx.Response:
    return await api.get(await agree(await begin(api, address)))


async def sessions(store: Store) -> int:
    return await store.database["staff_sessions"].count_documents({})


async def test_staff_sign_in_and_come_back_to_the_page(
    api: httpx.AsyncClient, provider: OidcServer
) -> None:
    response = await sign_in(api)
    assert (response.status_code, response.headers["location"]) == (303, "/board/TCK-100042")
    assert response.headers["cache-control"] == "no-store"
    body = (await api.get("/api/staff/me")).json()
    assert body == {"id": "u-1", "name": "Rudo Dube", "roles": ["agent"]}
    # Bound to the browser for as long as it took; now over.
    assert "eco_staff_flow" not in api.cookies


async def test_the_browser_is_marked_out_of_scripts_reach(
    make_app: MakeApp, provider: OidcServer
) -> None:
    for address, name in ((OWN, "eco_staff_flow"), (SECURE, "__Host-eco_staff_flow")):
        app = make_app(**trusting(provider, public_url=address))
        async with client_of(app, address) as api:
            cookie = (await api.get(SIGN_IN)).headers["set-cookie"]
            assert cookie.startswith(f"{name}=")
            assert {"HttpOnly", "Path=/", "SameSite=lax", f"Max-Age={FLOW_SECONDS}"} <= {
                part.strip() for part in cookie.split(";")
            }
            assert ("Secure" in cookie) == address.startswith("https")
            assert (await sign_in(api)).status_code == 303


async def test_nothing_but_hashes_and_the_verifier_is_kept(
    api: httpx.AsyncClient, store: Store
) -> None:
    url = await begin(api)
    (kept,) = await store.database["codes"].find().to_list()
    assert parse_qs(urlsplit(url).query)["state"][0] not in str(kept)
    assert api.cookies["eco_staff_flow"] not in str(kept)
    assert kept["verifier"] not in url


async def test_another_browser_cannot_finish_what_this_one_began(
    make_app: MakeApp, provider: OidcServer, api: httpx.AsyncClient, store: Store
) -> None:
    back = await agree(await begin(api))
    async with client_of(make_app(**trusting(provider))) as victim:
        await victim.get(SIGN_IN)
        response = await victim.get(back, headers=PAGE)
    assert response.status_code == 401
    assert "another browser" in response.text
    assert await sessions(store) == 0
    # And it is used up.
    assert (await api.get(back)).status_code == 401


async def test_a_return_works_once_also_at_the_same_time(
    api: httpx.AsyncClient, store: Store
) -> None:
    back = await agree(await begin(api))
    answers = await asyncio.gather(*(api.get(back) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [303, *[401] * 5]
    assert await sessions(store) == 1


async def test_two_pages_may_sign_in_at_the_same_time(api: httpx.AsyncClient) -> None:
    first, second = await begin(api), await begin(api, "/api/staff/sign-in?next=/ops")
    backs = [await agree(first), await agree(second)]
    ahead = dict(api.cookies)
    assert (await api.get(backs[1])).headers["location"] == "/ops"
    api.cookies.update(ahead)
    assert (await api.get(backs[0])).headers["location"] == "/board/TCK-100042"


@pytest.mark.parametrize("back", ["", "?state=x&code=y", "?code=y", "?error=access_denied"])
async def test_an_invented_return_is_refused(
    api: httpx.AsyncClient, provider: OidcServer, store: Store, back: str
) -> None:
    await begin(api)
    response = await api.get(f"/api/staff/callback{back}")
    assert response.status_code == 401
    assert "/api/staff/sign-in" in response.text
    assert "/token" not in provider.requests
    assert await sessions(store) == 0


async def test_a_sign_in_that_took_too_long_is_refused(
    api: httpx.AsyncClient, store: Store
) -> None:
    back = await agree(await begin(api))
    await store.database["codes"].update_many({}, {"$set": {"expires_at": now()}})
    assert (await api.get(back)).status_code == 401
    assert await sessions(store) == 0


async def test_the_providers_no_is_said_with_a_way_on(
    api: httpx.AsyncClient, provider: OidcServer, store: Store
) -> None:
    provider.fault = Fault.DENIED
    response = await sign_in(api)
    assert response.status_code == 401
    assert "was not completed" in response.text
    assert "The user said no" not in response.text
    assert await sessions(store) == 0


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.OTHER_NONCE, 401),
        (Fault.OTHER_AUDIENCE, 401),
        (Fault.EXPIRED, 401),
        (Fault.BAD_SIGNATURE, 401),
        (Fault.NO_ID_TOKEN, 401),
        (Fault.SERVER_ERROR, 503),
        (Fault.SLOW_TOKEN, 503),
    ],
)
async def test_a_provider_that_errs_signs_nobody_in(
    api: httpx.AsyncClient, provider: OidcServer, store: Store, fault: Fault, status: int
) -> None:
    back = await agree(await begin(api))
    provider.fault = fault
    response = await api.get(back)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert "eco_staff=" not in response.headers.get("set-cookie", "")
    assert await sessions(store) == 0
    provider.fault = Fault.NONE
    assert (await sign_in(api)).status_code == 303


async def test_a_provider_that_is_dead_or_slow_is_said_to_be(
    make_app: MakeApp, provider: OidcServer
) -> None:
    with OidcServer() as dead:
        pass
    provider.fault = Fault.SLOW_DISCOVERY
    for server in (dead, provider):
        async with client_of(make_app(**trusting(server))) as api:
            page = await api.get(SIGN_IN, headers=PAGE)
            assert page.status_code == 503
            assert "does not answer" in page.text
            assert (await api.get(SIGN_IN)).json()["code"] == "unavailable"


@pytest.mark.parametrize("roles", [[], ["admin"], None, "nobody"])
async def test_without_a_role_of_ours_there_is_a_clear_no(
    api: httpx.AsyncClient, provider: OidcServer, store: Store, roles: object
) -> None:
    provider.user = {"sub": "u-3", "name": "Somebody Else", "roles": roles}
    response = await sign_in(api)
    assert response.status_code == 403
    assert "no role in EcoCash Copilot" in response.text
    assert "/api/staff/sign-out" in response.text
    assert await sessions(store) == 0


async def test_the_page_asked_for_is_one_of_ours(api: httpx.AsyncClient) -> None:
    response = await sign_in(api, "/api/staff/sign-in?next=//evil.example/board")
    assert response.headers["location"] == "/board"


async def test_after_signing_out_the_provider_asks_who_it_is(
    api: httpx.AsyncClient, provider: OidcServer
) -> None:
    await sign_in(api)
    await api.post("/api/staff/sign-out", headers={"Origin": OWN})
    await sign_in(api, "/api/staff/sign-in?again=1")
    assert [each.get("prompt") for each in provider.authorizations] == [None, "login"]


async def test_a_new_sign_in_takes_the_place_of_the_old_one(
    api: httpx.AsyncClient, provider: OidcServer, store: Store
) -> None:
    await sign_in(api)
    provider.user = {"sub": "u-4", "name": "Nyasha Sibanda", "roles": ["supervisor"]}
    await sign_in(api)
    assert (await api.get("/api/staff/me")).json()["id"] == "u-4"
    assert await sessions(store) == 1


async def test_the_log_holds_none_of_it(
    api: httpx.AsyncClient, provider: OidcServer, capfd: pytest.CaptureFixture[str]
) -> None:
    url = await begin(api)
    back = await agree(url)
    await api.get(back)
    printed = "".join(capfd.readouterr())
    for secret in (
        parse_qs(urlsplit(back).query)["code"][0],
        parse_qs(urlsplit(back).query)["state"][0],
        api.cookies["eco_staff"],
        CLIENT_SECRET,
    ):
        assert secret not in printed


@pytest.mark.usefixtures("one_moment")
async def test_nobody_begins_without_end(api: httpx.AsyncClient, store: Store) -> None:
    for _ in range(PER_ADDRESS.amount):
        await begin(api)
    assert (await api.get(SIGN_IN)).status_code == 429
