"""The HTTP addresses as an ASGI app, over a real MongoDB, with real tokens."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_flows import StaffFlows
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.api.health import Check
from ecocash_copilot.api.request_log import RequestLog
from ecocash_copilot.api.routes import ApiServices, api_routes
from ecocash_copilot.api.security_headers import SecurityHeaders
from ecocash_copilot.auth.customer_tokens import customer_tokens
from ecocash_copilot.auth.staff_oidc import StaffOidc
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from tests.support.tokens import TokenIssuer

OWN = "http://localhost:8000"

PROVIDER_SECONDS = 1.0
"""How long the staff's identity provider may take."""

MakeApp = Callable[..., ASGIApp]


@pytest.fixture
def issuer(tmp_path: Path) -> TokenIssuer:
    return TokenIssuer(tmp_path)


@pytest.fixture
def sign_in(store: Store, settings: Settings) -> SignIn:
    return SignIn(store, settings)


@pytest.fixture
def make_app(settings: Settings, issuer: TokenIssuer, sign_in: SignIn, store: Store) -> MakeApp:
    """Make the app; arguments change its settings (``checks`` what readiness asks)."""

    def make(checks: Mapping[str, Check] | None = None, **changes: object) -> ASGIApp:
        trusted = {name.lower(): value for name, value in issuer.settings.items()}
        own = settings.model_copy(update={**trusted, **changes})
        services = ApiServices(
            settings=own,
            store=store,
            tokens=customer_tokens(own),
            sign_in=sign_in,
            staff_sign_in=StaffSignIn(store, own),
            staff_flows=_staff_flows(store, own),
            checks={"mongodb": store.ping} if checks is None else checks,
        )
        return RequestLog(SecurityHeaders(Starlette(routes=api_routes(services)), own))

    return make


def _staff_flows(store: Store, settings: Settings) -> StaffFlows | None:
    if not settings.staff_oidc_issuer:
        return None
    return StaffFlows(store, StaffOidc(settings, seconds=PROVIDER_SECONDS))


def client_of(app: ASGIApp, base_url: str = OWN) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.7", 5000))
    return httpx.AsyncClient(transport=transport, base_url=base_url)


@pytest.fixture
async def api(make_app: MakeApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app in dev mode."""
    async with client_of(make_app()) as client:
        yield client
