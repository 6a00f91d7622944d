"""Who is calling. Identity comes from a verified token, never from an argument.

There are two ways in. Over HTTP the token is the bearer of the request. In process, one session
serves all customers, and each call carries its token in the request's ``_meta``; such a token is
not looked at when the call came over HTTP. Both are checked by the same function.
"""

from collections.abc import Callable
from contextvars import ContextVar

from fastmcp.dependencies import Depends
from fastmcp.server.auth import AccessToken, TokenVerifier
from fastmcp.server.dependencies import fastmcp_request_ctx
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser

from ecocash_copilot.auth.mcp_tokens import AUDIENCE, McpCaller
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.gateways.wallet_mcp import META_TOKEN
from mcp_server.errors import NotSignedIn
from schemas.identity import Customer

Verify = Callable[[str], McpCaller]
"""Checks every claim of a token for this server; raises ``NotAuthenticated``."""

_caller: ContextVar[Customer] = ContextVar("mcp_caller")


class CustomerToken(AccessToken):
    """A verified bearer and the customer it stands for."""

    customer: Customer


class BearerVerifier(TokenVerifier):
    """Lets the HTTP transport check bearer tokens with our own verification."""

    def __init__(self, verify: Verify) -> None:
        """``verify`` checks the audience and the expiry too, which the framework's does not."""
        super().__init__()
        self._verify = verify

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return who the token stands for, or None where it is not valid."""
        try:
            caller = self._verify(token)
        except NotAuthenticated:
            return None
        return CustomerToken(
            token=token,
            client_id=caller.customer.id,
            subject=caller.customer.id,
            scopes=[],
            expires_at=caller.expires_at,
            resource=AUDIENCE,
            customer=caller.customer,
        )


def identify(verify: Verify) -> Customer:
    """Return the customer of the request that is being served.

    Raises:
        NotSignedIn: there is no valid token where this request must have one.
    """
    request = fastmcp_request_ctx.get()
    if request is None:
        raise NotSignedIn
    if request.request is not None:
        user = request.request.scope.get("user")
        bearer = user.access_token if isinstance(user, AuthenticatedUser) else None
        if not isinstance(bearer, CustomerToken):
            raise NotSignedIn
        return bearer.customer
    token = (request.meta or {}).get(META_TOKEN)
    if not isinstance(token, str):
        raise NotSignedIn
    try:
        return verify(token).customer
    except NotAuthenticated:
        raise NotSignedIn from None


def current_caller() -> Customer:
    """Return the customer whose call this is; ``CallerMiddleware`` has verified them."""
    try:
        return _caller.get()
    except LookupError:
        raise NotSignedIn from None


def enter_caller(customer: Customer) -> Callable[[], None]:
    """Make ``customer`` the caller of this task; call the result to undo it."""
    token = _caller.set(customer)
    return lambda: _caller.reset(token)


CALLER: Customer = Depends(current_caller)
"""Default of a tool's ``caller`` parameter: injected, and invisible to clients."""
