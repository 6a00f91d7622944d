"""Photos and PDFs for a report: sent by customers, read again by them and by support."""

from contextlib import suppress
from urllib.parse import quote

from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.aio.storage import Storage
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecocash_copilot.actions.evidence import (
    access_evidence,
    access_evidence_as_staff,
    keep_evidence,
    need_place,
    read_evidence,
)
from ecocash_copilot.actions.sign_in import SESSION_COOKIE, SignIn
from ecocash_copilot.actions.staff_sign_in import STAFF_COOKIE, StaffSignIn
from ecocash_copilot.api.endpoint import Endpoint
from ecocash_copilot.api.one_file import read_one_file
from ecocash_copilot.api.own_origin import refuse_other_sites
from ecocash_copilot.api.problems import problem
from ecocash_copilot.core.errors import Invalid, NotAuthenticated, NotFound, ProductError
from ecocash_copilot.core.files import FileRefused
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.present.evidence import file_refusal, upload_refusal
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.ticket import MAX_EVIDENCE_BYTES, Evidence, EvidenceId
from schemas.widgets import WidgetId

PER_MINUTE = RateLimitItemPerMinute(10)
PER_DAY = RateLimitItemPerDay(40)
"""Files that one customer may send."""

UPLOAD_TICKET = "X-Upload-Ticket"
"""The header with a ticket of the page's own, where its browser keeps no cookie."""

_widget_id: TypeAdapter[str] = TypeAdapter(WidgetId)
_evidence_id: TypeAdapter[str] = TypeAdapter(EvidenceId)

_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Cookie",
}


class EvidenceRoutes:
    """Handlers of ``/api/evidence``."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        sign_in: SignIn,
        staff_sign_in: StaffSignIn,
        storage: Storage,
    ) -> None:
        """``storage`` counts uploads."""
        self._settings = settings
        self._store = store
        self._sign_in = sign_in
        self._staff_sign_in = staff_sign_in
        self._per_minute = RateLimit(storage, PER_MINUTE, "evidence_minute")
        self._per_day = RateLimit(storage, PER_DAY, "evidence_day")

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/api/evidence", Endpoint(POST=self.add)),
            Route("/api/evidence/{id}", Endpoint(GET=self.read)),
        ]

    async def add(self, request: Request) -> Response:
        """Keep the file of the form ``?widget=ID`` (201), or say what is wrong with it."""
        refuse_other_sites(request, self._settings.public_url)
        customer = await self._sender(request)
        try:
            evidence = await self._add(request, customer)
        except ProductError as error:
            return _refused(request, error, customer)
        return JSONResponse(evidence.model_dump(mode="json"), 201, {"Cache-Control": "no-store"})

    async def _add(self, request: Request, customer: Customer) -> Evidence:
        widget_id = _widget(request)
        await self._per_minute.hit(customer.id)
        await self._per_day.hit(customer.id)
        await need_place(self._store, customer.id, widget_id)
        file = await read_one_file(request, MAX_EVIDENCE_BYTES)
        return await keep_evidence(self._store, customer.id, widget_id, file.name, file.content)

    async def read(self, request: Request) -> Response:
        """Return a file to its customer, or to an agent or supervisor."""
        evidence = await self._access(request)
        if request.headers.get("if-none-match") == _tag(evidence):
            return Response(status_code=304, headers={"ETag": _tag(evidence)})
        content = await read_evidence(self._store, evidence)
        headers = {
            **_HEADERS,
            "ETag": _tag(evidence),
            "Content-Disposition": _disposition(evidence),
        }
        return Response(content, headers=headers, media_type=evidence.media_type)

    async def _access(self, request: Request) -> Evidence:
        """Return the file if one of the browser's sessions may see it: the customer's, the staff's.

        Raises:
            NotAuthenticated: it has neither session.
            NotFound: there is no such file for them.
        """
        try:
            evidence_id = _evidence_id.validate_python(request.path_params["id"])
        except ValidationError:
            raise NotFound("There is no such file.") from None
        staff_secret = request.cookies.get(STAFF_COOKIE, "")
        with suppress(NotAuthenticated):
            staff = (await self._staff_sign_in.access_session(staff_secret)).staff
            with suppress(ProductError):
                return await access_evidence_as_staff(self._store, staff, evidence_id)
        customer = await self._customer(request)
        return await access_evidence(self._store, customer.id, evidence_id)

    async def _sender(self, request: Request) -> Customer:
        """Return who sends a file: by its ticket where it has one, else by the cookie."""
        ticket = request.headers.get(UPLOAD_TICKET)
        if ticket is None:
            return await self._customer(request)
        widget_id = request.query_params.get("widget", "")
        return (await self._sign_in.redeem_upload_ticket(ticket, widget_id)).customer

    async def _customer(self, request: Request) -> Customer:
        secret = request.cookies.get(SESSION_COOKIE, "")
        return (await self._sign_in.access_session(secret=secret)).customer


def _widget(request: Request) -> str:
    try:
        return _widget_id.validate_python(request.query_params.get("widget", ""))
    except ValidationError:
        raise Invalid("Say which form the file is for: ?widget=ID.") from None


def _refused(request: Request, error: ProductError, customer: Customer) -> Response:
    """Say in the customer's language what they can do."""
    if isinstance(error, FileRefused):
        error.detail = file_refusal(error.reason, customer.locale)
        return problem(request.scope, error, reason=error.reason)
    error.detail = upload_refusal(error.code, customer.locale) or error.detail
    return problem(request.scope, error)


def _tag(evidence: Evidence) -> str:
    return f'"{evidence.id}"'


def _disposition(evidence: Evidence) -> str:
    """Photos are shown; a PDF is saved, because a browser would run it in a viewer of ours."""
    kind = "inline" if evidence.media_type.startswith("image/") else "attachment"
    return f"{kind}; filename*=UTF-8''{quote(evidence.name, safe='')}"
