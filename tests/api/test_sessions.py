"""Signing in and out over HTTP."""

import asyncio

import httpx
import pytest

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.api.sessions import PER_CUSTOMER
from ecocash_copilot.core.errors import NotAuthenticated
from tests.api.conftest import OWN, MakeApp, client_of
from tests.support.tokens import TokenIssuer

SECURE = "https://help.ecocash.example"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def new_code(api: httpx.AsyncClient, issuer: TokenIssuer, sub: str = "c-7") -> str:
    response = await api.post("/api/session", headers=bearer(issuer.token(sub)))
    assert response.status_code == 201
    return response.json()["code"]


async def redeem(api: httpx.AsyncClient, code: str, **headers: str) -> httpx.Response:
    return await api.post("/api/session/redeem", json={"code": code}, headers=headers)


def attributes(response: httpx.Response) -> set[str]:
    return {part.strip() for part in response.headers["set-cookie"].split(";")[1:]}


async def test_a_token_becomes_a_code_for_the_page(
    api: httpx.AsyncClient, issuer: TokenIssuer
) -> None:
    response = await api.post("/api/session", headers=bearer(issuer.token("c-7")))
    body = response.json()
    assert response.status_code == 201
    assert body["expires_in"] == 60
    assert body["url"] == f"{OWN}/chat#code={body['code']}"
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers


async def test_a_code_opens_the_session_of_its_customer(
    api: httpx.AsyncClient, issuer: TokenIssuer, sign_in: SignIn
) -> None:
    response = await redeem(api, await new_code(api, issuer))
    assert response.status_code == 200
    by_cookie = await sign_in.access_session(secret=response.cookies["eco_session"])
    by_ticket = await sign_in.redeem_ticket(response.json()["ticket"])
    assert by_cookie.customer.id == "c-7"
    assert by_cookie.id == by_ticket.id


async def test_a_ticket_is_used_once_and_is_neither_code_nor_secret(
    api: httpx.AsyncClient, issuer: TokenIssuer, sign_in: SignIn
) -> None:
    response = await redeem(api, await new_code(api, issuer))
    ticket = response.json()["ticket"]
    assert (await redeem(api, ticket)).status_code == 401
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret=ticket)
    await sign_in.redeem_ticket(ticket)
    with pytest.raises(NotAuthenticated):
        await sign_in.redeem_ticket(ticket)


async def test_of_many_who_use_a_code_at_once_one_gets_in(
    api: httpx.AsyncClient, issuer: TokenIssuer
) -> None:
    code = await new_code(api, issuer)
    answers = await asyncio.gather(*(redeem(api, code) for _ in range(12)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, *[401] * 11]
    assert sum("set-cookie" in answer.headers for answer in answers) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic Yzp4"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer not-a-token"},
        {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJjLTEifQ."},
    ],
)
async def test_without_a_good_token_there_is_no_code(
    api: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await api.post("/api/session", headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "not_authenticated"


async def test_an_expired_token_and_one_for_somebody_else_are_refused(
    api: httpx.AsyncClient, issuer: TokenIssuer
) -> None:
    for token in (issuer.token("c-7", seconds=-60), issuer.token("c-7", aud="another-product")):
        assert (await api.post("/api/session", headers=bearer(token))).status_code == 401


@pytest.mark.usefixtures("one_moment")
async def test_a_customer_cannot_sign_in_without_end(
    api: httpx.AsyncClient, issuer: TokenIssuer
) -> None:
    for _ in range(PER_CUSTOMER.amount):
        await new_code(api, issuer, "c-8")
    response = await api.post("/api/session", headers=bearer(issuer.token("c-8")))
    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 120
    await new_code(api, issuer, "c-9")


async def test_signing_out_ends_the_session(
    api: httpx.AsyncClient, issuer: TokenIssuer, sign_in: SignIn
) -> None:
    secret = (await redeem(api, await new_code(api, issuer))).cookies["eco_session"]
    response = await api.delete("/api/session", headers={"Origin": OWN})
    assert response.status_code == 204
    assert "Max-Age=0" in attributes(response)
    with pytest.raises(NotAuthenticated):
        await sign_in.access_session(secret=secret)
    assert (await api.delete("/api/session")).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": OWN},
    ],
)
async def test_pages_of_other_sites_neither_sign_in_nor_out(
    api: httpx.AsyncClient, issuer: TokenIssuer, sign_in: SignIn, headers: dict[str, str]
) -> None:
    secret = (await redeem(api, await new_code(api, issuer))).cookies["eco_session"]
    assert (await api.delete("/api/session", headers=headers)).status_code == 403
    code = await new_code(api, issuer)
    assert (await redeem(api, code, **headers)).status_code == 403
    assert (await sign_in.access_session(secret=secret)).customer.id == "c-7"
    assert (await redeem(api, code, Origin=OWN)).status_code == 200


@pytest.mark.parametrize(
    ("public_url", "embed_origins", "expected"),
    [
        (OWN, (), {"SameSite=Lax"}),
        (OWN, ("https://bank.example",), {"SameSite=Lax"}),
        (SECURE, (), {"Secure", "SameSite=Lax"}),
        (SECURE, ("https://bank.example",), {"Secure", "SameSite=None", "Partitioned"}),
    ],
)
async def test_the_cookie_reaches_as_far_as_the_setting_needs(
    make_app: MakeApp,
    issuer: TokenIssuer,
    public_url: str,
    embed_origins: tuple[str, ...],
    expected: set[str],
) -> None:
    app = make_app(public_url=public_url, embed_origins=embed_origins)
    async with client_of(app, public_url) as api:
        response = await redeem(api, await new_code(api, issuer), Origin=public_url)
        signed_out = await api.delete("/api/session", headers={"Origin": public_url})
    common = {"Path=/", "HttpOnly"}
    assert attributes(response) == common | expected | {"Max-Age=43200"}
    assert attributes(signed_out) == common | expected | {"Max-Age=0"}


async def test_the_cookie_names_nobody(api: httpx.AsyncClient, issuer: TokenIssuer) -> None:
    response = await redeem(api, await new_code(api, issuer))
    assert len(response.cookies["eco_session"]) == 43
    assert "c-7" not in response.headers["set-cookie"]
