"""Health, readiness, figures, and what only dev mode has."""

import asyncio

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from ecocash_copilot.api.health import readyz
from ecocash_copilot.store.client import Store, open_store
from tests.api.conftest import MakeApp, client_of
from tests.support.tokens import TokenIssuer


async def test_the_process_is_up(api: httpx.AsyncClient) -> None:
    response = await api.get("/healthz")
    assert response.json() == {"status": "up"}
    assert (await api.head("/healthz")).status_code == 200


async def test_ready_while_all_answers(api: httpx.AsyncClient) -> None:
    response = await api.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"mongodb": "up"}}


async def test_not_ready_names_what_is_down(make_app: MakeApp, mongodb_uri: str) -> None:
    async def wallet() -> None:
        raise ConnectionError("10.0.0.7 refused")

    async with open_store(mongodb_uri, "test_gone", embedded=True) as gone:
        pass
    async with client_of(make_app(checks={"mongodb": gone.ping, "wallet": wallet})) as api:
        response = await api.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"mongodb": "down", "wallet": "down"}
    assert response.json()["detail"] == "Down: mongodb, wallet."
    assert "10.0.0.7" not in response.text


async def test_what_does_not_answer_in_time_is_down(store: Store) -> None:
    silent = asyncio.Event()
    route = Route("/readyz", readyz({"mongodb": store.ping, "wallet": silent.wait}, seconds=0.5))
    async with client_of(Starlette(routes=[route])) as api:
        response = await api.get("/readyz")
    assert response.json()["checks"] == {"mongodb": "up", "wallet": "down"}


async def test_figures_for_prometheus(api: httpx.AsyncClient) -> None:
    await api.post("/api/session", headers={"Authorization": "Bearer x"})
    response = await api.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    line = next(
        line for line in response.text.splitlines() if 'sign_ins_total{outcome="refused"}' in line
    )
    assert float(line.split()[-1]) >= 1


async def test_dev_gives_tokens_to_demo_customers_alone(make_app: MakeApp) -> None:
    async with client_of(make_app(customer_jwks="")) as api:
        token = (await api.post("/api/demo/token", json={"sub": "c-1002"})).json()["token"]
        created = await api.post("/api/session", headers={"Authorization": f"Bearer {token}"})
        stranger = await api.post("/api/demo/token", json={"sub": "c-1"})
        foreign = await api.post(
            "/api/demo/token", json={"sub": "c-1002"}, headers={"Origin": "https://evil.example"}
        )
    assert created.status_code == 201
    assert stranger.status_code == 404
    assert foreign.status_code == 403


async def test_production_has_no_demo_tokens(make_app: MakeApp, issuer: TokenIssuer) -> None:
    path = issuer.settings["CUSTOMER_JWKS"]
    app = make_app(app_env="prod", customer_jwks=path, mcp_signing_key=SecretStr("x" * 40))
    async with client_of(app) as api:
        response = await api.post("/api/demo/token", json={"sub": "c-1001"})
    assert response.status_code == 404
