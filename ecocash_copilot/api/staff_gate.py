"""Keeps the pages of staff from browsers without a session."""

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ecocash_copilot.actions.staff_sign_in import STAFF_COOKIE, StaffSignIn, need_role
from ecocash_copilot.api.staff_pages import failure, sign_in_address
from ecocash_copilot.core.errors import NotAuthenticated, ProductError, Unavailable
from schemas.staff import StaffRole

PAGES = {
    "/board": (StaffRole.AGENT, StaffRole.SUPERVISOR, StaffRole.OPERATOR),
    "/gallery": (StaffRole.DESIGNER,),
}
"""By the beginning of its path, the roles that may open a page."""

OPEN_IN_DEV = frozenset({"/gallery"})
"""Pages that show made-up people only: in dev anybody opens them, without a sign-in."""


class StaffGate:
    """ASGI wrapper of the pages. Who is not signed in is led to the sign-in, and back after it.

    The pages hold no data, and their states' handlers check each call: this spares people an
    empty page.
    """

    def __init__(self, pages: ASGIApp, *, dev: bool = False) -> None:
        """Wrap the pages."""
        self._pages = pages
        closed = PAGES.keys() - (OPEN_IN_DEV if dev else set[str]())
        self._roles = {page: PAGES[page] for page in closed}
        self.sign_in: StaffSignIn | None = None
        """Comes when the product opens; until then nobody is let in."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        roles = self._roles_for(scope["path"]) if scope["type"] == "http" else ()
        refusal = await self._refusal(Request(scope), roles) if roles else None
        await (refusal or self._pages)(scope, receive, send)

    async def _refusal(self, request: Request, roles: tuple[StaffRole, ...]) -> Response | None:
        try:
            if self.sign_in is None:
                raise Unavailable
            secret = request.cookies.get(STAFF_COOKIE, "")
            need_role((await self.sign_in.access_session(secret)).staff, *roles)
        except NotAuthenticated:
            query = f"?{request.url.query}" if request.url.query else ""
            target = sign_in_address(f"{request.url.path}{query}")
            return RedirectResponse(target, 303, {"Cache-Control": "no-store"})
        except ProductError as error:
            return failure(request, error)
        except PyMongoError:
            return failure(request, Unavailable())
        return None

    def _roles_for(self, path: str) -> tuple[StaffRole, ...]:
        for beginning, roles in self._roles.items():
            if path == beginning or path.startswith(f"{beginning}/"):
                return roles
        return ()
