"""Every HTTP address of the running product, by every method, asked by people who may not."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.routing import BaseRoute, Route

import ecocash_copilot.ecocash_copilot
from ecocash_copilot.actions.evidence import attach_evidence, keep_evidence
from ecocash_copilot.api.problems import MEDIA_TYPE
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.auth.dev_tokens import DevTokens
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.runtime import Running, running
from schemas.identity import Customer
from schemas.staff import StaffRole
from schemas.ticket import Evidence
from tests.api.conftest import client_of
from tests.support.files import photo

OWNER, STRANGER = "c-1001", "c-1002"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/bridge"),
    # Signing in, and out: also where nobody was signed in.
    ("DELETE", "/api/session"),
    ("GET", "/api/staff/sign-in"),
    ("POST", "/api/staff/sign-out"),
    ("GET", "/api/staff/signed-out"),
    # In dev alone.
    ("POST", "/api/staff/sign-in"),
    ("POST", "/api/demo/token"),
    ("GET", "/api/demo/notices"),
}
"""For anybody. Each of them gives nothing away but in dev, where there are demo data only."""

CUSTOMERS = {
    ("POST", "/api/session"),
    ("POST", "/api/evidence"),
    ("GET", "/api/evidence/{id}"),
    ("POST", "/mcp"),
    ("POST", "/mcp/"),
}
"""For customers: with the token of the app, with a session, or with a token for MCP."""

STAFF = {("GET", "/api/evidence/{id}"), ("GET", "/api/staff/me")}
"""For staff, the first for those alone who work tickets."""

BODIES = {"/api/session/redeem": {"code": "invented"}, "/api/demo/token": {"sub": "c-9"}}

REFLEX = {"/_event", "/ping", "/_health"}
"""Addresses of Reflex: its websocket, whose handlers `tests/state` calls, and its health."""

DEV_ONLY = {
    ("POST", "/api/staff/sign-in"),
    ("POST", "/api/demo/token"),
    ("GET", "/api/demo/notices"),
}


INVENTED = (
    {"Cookie": "eco_session=invented; eco_staff=invented"},
    {"Cookie": "eco_session=; eco_staff="},
    {"Authorization": "Bearer invented"},
    {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJjLTEwMDEifQ."},
)


@dataclass(frozen=True)
class Product:
    """The composed product, a client of it, and something of a customer's in it."""

    running: Running
    settings: Settings
    client: httpx.AsyncClient
    evidence: Evidence

    def addresses(self) -> list[tuple[str, str]]:
        """Every method of every route."""
        return [
            (method, route.path)
            for route in own_routes(self.running.http.routes)
            for method in METHODS
        ]

    async def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Ask for an address, with something of the owner's where it wants an id."""
        filled = path.replace("{id}", self.evidence.id).replace("{path:path}", "x")
        body = BODIES.get(path, {}) if method in ("POST", "PUT", "PATCH") else None
        return await self.client.request(method, filled, headers=headers, json=body)

    async def customer(self, sub: str) -> dict[str, str]:
        """Return everything that a customer could hold."""
        secret = await self.running.services.sign_in.open_session(Customer(id=sub))
        token = DevTokens(self.settings.data_dir, self.settings.customer_audience).mint(sub)
        return {"Cookie": f"eco_session={secret}", "Authorization": f"Bearer {token}"}

    async def staff(self, name: str) -> dict[str, str]:
        """Return the cookie of one of the demo staff."""
        secret = await self.running.services.staff_sign_in.open_session(DEMO_STAFF[name])
        return {"Cookie": f"eco_staff={secret}"}

    async def ended(self) -> dict[str, str]:
        """Return the cookies of sessions that were revoked."""
        services = self.running.services
        customer, staff = await self.customer(OWNER), await self.staff("supervisor-1")
        session = await services.sign_in.access_session(secret=secret_of(customer))
        await services.sign_in.revoke_session(session)
        held = await services.staff_sign_in.access_session(secret_of(staff))
        await services.staff_sign_in.revoke_session(held)
        return {"Cookie": f"{customer['Cookie']}; {staff['Cookie']}"}

    async def swapped(self) -> dict[str, str]:
        """Return a customer's secret in the cookie of staff, and the other way round."""
        customer, staff = await self.customer(OWNER), await self.staff("supervisor-1")
        return {"Cookie": f"eco_staff={secret_of(customer)}; eco_session={secret_of(staff)}"}


def secret_of(headers: dict[str, str]) -> str:
    return headers["Cookie"].partition("=")[2]


def own_routes(routes: list[BaseRoute]) -> list[Route]:
    found = [each for each in routes if isinstance(each, Route)]
    assert len(found) == len(routes), "a mount: list what is in it"
    return found


@asynccontextmanager
async def open_product(settings: Settings) -> AsyncGenerator[Product]:
    # No fixture: parts of the product must be closed by the task that opened them.
    async with running(settings) as opened, client_of(opened.http) as client:
        store = opened.services.store
        evidence = await keep_evidence(store, OWNER, "wd-1", "receipt.jpg", photo())
        await store.transact(
            lambda tx: attach_evidence(store, tx, OWNER, [evidence.id], "TCK-100042")
        )
        yield Product(opened, settings, client, evidence)
        await store.client.drop_database(settings.mongodb_db)


def refused(response: httpx.Response) -> bool:
    return response.status_code in (401, 403, 404, 405)


async def test_nobody_gets_anywhere(settings: Settings) -> None:
    async with open_product(settings) as product:
        assert {*PUBLIC, *CUSTOMERS, *STAFF} <= set(product.addresses())
        for method, path in product.addresses():
            response = await product.ask(method, path)
            if (method, path) not in PUBLIC:
                assert refused(response), (method, path, response.text)
                assert "set-cookie" not in response.headers
                assert response.headers["content-type"] == MEDIA_TYPE, (method, path)
                assert response.json()["status"] == response.status_code
            elif (method, path) not in DEV_ONLY:
                assert not refused(response), (method, path)


async def test_what_is_invented_ended_or_somebody_elses_is_worth_nothing(
    settings: Settings,
) -> None:
    async with open_product(settings) as product:
        for held in (*INVENTED, await product.ended(), await product.swapped()):
            for method, path in product.addresses():
                if (method, path) not in PUBLIC:
                    response = await product.ask(method, path, held)
                    assert refused(response), (method, path, held, response.text)


async def test_another_customer_sees_nothing_and_gets_nowhere_of_staffs(settings: Settings) -> None:
    async with open_product(settings) as product:
        own, other = await product.customer(OWNER), await product.customer(STRANGER)
        for method, path in product.addresses():
            if (method, path) in PUBLIC:
                continue
            response = await product.ask(method, path, other)
            if (method, path) not in CUSTOMERS or "{id}" in path:
                assert refused(response), (method, path, response.text)
            assert OWNER not in response.text
        # The same address shows it to its owner: otherwise the above would say nothing.
        assert (await product.ask("GET", "/api/evidence/{id}", own)).status_code == 200


async def test_staff_get_nowhere_of_customers_but_where_their_role_leads(
    settings: Settings,
) -> None:
    async with open_product(settings) as product:
        for name in DEMO_STAFF:
            held = await product.staff(name)
            assert (await product.ask("GET", "/api/staff/me", held)).json()["id"] == name
            works = DEMO_STAFF[name].has(StaffRole.AGENT)
            for method, path in product.addresses():
                if (method, path) in {*PUBLIC, ("GET", "/api/staff/me")}:
                    continue
                response = await product.ask(method, path, held)
                assert refused(response) != (works and (method, path) in STAFF), (path, name)


async def test_a_page_of_another_site_changes_nothing(settings: Settings) -> None:
    async with open_product(settings) as product:
        customer, staff = await product.customer(OWNER), await product.staff("supervisor-1")
        cookies = f"{customer['Cookie']}; {staff['Cookie']}"
        for method, path in product.addresses():
            if method in ("POST", "PUT", "PATCH", "DELETE"):
                held = {"Cookie": cookies, "Sec-Fetch-Site": "cross-site"}
                assert refused(await product.ask(method, path, held)), (method, path)
        assert (await product.ask("GET", "/api/staff/me", staff)).status_code == 200


def test_reflex_adds_no_address_that_nobody_looked_at() -> None:
    # Uploads, which are open to anybody by default, come with a component that no page uses.
    api = ecocash_copilot.ecocash_copilot.app._api
    assert {route.path for route in api.routes} - {""} <= REFLEX
