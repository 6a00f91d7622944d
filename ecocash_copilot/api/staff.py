"""Signing staff in and out, in a browser."""

import re
from collections.abc import Mapping
from contextlib import suppress

from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ecocash_copilot.actions.staff_flows import Returned, StaffFlows
from ecocash_copilot.actions.staff_sign_in import STAFF_COOKIE, StaffSignIn
from ecocash_copilot.api.endpoint import Endpoint, Handler, client_address, read_form
from ecocash_copilot.api.own_origin import refuse_other_sites
from ecocash_copilot.api.staff_cookies import StaffCookies
from ecocash_copilot.api.staff_pages import (
    SIGN_IN_PATH,
    SIGN_OUT_PATH,
    PageEndpoint,
    choice_page,
    signed_out_page,
    wants_page,
)
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.auth.staff_oidc import CALLBACK_PATH
from ecocash_copilot.core.errors import NotAuthenticated, NotFound
from ecocash_copilot.core.ids import new_secret
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.core.settings import Settings
from schemas.base import Schema
from schemas.staff import Staff

PER_ADDRESS = RateLimitItemPerMinute(120)
"""A whole office may sit behind one address."""

HOME = "/board"
"""Where staff go who asked for no page, or for one that is not ours."""

SIGNED_OUT_PATH = "/api/staff/signed-out"

_LONGEST_TARGET = 500
_TARGET = re.compile(r"/(?![/\\]|api(?:[/?]|$))[\w\-.~!$&'()*+,;=:@%/?]*", re.ASCII)
"""A path of ours with a query. Browsers would read ``//`` or a backslash as another host."""

_SEE_OTHER = 303
_PRIVATE = {"Cache-Control": "no-store"}


class ChoicePayload(Schema):
    """Form of the sign-in page in dev."""

    staff: str
    next: str = ""


def safe_target(wanted: str) -> str:
    """Return the page to go to after a sign-in: the one asked for if it is ours."""
    fits = len(wanted) <= _LONGEST_TARGET and _TARGET.fullmatch(wanted)
    return wanted if fits else HOME


def staff_routes(
    settings: Settings, sign_in: StaffSignIn, flows: StaffFlows | None, storage: Storage
) -> list[Route]:
    """Return the routes of ``/api/staff``.

    Args:
        flows: the identity provider's sign-ins; None without one, where dev offers its own page.
    """
    routes = StaffRoutes(settings, sign_in, storage)
    handlers: Mapping[str, Handler] = {}
    found: list[Route] = []
    if flows is not None:
        provider = ProviderRoutes(routes, flows)
        handlers = {"GET": provider.begin}
        found.append(Route(CALLBACK_PATH, PageEndpoint(GET=provider.finish)))
    elif settings.offers_dev_staff:
        handlers = {"GET": routes.offer, "POST": routes.choose}
    return [
        *found,
        Route(SIGN_IN_PATH, PageEndpoint(**handlers)),
        Route(SIGN_OUT_PATH, PageEndpoint(POST=routes.sign_out)),
        Route(SIGNED_OUT_PATH, PageEndpoint(GET=routes.signed_out)),
        Route("/api/staff/me", Endpoint(GET=routes.me)),
    ]


class StaffRoutes:
    """The session, and the sign-in of dev."""

    def __init__(self, settings: Settings, sign_in: StaffSignIn, storage: Storage) -> None:
        """``storage`` counts requests."""
        self.cookies = StaffCookies(settings)
        self._settings = settings
        self._sign_in = sign_in
        self._per_address = RateLimit(storage, PER_ADDRESS, "staff_sign_in_address")

    async def count(self, request: Request) -> None:
        """Count an attempt.

        Raises:
            RateLimited: there were too many from this address.
        """
        await self._per_address.hit(client_address(request))

    async def offer(self, request: Request) -> Response:
        """Show the demo staff to choose from."""
        target = safe_target(request.query_params.get("next", ""))
        return choice_page(DEMO_STAFF.values(), target)

    async def choose(self, request: Request) -> Response:
        """Sign in as one of the demo staff."""
        refuse_other_sites(request, self._settings.public_url)
        await self.count(request)
        payload = await read_form(request, ChoicePayload)
        staff = DEMO_STAFF.get(payload.staff)
        if staff is None:
            raise NotFound(f"The demo staff are {', '.join(DEMO_STAFF)}.")
        return await self.enter(request, staff, payload.next)

    async def enter(self, request: Request, staff: Staff, target: str) -> Response:
        """Open a session in place of the browser's last one, and go on to a page."""
        secret = await self._sign_in.open_session(staff)
        await self._leave(request)
        response = RedirectResponse(safe_target(target), _SEE_OTHER, _PRIVATE)
        self.cookies.set_session(response, secret)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session, also where there is none."""
        refuse_other_sites(request, self._settings.public_url)
        await self._leave(request)
        if wants_page(request):
            response: Response = RedirectResponse(SIGNED_OUT_PATH, _SEE_OTHER, _PRIVATE)
        else:
            response = Response(status_code=204, headers=_PRIVATE)
        self.cookies.clear_session(response)
        return response

    async def signed_out(self, _request: Request) -> Response:
        """Say that the session has ended."""
        return signed_out_page()

    async def me(self, request: Request) -> Response:
        """Say who is signed in."""
        secret = request.cookies.get(STAFF_COOKIE, "")
        staff = (await self._sign_in.access_session(secret, extend=False)).staff
        body = {"id": staff.id, "name": staff.name, "roles": sorted(staff.roles)}
        return JSONResponse(body, headers=_PRIVATE)

    async def _leave(self, request: Request) -> None:
        with suppress(NotAuthenticated):
            secret = request.cookies.get(STAFF_COOKIE, "")
            session = await self._sign_in.access_session(secret, extend=False)
            await self._sign_in.revoke_session(session)


class ProviderRoutes:
    """The sign-in at an identity provider."""

    def __init__(self, routes: StaffRoutes, flows: StaffFlows) -> None:
        """``routes`` has the sessions."""
        self._routes = routes
        self._flows = flows

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider. ``again=1``: whoever signed in there last is asked."""
        await self._routes.count(request)
        cookies = self._routes.cookies
        # Pages that sign in at the same time share the browser's secret.
        browser = request.cookies.get(cookies.flow_name) or new_secret()
        url = await self._flows.begin(
            browser,
            safe_target(request.query_params.get("next", "")),
            again=request.query_params.get("again") == "1",
        )
        response = RedirectResponse(url, _SEE_OTHER, _PRIVATE)
        cookies.set_flow(response, browser)
        return response

    async def finish(self, request: Request) -> Response:
        """Take the browser back from the provider, and open a session for whom it names."""
        await self._routes.count(request)
        asked, cookies = request.query_params, self._routes.cookies
        returned = Returned(
            state=asked.get("state", ""),
            code=asked.get("code", ""),
            error=asked.get("error", ""),
            issuer=asked.get("iss"),
        )
        browser = request.cookies.get(cookies.flow_name, "")
        staff, target = await self._flows.finish(browser, returned)
        response = await self._routes.enter(request, staff, target)
        cookies.clear_flow(response)
        return response
