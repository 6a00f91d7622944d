"""Signing in and out: token to one-time code, code to session."""

from contextlib import suppress
from typing import Annotated

from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ecocash_copilot.actions.sign_in import SESSION_COOKIE, SignIn
from ecocash_copilot.api.endpoint import client_address, read_json
from ecocash_copilot.api.own_origin import refuse_other_sites
from ecocash_copilot.api.session_cookie import (
    clear_session_cookie,
    set_session_cookie,
)
from ecocash_copilot.auth.customer_tokens import CustomerTokens
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.core.metrics import SIGN_INS
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.core.settings import Settings
from schemas.base import Schema

PER_ADDRESS = RateLimitItemPerMinute(600)
"""Generous: a carrier puts thousands of phones behind one address."""
PER_CUSTOMER = RateLimitItemPerMinute(30)

_PRIVATE = {"Cache-Control": "no-store"}


class CodePayload(Schema):
    """Body of a redemption."""

    code: Annotated[str, Field(min_length=1, max_length=200)]


class SessionRoutes:
    """Handlers of ``/api/session`` and ``/api/session/redeem``."""

    def __init__(
        self, settings: Settings, tokens: CustomerTokens, sign_in: SignIn, storage: Storage
    ) -> None:
        """``storage`` counts requests."""
        self._settings = settings
        self._tokens = tokens
        self._sign_in = sign_in
        self._per_address = RateLimit(storage, PER_ADDRESS, "sign_in_address")
        self._per_customer = RateLimit(storage, PER_CUSTOMER, "sign_in_customer")

    async def create(self, request: Request) -> Response:
        """Turn a customer's token into a one-time code (201)."""
        await self._per_address.hit(client_address(request))
        try:
            customer = await self._tokens.verify(_bearer(request))
        except NotAuthenticated:
            SIGN_INS.labels(outcome="refused").inc()
            raise
        await self._per_customer.hit(customer.id)
        code = await self._sign_in.issue_code(customer)
        body = {
            "code": code,
            "expires_in": int(self._settings.code_seconds),
            "url": f"{self._settings.public_url}/chat#code={code}",
        }
        return JSONResponse(body, 201, _PRIVATE)

    async def redeem(self, request: Request) -> Response:
        """Turn a one-time code into a session: its cookie, and a ticket for the websocket."""
        refuse_other_sites(request, self._settings.public_url)
        await self._per_address.hit(client_address(request))
        payload = await read_json(request, CodePayload)
        secret = await self._sign_in.redeem_code(payload.code)
        session = await self._sign_in.access_session(secret=secret)
        ticket = await self._sign_in.issue_ticket(session)
        response = JSONResponse({"ticket": ticket}, headers=_PRIVATE)
        set_session_cookie(response, self._settings, secret)
        return response

    async def delete(self, request: Request) -> Response:
        """Sign out (204), also when nobody is signed in."""
        refuse_other_sites(request, self._settings.public_url)
        with suppress(NotAuthenticated):
            secret = request.cookies.get(SESSION_COOKIE, "")
            await self._sign_in.revoke_session(await self._sign_in.access_session(secret=secret))
        response = Response(status_code=204, headers=_PRIVATE)
        clear_session_cookie(response, self._settings)
        return response


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("Send the customer's token as a bearer token.")
    return token
