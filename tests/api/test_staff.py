"""Staff's sign-in in dev, their session over HTTP, and the way back to the page asked for."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from ecocash_copilot.api.staff import HOME, PER_ADDRESS, safe_target
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.store.client import Store
from schemas.staff import StaffRole
from tests.api.conftest import OWN, MakeApp, client_of

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SECURE = "https://help.ecocash.example"
SIGN_IN = "/api/staff/sign-in"


async def choose(api: httpx.AsyncClient, staff: str = "agent-1", **more: str) -> httpx.Response:
    fields = {"staff": staff, "next": "/board?view=mine", **more}
    return await api.post(SIGN_IN, data=fields, headers={**PAGE, "Origin": OWN})


def attributes(response: httpx.Response) -> set[str]:
    return {part.strip() for part in response.headers["set-cookie"].split(";")[1:]}


class Links(HTMLParser):
    """Finds what a page loads, where it leads and what its forms send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


async def test_the_page_offers_each_of_the_demo_staff(api: httpx.AsyncClient) -> None:
    response = await api.get(SIGN_IN, params={"next": "/board/TCK-100042"}, headers=PAGE)
    found = Links(response.text)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert [each["data-staff"] for each in found.all("button")] == list(DEMO_STAFF)
    assert found.all("form") == [{"method": "post", "action": SIGN_IN}]
    assert found.all("input")[0]["value"] == "/board/TCK-100042"
    assert not found.all("script")
    assert "script-src 'self'" in response.headers["content-security-policy"]
    # Otherwise a browser would name no origin when the form is sent.
    assert response.headers["referrer-policy"] == "same-origin"


async def test_every_role_has_somebody_to_try_it_with(api: httpx.AsyncClient) -> None:
    assert {role for each in DEMO_STAFF.values() for role in each.roles} == set(StaffRole)
    for identity, staff in DEMO_STAFF.items():
        await choose(api, identity)
        body = (await api.get("/api/staff/me")).json()
        assert body == {"id": identity, "name": staff.name, "roles": sorted(staff.roles)}
    assert DEMO_STAFF["agent-1"].name == "Tariro Moyo"


async def test_a_choice_opens_a_session_and_leads_on(api: httpx.AsyncClient, store: Store) -> None:
    response = await choose(api)
    assert response.status_code == 303
    assert response.headers["location"] == "/board?view=mine"
    assert len(response.cookies["eco_staff"]) == 43
    assert attributes(response) == {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=43200"}
    (kept,) = await store.database["staff_sessions"].find().to_list()
    assert kept["staff"]["id"] == "agent-1"


async def test_a_program_may_sign_in_with_json(api: httpx.AsyncClient) -> None:
    response = await api.post(SIGN_IN, json={"staff": "supervisor-1"})
    assert (response.status_code, response.headers["location"]) == (303, HOME)
    assert (await api.get("/api/staff/me")).json()["roles"] == ["agent", "supervisor"]


async def test_the_cookie_is_secure_over_https(make_app: MakeApp) -> None:
    async with client_of(make_app(public_url=SECURE), SECURE) as api:
        response = await api.post(SIGN_IN, data={"staff": "agent-1"}, headers={"Origin": SECURE})
    assert {"Secure", "HttpOnly", "SameSite=lax"} <= attributes(response)


async def test_signing_in_again_ends_the_session_before(
    api: httpx.AsyncClient, store: Store
) -> None:
    first = (await choose(api)).cookies["eco_staff"]
    await choose(api, "agent-2")
    assert (await api.get("/api/staff/me")).json()["id"] == "agent-2"
    old = {"Cookie": f"eco_staff={first}"}
    api.cookies.clear()
    assert (await api.get("/api/staff/me", headers=old)).status_code == 401
    assert await store.database["staff_sessions"].count_documents({}) == 1


async def test_signing_out_ends_the_session(api: httpx.AsyncClient, store: Store) -> None:
    secret = (await choose(api)).cookies["eco_staff"]
    response = await api.post("/api/staff/sign-out", headers={**PAGE, "Origin": OWN})
    assert (response.status_code, response.headers["location"]) == (303, "/api/staff/signed-out")
    assert "Max-Age=0" in attributes(response)
    assert await store.database["staff_sessions"].count_documents({}) == 0
    held = {"Cookie": f"eco_staff={secret}"}
    assert (await api.get("/api/staff/me", headers=held)).status_code == 401
    page = await api.get("/api/staff/signed-out", headers=PAGE)
    assert Links(page.text).all("a")[0]["href"] == f"{SIGN_IN}?again=1"


async def test_a_program_is_told_so_without_a_page_and_nobody_may_sign_out(
    api: httpx.AsyncClient,
) -> None:
    for _ in range(2):
        response = await api.post("/api/staff/sign-out")
        assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 403),
        # A form of a page that sends no referrer, such as the board.
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": OWN}, 303),
    ],
)
async def test_pages_of_other_sites_sign_nobody_in_or_out(
    api: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    form = {"staff": "agent-1"}
    assert (await api.post(SIGN_IN, data=form, headers=headers)).status_code == status
    await choose(api, "agent-2")
    await api.post("/api/staff/sign-out", headers={**PAGE, **headers})
    assert (await api.get("/api/staff/me")).status_code == (401 if status == 303 else 200)


@pytest.mark.parametrize(
    "wanted",
    [
        "/board",
        "/board/TCK-100042?tab=history",
        "/ops",
        "/gallery/balance_card/empty",
        "/a%20b",
        "/",
    ],
)
def test_a_page_of_ours_is_gone_on_to(wanted: str) -> None:
    assert safe_target(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "board",
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/board\r\nSet-Cookie: a=b",
        "/b oard",
        "javascript:alert(1)",
        "/board#//evil.example",
        "/борд",
        "/api",
        "/api/staff/sign-in?next=/api/staff/sign-in",
        "/api?x",
        "/" + "b" * 500,
        " /board",
    ],
)
async def test_anywhere_else_is_not(api: httpx.AsyncClient, wanted: str) -> None:
    assert safe_target(wanted) == HOME
    page = await api.get(SIGN_IN, params={"next": wanted})
    assert Links(page.text).all("input")[0]["value"] == HOME
    assert (await choose(api, next=wanted)).headers["location"] == HOME


async def test_what_comes_in_is_shown_as_text_alone(api: httpx.AsyncClient) -> None:
    page = await api.get(SIGN_IN, params={"next": "/board?a='&b=%22%3E%3Cscript%3E"})
    assert not Links(page.text).all("script")
    assert Links(page.text).all("input")[0]["value"] == "/board?a='&b=%22%3E%3Cscript%3E"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"data": {"staff": "agent-9"}}, 404, "not_found"),
        ({"data": {"staff": ""}}, 404, "not_found"),
        ({"data": {}}, 415, "unsupported_media_type"),
        ({"json": {}}, 422, "invalid"),
        ({"data": {"next": "/board"}}, 422, "invalid"),
        ({"data": {"staff": "agent-1", "roles": "operator"}}, 422, "invalid"),
        ({"content": b"staff=" + b"a" * 20_000}, 413, "too_large"),
        ({"content": b"&".join([b"a=b"] * 60)}, 400, "malformed"),
        ({"content": b"staff=\xff"}, 400, "malformed"),
    ],
)
async def test_what_is_no_choice_is_refused(
    api: httpx.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"} if "content" in body else {}
    response = await api.post(SIGN_IN, headers=form, **body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "set-cookie" not in response.headers


async def test_a_browser_gets_a_page_where_a_program_gets_a_problem(api: httpx.AsyncClient) -> None:
    refused = await choose(api, "agent-9")
    assert refused.status_code == 404
    assert refused.headers["content-type"].startswith("text/html")
    assert refused.headers["x-request-id"] in refused.text
    assert Links(refused.text).all("a")[0]["href"] == SIGN_IN
    assert (await api.get("/api/staff/me", headers=PAGE)).json()["code"] == "not_authenticated"


@pytest.mark.usefixtures("one_moment")
async def test_nobody_tries_without_end(api: httpx.AsyncClient) -> None:
    for _ in range(PER_ADDRESS.amount):
        await choose(api, "agent-9")
    response = await choose(api)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) >= 1
    assert "One moment" in response.text


@pytest.fixture
def elsewhere() -> dict[str, object]:
    """Settings under which nobody may choose who they are."""
    return {"staff_oidc_issuer": "https://login.example", "staff_oidc_client_id": "copilot"}


async def test_with_an_identity_provider_nobody_chooses_who_they_are(
    make_app: MakeApp, elsewhere: dict[str, object]
) -> None:
    for changes in (elsewhere, {**elsewhere, "app_env": "prod"}, {"app_env": "prod"}):
        async with client_of(make_app(**changes)) as api:
            response = await api.post(SIGN_IN, data={"staff": "agent-1"})
            assert response.status_code == 405
            assert "set-cookie" not in response.headers
            assert not re.search(r"agent-\d", (await api.get(SIGN_IN, headers=PAGE)).text)
