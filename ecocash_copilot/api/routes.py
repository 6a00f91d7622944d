"""The table of our own HTTP addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from limits.aio.storage import MemoryStorage, Storage
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_flows import StaffFlows
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.api.endpoint import Endpoint, read_json
from ecocash_copilot.api.evidence import EvidenceRoutes
from ecocash_copilot.api.health import Check, healthz, metrics, readyz
from ecocash_copilot.api.own_origin import refuse_other_sites
from ecocash_copilot.api.sessions import SessionRoutes
from ecocash_copilot.api.staff import staff_routes
from ecocash_copilot.auth.customer_tokens import CustomerTokens
from ecocash_copilot.auth.dev_tokens import DevTokens
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.gateways.webhook import ConsoleWebhook
from ecocash_copilot.store.client import Store
from schemas.base import Schema
from schemas.identity import CustomerId


@dataclass(frozen=True, kw_only=True)
class ApiServices:
    """What the HTTP addresses call."""

    settings: Settings
    store: Store
    tokens: CustomerTokens
    sign_in: SignIn
    staff_sign_in: StaffSignIn
    checks: Mapping[str, Check]
    """By name, what must answer for the product to be ready, such as ``mongodb``."""
    staff_flows: StaffFlows | None = None
    """Sign-ins at the staff's identity provider, where there is one."""
    notices: ConsoleWebhook | None = None
    """In dev, the latest notices, which ``/demo`` shows."""
    storage: Storage = field(default_factory=MemoryStorage)
    """Counts requests; shared by all replicas, or in memory where there is one."""


class DemoTokenPayload(Schema):
    """Body of ``/api/demo/token``."""

    sub: CustomerId


def api_routes(services: ApiServices) -> list[Route]:
    """Return the routes of ``/api``, ``/healthz``, ``/readyz`` and ``/metrics``."""
    settings = services.settings
    sessions = SessionRoutes(settings, services.tokens, services.sign_in, services.storage)
    routes = [
        Route("/api/session", Endpoint(POST=sessions.create, DELETE=sessions.delete)),
        Route("/api/session/redeem", Endpoint(POST=sessions.redeem)),
        Route("/api/bridge", _bridge(settings)),
        *EvidenceRoutes(
            settings, services.store, services.sign_in, services.staff_sign_in, services.storage
        ).routes(),
        *staff_routes(settings, services.staff_sign_in, services.staff_flows, services.storage),
    ]
    if settings.trusts_dev_tokens:
        routes.append(Route("/api/demo/token", _demo_token(settings)))
        if services.notices is not None:
            routes.append(Route("/api/demo/notices", _demo_notices(settings, services.notices)))
    return [
        *routes,
        Route("/api/{path:path}", _NotFoundEndpoint()),
        Route("/healthz", healthz()),
        Route("/readyz", readyz(services.checks)),
        Route("/metrics", metrics()),
    ]


def _bridge(settings: Settings) -> Endpoint:
    """Tell a framed page which parents it may speak to. They are public: the CSP names them."""

    async def answer(_request: Request) -> Response:
        body = {"embed_origins": list(settings.embed_origins)}
        return JSONResponse(body, headers={"Cache-Control": "public, max-age=300"})

    return Endpoint(GET=answer)


def _demo_token(settings: Settings) -> Endpoint:
    """Sign anybody of the demo customers in; for dev, where nothing but demo data is behind it."""
    tokens = DevTokens(settings.data_dir, settings.customer_audience)

    async def answer(request: Request) -> Response:
        refuse_other_sites(request, settings.public_url)
        payload = await read_json(request, DemoTokenPayload)
        body = {"token": tokens.mint(payload.sub)}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    return Endpoint(POST=answer)


def _demo_notices(settings: Settings, notices: ConsoleWebhook) -> Endpoint:
    """Tell what the app's push service would have been told, for dev."""

    async def answer(request: Request) -> Response:
        refuse_other_sites(request, settings.public_url)
        after = request.query_params.get("after", "")
        number, found = notices.latest(
            request.query_params.get("sub", ""), int(after) if after.isdecimal() else 0
        )
        shown = [notice.model_dump(mode="json", include={"id", "type", "data"}) for notice in found]
        # With nothing to start from, only what comes from now on is news.
        body = {"after": number, "notices": shown if after else []}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    return Endpoint(GET=answer)


class _NotFoundEndpoint(Endpoint):
    """Whatever else is asked for below ``/api``, by whatever method."""

    async def _answer(self, request: Request) -> Response:
        raise NotFound(f"There is nothing at {request.url.path[:100]}.")
